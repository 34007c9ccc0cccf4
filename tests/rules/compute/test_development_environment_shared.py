import pytest

from trailguard import CloudTrailEvent, Violation
from trailguard.rules.compute.development_environment_shared import development_environment_shared
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

WHOM = "arn:aws:iam::111122223333:user/bob"


def share(permissions: object, **request: object) -> CloudTrailEvent:
    return cloudtrail_event(
        "cloud9:CreateEnvironmentMembership", request={"permissions": permissions, **request}
    )


SHARED = share("read-write", environmentId="env1EXAMPLE", userArn=WHOM)
UNNAMED = share("read-write")


def test_names_environment_and_user() -> None:
    assert development_environment_shared(SHARED) == [
        Violation(
            f"user alice let {WHOM} into the environment env1EXAMPLE",
            resource="env1EXAMPLE",
            evidence={"user_arn": WHOM},
        )
    ]
    assert_violates(development_environment_shared, UNNAMED, resource=None)


@pytest.mark.parametrize("permissions", ["read-only", None])
def test_who_may_only_read(permissions: object) -> None:
    assert_complies(
        development_environment_shared, share(permissions, environmentId="env1EXAMPLE", userArn=WHOM)
    )
