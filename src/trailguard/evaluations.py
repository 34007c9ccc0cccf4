"""What AWS Config is told about resources: evaluations, made of judgements and put a hundred at a time.

Sources: "PutEvaluations" and "Evaluation" in the AWS Config API reference; "Components of an AWS Config rule"
in the AWS Config developer guide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeVar

import msgspec
from pydantic import BaseModel

from trailguard.clients import refusal
from trailguard.errors import DecodingError, RoleError
from trailguard.feeds import validated
from trailguard.mend import repair
from trailguard.models.config import ConfigurationItemSummary, ScheduledRun
from trailguard.record import printable
from trailguard.report import REPEAT
from trailguard.verdict import Compliance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from mypy_boto3_config import ConfigServiceClient
    from mypy_boto3_config.type_defs import EvaluationTypeDef

    from trailguard.engine import Judgement
    from trailguard.record import Record
    from trailguard.verdict import Verdict

__all__ = ["Evaluation", "evaluate", "put", "worst"]

ACCOUNT: Final = "AWS::::Account"
"""The type under which AWS Config has an account itself."""

_TEST_TOKEN: Final = "TESTMODE"  # noqa: S105  # it opens nothing
_PUT_AT_ONCE: Final = 100
_REFUSALS: Final = ("InvalidParameterValueException", "ValidationException")
_ANNOTATION: Final = 256
_TYPE: Final = 256
_ID: Final = 768
_CUT: Final = "..."

M = TypeVar("M", bound=BaseModel)
_Reason = tuple[str, str]

# The worse, the further on.
_RANKS: Final = (Compliance.NOT_APPLICABLE, Compliance.COMPLIANT, Compliance.NON_COMPLIANT)


class Evaluation(msgspec.Struct, frozen=True):
    """What all rules together say of one resource.

    Attributes:
        resource_type: as AWS Config writes it.
        resource_id: its id.
        compliance: the worst of what the rules say.
        at: which state of the resource it is about: when that was captured.
        reasons: the rules that it breaks, by id, and why.
    """

    resource_type: str
    resource_id: str
    compliance: Compliance
    at: datetime
    reasons: tuple[_Reason, ...] = ()

    @property
    def annotation(self) -> str:
        """The reasons, in the 256 characters that AWS Config takes; empty where there is none.

        Where they are too long, the ids of all the rules come first.
        """
        told = "; ".join(f"{rule_id}: {printable(reason)}" for rule_id, reason in self.reasons)
        rule_ids = dict.fromkeys(rule_id for rule_id, _ in self.reasons)
        if len(told) > _ANNOTATION and len(rule_ids) > 1:
            reasons = "; ".join(printable(reason) for _, reason in self.reasons)
            told = f"{', '.join(rule_ids)}: {reasons}"
        return told if len(told) <= _ANNOTATION else told[: _ANNOTATION - len(_CUT)] + _CUT

    def entry(self) -> EvaluationTypeDef:
        """Return it as PutEvaluations takes it."""
        compliance: Literal["COMPLIANT", "NON_COMPLIANT", "NOT_APPLICABLE"] = self.compliance.value
        entry: EvaluationTypeDef = {
            "ComplianceResourceType": self.resource_type,
            "ComplianceResourceId": self.resource_id,
            "ComplianceType": compliance,
            "OrderingTimestamp": self.at,
        }
        if annotation := self.annotation:
            entry["Annotation"] = annotation
        return entry


def evaluate(record: Record, judgement: Judgement) -> Iterator[Evaluation]:
    """Make evaluations of what came of one record.

    Args:
        record: a configuration item or a scheduled run.
        judgement: what came of it.

    Yields:
        One evaluation of a configuration item; of a run, one of the account and one of each resource that a
        rule found. None where nobody can tell: a rule failed, and no other one was broken.

    Raises:
        DecodingError: when the record lacks what AWS Config needs to know.
    """
    is_repeat = judgement.ignored is not None and judgement.ignored.reason == REPEAT
    if is_repeat or (judgement.failures and not judgement.verdicts):
        return
    if record.kind == "configuration item":
        yield _of_item(record, judgement)
    elif record.kind == "scheduled run":
        yield from _of_run(record, judgement)


def worst(evaluations: Iterable[Evaluation]) -> list[Evaluation]:
    """Keep one evaluation of each resource: of its latest state the worst."""
    kept: dict[tuple[str, str], Evaluation] = {}
    for one in evaluations:
        at = one.resource_type, one.resource_id
        known = kept.get(at)
        if known is None or _weight(one) > _weight(known):
            kept[at] = one
    return list(kept.values())


def put(
    client_of: Callable[[], ConfigServiceClient], evaluations: Sequence[Evaluation], token: str
) -> Iterator[str]:
    """Tell AWS Config; with an empty list, too, so that it knows that the rule has run.

    Args:
        client_of: makes a client of the account and the region of the rule.
        evaluations: one for each resource.
        token: the ``resultToken`` of the invocation. With ``TESTMODE``, AWS Config checks the evaluations and
            does not keep them.

    Yields:
        A line for each evaluation that AWS Config does not take.
    """
    fitting = [one for one in evaluations if _fits(one)]
    for one in evaluations:
        if not _fits(one):  # it would have those refused that go with it
            yield f"{_named([one])} not told to AWS Config: no type or id of a resource can be this long"
    for start in range(0, len(fitting) or 1, _PUT_AT_ONCE):
        some = fitting[start : start + _PUT_AT_ONCE]
        try:
            answer = client_of().put_evaluations(
                Evaluations=[one.entry() for one in some], ResultToken=token, TestMode=token == _TEST_TOKEN
            )
        except Exception as error:  # noqa: BLE001  # botocore's and the network's; the next ones may pass
            if len(some) > 1 and _code(error) in _REFUSALS:  # one of them has the others refused
                half = len(some) // 2
                yield from put(client_of, some[:half], token)
                yield from put(client_of, some[half:], token)
            else:
                yield f"{_named(some)} not told to AWS Config: {_problem(error)}"
            continue
        for failed in answer.get("FailedEvaluations", []):
            resource = f"{failed['ComplianceResourceType']} {failed['ComplianceResourceId']}"
            yield f"AWS Config did not take the evaluation of {printable(resource)}"


def _of_item(record: Record, judgement: Judgement) -> Evaluation:
    item = _read(ConfigurationItemSummary, record)
    if item.capture_time is None:
        raise DecodingError("it has no configurationItemCaptureTime, by which AWS Config orders evaluations")
    if judgement.fate != "judged" or item.is_deleted or not item.is_recorded:
        return Evaluation(item.resource_type, item.resource_id, Compliance.NOT_APPLICABLE, item.capture_time)
    reasons = [(verdict.rule_id, verdict.reason) for verdict in judgement.verdicts if not verdict.suppressed]
    if judgement.verdicts and not reasons:  # it neither complies, nor is it to be told that it does not
        return Evaluation(item.resource_type, item.resource_id, Compliance.NOT_APPLICABLE, item.capture_time)
    if not reasons and not _is_something((item.model_extra or {}).get("configuration")):
        raise DecodingError("it has no configuration, so that nobody can tell whether the resource complies")
    return _judged(item.resource_type, item.resource_id, item.capture_time, reasons)


def _of_run(record: Record, judgement: Judgement) -> Iterator[Evaluation]:
    run = _read(ScheduledRun, record)
    account_id = run.account_id or record.account_id
    if run.creation_time is None or account_id is None:
        lacking = "awsAccountId" if account_id is None else "notificationCreationTime"
        raise DecodingError(f"it has no {lacking}, which AWS Config needs to know")
    if judgement.fate != "judged":
        yield Evaluation(ACCOUNT, account_id, Compliance.NOT_APPLICABLE, run.creation_time)
        return
    verdicts = [verdict for verdict in judgement.verdicts if not verdict.suppressed]
    reasons = [(verdict.rule_id, _with_resource(verdict)) for verdict in verdicts]
    yield _judged(ACCOUNT, account_id, run.creation_time, reasons)
    found: dict[tuple[str, str], list[_Reason]] = {}
    for verdict in verdicts:
        if verdict.resource_type and verdict.resource not in (None, verdict.account_id):
            reason = verdict.rule_id, verdict.reason
            found.setdefault((verdict.resource_type, str(verdict.resource)), []).append(reason)
    for (resource_type, resource_id), reasons in found.items():
        yield _judged(resource_type, resource_id, run.creation_time, reasons)


def _with_resource(verdict: Verdict) -> str:
    """Say why, and about which resource, unless the reason names it or it is the account."""
    resource = verdict.resource
    if not resource or resource == verdict.account_id or resource in verdict.reason:
        return verdict.reason
    return f"{resource}: {verdict.reason}"


def _judged(resource_type: str, resource_id: str, at: datetime, reasons: Iterable[_Reason]) -> Evaluation:
    told = tuple(reasons)
    compliance = Compliance.NON_COMPLIANT if told else Compliance.COMPLIANT
    return Evaluation(resource_type, resource_id, compliance, at, told)


def _is_something(configuration: object) -> bool:
    """Tell whether there is anything in a configuration, which may be JSON in a text."""
    return configuration not in (None, {}) and str(configuration).strip() not in {"", "null", "{}"}


def _read(model: type[M], record: Record) -> M:
    raw = bytes(record.raw)
    try:
        return validated(model, msgspec.json.decode(raw))
    except (ValueError, RecursionError):
        return validated(model, msgspec.json.decode(repair(raw)))  # as the engine did


def _weight(evaluation: Evaluation) -> tuple[datetime, int]:
    return evaluation.at, _RANKS.index(evaluation.compliance)


def _fits(evaluation: Evaluation) -> bool:
    return len(evaluation.resource_type) <= _TYPE and len(evaluation.resource_id) <= _ID


def _named(evaluations: Sequence[Evaluation]) -> str:
    if len(evaluations) == 1:
        resource = f"{evaluations[0].resource_type} {evaluations[0].resource_id}"
        return f"the evaluation of {printable(resource)} is"
    return f"{len(evaluations)} evaluations are"


def _code(error: Exception) -> str:
    response: dict[str, dict[str, str]] = getattr(error, "response", {})
    return response.get("Error", {}).get("Code", "")


def _problem(error: Exception) -> str:
    from botocore.exceptions import ClientError  # noqa: PLC0415  # as boto3: few need it

    if isinstance(error, RoleError):
        return str(error)
    if not isinstance(error, ClientError):
        return f"{type(error).__name__}: {printable(error)}"
    return refusal(error, "config:PutEvaluations")
