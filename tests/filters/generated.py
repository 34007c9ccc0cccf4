"""Matches and CloudTrail records that are near one another, and whether a rule would judge a record.

What a filter has to let through is what the engine judges, so the engine itself is asked.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from trailguard import CloudTrailEvent, Engine, Match, Rule, Severity, rule
from trailguard.record import Record
from trailguard.testing import (
    assumed_role,
    aws_account,
    aws_service,
    federated_user,
    iam_user,
    identity_center_user,
    root,
    saml_user,
    web_identity_user,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["DETAIL_TYPES", "eventbridge_event", "events", "judged", "listener", "match_and_event", "matches"]

SERVICES: Final = ("ec2", "iam", "lambda", "signin", "cloudwatch", "monitoring", "runtime.lex", "s3-control")
ACTIONS: Final = (
    "RunInstances",
    "RunInstance",
    "CreateFunction",
    "CreateFunction20150331v2",
    "CreateInvalidation2020_05_31",
    "AddPermission20150331",
    "ConsoleLogin",
    "PutBucketPolicy",
    "Get",
    "20150331",
)
DATES: Final = ("20150331", "20150331v2", "2020_05_31", "20211031")
ODD: Final = ('say "so"', "back\\slash", "*", "a*b", "%x%", "é", "it's", "{x}", "(a)||(b)", "")
IDENTITIES: Final = (
    "Root",
    "IAMUser",
    "AssumedRole",
    "Role",
    "FederatedUser",
    "AWSAccount",
    "AWSService",
    "IdentityCenterUser",
    "SAMLUser",
    "WebIdentityUser",
    "Directory",
    "Unknown",
)
ERRORS: Final = (
    "AccessDenied",
    "AccessDeniedException",
    "Client.UnauthorizedOperation",
    "UnauthorizedOperation",
    "ThrottlingException",
    "Server.InternalError",
)
SUFFIXES: Final = (
    ".amazonaws.com",
    ".amazonaws.com",
    ".amazonaws.com",
    ".amazonaws.com.cn",
    "",
    ".amazonaws",
)
RESPONSES: Final[tuple[Any, ...]] = (
    None,
    {},
    {"ConsoleLogin": "Failure"},
    {"ConsoleLogin": "Success"},
    {"ConsoleLogin": None},
)
ABSENT: Final = object()
DETAIL_TYPES: Final = (
    "AWS API Call via CloudTrail",
    "AWS Console Sign In via CloudTrail",
    "AWS Console Signin via CloudTrail",
    "AWS Console Action via CloudTrail",
    "AWS Service Event via CloudTrail",
    "AWS Network Activity Event via CloudTrail",
)
"""What EventBridge calls what a rule may judge; a sign-in is spelled in two ways."""
SAMPLES: Final = {
    sample["type"]: sample
    for sample in (
        *(assumed_role(), aws_account(), aws_service(), federated_user(), iam_user()),
        *(identity_center_user(), root(), saml_user(), web_identity_user()),
    )
}


def listener(*on: Match, rule_id: str = "listener") -> Rule:
    """Make a rule that listens to what is said and finds nothing."""

    @rule(on=on, severity=Severity.LOW, title="Listener")
    def listen(event: CloudTrailEvent) -> None:
        del event

    return replace(listen, id=rule_id)


def judged(rules: Iterable[Rule], event: dict[str, Any]) -> bool:
    """Tell whether any of the rules would be asked about a CloudTrail record."""
    return Engine(rules).judge(Record(json.dumps(event).encode())).fate == "judged"


def eventbridge_event(record: dict[str, Any], detail_type: str = DETAIL_TYPES[0]) -> dict[str, Any]:
    """Return the event by which EventBridge passes on a CloudTrail record."""
    service = str(record.get("eventSource", "")).partition(".amazonaws.com")[0]
    return {
        "version": "0",
        "id": "11112222-EXAMPLE",
        "detail-type": detail_type,
        "source": f"aws.{service}",
        "account": "111122223333",
        "time": "2026-01-01T00:00:00Z",
        "region": "eu-west-1",
        "resources": [],
        "detail": record,
    }


def _with_wildcards(texts: Iterable[str]) -> st.SearchStrategy[str]:
    """Put ``*`` in the place of any part of a text, or ``?`` in the place of any character, or neither."""

    @st.composite
    def wild(draw: st.DrawFn) -> str:
        text = draw(st.sampled_from(tuple(texts)))
        for _ in range(draw(st.sampled_from((0, 0, 1, 1, 2)))):
            start = draw(st.integers(0, len(text)))
            end = draw(st.integers(start, len(text)))
            if draw(st.booleans()):
                text = f"{text[:start]}*{text[end:]}"
            elif start < len(text):
                text = f"{text[:start]}?{text[start + 1 :]}"
        return text

    return wild()


@st.composite
def matches(draw: st.DrawFn) -> Match:
    """Make what a rule may listen to, of calls."""
    service, action = _with_wildcards((*SERVICES, "*")), _with_wildcards((*ACTIONS, "*"))
    names = st.tuples(service, action).filter(all).map(":".join)
    on = draw(st.lists(names, min_size=1, max_size=3))
    errors = _with_wildcards((*ERRORS, *ODD)).filter(bool)
    error = draw(st.just([]) | st.lists(errors, max_size=2))
    identities = st.sampled_from((*IDENTITIES, *ODD)).filter(bool)
    return Match(
        *on,
        outcome=draw(
            st.sampled_from((None, "failure", "any") if error else (None, "success", "failure", "any"))
        ),
        identity=draw(st.just([]) | st.lists(identities, max_size=2)),
        error=error,
        read_only=draw(st.sampled_from((None, None, True, False))),
    )


def _filled(draw: st.DrawFn, glob: str) -> str:
    """Make a text that a pattern with wildcards fits."""
    filling = {"*": st.sampled_from(("", "x", "Instances", *ODD)), "?": st.sampled_from('x0.*"\\')}
    return "".join(draw(filling[character]) if character in filling else character for character in glob)


def _identity(kind: str | None) -> dict[str, Any]:
    """Return a ``userIdentity`` as trailguard's own samples have it, where they have that type."""
    if kind is None:
        return {"accountId": "111122223333", "invokedBy": "ec2.amazonaws.com"}
    return SAMPLES.get(kind) or {"type": kind, "principalId": "AIDAEXAMPLE"}


def _record(draw: st.DrawFn, name: str, source: str, **fields: Any) -> dict[str, Any]:
    """Make a record; fields that are absent are left out, and what is not given has any value it may have."""
    identity = st.sampled_from((None, *IDENTITIES, *ODD)).map(_identity) | st.sampled_from((ABSENT, None, {}))
    kinds = {
        "userIdentity": identity,
        "errorCode": st.sampled_from((ABSENT, ABSENT, None, "", *ERRORS, *ODD)),
        "responseElements": st.sampled_from((ABSENT, *RESPONSES)),
        "readOnly": st.sampled_from((ABSENT, None, True, False, "true", "false")),
    }
    drawn = {key: fields[key] if key in fields else draw(kind) for key, kind in kinds.items()}
    record = {
        "eventVersion": "1.11",
        "eventTime": "2026-01-01T00:00:00Z",
        "eventSource": source,
        "eventName": name,
        "awsRegion": "eu-west-1",
        "eventID": "11112222-3333-4444-5555-EXAMPLE",
        "eventType": "AwsApiCall",
        "recipientAccountId": "111122223333",
        **drawn,
    }
    return {key: value for key, value in record.items() if value is not ABSENT}


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    """Make a CloudTrail record, of the services and actions that `matches` are about."""
    name = draw(st.sampled_from((*ACTIONS, *ODD))) + draw(st.sampled_from(("", "", *DATES)))
    return _record(draw, name, draw(st.sampled_from(SERVICES)) + draw(st.sampled_from(SUFFIXES)))


@st.composite
def match_and_event(draw: st.DrawFn) -> tuple[Match, dict[str, Any]]:
    """Make a match and a record that it is likely to admit; one time in five, a field may spoil that."""
    match = draw(matches())
    service, _, action = draw(st.sampled_from(match.on)).partition(":")
    name = _filled(draw, action) + draw(st.sampled_from(("", "", "", *DATES)))
    service = "monitoring" if service == "cloudwatch" else _filled(draw, service)
    fields: dict[str, Any] = {"errorCode": ABSENT, "responseElements": draw(st.sampled_from((None, {})))}
    if match.error:
        fields["errorCode"] = _filled(draw, draw(st.sampled_from(match.error)))
    elif match.outcome == "success":
        fields["errorCode"] = draw(st.sampled_from((ABSENT, None, "")))
    elif match.outcome == "failure" and draw(st.booleans()):
        fields["responseElements"] = {"ConsoleLogin": "Failure"}
    elif match.outcome == "failure":
        fields["errorCode"] = draw(st.sampled_from(ERRORS))
    if match.identity:
        fields["userIdentity"] = _identity(draw(st.sampled_from(match.identity)))
    if match.read_only is not None:
        fields["readOnly"] = draw(st.sampled_from((match.read_only, str(match.read_only).lower())))
    if draw(st.integers(1, 5)) == 5:
        fields.pop(draw(st.sampled_from(sorted(fields))))
    return match, _record(draw, name, service + draw(st.sampled_from(SUFFIXES[:5])), **fields)
