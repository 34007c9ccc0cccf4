from trailguard import Violation
from trailguard.rules.compute.session_started import session_started
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

FORWARDED = cloudtrail_event(
    "ssm:StartSession", request={"target": "i-0123EXAMPLE", "documentName": "AWS-StartPortForwardingSession"}
)
EXECUTED = cloudtrail_event(
    "ecs:ExecuteCommand", request={"cluster": "prod", "task": "0123EXAMPLE", "command": "/bin/sh"}
)
UNNAMED = cloudtrail_event("ssm:StartSession")


def test_names_who_did_it_to_what() -> None:
    assert session_started(FORWARDED) == [
        Violation(
            "user alice opened a session on i-0123EXAMPLE",
            resource="i-0123EXAMPLE",
            evidence={"documentName": "AWS-StartPortForwardingSession"},
        )
    ]
    assert_violates(session_started, EXECUTED, resource="0123EXAMPLE")
    assert_violates(
        session_started,
        UNNAMED,
        reason="user alice opened a session on a target that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(session_started, cloudtrail_event("ssm:StartSession", error="AccessDenied"))
