"""Everything trailguard raises.

    TrailguardError
    ├── DefinitionError      a rule is declared wrongly
    ├── PluginError          a plugin cannot be used
    │   ├── PluginLoadError  its module cannot be imported
    │   ├── DuplicateRuleError  two rules bear the same id
    │   └── NoRulesError     nothing to judge with
    ├── SettingsError        a setting is wrong
    ├── UnsupportedEvent     a payload has a shape that nobody knows
    ├── ReadError            an input cannot be opened or read
    ├── DecodingError        bytes that are not what they claim to be
    │   ├── TooLargeError    more of them than a document may have
    │   └── BombError        they inflate as no log does
    ├── RoleError            a role cannot be assumed
    ├── StoreError           what is remembered cannot be read or written
    ├── FilterError          a delivery filter cannot be compiled, or cannot be read
    ├── PackagingError       a package for AWS Lambda cannot be made, or would not run there
    └── UnfinishedError      the invoker must try again, or look

A record that cannot be decoded and a rule that raises are *not* here: they are values
(`DecodeFailure`, `RuleFailure`) that travel beside the verdicts, so that one never stops the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "BombError",
    "DecodingError",
    "DefinitionError",
    "DuplicateRuleError",
    "FilterError",
    "NoRulesError",
    "PackagingError",
    "PluginError",
    "PluginLoadError",
    "ReadError",
    "RoleError",
    "SettingsError",
    "StoreError",
    "TooLargeError",
    "TrailguardError",
    "UnfinishedError",
    "UnsupportedEvent",
    "did_you_mean",
]


def did_you_mean(word: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """Return `` (did you mean 'x'?)`` for the nearest known word, or nothing.

    Args:
        word: what somebody wrote.
        known: what there is.
        likeness: how like one another two words have to be, from 0 to 1, where 1 is the same.
    """
    from difflib import get_close_matches  # noqa: PLC0415  # nobody needs it before something is wrong

    nearest = get_close_matches(word, list(known), n=1, cutoff=likeness)
    return f" (did you mean {nearest[0]!r}?)" if nearest else ""


class TrailguardError(Exception):
    """The base of every error that trailguard raises on purpose."""


class DefinitionError(TrailguardError):
    """A rule is declared wrongly. Raised when the rule is defined, never while it judges.

    Attributes:
        rule: the rule's function, as ``module.name``.
    """

    def __init__(self, rule: str, problem: str) -> None:
        super().__init__(f"rule {rule}: {problem}")
        self.rule = rule


class PluginError(TrailguardError):
    """A plugin cannot be used.

    Attributes:
        plugin: who it is: ``distribution version, entry point "name" (module)``, or the registered object.
        problem: what is wrong with it.
    """

    def __init__(self, plugin: str, problem: str) -> None:
        super().__init__(f"plugin {plugin}: {problem}")
        self.plugin = plugin
        self.problem = problem


class PluginLoadError(PluginError):
    """A plugin's module cannot be imported, or its entry point names nothing."""


class DuplicateRuleError(PluginError):
    """Two rules bear the same id.

    Attributes:
        rule_id: the id that both bear.
    """

    def __init__(self, plugin: str, rule_id: str, first: str) -> None:
        super().__init__(plugin, f"rule {rule_id!r} was already registered by {first}; rename one of the two")
        self.rule_id = rule_id


class NoRulesError(TrailguardError):
    """No rule is left to judge with, so that everything would look compliant."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"{problem}: everything would look compliant. Register rules with Engine([...]), with"
            " Guard.from_settings(plugins=[...]), or through an entry point in the group 'trailguard'"
            " (Lambda packers often strip the package metadata that entry points live in)"
        )


class SettingsError(TrailguardError):
    """A setting is wrong.

    Attributes:
        source: where it was set: a file, an environment variable, or ``settings`` for one made in code.
        key: the dotted key in it.
    """

    def __init__(self, source: str, key: str, problem: str) -> None:
        super().__init__(f"{source}: {key}: {problem}" if key else f"{source}: {problem}")
        self.source = source
        self.key = key


class UnsupportedEvent(TrailguardError):  # noqa: N818  # named for what it is, as users say it
    """A payload has a shape that trailguard does not know; nothing of it was judged.

    Attributes:
        origin: where it came from.
        problem: what it looks like.
        shapes: the shapes that are taken.
    """

    def __init__(self, origin: str, problem: str, shapes: Sequence[str]) -> None:
        super().__init__(f"{origin}: {problem}; trailguard takes: {', '.join(shapes)}")
        self.origin = origin
        self.problem = problem
        self.shapes = tuple(shapes)


class ReadError(TrailguardError):
    """An input cannot be opened or read.

    Attributes:
        source: which one.
        problem: what is wrong with it.
        transient: whether to try again may help.
    """

    def __init__(self, source: str, problem: str, *, transient: bool = False) -> None:
        super().__init__(f"{source}: {problem}")
        self.source = source
        self.problem = problem
        self.transient = transient


class DecodingError(TrailguardError):
    """Bytes are not what they claim to be: a gzip stream that breaks off, say."""


class TooLargeError(DecodingError):
    """A document or a line is larger than it may be.

    Attributes:
        max_bytes: how large it may be.
    """

    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"larger than {max_bytes:,} bytes when inflated")
        self.max_bytes = max_bytes


class BombError(DecodingError):
    """A compressed stream inflates so much that it can only be meant to fill memory.

    Attributes:
        ratio: how many times its length it may have.
    """

    def __init__(self, ratio: int) -> None:
        super().__init__(f"inflates more than {ratio}-fold, as no log does")
        self.ratio = ratio


class RoleError(TrailguardError):
    """A role cannot be assumed. What STS says of it is left out: it names who asked, and what they may.

    Attributes:
        role_arn: the role.
        problem: the error's code and the request's id; empty where access is denied.
    """

    def __init__(self, role_arn: str, problem: str) -> None:
        super().__init__(
            f"the role {role_arn} cannot be assumed: {problem}" if problem else f"may not assume {role_arn}"
        )
        self.role_arn = role_arn
        self.problem = problem


class StoreError(TrailguardError):
    """A store cannot be read or written, so that nobody knows what was done before.

    Attributes:
        store: which one: its file, or its table.
        problem: what is wrong with it.
    """

    def __init__(self, store: str, problem: str) -> None:
        super().__init__(f"{store}: {problem}")
        self.store = store
        self.problem = problem


class FilterError(TrailguardError):
    """A delivery filter cannot be compiled of what rules listen to, or one that is in use cannot be read."""


class PackagingError(TrailguardError):
    """A package for AWS Lambda cannot be made, or would not run there.

    Attributes:
        problems: a line for each thing that is wrong.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class UnfinishedError(TrailguardError):
    """Everything that could be judged and delivered was; something is left for the invoker to repeat.

    Attributes:
        problems: one line for each record, rule failure or verdict that is not done.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        shown = [f"- {problem}" for problem in problems[:20]]
        if len(problems) > len(shown):
            shown.append(f"- and {len(problems) - len(shown)} more")
        super().__init__("\n".join([f"{len(problems)} not done:", *shown]))
        self.problems = tuple(problems)
