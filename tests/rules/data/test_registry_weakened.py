import pytest

from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.registry_weakened import registry_weakened
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def scanning(*, on_push: object) -> CloudTrailEvent:
    return cloudtrail_event(
        "ecr:PutImageScanningConfiguration",
        request={"repositoryName": "shop", "imageScanningConfiguration": {"scanOnPush": on_push}},
    )


def tags(mutability: str) -> CloudTrailEvent:
    request = {"repositoryName": "shop", "imageTagMutability": mutability}
    return cloudtrail_event("ecr:PutImageTagMutability", request=request)


UNSCANNED = scanning(on_push=False)
MUTABLE = tags("MUTABLE")


@pytest.mark.parametrize(
    ("event", "what"),
    [(UNSCANNED, "turned off the scan of new images"), (MUTABLE, "let tags be moved to other images")],
)
def test_says_what_is_weaker(event: CloudTrailEvent, what: str) -> None:
    assert registry_weakened(event) == [
        Violation(f"user alice {what} in the repository shop", resource="shop")
    ]


def test_the_repository_may_not_be_named() -> None:
    assert_violates(
        registry_weakened,
        cloudtrail_event("ecr:PutImageTagMutability", request={"imageTagMutability": "MUTABLE"}),
        reason="user alice let tags be moved to other images in the repository (not named)",
    )


@pytest.mark.parametrize(
    "event",
    [
        scanning(on_push=True),
        scanning(on_push=None),
        tags("IMMUTABLE"),
        cloudtrail_event("ecr:PutImageTagMutability"),
        cloudtrail_event(
            "ecr:PutImageTagMutability", request=MUTABLE.request_parameters, error="AccessDenied"
        ),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(registry_weakened, event)
