import json
from typing import Any

import pytest

from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.data.search_domain_opened import search_domain_opened
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

ANYONE = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "es:*", "Resource": "*"}
NETWORK = {"subnetIds": ["subnet-1"], "vPCId": "vpc-1"}
USERS = {"enabled": True}


def changed(statement: object = ANYONE, answer: Any = None, **more: object) -> CloudTrailEvent:
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    request = {"domainName": "logs", "accessPolicies": document, **more}
    return cloudtrail_event("es:UpdateDomainConfig", request=request, response=answer)


OPENED = changed()
INSIDE = changed(vPCOptions=NETWORK)


def test_shows_the_statements() -> None:
    assert search_domain_opened(OPENED) == [
        Violation(
            "user alice let anyone into the search domain logs",
            resource="logs",
            severity=Severity.HIGH,
            evidence={"statements": [ANYONE]},
        )
    ]


@pytest.mark.parametrize(
    ("more", "severity"),
    [
        ({"vPCOptions": NETWORK}, "low"),
        ({"vPCOptions": {"subnetIds": []}}, "high"),
        ({"advancedSecurityOptions": USERS}, "low"),
        ({"advancedSecurityOptions": {"enabled": False}}, "high"),
        ({"answer": {"domainConfig": {"vPCOptions": {"options": NETWORK}}}}, "low"),
        ({"answer": {"domainConfig": {"vPCOptions": {"options": {}}}}}, "high"),
        ({"answer": {"domainConfig": {"advancedSecurityOptions": {"options": USERS}}}}, "low"),
        ({"answer": {"domainStatus": {"advancedSecurityOptions": USERS}}}, "low"),
    ],
)
def test_a_network_or_users_of_its_own_guard_a_domain(more: dict[str, Any], severity: str) -> None:
    assert_violates(search_domain_opened, changed(**more), severity=severity)


def test_says_that_conditions_do_not_help() -> None:
    condition = {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}

    assert_violates(
        search_domain_opened,
        changed(ANYONE | {"Condition": condition}, domainName=None),
        reason="user alice let anyone into the search domain (not named), and its conditions do not say who",
    )


@pytest.mark.parametrize(
    "event",
    [
        changed(ANYONE | {"Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}),
        changed(ANYONE | {"Principal": {"AWS": "444455556666"}}),
        changed(ANYONE | {"Effect": "Deny"}),
        changed(accessPolicies=""),
        cloudtrail_event("es:UpdateDomainConfig"),
        cloudtrail_event("es:UpdateDomainConfig", request=OPENED.request_parameters, error="AccessDenied"),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(search_domain_opened, event)
