from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.identity.roles_tried import roles_tried
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

ROLE = "arn:aws:iam::111122223333:role/Admin"
DENIED = cloudtrail_event("sts:AssumeRole", error="AccessDenied", request={"roleArn": ROLE})
WITHOUT_REQUEST = cloudtrail_event(
    "sts:AssumeRole",
    error="AccessDenied",
    errorMessage=f"User: x is not authorized to perform: sts:AssumeRole on resource: {ROLE}",
)
SILENT = cloudtrail_event("sts:AssumeRole", error="AccessDenied", errorMessage="no")
UNSAID = cloudtrail_event("sts:AssumeRole", error="AccessDenied", errorMessage=None)


def test_names_the_role() -> None:
    assert roles_tried(DENIED) == [Violation(f"user alice may not assume the role {ROLE}", resource=ROLE)]
    assert_violates(roles_tried, WITHOUT_REQUEST, resource=ROLE)
    assert_violates(roles_tried, SILENT, resource=None)
    assert_violates(roles_tried, UNSAID, resource=None)


def test_success_does_not_count() -> None:
    assert_complies(roles_tried, cloudtrail_event("sts:AssumeRole", request={"roleArn": ROLE}))


def test_calls_of_services() -> None:
    assert_services_do_not_count(
        roles_tried, cloudtrail_event("sts:AssumeRole", error="AccessDenied", request={"roleArn": ROLE})
    )
