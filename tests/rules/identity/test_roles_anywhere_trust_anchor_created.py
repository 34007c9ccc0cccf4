from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.identity.roles_anywhere_trust_anchor_created import roles_anywhere_trust_anchor_created
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def created(**request: object) -> CloudTrailEvent:
    return cloudtrail_event("rolesanywhere:CreateTrustAnchor", request=request)


OUTSIDE = created(name="mine", source={"sourceType": "CERTIFICATE_BUNDLE", "sourceData": {}})
INSIDE = created(name="mine", source={"sourceType": "AWS_ACM_PCA"})
UPDATED = cloudtrail_event("rolesanywhere:UpdateTrustAnchor", request={"trustAnchorId": "ta-1"})
UNNAMED = created()


def test_one_outside_aws_is_worse() -> None:
    assert roles_anywhere_trust_anchor_created(OUTSIDE) == [
        Violation(
            "user alice made the trust anchor mine of an authority outside AWS",
            resource="mine",
            severity=Severity.HIGH,
        )
    ]
    assert_violates(
        roles_anywhere_trust_anchor_created,
        INSIDE,
        reason="user alice made the trust anchor mine of an authority",
        severity=Severity.MEDIUM,
    )
    assert_violates(roles_anywhere_trust_anchor_created, UPDATED, resource="ta-1")
    assert_violates(roles_anywhere_trust_anchor_created, UNNAMED, resource=None)


def test_a_failed_call_changed_nothing() -> None:
    assert_complies(
        roles_anywhere_trust_anchor_created,
        cloudtrail_event("rolesanywhere:CreateTrustAnchor", error="AccessDenied"),
    )
