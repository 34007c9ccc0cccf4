from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.compute.instance_profile_replaced import instance_profile_replaced
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

INSTANCE = "i-0123EXAMPLE"
ASSOCIATED = cloudtrail_event(
    "ec2:AssociateIamInstanceProfile",
    request={
        "AssociateIamInstanceProfileRequest": {
            "InstanceId": INSTANCE,
            "IamInstanceProfile": {"Name": "admin"},
        }
    },
)
OLDER = cloudtrail_event(
    "ec2:AssociateIamInstanceProfile",
    request={"instanceId": INSTANCE, "iamInstanceProfile": {"arn": "arn:aws:iam::111122223333:p/admin"}},
)
REPLACED = cloudtrail_event(
    "ec2:ReplaceIamInstanceProfileAssociation",
    request={"ReplaceIamInstanceProfileAssociationRequest": {"AssociationId": "iip-assoc-0123EXAMPLE"}},
)
UNNAMED = cloudtrail_event("ec2:AssociateIamInstanceProfile")


def test_names_the_instance() -> None:
    assert instance_profile_replaced(ASSOCIATED) == [
        Violation(
            f"user alice gave another role to {INSTANCE}",
            resource=INSTANCE,
            evidence={"instance_profile": "admin"},
        )
    ]
    assert_violates(instance_profile_replaced, OLDER, resource=INSTANCE)
    assert_violates(instance_profile_replaced, REPLACED, resource="iip-assoc-0123EXAMPLE")
    assert_violates(
        instance_profile_replaced,
        UNNAMED,
        reason="user alice gave another role to an instance that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        instance_profile_replaced, cloudtrail_event("ec2:AssociateIamInstanceProfile", error="AccessDenied")
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(
        instance_profile_replaced, cloudtrail_event("ec2:AssociateIamInstanceProfile")
    )
