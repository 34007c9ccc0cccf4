from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.compute.document_shared import document_shared
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def share(*accounts: str, name: str | None = "Deploy") -> CloudTrailEvent:
    request = {"name": name, "permissionType": "Share", "accountIdsToAdd": list(accounts)}
    return cloudtrail_event("ssm:ModifyDocumentPermission", request=request)


ALL = share("All")
ONE = share("444455556666", name=None)


def test_names_document_and_account() -> None:
    assert document_shared(ALL) == [
        Violation(
            "user alice shared the document Deploy with everybody", resource="Deploy", severity=Severity.HIGH
        )
    ]
    assert_violates(
        document_shared,
        ONE,
        reason="user alice shared the document (not named) with the account 444455556666",
        severity=Severity.MEDIUM,
    )


def test_near_misses() -> None:
    assert_complies(document_shared, share("111122223333"))
    assert_complies(document_shared, share())
    assert_complies(document_shared, cloudtrail_event("ssm:ModifyDocumentPermission"))
    assert_complies(document_shared, ONE, params={"trusted_accounts": ["444455556666"]})
