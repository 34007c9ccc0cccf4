from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.compute.instances_launched_in_many_regions import instances_launched_in_many_regions
from trailguard.testing import assert_violates, cloudtrail_event

LAUNCHED = cloudtrail_event("ec2:RunInstances", request={"instanceType": "c5.large"}, region="sa-east-1")
DENIED = cloudtrail_event("ec2:RunInstances", error="Client.UnauthorizedOperation", awsRegion=None)


def test_names_kind_and_region() -> None:
    assert instances_launched_in_many_regions(LAUNCHED) == [
        Violation("user alice launched c5.large in sa-east-1", evidence={"instance_type": "c5.large"})
    ]
    assert_violates(
        instances_launched_in_many_regions, DENIED, reason="user alice tried to launch instances in a region"
    )


def test_counts_regions_of_one_caller() -> None:
    assert instances_launched_in_many_regions.threshold is not None
    assert instances_launched_in_many_regions.threshold.distinct == "region"


def test_calls_of_services() -> None:
    assert_services_do_not_count(instances_launched_in_many_regions, cloudtrail_event("ec2:RunInstances"))
