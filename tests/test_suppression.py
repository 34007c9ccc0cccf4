from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from trailguard import Guard, Severity, Verdict
from trailguard.models import Actor
from trailguard.report import Counts
from trailguard.review import Review
from trailguard.settings import Settings, StandingException
from trailguard.stores.memory import MemoryStore
from trailguard.suppression import Suppressions
from trailguard.testing import RecordingNotifier, assumed_role, cloudtrail_event, iam_user
from trailguard.verdict import Compliance, Suppression

TODAY = date(2026, 3, 2)
ROLE_ARN = "arn:aws:sts::111122223333:assumed-role/Deployer/ci-1234"
DEPLOYER = Actor(
    type="AssumedRole", name="Deployer", role_name="Deployer", session_name="ci-1234", arn=ROLE_ARN
)


def verdict(**changes: Any) -> Verdict:
    return Verdict(
        **{
            "id": "1",
            "rule_id": "bucket-is-public",
            "compliance": Compliance.NON_COMPLIANT,
            "severity": Severity.HIGH,
            "title": "Bucket is public",
            "reason": "anybody may read it",
            "account_id": "111122223333",
            "region": "eu-west-1",
            "actor": DEPLOYER,
            "resource": "amzn-s3-demo-website",
            **changes,
        }
    )


def exception(rule: str = "*", **changes: Any) -> StandingException:
    return StandingException(**{"rule": rule, "owner": "web team", "reason": "it is a website", **changes})


def is_suppressed(one: Verdict, *exceptions: StandingException) -> bool:
    return Suppressions(exceptions).apply(one, TODAY).suppressed


# What it covers


@pytest.mark.parametrize(
    ("field", "covering", "other"),
    [
        ("rule", "bucket-is-public", "bucket-is-publi"),
        ("rule", "bucket-*", "*-bucket"),
        ("rule", "bucket-is-publi?", "bucket-is-public?"),
        ("actor", "Deployer", "deployer"),
        ("actor", ROLE_ARN, ROLE_ARN[:-1]),
        ("actor", "arn:aws:sts::*:assumed-role/Deployer/*", "arn:aws:sts::*:assumed-role/Deploy/*"),
        ("actor", "Deploy*", "ci-1234"),
        ("resource", "amzn-s3-demo-*", "amzn-s3-demo"),
        ("resource", "amzn-s3-demo-websit?", "amzn-s3-demo-[w]ebsite"),
        ("account", "111122223333", "444455556666"),
        ("account", "1111*", "111122223333*4"),
        ("region", "eu-*", "us-*"),
    ],
)
def test_globs_of_every_field(field: str, covering: str, other: str) -> None:
    """With the near miss beside each. A session's name is the caller's choice, and no proof of anything."""
    assert is_suppressed(verdict(), exception(**{field: covering}))
    assert not is_suppressed(verdict(), exception(**{field: other}))


def test_all_that_an_exception_names_must_fit() -> None:
    named = {"rule": "bucket-*", "actor": "Deployer", "resource": "amzn-*", "account": "1*", "region": "eu-*"}
    assert is_suppressed(verdict(), exception(**named))

    for field in named:
        assert not is_suppressed(verdict(), exception(**named | {field: "other"})), field


@pytest.mark.parametrize(
    ("field", "missing"),
    [
        ("actor", {"actor": Actor(name="")}),
        ("resource", {"resource": None}),
        ("account", {"account_id": None}),
        ("region", {"region": None}),
    ],
)
def test_what_is_not_known_is_not_excepted(field: str, missing: dict[str, Any]) -> None:
    """Not by ``*`` either: whoever wants anything at all leaves the field out."""
    assert not is_suppressed(verdict(**missing), exception(**{field: "*"}))
    assert is_suppressed(verdict(**missing), exception())


def test_hostile_resource_is_compared_as_a_whole() -> None:
    """A line break neither ends the comparison, nor hides the rest from a wildcard."""
    named = verdict(resource="amzn-s3-demo-website\nevil")

    assert not is_suppressed(named, exception(resource="amzn-s3-demo-website"))
    assert is_suppressed(named, exception(resource="amzn-s3-demo-website*"))


# Until when


@pytest.mark.parametrize(
    ("expires", "holds"),
    [(None, True), (date(2026, 3, 3), True), (TODAY, True), (date(2026, 3, 1), False)],
    ids=str,
)
def test_it_holds_on_its_last_day_and_not_on_the_next(expires: date | None, *, holds: bool) -> None:
    """Either way the verdict says which exception it is; everything else stays as it is."""
    covered = Suppressions([exception(expires=expires)]).apply(verdict(), TODAY)

    expected = Suppression("web team", "it is a website", expires)
    assert covered == verdict(suppressed=holds, suppression=expected)


def test_first_that_holds_counts() -> None:
    expired = exception(reason="expired", expires=date(2026, 1, 1))
    first, second = exception(reason="first"), exception(reason="second")
    suppressions = Suppressions([expired, exception("other", reason="not covering"), first, second])

    covered = suppressions.apply(verdict(), TODAY)

    assert covered.suppressed
    assert covered.suppression is not None
    assert covered.suppression.reason == "first"


def test_first_of_those_that_expired_is_named() -> None:
    expired = [exception(reason=reason, expires=date(2026, 1, 1)) for reason in ("first", "second")]

    covered = Suppressions(expired).apply(verdict(), TODAY)

    assert not covered.suppressed
    assert covered.suppression is not None
    assert covered.suppression.reason == "first"


def test_verdict_without_an_exception_stays_as_it_is() -> None:
    one = verdict()

    assert Suppressions([]).apply(one, TODAY) is one
    assert Suppressions([exception("other")]).apply(one, TODAY) is one


def test_hits_are_counted_of_all_that_cover() -> None:
    suppressions = Suppressions([exception("other"), exception(), exception(expires=date(2026, 1, 1))])

    for one in (verdict(), verdict(), verdict(rule_id="other")):
        suppressions.apply(one, TODAY)

    assert suppressions.hits == {0: 1, 1: 3, 2: 3}


def test_suppressed_verdict_survives_being_written_and_read() -> None:
    covered = Suppressions([exception(expires=TODAY)]).apply(verdict(), TODAY)

    assert msgspec.json.decode(msgspec.json.encode(covered), type=Verdict) == covered


@pytest.mark.parametrize(
    ("now", "holds"),
    [
        (datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 3, 0, 0, 0, tzinfo=UTC), False),
    ],
    ids=str,
)
def test_days_end_at_midnight_in_utc(now: datetime, *, holds: bool) -> None:
    suppressions = Suppressions([exception(expires=TODAY)])
    review = Review((), suppressions, MemoryStore(), clock=now.timestamp)

    assert review.suppressed(verdict()).suppressed is holds


def test_exceptions_are_asked_about_a_verdict_once() -> None:
    """However often it is reviewed, as for AWS Config and for the notifiers; hits would say too much."""
    suppressions = Suppressions([exception(expires=date(2026, 1, 1)), exception(reason="holds")])
    review = Review((), suppressions, MemoryStore())

    covered = review.suppressed(review.suppressed(verdict()))

    assert covered == review.admit(covered, Counts())
    assert suppressions.hits == {0: 1, 1: 1}


# Through a guard

RULE = "internet-gateway-attached"


def attached(name: str, actor: dict[str, Any] | None = None) -> dict[str, Any]:
    request = {"internetGatewayId": f"igw-{name}", "vpcId": "vpc-0example"}
    return cloudtrail_event("ec2:AttachInternetGateway", request=request, actor=actor).raw


def guard(notifier: RecordingNotifier, *exceptions: StandingException) -> Guard:
    return Guard.from_settings(Settings(exceptions=exceptions), notifiers=[notifier], only=[RULE])


@pytest.mark.parametrize("field", ["resource", "actor"])
def test_suppressed_verdict_is_told_to_nobody_and_still_is_one(field: str) -> None:
    known = exception(RULE, **{"resource": {"resource": "igw-a"}, "actor": {"actor": "Deployer"}}[field])
    notifier = RecordingNotifier()
    judging = guard(notifier, known)
    events = {"Records": [attached("a", assumed_role("Deployer")), attached("b", iam_user("mallory"))]}

    summary = judging.handle(events)
    report = judging.judge(events)

    assert [one.resource for one in notifier.verdicts] == ["igw-b"]
    assert (summary["verdicts"], summary["suppressed"]) == (1, 1)
    assert [(one.resource, one.suppressed) for one in report.verdicts] == [("igw-a", True), ("igw-b", False)]
    assert report.verdicts[0].suppression == Suppression("web team", "it is a website")
    assert (report.counts.suppressed, report.counts.verdicts) == (1, {Severity.MEDIUM: 1})
    assert report.counts.seen == 2


def test_expired_exception_is_told_with_the_verdict() -> None:
    notifier = RecordingNotifier()
    judging = guard(notifier, exception(RULE, expires=date(2025, 12, 31)))

    summary = judging.handle({"Records": [attached("a")]})

    (told,) = notifier.verdicts
    assert told.suppression == Suppression("web team", "it is a website", date(2025, 12, 31))
    assert not told.suppressed
    assert (summary["verdicts"], summary["suppressed"]) == (1, 0)
