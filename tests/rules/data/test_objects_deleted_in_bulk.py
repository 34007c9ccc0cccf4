from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.data.objects_deleted_in_bulk import objects_deleted_in_bulk
from trailguard.testing import assert_violates, cloudtrail_event

DELETED = cloudtrail_event("s3:DeleteObject", request={"bucketName": "amzn-s3-demo-bucket", "key": "a"})
UNNAMED = cloudtrail_event("s3:DeleteObjects")


def test_names_the_bucket() -> None:
    assert objects_deleted_in_bulk(DELETED) == [
        Violation(
            "user alice deletes objects of the bucket amzn-s3-demo-bucket", resource="amzn-s3-demo-bucket"
        )
    ]
    assert_violates(objects_deleted_in_bulk, UNNAMED, resource=None)


def test_calls_of_services() -> None:
    assert_services_do_not_count(objects_deleted_in_bulk, cloudtrail_event("s3:DeleteObject"))


def test_counts_calls_of_one_caller() -> None:
    assert objects_deleted_in_bulk.threshold is not None
    assert objects_deleted_in_bulk.threshold.count == 100
