from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.compute.launch_template_changed import launch_template_changed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

VERSION = cloudtrail_event(
    "ec2:CreateLaunchTemplateVersion",
    request={
        "CreateLaunchTemplateVersionRequest": {
            "LaunchTemplateId": "lt-0123EXAMPLE",
            "LaunchTemplateData": {"UserData": "<sensitiveDataRemoved>"},
        }
    },
)
DEFAULT = cloudtrail_event(
    "ec2:ModifyLaunchTemplate", request={"launchTemplateName": "web", "setDefaultVersion": "2"}
)
UNNAMED = cloudtrail_event("ec2:ModifyLaunchTemplate")


def test_names_the_template() -> None:
    assert launch_template_changed(VERSION) == [
        Violation(
            "user alice changed the launch template lt-0123EXAMPLE by ec2:CreateLaunchTemplateVersion",
            resource="lt-0123EXAMPLE",
            evidence={"has_user_data": True},
        )
    ]
    assert_violates(launch_template_changed, DEFAULT, resource="web")
    assert_violates(launch_template_changed, UNNAMED, resource=None)


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        launch_template_changed,
        cloudtrail_event("ec2:ModifyLaunchTemplate", error="Client.UnauthorizedOperation"),
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(launch_template_changed, cloudtrail_event("ec2:ModifyLaunchTemplate"))
