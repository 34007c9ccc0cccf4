"""A domain can be moved away, or is."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "route53domains:DisableDomainTransferLock",
        "route53domains:TransferDomainToAnotherAwsAccount",
        "route53domains:RetrieveDomainAuthCode",
        "route53domains:UpdateDomainNameservers",
        "route53domains:DeleteDomain",
    ],
    severity=Severity.HIGH,
    title="Domain unlocked or moved",
    references=[
        "https://docs.aws.amazon.com/Route53/latest/APIReference/API_domains_DisableDomainTransferLock.html",
        "https://docs.aws.amazon.com/Route53/latest/APIReference/API_domains_TransferDomainToAnotherAwsAccount.html",
    ],
    tags=["mitre:T1584.001"],
)
def domain_taken_away(event: CloudTrailEvent) -> Violation:
    """Somebody unlocked, moved or deleted a domain, or changed its name servers.

    Whoever has the domain has the mail and the sites of the company, and can have certificates made for
    them.

    Known false positives: a move that is planned; it happens seldom enough to ask.
    """
    domain = first_text(
        event.request_parameters.get("domainName"), event.request_parameters.get("DomainName")
    )
    return Violation(
        f"{event.actor} called {event.action} on the domain {domain or '(not named)'}", resource=domain
    )
