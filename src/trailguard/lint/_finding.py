"""What linting finds, and the codes it goes by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

__all__ = ["CODES", "Finding", "Remark"]

CODES: Final = {
    "TG101": "an unknown service",
    "TG102": "an action that the service does not have",
    "TG103": "a permission or a call whose name no event bears",
    "TG104": "an action with the date of its API",
    "TG105": "a pattern that no action fits",
    "TG106": "an unknown resource type",
    "TG107": "a pattern that no resource type fits",
    "TG108": "an unknown type of identity",
    "TG109": "a Match that nothing can fulfil",
    "TG110": "a rule that listens to everything",
    "TG201": "a request parameter that the calls do not have",
    "TG301": "no docstring",
    "TG302": "no references",
    "TG303": "a reference that is no URL",
    "TG304": "an id that another rule bears",
    "TG305": "an ignored code that has nothing to say",
}
"""Every code and what it is about: 1xx what a rule listens to, 2xx what it reads, 3xx how it is declared."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong with a rule.

    Attributes:
        code: one of `CODES`.
        rule_id: the rule's id.
        problem: what is wrong.
        fix: what to do about it.
        place: where the rule is defined, as ``module:line``.
    """

    code: str
    rule_id: str
    problem: str
    fix: str
    place: str


class Remark(NamedTuple):
    """What a check says of the rule it was given."""

    code: str
    problem: str
    fix: str
