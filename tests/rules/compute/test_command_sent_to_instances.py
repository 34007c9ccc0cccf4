import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.compute.command_sent_to_instances import command_sent_to_instances
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def send(document: object, **request: object) -> CloudTrailEvent:
    return cloudtrail_event("ssm:SendCommand", request={"documentName": document, **request})


EVERYWHERE = [{"key": "InstanceIds", "values": ["*"]}]
ONE = send("AWS-RunShellScript", instanceIds=["i-0123EXAMPLE"])
SEVERAL = send("AWS-RunShellScript", instanceIds=["i-1", "i-2"])
BY_ARN = send(
    "arn:aws:ssm:us-east-1::document/AWS-RunPowerShellScript",
    targets=[{"key": "tag:env", "values": ["prod"]}],
)
UNNAMED = send("AWS-RunShellScript")
ALL = send("AWS-RunShellScript", targets=EVERYWHERE)
OWN = send("Rollout", targets=EVERYWHERE)
OWN_BY_ARN = send("arn:aws:ssm:us-east-1:111122223333:document/Rollout")
FOREIGN = send("arn:aws:ssm:us-east-1:444455556666:document/Rollout")


def test_names_document_and_instances() -> None:
    assert command_sent_to_instances(ONE) == [
        Violation("user alice ran AWS-RunShellScript on i-0123EXAMPLE", resource="i-0123EXAMPLE")
    ]
    assert_violates(
        command_sent_to_instances,
        SEVERAL,
        reason="user alice ran AWS-RunShellScript on i-1, i-2",
        resource=None,
    )
    assert_violates(
        command_sent_to_instances, BY_ARN, reason="user alice ran AWS-RunPowerShellScript on prod"
    )
    assert_violates(command_sent_to_instances, UNNAMED, resource=None, severity=Severity.MEDIUM)


def test_all_instances_are_worse() -> None:
    reason = "user alice ran AWS-RunShellScript on all instances"

    assert_violates(command_sent_to_instances, ALL, reason=reason, severity=Severity.HIGH)


def test_documents_of_the_account_are_low() -> None:
    """Wherever they run; those of other accounts are not."""
    assert_violates(command_sent_to_instances, OWN, severity=Severity.LOW)
    assert_violates(command_sent_to_instances, OWN_BY_ARN, severity=Severity.LOW)
    assert_violates(command_sent_to_instances, FOREIGN, severity=Severity.MEDIUM)


@pytest.mark.parametrize("document", ["AWS-RunPatchBaseline", "AmazonCloudWatch-ManageAgent", None])
def test_other_documents(document: object) -> None:
    assert_complies(command_sent_to_instances, send(document))
    assert_complies(command_sent_to_instances, send(document, instanceIds=["i-0123EXAMPLE"]))


def test_documents_are_a_parameter() -> None:
    assert_complies(command_sent_to_instances, ONE, params={"documents": []})


def test_calls_of_services() -> None:
    assert_services_do_not_count(
        command_sent_to_instances, cloudtrail_event("ssm:SendCommand", request=ONE.request_parameters)
    )
