from trailguard import Engine, Guard
from trailguard.testing import cloudtrail_event
from trailguard.testing.notifier import RecordingNotifier

import acme_rules


def test_installing_the_package_turns_its_rules_on(trailguard_engine: Engine) -> None:
    """By the entry point in pyproject.toml: the engine has all rules that are installed."""
    installed = [listener.rule for listener in trailguard_engine.listeners]

    assert [
        rule for rule in acme_rules.trailguard_rules() if rule not in installed
    ] == []


def test_a_verdict_reaches_its_notifier(
    trailguard_guard: Guard, trailguard_notifier: RecordingNotifier
) -> None:
    """All the way, as in Lambda: from a message in a queue to whom it is told."""
    event = cloudtrail_event(
        "s3:PutBucketVersioning",
        request={
            "bucketName": "acme-orders",
            "VersioningConfiguration": {"Status": "Suspended"},
        },
    )

    trailguard_guard.handle(event.as_eventbridge().as_sqs(), None)

    told = [verdict.rule_id for verdict in trailguard_notifier.verdicts]

    assert "bucket-versioning-suspended" in told
