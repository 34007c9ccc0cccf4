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
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from trailguard.decode import MAX_BYTES, MAX_DEPTH
from trailguard.errors import SettingsError, did_you_mean
from trailguard.verdict import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic_core import ErrorDetails

__all__ = [
    "SETTINGS_VARIABLE",
    "Answers",
    "ConfigSettings",
    "Limits",
    "NotifierSettings",
    "PluginSettings",
    "RuleSettings",
    "Settings",
    "load_settings",
]

SETTINGS_VARIABLE: Final = "TRAILGUARD_SETTINGS"


class RuleSettings(BaseModel):
    """What may be set of a rule."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    enabled: bool = True
    severity: Severity | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)


class NotifierSettings(BaseModel):
    """A notifier to tell: its ``type``, and what else that type asks for."""

    model_config = ConfigDict(frozen=True, extra="allow", hide_input_in_errors=True)

    type: str

    @property
    def options(self) -> dict[str, Any]:
        """Everything but the type."""
        return dict(self.model_extra or {})


class Limits(BaseModel):
    """How much is decoded before it is taken for a mistake or an attack; beyond it, a `DecodeFailure`.

    Attributes:
        max_bytes: how large a document may be, inflated.
        max_record_bytes: how large one record may be that some rule listens to. CloudTrail's end at 1 MB.
        max_depth: how many envelopes may be in one another.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    max_bytes: int = Field(MAX_BYTES, gt=0)
    max_record_bytes: int = Field(8 * 1024 * 1024, gt=0)
    max_depth: int = Field(MAX_DEPTH, gt=0)


class Answers(BaseModel):
    """What an invoker is told, where there is a choice.

    Attributes:
        partial_batches: whether the event source mappings of SQS and Kinesis have
            ``ReportBatchItemFailures``. Where they have not, Lambda takes any answer for success: then a
            failure has to be raised.
        firehose_unmatched: what becomes of a Firehose record without a violation: ``keep`` or ``drop`` it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    partial_batches: bool = True
    firehose_unmatched: Literal["keep", "drop"] = "keep"


class ConfigSettings(BaseModel):
    """How AWS Config is asked for oversized items, and told about evaluations.

    Attributes:
        role: the role to assume for that: an ARN, in which ``{account_id}`` stands for the account whose rule
            or resource it is; or ``execution`` for the ``executionRoleArn`` that AWS Config passes on. The
            function's own if left out.
        external_id: what the trust policy of the role asks for, if it does.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    role: str | None = Field(None, pattern=r"^(execution|arn:[a-z-]+:iam::(\d{12}|\{account_id\}):role/.+)$")
    external_id: str | None = None


class PluginSettings(BaseModel):
    """What becomes of plugins that cannot be used.

    Attributes:
        on_error: ``raise`` an error when the guard is made, or ``skip``: leave out what cannot be used, and
            report it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    on_error: Literal["raise", "skip"] = "raise"


class Settings(BaseModel):
    """All settings. ``Settings()`` has every rule on, with its defaults, and no notifier.

    Attributes:
        source: where they were read, for messages.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    rules: dict[str, RuleSettings] = Field(default_factory=dict)
    notifiers: tuple[NotifierSettings, ...] = ()
    dead_letter: NotifierSettings | None = None
    limits: Limits = Limits()
    answers: Answers = Answers()
    config: ConfigSettings = ConfigSettings()
    plugins: PluginSettings = PluginSettings()
    source: str = Field("settings", exclude=True)

    def of_rule(self, rule_id: str) -> RuleSettings:
        """Return what is set of a rule."""
        return self.rules.get(rule_id) or RuleSettings()


def load_settings(path: str | os.PathLike[str] | None = None) -> Settings:
    """Read a settings file.

    Args:
        path: the file; the one that the environment variable ``TRAILGUARD_SETTINGS`` names if left out, and
            the defaults where there is no such variable either.

    Raises:
        SettingsError: when the file cannot be read, is no TOML, or holds something that is no setting.
    """
    path = path or os.environ.get(SETTINGS_VARIABLE)
    if not path:
        return Settings()
    source = os.fspath(path)
    try:
        table = tomllib.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        raise SettingsError(source, "", f"cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(source, "", f"not TOML: {error}") from error
    try:
        if "source" in table:  # a field for messages, which no file may set
            raise SettingsError(source, "source", "no such setting")
        return Settings.model_validate({**table, "source": source})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise SettingsError(source, key, _expected(first)) from None


def _expected(mistake: ErrorDetails) -> str:
    if mistake["type"] != "extra_forbidden":
        return f"{mistake['msg']}; it is of type {type(mistake['input']).__name__}"
    *tables, key = (str(part) for part in mistake["loc"])
    return f"no such setting{did_you_mean(key, _keys(tables))}"


def _keys(tables: Sequence[str]) -> Iterable[str]:
    """Return what may be set in a table."""
    match tables:
        case []:
            return Settings.model_fields.keys() - {"source"}
        case ["rules", *_]:
            return RuleSettings.model_fields
        case ["limits"]:
            return Limits.model_fields
        case ["config"]:
            return ConfigSettings.model_fields
        case ["plugins"]:
            return PluginSettings.model_fields
        case _:
            return Answers.model_fields
