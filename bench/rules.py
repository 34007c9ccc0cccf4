"""What it costs to have many rules: the same files and the same matches, and more and more rules.

The first are nine of the built-in ones for calls; the others listen to actions of the same services which the
files do not have, as most rules of a large set do: 19 in 20 by an exact name, the last by a pattern. Each
round has an engine of its own, which remembers nothing of the files yet; making it is timed by itself.
"""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from figures import Figure, in_turns, ratio
from judging import contents, judge
from trailguard import CloudTrailEvent, Engine, Severity, rule
from trailguard.rules import BUILTIN_RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from inputs import Inputs
    from trailguard import Rule

__all__ = ["figures"]

GROUP = "rules"
ASKED = {
    "ec2-blocked-action",
    "elastic-address-associated",
    "instance-launched-with-public-address",
    "internet-gateway-attached",
    "network-acl-lets-everything-in",
    "role-trusts-anyone",
    "route-to-internet-gateway",
    "security-group-opened-to-internet",
    "subnet-assigns-public-addresses",
}
NUMBERS = (10, 100, 1_000, 5_000)
MADE = 1_000
BARS = {1_000: 1.15}
SERVICES = ("ec2", "iam", "s3", "kms", "ssm", "rds", "lambda", "secretsmanager", "sts", "logs")


def figures(inputs: Inputs, rounds: int) -> Iterator[Figure]:
    """Compare judging by many rules to judging by ten, and making their engine to judging."""
    files = contents(inputs.ten)
    by_number = {number: many(number) for number in NUMBERS}
    expected = {number: judge(files, Engine(rules)) for number, rules in by_number.items()}
    assert all(counts == expected[NUMBERS[0]] for counts in expected.values()), "the matches are not the same"
    works: dict[str, Callable[[], object]] = {
        str(number): _judging(files, rules, rounds + 1) for number, rules in by_number.items()
    }
    works["make"] = lambda: Engine(by_number[MADE])
    times = in_turns(rounds, works)
    seen = expected[NUMBERS[0]].seen
    for number in NUMBERS:
        each = median(times[str(number)]) / seen * 1e6
        value = ratio(times[str(number)], times[str(NUMBERS[0])])
        note = f"{each:.2f} us/event"
        yield Figure(GROUP, f"{number:,} rules", value, to="10 rules", bar=BARS.get(number), note=note)
    made = MADE / median(times["make"])
    note = f"{1e6 / made:.1f} us a rule, once a cold start"
    value = ratio(times["make"], times[str(MADE)])
    yield Figure(GROUP, f"an engine of {MADE:,} rules", value, to=f"judging {seen:,} events", note=note)


def many(number: int) -> tuple[Rule, ...]:
    """Return so many rules, of which the first nine are the only ones that are asked anything."""
    calls = [one for one in BUILTIN_RULES if one.id in ASKED]
    return (*calls, *(_idle(n) for n in range(len(calls), number)))[:number]


def _idle(number: int) -> Rule:
    """Make a rule that listens to an action which there is not."""
    service = SERVICES[number % len(SERVICES)]
    action = f"Describe{number:04d}*Attributes" if number % 20 == 19 else f"Describe{number:04d}Attributes"

    @rule(on=f"{service}:{action}", severity=Severity.LOW, title="A call that nobody makes")
    def idle(event: CloudTrailEvent) -> str:
        return f"{event.action} was called"

    return replace(idle, id=f"idle-{number}")


def _judging(files: list[bytes], rules: tuple[Rule, ...], times: int) -> Callable[[], object]:
    """Return a work that can be done so many times."""
    engines = iter([Engine(rules) for _ in range(times)])
    return lambda: judge(files, next(engines))
