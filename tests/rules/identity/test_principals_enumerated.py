from trailguard.rules.identity.principals_enumerated import principals_enumerated
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

REFUSED = cloudtrail_event("iam:UpdateAssumeRolePolicy", error="MalformedPolicyDocumentException")


def test_names_call_and_error() -> None:
    assert_violates(
        principals_enumerated,
        REFUSED,
        reason="user alice had a policy refused: iam:UpdateAssumeRolePolicy failed with"
        " MalformedPolicyDocumentException",
    )


def test_other_failures_and_success() -> None:
    assert_complies(
        principals_enumerated, cloudtrail_event("iam:UpdateAssumeRolePolicy", error="AccessDenied")
    )
    assert_complies(principals_enumerated, cloudtrail_event("iam:UpdateAssumeRolePolicy"))


def test_counts_calls_of_one_caller() -> None:
    assert principals_enumerated.threshold is not None
    assert (principals_enumerated.threshold.count, principals_enumerated.threshold.by) == (5, ("actor",))
