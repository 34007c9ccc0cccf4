import pytest

from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.compute.build_project_changed import build_project_changed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

CHANGED = cloudtrail_event(
    "codebuild:UpdateProject",
    request={
        "name": "shop",
        "source": {"type": "GITHUB"},
        "serviceRole": "arn:aws:iam::111122223333:role/Admin",
    },
)
STARTED = cloudtrail_event(
    "codebuild:StartBuild", request={"projectName": "shop", "buildspecOverride": "version: 0.2"}
)
UNNAMED = cloudtrail_event("codebuild:UpdateProject", request={"serviceRole": "Admin"})


def test_names_the_project_and_what_was_changed() -> None:
    assert build_project_changed(CHANGED) == [
        Violation("user alice set source, serviceRole of the build shop", resource="shop")
    ]
    assert_violates(
        build_project_changed, STARTED, reason="user alice set buildspecOverride of the build shop"
    )
    assert_violates(build_project_changed, UNNAMED, resource=None)


@pytest.mark.parametrize(
    "request_parameters", [{"name": "shop", "description": "The shop", "source": {}}, None]
)
def test_other_changes(request_parameters: dict[str, object] | None) -> None:
    assert_complies(
        build_project_changed, cloudtrail_event("codebuild:UpdateProject", request=request_parameters)
    )
    assert_complies(
        build_project_changed, cloudtrail_event("codebuild:StartBuild", request={"projectName": "shop"})
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(
        build_project_changed, cloudtrail_event("codebuild:UpdateProject", request={"serviceRole": "Admin"})
    )
