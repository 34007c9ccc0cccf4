"""A prefix list holds the whole internet."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._ec2 import request_of
from trailguard.rules._json import first, first_text, items
from trailguard.rules._network import is_whole_internet
from trailguard.verdict import Severity, Violation


@rule(
    on=["ec2:CreateManagedPrefixList", "ec2:ModifyManagedPrefixList"],
    severity=Severity.MEDIUM,
    title="Prefix list holds the internet",
    references=["https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html"],
    tags=["mitre:T1562.007"],
)
def prefix_list_opened(event: CloudTrailEvent) -> Violation | None:
    """Somebody put all addresses into a managed prefix list.

    Every security group and route that names the list is open at once, and looks as it did before.

    Known false positives: lists for ways out; except them by ``resource``.
    """
    request = request_of(event)
    entries = [
        one for key in ("addEntry", "addEntries", "entry", "entries") for one in items(request.get(key))
    ]
    cidr = next(filter(is_whole_internet, (one.get("cidr") for one in entries)), None)
    if cidr is None:
        return None
    made = first(event.response_elements.get("prefixList"))
    name = first_text(request.get("prefixListId"), made.get("prefixListId"), request.get("prefixListName"))
    return Violation(f"{event.actor} put {cidr} into the prefix list {name or '(not named)'}", resource=name)
