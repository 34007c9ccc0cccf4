"""Imports verdicts into AWS Security Hub as findings, a hundred at a time, and reports each one it refuses.

A finding must be of the account that imports it, even where that administers Security Hub for others. So a
verdict about another account names it in the finding's resource and product fields.

Source: "BatchImportFindings" and "AwsSecurityFinding" in the AWS Security Hub API reference.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from trailguard.channel import Channel, Refusal
from trailguard.message import content_of, to_json, to_line
from trailguard.notifiers import _aws
from trailguard.record import printable
from trailguard.verdict import Compliance, Severity, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mypy_boto3_securityhub import SecurityHubClient
    from mypy_boto3_sts import STSClient

    from trailguard.report import Failure, Notice

__all__ = ["SecurityHubNotifier"]

_FINDING_BYTES: Final = 240_000
_BATCH_BYTES: Final = 6_000_000
# What a finding still gets when its account is known.
_ADDRESS_BYTES: Final = 2_000

# In characters.
_OWN_ID: Final = 256
_GENERATOR: Final = 512
_TITLE: Final = 256
_DESCRIPTION: Final = 1024
_RESOURCE_ID: Final = 512
_KEY: Final = 128
_PRODUCT_FIELD: Final = 2048
_SHORT_FIELD: Final = 256
_DETAIL: Final = 1024

_PAIRS: Final = 50

_ACCOUNT: Final = re.compile(r"[0-9]{12}")
_REGION: Final = re.compile(r"[a-z0-9-]{1,16}")
_PARTITIONS: Final = ("aws", "aws-cn", "aws-us-gov")
_PRODUCT: Final = re.compile(
    r"arn:aws[a-z-]*:securityhub:([a-z0-9-]{1,16}):([0-9]{12})?:product/[\w.-]{1,64}/[\w.-]{1,64}", re.ASCII
)

_SEVERITIES: Final = {
    Severity.INFO: "INFORMATIONAL",
    Severity.LOW: "LOW",
    Severity.MEDIUM: "MEDIUM",
    Severity.HIGH: "HIGH",
    Severity.CRITICAL: "CRITICAL",
}
_STATUSES: Final = {
    Compliance.NON_COMPLIANT: "FAILED",
    Compliance.COMPLIANT: "PASSED",
    Compliance.NOT_APPLICABLE: "NOT_AVAILABLE",
}
_OF_CALL: Final = "Unusual Behaviors/User"
_OF_CONFIGURATION: Final = "Software and Configuration Checks/AWS Security Best Practices"
_OF_FAILURE: Final = "Software and Configuration Checks/trailguard"

_VERDICT_FIELDS: Final = (
    *("id", "account_id", "region", "event_id", "event_source", "event_name", "source_ip"),
    *("resource", "resource_type", "origin"),
)
_ACTOR_FIELDS: Final = ("type", "arn", "account_id", "session_name", "service", "access_key_id")

Finding = dict[str, Any]


class SecurityHubNotifier(Channel[Finding]):
    """Imports each notice as a finding; one that is delivered again updates the finding that it made.

    A failure is a finding too: about the account that imports, with the type ``Software and Configuration
    Checks/trailguard``. A dead letter is none, since a finding has no room for its bytes.

    Args:
        region: where to import; that of ``product_arn`` or else the environment's, if left out.
        account_id: the account that imports; STS is asked before the first import, if left out.
        product_arn: which product's findings they are; the account's own product's, if left out.
        client: a Security Hub client; one for the region is made if left out.
        sts: an STS client; the same.
        clock: tells the time.

    Raises:
        ValueError: when ``account_id`` or ``product_arn`` is none, or one of the options contradicts another.
    """

    name = "security-hub"
    max_entries = 100
    max_bytes = _BATCH_BYTES

    def __init__(  # noqa: PLR0913  # all of them have defaults
        self,
        *,
        region: str | None = None,
        account_id: str | None = None,
        product_arn: str | None = None,
        client: SecurityHubClient | None = None,
        sts: STSClient | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        if account_id is not None and not (isinstance(account_id, str) and _ACCOUNT.fullmatch(account_id)):
            raise ValueError(f"account_id is {account_id!r}; expected a text of 12 digits")
        if product_arn is not None:
            region, account_id = _of_product(product_arn, region, account_id)
        self._client: SecurityHubClient = client or _aws.client("securityhub", region)
        self._region = region or self._client.meta.region_name
        self._account_id, self._product_arn = account_id, product_arn
        self._sts, self._clock = sts, clock
        known = self._client.meta.service_model.shape_for("ResourceDetails")
        self._types = {name.lower(): name for name in getattr(known, "members", ())}

    def entry(self, notice: Notice) -> tuple[Finding, int]:
        """Write a notice as a finding that does not know its account yet."""
        now = _in_utc(self._clock())
        if isinstance(notice, Verdict):
            finding = _of_verdict(notice, now) | {"Resources": [self._resource(notice)]}
        else:
            finding = _of_failure(notice, now) | {"Resources": [{"Type": "AwsAccount"}]}
        size = len(json.dumps(finding)) + _ADDRESS_BYTES
        if size > _FINDING_BYTES:
            finding = _shortened(finding)
            size = len(json.dumps(finding)) + _ADDRESS_BYTES
        return finding, size

    def post(self, entries: Sequence[Finding]) -> list[Refusal | None]:
        """Import findings; Security Hub answers with 200 even where it refuses some."""
        findings: list[Any] = [self._addressed(entry) for entry in entries]
        answer = self._client.batch_import_findings(Findings=findings)
        told = answer.get("FailedFindings", [])
        failed = {one["Id"]: _aws.of_code(one["ErrorCode"], one["ErrorMessage"]) for one in told}
        if answer["FailedCount"] > len(told) or failed.keys() - {one["Id"] for one in findings}:
            raise ValueError(f"it refused {answer['FailedCount']} findings, and does not say which")
        return [failed.get(one["Id"]) for one in findings]

    def refusal(self, error: Exception) -> Refusal:
        """Say what an error of Security Hub means, and what to do about it."""
        refusal = _aws.refusal(error)
        if not isinstance(error, self._client.exceptions.InvalidAccessException):
            return refusal
        account = f"account {self._account_id}" if self._account_id else "the account"
        todo = f"enable Security Hub for {account} in {self._region}, or import where it is enabled"
        return msgspec.structs.replace(refusal, error=f"{refusal.error}; {todo}")

    def _addressed(self, entry: Finding) -> Finding:
        """Fill in the account that imports."""
        if self._account_id is None:
            sts: STSClient = self._sts or _aws.client("sts", self._region)
            self._account_id = sts.get_caller_identity()["Account"]
        account, partition = self._account_id, self._client.meta.partition
        product_arn = (
            self._product_arn
            or f"arn:{partition}:securityhub:{self._region}:{account}:product/{account}/default"
        )
        # A partner's product has a name already.
        named = {"ProductName": "trailguard"} if product_arn.endswith("/default") else {}
        return {
            **entry,
            **named,
            "Id": f"{product_arn}/trailguard/{entry['Id']}",
            "ProductArn": product_arn,
            "AwsAccountId": account,
            "Resources": [{"Id": _account_resource(account), **resource} for resource in entry["Resources"]],
        }

    def _resource(self, verdict: Verdict) -> dict[str, Any]:
        """Say what is affected: a resource, or else an account; that which imports, if none is known."""
        resource: dict[str, Any] = {"Type": "AwsAccount"}
        if verdict.resource and verdict.resource.strip():
            flat = (verdict.resource_type or "").replace("::", "").lower()
            resource = {
                "Type": self._types.get(flat, "Other"),
                "Id": _text(verdict.resource, _RESOURCE_ID),
            }
        elif _ACCOUNT.fullmatch(verdict.account_id or ""):
            resource["Id"] = _account_resource(str(verdict.account_id))
        if _REGION.fullmatch(verdict.region or ""):
            resource["Region"] = verdict.region
        arn = (verdict.resource or "").split(":")
        partition = arn[1] if len(arn) > 5 else self._client.meta.partition
        if partition in _PARTITIONS:
            resource["Partition"] = partition
        facts = {"AccountId": verdict.account_id, "ResourceType": verdict.resource_type, **verdict.evidence}
        details = _pairs(facts, _DETAIL)
        return resource | ({"Details": {"Other": details}} if details else {})


def _of_product(product_arn: str, region: str | None, account_id: str | None) -> tuple[str, str | None]:
    """Return region and account of a product; a partner's product has no account."""
    found = _PRODUCT.fullmatch(product_arn) if isinstance(product_arn, str) else None
    if found is None:
        form = "arn:aws:securityhub:REGION:ACCOUNT:product/ACCOUNT/default"
        raise ValueError(f"product_arn is {product_arn!r}; expected {form}")
    for name, given, meant in (("region", region, found[1]), ("account_id", account_id, found[2])):
        if given and meant and given != meant:
            raise ValueError(f"{name} is {given!r}, but product_arn says {meant!r}; leave one of them out")
    return found[1], account_id or found[2]


def _of_verdict(verdict: Verdict, now: datetime) -> Finding:
    is_violation = verdict.compliance is Compliance.NON_COMPLIANT
    label = _SEVERITIES[verdict.severity if is_violation else Severity.INFO]
    fields: dict[str, Any] = {"kind": "verdict", **{name: getattr(verdict, name) for name in _VERDICT_FIELDS}}
    if verdict.event_name is not None:
        fields |= {"actor": str(verdict.actor)}
        fields |= {f"actor_{name}": getattr(verdict.actor, name) for name in _ACTOR_FIELDS}
    fields |= {"tags": ", ".join(verdict.tags), "suppressed": "true" if verdict.suppressed else None}
    if by := verdict.suppression:
        fields |= {"suppression_owner": by.owner, "suppression_reason": by.reason}
        fields |= {"suppression_expires": str(by.expires) if by.expires else None}
    finding: Finding = {
        "Id": _text(verdict.id, _OWN_ID),
        "GeneratorId": _text(verdict.rule_id, _GENERATOR),
        "Title": _text(verdict.title, _TITLE),
        "Description": _text(verdict.reason, _DESCRIPTION),
        **_times(verdict.event_time or now, now),
        **_provided(label, _OF_CALL if verdict.event_name is not None else _OF_CONFIGURATION),
        "ProductFields": _product_fields(fields),
        "Compliance": {"Status": _STATUSES[verdict.compliance]},
    }
    if verdict.suppressed:  # a known finding's workflow is the customer's: to archive it is all there is
        finding |= {"Workflow": {"Status": "SUPPRESSED"}, "RecordState": "ARCHIVED"}
    return finding


def _of_failure(failure: Failure, now: datetime) -> Finding:
    content = content_of(failure)
    if "data" in content:
        raise ValueError("a finding has no room for a dead letter's bytes; send dead letters elsewhere")
    error = content.pop("error")
    kind = str(content["kind"]).replace("-", " ")
    return {
        "Id": hashlib.sha256(to_json(failure).encode()).hexdigest(),
        "GeneratorId": _text(content.get("rule_id", "trailguard"), _GENERATOR),
        "Title": _text(f"trailguard has a {kind}: not everything was judged", _TITLE),
        "Description": _text(error, _DESCRIPTION),
        **_times(now, now),
        **_provided("HIGH", _OF_FAILURE),
        "ProductFields": _product_fields(content),
        "Compliance": {"Status": "NOT_AVAILABLE"},
    }


def _times(created: datetime, now: datetime) -> Finding:
    created = _in_utc(created)
    times = {"CreatedAt": created, "UpdatedAt": max(created, now)}
    return {
        "SchemaVersion": "2018-10-08",
        **{
            name: time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            for name, time in times.items()
        },
    }


def _in_utc(time: datetime) -> datetime:
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


def _provided(severity: str, type_: str) -> Finding:
    """Say how bad it is where a provider may say it again; the finding's own fields are for whoever looks."""
    return {
        "FindingProviderFields": {"Severity": {"Label": severity}, "Types": [type_]},
        "RecordState": "ACTIVE",
    }


def _account_resource(account_id: str) -> str:
    return f"AWS::::Account:{account_id}"


def _product_fields(fields: Mapping[str, Any]) -> dict[str, str]:
    return _pairs({f"trailguard/{name}": value for name, value in fields.items()}, _PRODUCT_FIELD)


def _pairs(facts: Mapping[str, Any], length: int) -> dict[str, str]:
    """Write facts as pairs of texts, of which none is empty; there may be so many and no more."""
    texts = {
        _text(key, _KEY): _text(value if isinstance(value, str) else to_line(value), length)
        for key, value in facts.items()
        if value is not None and value != ""
    }
    return dict(list(texts.items())[:_PAIRS])


def _text(value: object, length: int) -> str:
    """Return a text that may be shown anywhere, of at most so many characters, with a mark if it was cut."""
    text = printable(value).strip() or "-"
    return text if len(text) <= length else f"{text[: length - 3]}..."


def _shortened(finding: Finding) -> Finding:
    """Leave the evidence out, and the ends of long texts."""
    fields = {key: _text(value, _SHORT_FIELD) for key, value in finding["ProductFields"].items()}
    return {
        **finding,
        "ProductFields": {**fields, "trailguard/truncated": "true"},
        "Resources": [
            {key: value for key, value in resource.items() if key != "Details"}
            for resource in finding["Resources"]
        ],
    }
