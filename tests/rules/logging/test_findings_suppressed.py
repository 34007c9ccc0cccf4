from trailguard import Violation
from trailguard.rules.logging.findings_suppressed import findings_suppressed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

ARCHIVED = cloudtrail_event("guardduty:CreateFilter", request={"name": "known", "action": "ARCHIVE"})
UPDATED = cloudtrail_event("guardduty:UpdateFilter", request={"filterName": "known", "action": "ARCHIVE"})
UNNAMED = cloudtrail_event("macie2:CreateFindingsFilter", request={"action": "ARCHIVE"})


def test_names_the_filter() -> None:
    assert findings_suppressed(ARCHIVED) == [
        Violation("user alice suppressed the findings of the filter known", resource="known")
    ]
    assert_violates(findings_suppressed, UPDATED, resource="known")
    assert_violates(
        findings_suppressed, UNNAMED, reason="user alice suppressed the findings of the filter (not named)"
    )


def test_a_filter_for_looking_is_none_that_archives() -> None:
    assert_complies(
        findings_suppressed, cloudtrail_event("guardduty:CreateFilter", request={"action": "NOOP"})
    )
    assert_complies(findings_suppressed, cloudtrail_event("guardduty:CreateFilter"))
