from trailguard import Violation
from trailguard.rules.compute.model_access_requested import model_access_requested
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("bedrock:PutUseCaseForModelAccess", request={"modelId": "anthropic.claude-v2"})


def test_names_who_did_it_to_what() -> None:
    assert model_access_requested(SAMPLE) == [
        Violation(
            "user alice called bedrock:PutUseCaseForModelAccess for anthropic.claude-v2",
            resource="anthropic.claude-v2",
        )
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("bedrock:PutUseCaseForModelAccess")

    assert_violates(
        model_access_requested,
        event,
        reason="user alice called bedrock:PutUseCaseForModelAccess for a model that is not named",
        resource=None,
    )


def test_those_who_are_denied_count() -> None:
    assert_violates(
        model_access_requested,
        cloudtrail_event("bedrock:PutUseCaseForModelAccess", error="AccessDeniedException"),
        reason="user alice was denied (AccessDeniedException) bedrock:PutUseCaseForModelAccess"
        " for a model that is not named",
    )


def test_other_failed_calls_did_nothing() -> None:
    assert_complies(
        model_access_requested,
        cloudtrail_event("bedrock:PutUseCaseForModelAccess", error="ValidationException"),
    )
