"""A search domain's policy lets anyone in."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first, is_true, text, texts
from trailguard.rules._policy import despite_conditions, statements_for_anyone
from trailguard.rules.data._spelling import fields
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "es:CreateDomain",
        "es:UpdateDomainConfig",
        "es:CreateElasticsearchDomain",
        "es:UpdateElasticsearchDomainConfig",
    ],
    severity=Severity.HIGH,
    title="Search domain opened to anyone",
    references=["https://docs.aws.amazon.com/opensearch-service/latest/developerguide/ac.html"],
    tags=["mitre:T1190", "mitre:T1213"],
)
def search_domain_opened(event: CloudTrailEvent) -> Violation | None:
    """Somebody gave a domain of OpenSearch or Elasticsearch an access policy for anyone.

    Domains with a public endpoint are found by those who search the internet for them; then all indexes are
    read, or deleted and a note is left. Low, where the record says that the domain is in a VPC or has users
    of its own (fine-grained access control), for which AWS advises such policies.

    Known false positives: policies that take back by Deny what they allow, and domains in a VPC or with users
    where the record does not say so; except them by ``resource``. Not seen: collections of OpenSearch
    Serverless.
    """
    request = fields(event.request_parameters)
    statements = statements_for_anyone(request.get("accesspolicies"))
    if not statements:
        return None
    domain = text(request.get("domainname"))
    return Violation(
        f"{event.actor} let anyone into the search domain {domain or '(not named)'}"
        f"{despite_conditions(statements)}",
        resource=domain,
        severity=Severity.LOW if _is_guarded(event) else Severity.HIGH,
        evidence={"statements": statements},
    )


def _is_guarded(event: CloudTrailEvent) -> bool:
    """Tell whether a network or users of its own stand before a domain, by what was asked or what is."""
    answer = event.response_elements
    for held in (event.request_parameters, answer.get("domainConfig"), answer.get("domainStatus")):
        told = fields(first(held))
        network = fields(_options(told.get("vpcoptions")))
        users = fields(_options(told.get("advancedsecurityoptions")))
        if texts(network.get("subnetids")) or is_true(users.get("enabled")):
            return True
    return False


def _options(value: object) -> dict[str, object]:
    """Return a group of options, which answers about changes wrap with their state."""
    options = first(value)
    return first(options.get("options")) or options
