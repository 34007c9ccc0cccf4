from trailguard import CloudTrailEvent, Violation
from trailguard.rules.compute.project_made_public import project_made_public
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def update(visibility: object, project: str | None = "shop") -> CloudTrailEvent:
    return cloudtrail_event(
        "codebuild:UpdateProjectVisibility",
        request={"projectArn": project, "projectVisibility": visibility},
    )


PUBLIC = update("PUBLIC_READ")
UNNAMED = update("PUBLIC_READ", None)


def test_names_the_project() -> None:
    assert project_made_public(PUBLIC) == [
        Violation("user alice made the project shop public", resource="shop")
    ]
    assert_violates(project_made_public, UNNAMED, resource=None)


def test_private_ones() -> None:
    assert_complies(project_made_public, update("PRIVATE"))
    assert_complies(project_made_public, cloudtrail_event("codebuild:UpdateProjectVisibility"))
