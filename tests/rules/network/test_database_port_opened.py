import pytest

from trailguard import Violation
from trailguard.rules.network.database_port_opened import database_port_opened
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

OPENED = cloudtrail_event(
    "rds:AuthorizeDBSecurityGroupIngress", request={"dBSecurityGroupName": "db", "cIDRIP": "0.0.0.0/0"}
)
REDSHIFT = cloudtrail_event(
    "redshift:AuthorizeClusterSecurityGroupIngress",
    request={"clusterSecurityGroupName": "dw", "cIDRIP": "0.0.0.0/0"},
)
UNNAMED = cloudtrail_event("rds:AuthorizeDBSecurityGroupIngress", request={"cIDRIP": "0.0.0.0/0"})


def test_names_the_group() -> None:
    assert database_port_opened(OPENED) == [
        Violation("user alice opened the security group db to 0.0.0.0/0", resource="db")
    ]
    assert_violates(database_port_opened, REDSHIFT, resource="dw")
    assert_violates(database_port_opened, UNNAMED, resource=None)


@pytest.mark.parametrize("request_parameters", [{"cIDRIP": "203.0.113.0/24"}, {}, None])
def test_near_misses(request_parameters: dict[str, object] | None) -> None:
    assert_complies(
        database_port_opened,
        cloudtrail_event("rds:AuthorizeDBSecurityGroupIngress", request=request_parameters),
    )
