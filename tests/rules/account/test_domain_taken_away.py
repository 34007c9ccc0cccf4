from trailguard import Violation
from trailguard.rules.account.domain_taken_away import domain_taken_away
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

UNLOCKED = cloudtrail_event("route53domains:DisableDomainTransferLock", request={"domainName": "example.com"})
MOVED = cloudtrail_event(
    "route53domains:TransferDomainToAnotherAwsAccount", request={"DomainName": "example.com"}
)


def test_names_the_domain() -> None:
    assert domain_taken_away(UNLOCKED) == [
        Violation(
            "user alice called route53domains:DisableDomainTransferLock on the domain example.com",
            resource="example.com",
        )
    ]
    assert_violates(domain_taken_away, MOVED, resource="example.com")
    assert_violates(
        domain_taken_away,
        cloudtrail_event("route53domains:DeleteDomain"),
        reason="user alice called route53domains:DeleteDomain on the domain (not named)",
    )


def test_a_failed_call_moved_nothing() -> None:
    assert_complies(domain_taken_away, cloudtrail_event("route53domains:DeleteDomain", error="AccessDenied"))
