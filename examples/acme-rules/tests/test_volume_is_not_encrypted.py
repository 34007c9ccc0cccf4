import pytest
from trailguard.testing import (
    SampleItem,
    assert_complies,
    assert_violates,
    configuration_item,
)

from acme_rules.volume_is_not_encrypted import volume_is_not_encrypted


def volume(
    encrypted: bool | None, tags: dict[str, str] | None = None, status: str = "OK"
) -> SampleItem:
    configuration = {"encrypted": encrypted, "size": 8}
    return configuration_item(
        "AWS::EC2::Volume", configuration, tags=tags, status=status
    )


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        ({}, "not said"),
        ({"data-class": "internal"}, "internal"),
        ({"owner": "public"}, "not said"),
    ],
    ids=["no tag", "internal", "another tag"],
)
def test_a_volume_that_is_not_encrypted(tags: dict[str, str], said: str) -> None:
    assert_violates(
        volume_is_not_encrypted,
        volume(False, tags),
        reason=f"not encrypted, and data-class is {said}",
        severity="medium",
    )


@pytest.mark.parametrize(
    "item",
    [
        volume(True),
        volume(None),
        volume(False, {"data-class": "public"}),
        volume(False, status="ResourceDeleted"),
    ],
    ids=["encrypted", "not said", "public", "deleted"],
)
def test_near_misses(item: SampleItem) -> None:
    assert_complies(volume_is_not_encrypted, item)
