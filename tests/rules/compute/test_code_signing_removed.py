import pytest

from trailguard import CloudTrailEvent, Violation
from trailguard.rules.compute.code_signing_removed import code_signing_removed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

ARN = "arn:aws:lambda:us-east-1:111122223333:code-signing-config:csc-0123EXAMPLE"


def update(policies: object) -> CloudTrailEvent:
    return cloudtrail_event(
        "lambda:UpdateCodeSigningConfig20200422",
        request={"codeSigningConfigArn": ARN, "codeSigningPolicies": policies},
    )


REMOVED = cloudtrail_event("lambda:DeleteFunctionCodeSigningConfig20200630", request={"functionName": "shop"})
DELETED = cloudtrail_event("lambda:DeleteCodeSigningConfig20200422", request={"codeSigningConfigArn": ARN})
WARNS = update({"untrustedArtifactOnDeployment": "Warn"})
UNNAMED = cloudtrail_event("lambda:DeleteFunctionCodeSigningConfig")


def test_names_the_function_or_configuration() -> None:
    assert code_signing_removed(REMOVED) == [
        Violation(
            "user alice took the check of signatures away by lambda:DeleteFunctionCodeSigningConfig of shop",
            resource="shop",
        )
    ]
    assert_violates(code_signing_removed, DELETED, resource=ARN)
    assert_violates(code_signing_removed, WARNS, resource=ARN)
    assert_violates(code_signing_removed, UNNAMED, resource=None)


@pytest.mark.parametrize("policies", [{"untrustedArtifactOnDeployment": "Enforce"}, {}, None])
def test_near_misses(policies: object) -> None:
    assert_complies(code_signing_removed, update(policies))
