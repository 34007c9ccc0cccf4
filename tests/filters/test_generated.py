from __future__ import annotations

import pytest
from generated import DETAIL_TYPES, eventbridge_event, events, judged, listener, match_and_event, matches
from hypothesis import Phase, find, given, settings

from trailguard import Match

LAUNCH = {"eventSource": "ec2.amazonaws.com", "eventName": "RunInstances"}


def test_judged_is_what_the_engine_judges() -> None:
    rules = [listener(Match("ec2:Run*")), listener(Match("iam:*", outcome="any"), rule_id="other")]

    assert judged(rules, LAUNCH)
    assert judged(rules, LAUNCH | {"eventSource": "iam.amazonaws.com", "errorCode": "AccessDenied"})
    assert not judged(rules, LAUNCH | {"errorCode": "AccessDenied"})
    assert not judged(rules, LAUNCH | {"eventName": "StopInstances"})


@given(matches(), events())
def test_every_match_and_event_can_be_asked_about(match: Match, event: dict[str, object]) -> None:
    assert judged([listener(match)], event) in (True, False)
    assert {eventbridge_event(event, kind)["detail-type"] for kind in DETAIL_TYPES} == set(DETAIL_TYPES)


@pytest.mark.parametrize("is_judged", [True, False])
def test_pairs_are_listened_to_and_nearly_so(*, is_judged: bool) -> None:
    first = settings(phases=[Phase.generate], max_examples=2_000)
    match, event = find(
        match_and_event(), lambda pair: judged([listener(pair[0])], pair[1]) is is_judged, settings=first
    )

    assert judged([listener(match)], event) is is_judged
