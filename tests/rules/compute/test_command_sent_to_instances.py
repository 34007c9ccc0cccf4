import pytest

from callers import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.compute.command_sent_to_instances import Params, command_sent_to_instances
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def send(document: object, **request: object) -> CloudTrailEvent:
    return cloudtrail_event("ssm:SendCommand", request={"documentName": document, **request})


ONE = send("AWS-RunShellScript", instanceIds=["i-0123EXAMPLE"])
SEVERAL = send("AWS-RunShellScript", instanceIds=["i-1", "i-2"])
BY_ARN = send(
    "arn:aws:ssm:us-east-1::document/AWS-RunPowerShellScript",
    targets=[{"key": "tag:env", "values": ["prod"]}],
)
UNNAMED = send("AWS-RunShellScript")


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
    assert_violates(command_sent_to_instances, UNNAMED, resource=None)


@pytest.mark.parametrize("document", ["AWS-RunPatchBaseline", "AWS-ConfigureAWSPackage", None])
def test_other_documents(document: object) -> None:
    assert_complies(command_sent_to_instances, send(document))


def test_documents_are_a_parameter() -> None:
    assert command_sent_to_instances(send("Own"), Params(documents=("Own",)))


def test_calls_of_services() -> None:
    assert_services_do_not_count(
        command_sent_to_instances, cloudtrail_event("ssm:SendCommand", request=ONE.request_parameters)
    )
