import pytest

from trailguard import CloudTrailEvent, Match, Severity, Violation
from trailguard.rules.network.elastic_address_associated import elastic_address_associated
from trailguard.testing import assert_complies, cloudtrail_event


def associated(**request: object) -> CloudTrailEvent:
    return cloudtrail_event(
        "ec2:AssociateAddress",
        request=request,
        response={"requestId": "3f0c", "_return": True, "associationId": "eipassoc-1a2b3c4d"},
    )


INSTANCE = associated(allocationId="eipalloc-1a2b3c4d", instanceId="i-1a2b3c4d", allowReassociation=True)
INTERFACE = associated(allocationId="eipalloc-1a2b3c4d", networkInterfaceId="eni-1a2b3c4d")


@pytest.mark.parametrize(("event", "resource"), [(INSTANCE, "i-1a2b3c4d"), (INTERFACE, "eni-1a2b3c4d")])
def test_names_what_got_the_address(event: CloudTrailEvent, resource: str) -> None:
    assert elastic_address_associated(event) == [
        Violation(
            f"user alice gave {resource} the Elastic IP address eipalloc-1a2b3c4d",
            resource=resource,
            evidence={
                "allocation_id": "eipalloc-1a2b3c4d",
                "public_ip": None,
                "association_id": "eipassoc-1a2b3c4d",
            },
        )
    ]


def test_names_the_address_where_the_request_does() -> None:
    (violation,) = elastic_address_associated(associated(publicIp="203.0.113.5", instanceId="i-1a2b3c4d"))

    assert violation.reason == "user alice gave i-1a2b3c4d the Elastic IP address 203.0.113.5"


def test_an_address_that_was_refused_is_a_near_miss() -> None:
    assert_complies(
        elastic_address_associated,
        cloudtrail_event(
            "ec2:AssociateAddress",
            request={"allocationId": "eipalloc-1a2b3c4d", "instanceId": "i-1a2b3c4d"},
            error="Client.UnauthorizedOperation",
        ),
    )


def test_reserving_or_releasing_an_address_is_a_near_miss() -> None:
    """Every association counts that went through, and nothing else."""
    assert elastic_address_associated.matches() == (Match("ec2:AssociateAddress", outcome="success"),)
    assert elastic_address_associated.severity is Severity.MEDIUM
