from trailguard import CloudTrailEvent, Violation
from trailguard.rules.network.prefix_list_opened import prefix_list_opened
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def modify(cidr: object, **request: object) -> CloudTrailEvent:
    inner = {"AddEntry": {"Cidr": cidr, "tag": 1}, **request}
    return cloudtrail_event("ec2:ModifyManagedPrefixList", request={"ModifyManagedPrefixListRequest": inner})


MODIFIED = modify("0.0.0.0/0", PrefixListId="pl-1")
CREATED = cloudtrail_event(
    "ec2:CreateManagedPrefixList",
    request={"CreateManagedPrefixListRequest": {"Entry": [{"Cidr": "10.0.0.0/8"}, {"Cidr": "::/0"}]}},
)


def test_names_the_list() -> None:
    assert prefix_list_opened(MODIFIED) == [
        Violation("user alice put 0.0.0.0/0 into the prefix list pl-1", resource="pl-1")
    ]
    assert_violates(
        prefix_list_opened, CREATED, reason="user alice put ::/0 into the prefix list (not named)"
    )


def test_near_misses() -> None:
    private = {"CreateManagedPrefixListRequest": {"Entry": [{"Cidr": "10.0.0.0/8"}, {"Cidr": "::1/128"}]}}

    assert_complies(prefix_list_opened, cloudtrail_event("ec2:CreateManagedPrefixList", request=private))
    assert_complies(
        prefix_list_opened,
        cloudtrail_event("ec2:ModifyManagedPrefixList", request=CREATED.request_parameters),
    )
    assert_complies(prefix_list_opened, modify("10.0.0.0/8"))
    assert_complies(prefix_list_opened, cloudtrail_event("ec2:ModifyManagedPrefixList"))
