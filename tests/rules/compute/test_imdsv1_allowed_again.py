import pytest

from trailguard import Violation
from trailguard.rules.compute.imdsv1_allowed_again import imdsv1_allowed_again
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

OPTIONAL = cloudtrail_event(
    "ec2:ModifyInstanceMetadataOptions",
    request={
        "ModifyInstanceMetadataOptionsRequest": {"InstanceId": "i-0123EXAMPLE", "HttpTokens": "optional"}
    },
)
DEFAULTS = cloudtrail_event("ec2:ModifyInstanceMetadataDefaults", request={"httpTokens": "optional"})


def test_names_the_instance() -> None:
    assert imdsv1_allowed_again(OPTIONAL) == [
        Violation(
            "user alice let the metadata of the instance i-0123EXAMPLE be read without a token",
            resource="i-0123EXAMPLE",
        )
    ]
    assert_violates(
        imdsv1_allowed_again,
        DEFAULTS,
        reason="user alice let the metadata of instances be read without a token",
    )


@pytest.mark.parametrize(
    "request_parameters", [{"httpTokens": "required"}, {"httpEndpoint": "enabled"}, None]
)
def test_near_misses(request_parameters: dict[str, object] | None) -> None:
    assert_complies(
        imdsv1_allowed_again,
        cloudtrail_event("ec2:ModifyInstanceMetadataOptions", request=request_parameters),
    )


def test_the_request_of_another_call() -> None:
    assert_complies(
        imdsv1_allowed_again,
        cloudtrail_event("ec2:ModifyInstanceMetadataDefaults", request=OPTIONAL.request_parameters),
    )
