from typing import Any

import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.resource_shared_with_another_account import (
    resource_shared_with_another_account,
)
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

OTHER = "444455556666"
SHARE = "arn:aws:ram:us-east-1:111122223333:resource-share/1EXAMPLE"
CLUSTER = "arn:aws:rds:us-east-1:111122223333:cluster:orders"


def request(*principals: object, **more: Any) -> dict[str, Any]:
    return {"name": "orders", "resourceArns": [CLUSTER], "principals": list(principals), **more}


CREATED = cloudtrail_event(
    "ram:CreateResourceShare",
    request=request(OTHER, "111122223333", allowExternalPrincipals=True),
    response={"resourceShare": {"resourceShareArn": SHARE}},
)
ASSOCIATED = cloudtrail_event("ram:AssociateResourceShare", request=request(OTHER, resourceShareArn=SHARE))


@pytest.mark.parametrize("event", [CREATED, ASSOCIATED])
def test_says_with_whom(event: CloudTrailEvent) -> None:
    assert resource_shared_with_another_account(event) == [
        Violation(
            f"user alice shared {SHARE} with {OTHER}",
            resource=SHARE,
            evidence={"accounts": [OTHER], "resources": [CLUSTER]},
        )
    ]


def test_what_it_was_may_not_be_said() -> None:
    assert_violates(
        resource_shared_with_another_account,
        cloudtrail_event("ram:AssociateResourceShare", request={"principals": [OTHER]}),
        reason=f"user alice shared resources with {OTHER}",
    )


@pytest.mark.parametrize(
    "event",
    [
        cloudtrail_event("ram:CreateResourceShare", request=request("111122223333")),
        cloudtrail_event("ram:CreateResourceShare", request=request(OTHER, allowExternalPrincipals=False)),
        cloudtrail_event(
            "ram:CreateResourceShare",
            request=request("arn:aws:organizations::111122223333:organization/o-example"),
        ),
        cloudtrail_event("ram:CreateResourceShare"),
        cloudtrail_event("ram:AssociateResourceShare", request=request(OTHER), error="AccessDenied"),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(resource_shared_with_another_account, event)


def test_trusted_accounts_may_have_it() -> None:
    assert_complies(resource_shared_with_another_account, ASSOCIATED, params={"trusted_accounts": [OTHER]})


def test_services_count_where_somebody_says_so() -> None:
    assert_services_do_not_count(
        resource_shared_with_another_account,
        cloudtrail_event("ram:AssociateResourceShare", request=request(OTHER)),
    )
