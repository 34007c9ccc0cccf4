import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.compute.command_scheduled_on_instances import command_scheduled_on_instances
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

PROD = [{"key": "tag:env", "values": ["prod", "test"]}]


def associate(name: object, **request: object) -> CloudTrailEvent:
    return cloudtrail_event("ssm:CreateAssociation", request={"name": name, **request})


SCHEDULED = associate("AWS-RunShellScript", instanceId="i-0123EXAMPLE")
BY_TAG = associate("AWS-RunShellScript", targets=PROD)
UPDATED = cloudtrail_event(
    "ssm:UpdateAssociation",
    request={"associationId": "a-1", "scheduleExpression": "rate(30 minutes)"},
    response={"associationDescription": {"name": "AWS-RunShellScript", "targets": PROD}},
)
BATCH = cloudtrail_event(
    "ssm:CreateAssociationBatch",
    request={
        "entries": [
            {"name": "AWS-RunShellScript", "instanceId": "i-1"},
            {"name": "AWS-GatherSoftwareInventory", "instanceId": "i-2"},
        ]
    },
)
OWN = associate("Rollout")


def test_names_document_and_targets() -> None:
    assert command_scheduled_on_instances(SCHEDULED) == [
        Violation("user alice scheduled AWS-RunShellScript on i-0123EXAMPLE", resource="i-0123EXAMPLE")
    ]
    for event in (BY_TAG, UPDATED):
        assert_violates(
            command_scheduled_on_instances,
            event,
            reason="user alice scheduled AWS-RunShellScript on prod, test",
            resource=None,
        )
    assert_violates(command_scheduled_on_instances, BATCH, resource="i-1")
    assert_violates(
        command_scheduled_on_instances,
        OWN,
        reason="user alice scheduled Rollout on (not named)",
        severity=Severity.LOW,
    )


@pytest.mark.parametrize("name", ["AWS-GatherSoftwareInventory", None])
def test_other_documents(name: object) -> None:
    assert_complies(command_scheduled_on_instances, associate(name, instanceId="i-0123EXAMPLE"))
    described = {"associationDescription": {"name": name}}
    update = cloudtrail_event("ssm:UpdateAssociation", request={"associationId": "a-1"}, response=described)
    assert_complies(command_scheduled_on_instances, update)
    assert_complies(command_scheduled_on_instances, cloudtrail_event("ssm:CreateAssociationBatch"))


def test_calls_of_services() -> None:
    assert_services_do_not_count(command_scheduled_on_instances, associate("AWS-RunShellScript"))
