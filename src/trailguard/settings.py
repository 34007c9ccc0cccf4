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
```
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from trailguard.errors import SettingsError, did_you_mean
from trailguard.verdict import Severity

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

__all__ = ["SETTINGS_VARIABLE", "NotifierSettings", "RuleSettings", "Settings", "load_settings"]

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


class Settings(BaseModel):
    """All settings. ``Settings()`` has every rule on, with its defaults, and no notifier.

    Attributes:
        source: where they were read, for messages.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    rules: dict[str, RuleSettings] = Field(default_factory=dict)
    notifiers: tuple[NotifierSettings, ...] = ()
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
    *table, key = mistake["loc"]
    known = RuleSettings.model_fields if table else {"rules", "notifiers"}
    return f"no such setting{did_you_mean(str(key), known)}"
