"""``trailguard.toml``: which rules are on, how bad they are, with which parameters; who is told.

```toml
[rules.ec2-blocked-action]
severity = "high"
parameters.actions = ["ec2:CreateVpc", "ec2:DeleteVpc"]

[rules.internet-gateway-attached]
enabled = false

[[notifiers]]
type = "sns"
topic_arn = "arn:aws:sns:eu-west-1:111122223333:security"
route = { min_severity = "high", accounts = ["111122223333"] }

[[exceptions]]
rule = "bucket-*"
resource = "amzn-s3-demo-website"
owner = "web team"
reason = "the shop's pictures are public"
expires = 2027-01-31

[state]
type = "dynamodb"
table = "trailguard"

[dead_letter]
type = "sns"
topic_arn = "arn:aws:sns:eu-west-1:111122223333:undecodable"

[limits]
max_bytes = 268_435_456

[answers]
firehose_unmatched = "drop"

[config]
role = "arn:aws:iam::{account_id}:role/trailguard"

[plugins]
on_error = "skip"
```

Environment variables set single values over it; see `trailguard.overrides`.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from trailguard.decode import MAX_BYTES, MAX_DEPTH
from trailguard.mistakes import in_one, mistakes_in
from trailguard.overrides import overridden, source_of
from trailguard.rule_sets import DEFAULT
from trailguard.settings_file import SETTINGS_VARIABLE, find_settings, read_settings
from trailguard.verdict import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "SETTINGS_VARIABLE",
    "Answers",
    "ConfigSettings",
    "Limits",
    "NotifierSettings",
    "PluginSettings",
    "Route",
    "RuleSettings",
    "Settings",
    "StandingException",
    "StateSettings",
    "load_settings",
    "settings_from",
]


def _lowered(severity: object) -> object:
    return severity.lower() if isinstance(severity, str) else severity


def _is_role(role: str) -> str:
    if not re.fullmatch(r"execution|arn:[a-z-]+:iam::(\d{12}|\{account_id\}):role/.+", role):
        raise ValueError("expected execution, or the ARN of a role: arn:aws:iam::{account_id}:role/NAME")
    return role


# Whether "high" or "HIGH" is written: nobody can mean anything else by it.
_Severity = Annotated[Severity, BeforeValidator(_lowered)]


class _Table(BaseModel):
    # Most of what may be set is not: its validators are built when there is something to check.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)


class RuleSettings(_Table):
    """What may be set of a rule.

    Attributes:
        enabled: whether it is asked, whatever the sets of rules say; None to leave it to them.
        severity: what counts instead of what the rule itself says.
        parameters: what it takes, by name.
    """

    enabled: bool | None = None
    severity: _Severity | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)


class Route(_Table):
    """Which notices a notifier is told. All of them, unless something is said.

    Attributes:
        min_severity: no verdicts below it.
        rules: ids of rules, with ``*`` and ``?``; any of them will do.
        tags: tags of rules, the same.
        accounts: account ids, the same.
        regions: regions, the same.
        failures: whether it is told what could not be judged.
    """

    min_severity: _Severity | None = None
    rules: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    failures: bool = True


class NotifierSettings(_Table):
    """A notifier to tell: its ``type``, which notices it is told, and what else that type asks for.

    Attributes:
        name: what people call it; the type, if left out.
    """

    model_config = ConfigDict(extra="allow")

    type: str
    name: str | None = None
    route: Route = Field(default_factory=Route)

    @property
    def options(self) -> dict[str, Any]:
        """What the type asks for."""
        return dict(self.model_extra or {})


class StandingException(_Table):
    """What is known, and not to be told: verdicts that it covers come out suppressed.

    Attributes:
        rule: ids of rules, with ``*`` and ``?``.
        actor: the caller's name or ARN, the same; anybody, if left out.
        resource: the resource, the same; any, if left out.
        account: the account's id, the same; any, if left out.
        region: the region, the same; any, if left out.
        owner: who answers for it.
        reason: why it is all right.
        expires: the last day on which it holds (UTC); for ever, if left out.
    """

    rule: str
    actor: str | None = None
    resource: str | None = None
    account: str | None = None
    region: str | None = None
    owner: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    expires: date | None = Field(None, strict=True)


class StateSettings(_Table):
    """Where what must be remembered between invocations is kept.

    Attributes:
        type: ``memory``, ``sqlite`` or ``dynamodb``.
        path: the file of ``sqlite``.
        table: the table of ``dynamodb``.
        region: the table's; the environment's, if left out.
        remember_hours: for how long a verdict that was delivered is not delivered again.
    """

    type: Literal["memory", "sqlite", "dynamodb"] = "memory"
    path: str | None = None
    table: str | None = None
    region: str | None = None
    remember_hours: float = Field(24, gt=0, le=24 * 90, strict=True)

    @model_validator(mode="after")
    def _has_a_place(self) -> Self:
        needed = {"memory": None, "sqlite": "path", "dynamodb": "table"}[self.type]
        for name in ("path", "table"):
            value = getattr(self, name)
            if name == needed and not value:
                raise ValueError(f"type {self.type!r} needs {name}")
            if name != needed and value is not None:
                raise ValueError(f"type {self.type!r} has no {name}")
        return self


class Limits(_Table):
    """How much is decoded before it is taken for a mistake or an attack; beyond it, a `DecodeFailure`.

    Attributes:
        max_bytes: how large a document may be, inflated.
        max_record_bytes: how large one record may be that some rule listens to. CloudTrail's end at 1 MB.
        max_depth: how many envelopes may be in one another.
    """

    max_bytes: int = Field(MAX_BYTES, gt=0, strict=True)
    max_record_bytes: int = Field(8 * 1024 * 1024, gt=0, strict=True)
    max_depth: int = Field(MAX_DEPTH, gt=0, strict=True)


class Answers(_Table):
    """What an invoker is told, where there is a choice.

    Attributes:
        partial_batches: whether the event source mappings of SQS and Kinesis have
            ``ReportBatchItemFailures``. Where they have not, Lambda takes any answer for success: then a
            failure has to be raised.
        firehose_unmatched: what becomes of a Firehose record without a violation: ``keep`` or ``drop`` it.
    """

    partial_batches: bool = True
    firehose_unmatched: Literal["keep", "drop"] = "keep"


class ConfigSettings(_Table):
    """How AWS Config is asked for oversized items, and told about evaluations.

    Attributes:
        role: the role to assume for that: an ARN, in which ``{account_id}`` stands for the account whose rule
            or resource it is; or ``execution`` for the ``executionRoleArn`` that AWS Config passes on. The
            function's own if left out.
        external_id: what the trust policy of the role asks for, if it does.
    """

    role: Annotated[str, AfterValidator(_is_role)] | None = None
    external_id: str | None = None


class PluginSettings(_Table):
    """What becomes of plugins that cannot be used.

    Attributes:
        on_error: ``raise`` an error when the guard is made, or ``skip``: leave out what cannot be used, and
            report it.
    """

    on_error: Literal["raise", "skip"] = "raise"


_WITHOUT_BYTES: Final = ("metrics", "security-hub", "slack")


class _File(_Table):
    """What may stand in a settings file."""

    rule_sets: tuple[str, ...] = (DEFAULT,)
    rules: dict[str, RuleSettings] = Field(default_factory=dict)
    notifiers: tuple[NotifierSettings, ...] = ()
    dead_letter: NotifierSettings | None = None
    limits: Limits = Field(default_factory=Limits.model_construct)
    answers: Answers = Field(default_factory=Answers.model_construct)
    config: ConfigSettings = Field(default_factory=ConfigSettings.model_construct)
    plugins: PluginSettings = Field(default_factory=PluginSettings.model_construct)
    exceptions: tuple[StandingException, ...] = ()
    state: StateSettings = Field(default_factory=StateSettings.model_construct)

    @field_validator("notifiers")
    @classmethod
    def _names_are_told_apart(cls, notifiers: tuple[NotifierSettings, ...]) -> tuple[NotifierSettings, ...]:
        names = Counter(one.name for one in notifiers if one.name is not None)
        if twice := [name for name, number in names.items() if number > 1]:
            raise ValueError(
                f"{names[twice[0]]} notifiers are called {twice[0]!r}; give each a name of its own"
            )
        return notifiers

    @field_validator("dead_letter")
    @classmethod
    def _keeps_the_bytes(cls, chosen: NotifierSettings | None) -> NotifierSettings | None:
        if chosen and chosen.route != Route():
            raise ValueError("it takes whatever nobody can read, and has no route")
        if chosen and chosen.type in _WITHOUT_BYTES:
            raise ValueError(f"{chosen.type} does not keep bytes, which is what a dead letter is for")
        return chosen


class Settings(_File):
    """All settings. ``Settings()`` has the default set of rules on, with their defaults, and no notifier.

    Attributes:
        source: where they were read, for messages.
        origins: what was read elsewhere: the environment variable that set it, by its dotted key.
    """

    source: str = Field("settings", exclude=True)
    origins: dict[str, str] = Field(default_factory=dict, exclude=True)

    @classmethod
    def defaults(cls) -> Settings:
        """Return ``Settings()``, without checking what is known to be right."""
        return cls.model_construct()

    def of_rule(self, rule_id: str) -> RuleSettings:
        """Return what is set of a rule."""
        return self.rules.get(rule_id) or RuleSettings.model_construct()

    def source_of(self, key: str) -> str:
        """Return where a setting was read, for messages: ``environment variable X``, or the source.

        Args:
            key: its dotted key, ``rules.ec2-blocked-action.severity`` or ``notifiers.0``.
        """
        return source_of(key, self.origins, self.source)


def load_settings(
    path: str | os.PathLike[str] | None = None, environ: Mapping[str, str] = os.environ
) -> Settings:
    """Read a settings file, and the environment variables that set single values.

    Args:
        path: the file; if left out, the one that `find_settings` finds, or the defaults if there is none.
        environ: the environment.

    Raises:
        SettingsError: when the file cannot be read, is no TOML, or something is wrong in it or in a variable.
            It has all mistakes, a line for each.
    """
    file = find_settings(path, environ)
    found = overridden(read_settings(file) if file else {}, environ, _File)
    return (
        _checked(found.table, file or "settings", found.origins)
        if file or found.table
        else Settings.defaults()
    )


def settings_from(table: Mapping[str, Any], source: str) -> Settings:
    """Make settings of what may stand in a settings file.

    Args:
        table: the tables and values.
        source: where they come from, for messages.

    Raises:
        SettingsError: when something is wrong in it. It has all mistakes, a line for each.
    """
    return _checked(table, source, {})


def _checked(table: Mapping[str, Any], source: str, origins: dict[str, str]) -> Settings:
    try:
        _File.model_validate(table)
    except ValidationError as error:
        mistakes = mistakes_in(table, _File, error)
        raise in_one([(source_of(one.key, origins, source), one) for one in mistakes]) from None
    return Settings.model_validate({**table, "source": source, "origins": origins})
