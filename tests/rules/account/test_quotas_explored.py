from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.account.quotas_explored import quotas_explored
from trailguard.testing import assert_violates, cloudtrail_event

ASKED = cloudtrail_event("servicequotas:GetServiceQuota", request={"serviceCode": "ec2"})


def test_names_who_looks() -> None:
    assert quotas_explored(ASKED) == [Violation("user alice looks at quotas in region after region")]
    assert_violates(
        quotas_explored, cloudtrail_event("servicequotas:ListServiceQuotas", error="AccessDenied")
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(quotas_explored, cloudtrail_event("servicequotas:GetServiceQuota"))


def test_counts_regions_of_one_caller() -> None:
    assert quotas_explored.threshold is not None
    assert (quotas_explored.threshold.by, quotas_explored.threshold.distinct) == (("actor",), "region")
