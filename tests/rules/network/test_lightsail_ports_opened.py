from trailguard import CloudTrailEvent, Violation
from trailguard.rules.network.lightsail_ports_opened import lightsail_ports_opened
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def opened(**port: object) -> CloudTrailEvent:
    return cloudtrail_event(
        "lightsail:OpenInstancePublicPorts", request={"instanceName": "blog", "portInfo": port}
    )


SSH = opened(fromPort=22, toPort=22, protocol="tcp")
NAMED = opened(fromPort=3389, cidrs=["0.0.0.0/0"])
SEVERAL = cloudtrail_event(
    "lightsail:PutInstancePublicPorts", request={"portInfos": [{"fromPort": 443}, {"fromPort": 22}]}
)


def test_names_instance_and_port() -> None:
    assert lightsail_ports_opened(SSH) == [
        Violation("user alice opened port 22 of blog to everybody", resource="blog")
    ]
    assert_violates(lightsail_ports_opened, NAMED)
    assert_violates(lightsail_ports_opened, SEVERAL, resource=None)


def test_near_misses() -> None:
    assert_complies(lightsail_ports_opened, opened(fromPort=443))
    assert_complies(lightsail_ports_opened, opened(fromPort=80))
    assert_complies(lightsail_ports_opened, opened(fromPort=22, cidrs=["203.0.113.7/32"]))
    assert_complies(lightsail_ports_opened, cloudtrail_event("lightsail:OpenInstancePublicPorts"))
