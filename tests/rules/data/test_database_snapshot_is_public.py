from typing import Any

import pytest

from trailguard import Match, Severity, Violation
from trailguard.models import ConfigurationItem
from trailguard.rules.data.database_snapshot_is_public import database_snapshot_is_public
from trailguard.testing import SampleItem, configuration_item

SNAPSHOT = "AWS::RDS::DBSnapshot"
CLUSTER_SNAPSHOT = "AWS::RDS::DBClusterSnapshot"


def attribute(*values: object, name: str = "restore") -> dict[str, Any]:
    return {"attributeName": name, "attributeValues": values}


def snapshot(
    *attributes: object, of: str = SNAPSHOT, key: str = "DBSnapshotAttributes", **configuration: object
) -> SampleItem:
    return configuration_item(of, configuration, supplementary={key: attributes, "Tags": []})


OPEN = snapshot(attribute("all"))
OPEN_CLUSTER = snapshot(attribute("all"), of=CLUSTER_SNAPSHOT, key="DBClusterSnapshotAttributes")
CLOSED = snapshot(attribute())
NEAR_MISS = snapshot(attribute("444455556666"))


@pytest.mark.parametrize("item", [OPEN, OPEN_CLUSTER], ids=["instance", "cluster"])
def test_says_who_may_restore_the_snapshot(item: ConfigurationItem) -> None:
    assert database_snapshot_is_public(item) == [
        Violation(
            "every AWS account may restore the snapshot",
            evidence={"snapshot_id": "orders-2026-03-02", "shared_with": ["all"]},
        )
    ]


def test_one_violation_with_whom_else_it_is_shared() -> None:
    (violation,) = database_snapshot_is_public(snapshot(attribute("444455556666", "all")))

    assert violation.evidence["shared_with"] == ["444455556666", "all"]


@pytest.mark.parametrize(
    ("of", "key"),
    [
        (SNAPSHOT, "dbsnapshotAttributes"),
        (CLUSTER_SNAPSHOT, "DBClusterSnapshotAttributes"),
        (CLUSTER_SNAPSHOT, "dBClusterSnapshotAttributes"),
    ],
)
def test_names_are_spelled_in_several_ways(of: str, key: str) -> None:
    assert len(database_snapshot_is_public(snapshot(attribute("all"), of=of, key=key))) == 1
    assert database_snapshot_is_public(snapshot(attribute("444455556666"), of=of, key=key)) == []
    assert database_snapshot_is_public(snapshot(attribute("all", name="copy"), of=of, key=key)) == []


def test_names_may_be_in_pascal_case() -> None:
    item = snapshot({"AttributeName": "restore", "AttributeValues": ["all"]})

    assert len(database_snapshot_is_public(item)) == 1


@pytest.mark.parametrize(
    ("held", "found"), [(attribute("all"), 1), (attribute("all", name="copy"), 0), (attribute("nobody"), 0)]
)
def test_attributes_may_be_in_the_configuration(held: dict[str, Any], found: int) -> None:
    assert len(database_snapshot_is_public(snapshot(attribute(), dBSnapshotAttributes=[held]))) == found


@pytest.mark.parametrize(
    "item",
    [
        CLOSED,
        NEAR_MISS,
        snapshot(attribute("all", name="copy")),
        snapshot(attribute("all"), key="Tags"),
        snapshot({"attributeName": "restore", "attributeValues": "all accounts of ours"}),
        snapshot(),
    ],
    ids=["nobody", "one account", "other attribute", "other key", "text", "no attributes"],
)
def test_other_snapshots_are_not_reported(item: ConfigurationItem) -> None:
    assert database_snapshot_is_public(item) == []


def test_listens_to_snapshots_of_both_kinds() -> None:
    assert database_snapshot_is_public.matches() == (Match(SNAPSHOT, CLUSTER_SNAPSHOT),)
    assert database_snapshot_is_public.severity is Severity.HIGH
