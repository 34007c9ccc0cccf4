from trailguard import Violation
from trailguard.rules.logging.session_logs_changed import session_logs_changed
from trailguard.testing import assert_complies, cloudtrail_event

UPDATED = cloudtrail_event("ssm:UpdateDocument", request={"name": "SSM-SessionManagerRunShell"})


def test_names_the_document() -> None:
    assert session_logs_changed(UPDATED) == [
        Violation(
            "user alice changed how sessions are logged by ssm:UpdateDocument of SSM-SessionManagerRunShell",
            resource="SSM-SessionManagerRunShell",
        )
    ]


def test_other_documents() -> None:
    assert_complies(session_logs_changed, cloudtrail_event("ssm:UpdateDocument", request={"name": "Deploy"}))
    assert_complies(session_logs_changed, cloudtrail_event("ssm:DeleteDocument"))
