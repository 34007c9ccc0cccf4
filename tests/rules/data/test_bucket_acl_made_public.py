from typing import Any

import pytest

from trailguard import CloudTrailEvent, Severity
from trailguard.rules.data.bucket_acl_made_public import bucket_acl_made_public
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

ALL = "http://acs.amazonaws.com/groups/global/AllUsers"
AUTHENTICATED = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"


def put(**request: object) -> CloudTrailEvent:
    return cloudtrail_event("s3:PutBucketAcl", request={"bucketName": "amzn-s3-demo-bucket", **request})


def grants(*uris: str) -> dict[str, Any]:
    """Make the grants of a list; a single one is no list."""
    made = [{"Grantee": {"xsi:type": "Group", "URI": uri}, "Permission": "READ"} for uri in uris]
    return {"AccessControlPolicy": {"AccessControlList": {"Grant": made if len(made) > 1 else made[0]}}}


CANNED = put(**{"x-amz-acl": "public-read"})
CANNED_IN_A_LIST = put(**{"x-amz-acl": ["public-read-write"]})
GRANTED = put(**grants(ALL))
GRANTED_TO_BOTH = put(**grants(AUTHENTICATED, ALL))
BY_HEADER = put(**{"x-amz-grant-read": f'uri="{ALL}"'})
TO_ACCOUNTS = put(**{"x-amz-acl": "authenticated-read"})


@pytest.mark.parametrize("event", [CANNED, CANNED_IN_A_LIST, GRANTED, GRANTED_TO_BOTH, BY_HEADER])
def test_every_way_to_say_everybody(event: CloudTrailEvent) -> None:
    (violation,) = bucket_acl_made_public(event)

    assert violation.reason.startswith("user alice lets everybody into the bucket amzn-s3-demo-bucket")
    assert violation.resource == "amzn-s3-demo-bucket"
    assert violation.severity is None


def test_everybody_with_an_account_is_less() -> None:
    assert_violates(
        bucket_acl_made_public,
        TO_ACCOUNTS,
        reason="user alice lets everybody with an AWS account into the bucket amzn-s3-demo-bucket",
        severity=Severity.HIGH,
    )


@pytest.mark.parametrize(
    "request_parameters",
    [
        {"x-amz-acl": "private"},
        {"x-amz-acl": ["log-delivery-write"]},
        grants("http://acs.amazonaws.com/groups/s3/LogDelivery"),
        {"AccessControlPolicy": {"AccessControlList": {"Grant": {"Grantee": {"ID": "79a5"}}}}},
        {"AccessControlPolicy": ""},
        {"x-amz-grant-read": 'id="79a5"'},
        {},
    ],
)
def test_near_misses(request_parameters: dict[str, object]) -> None:
    assert_complies(bucket_acl_made_public, put(**request_parameters))
