"""Where verdicts may go, one channel a file, each imported only if the settings ask for it."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from inspect import signature
from typing import TYPE_CHECKING, Any, Final

from trailguard.discreet import Discreet
from trailguard.errors import SettingsError, did_you_mean
from trailguard.references import redacted, references, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trailguard.notify import Notifier
    from trailguard.settings import NotifierSettings

__all__ = ["BUILTIN_NOTIFIERS", "make_notifier", "options_of"]

# Of each type the module, the class in it, and what settings may give it: a client or a clock only code can.
_CHANNELS: Final[dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "eventbridge": (
        "eventbridge",
        "EventBridgeNotifier",
        ("event_bus", "source", "region", "schema", "max_bytes"),
    ),
    "file": ("file", "FileNotifier", ("path", "schema")),
    "metrics": ("metrics", "MetricsNotifier", ("namespace",)),
    "security-hub": (
        "security_hub",
        "SecurityHubNotifier",
        ("region", "account_id", "product_arn"),
    ),
    "slack": ("slack", "SlackNotifier", ("url", "allow_private", "timeout")),
    "sns": ("sns", "SnsNotifier", ("topic_arn", "schema")),
    "sqs": ("sqs", "SqsNotifier", ("queue_url", "schema", "max_bytes")),
    "stream": ("stream", "StreamNotifier", ("schema",)),
    "webhook": (
        "webhook",
        "WebhookNotifier",
        ("url", "secret", "headers", "allow_private", "format", "schema", "timeout"),
    ),
}

BUILTIN_NOTIFIERS: Final = tuple(_CHANNELS)
"""The types of notifiers that come with trailguard."""


def options_of(kind: str) -> tuple[str, ...] | None:
    """Return what settings may give a built-in type of notifier; None of any other."""
    return _CHANNELS[kind][2] if kind in _CHANNELS else None


def make_notifier(
    chosen: NotifierSettings, others: Mapping[str, Callable[..., Notifier]], source: str, key: str
) -> Notifier:
    """Make the notifier that settings ask for; what its options refer to is read.

    Args:
        chosen: its type and options.
        others: what makes those of plugins, by their type.
        source: where the settings were read, and
        key: where in them this one stands, for messages.

    Raises:
        SettingsError: when there is no such type, or its options are wrong.
    """
    make = _maker(chosen.type) or others.get(chosen.type)
    if make is None:
        known = [*BUILTIN_NOTIFIERS, *others]
        hint = f"{did_you_mean(chosen.type, known)}; there are {', '.join(known)}"
        raise SettingsError(source, f"{key}.type", f"no notifier is called {chosen.type!r}{hint}")
    given, options = chosen.options, dict[str, Any]()
    try:
        allowed = options_of(chosen.type)
        options = resolve(given if allowed is None else _settable(given, *allowed))
        _require(make, options)
        made = make(**options)
        return (
            Discreet(made, partial(redacted, options=given, resolved=options)) if references(given) else made
        )
    except Exception as error:  # noqa: BLE001  # a notifier may raise anything, and so does its maker
        # What was read may stand in what is raised, and in the tracebacks of its causes.
        is_secret = bool(options) and bool(references(given))
        told = redacted(str(error), given, options) if is_secret else str(error)
        problem, cause = SettingsError(source, key, f"{chosen.type}: {told}"), None if is_secret else error
    raise problem from cause


def _require(make: Callable[..., Notifier], options: Mapping[str, Any]) -> None:
    """Say which options are missing, or wrong, in the words of the settings, not in Python's.

    Raises:
        ValueError: when there are any.
    """
    accepted = signature(make).parameters
    if not any(one.kind is one.VAR_KEYWORD for one in accepted.values()):
        _settable(options, *accepted)
    needed = [
        name
        for name, one in accepted.items()
        if one.default is one.empty and one.kind in {one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY}
    ]
    if missing := [name for name in needed if name not in options]:
        raise ValueError(f"needs {' and '.join(missing)}")


def _maker(kind: str) -> Callable[..., Notifier] | None:
    if kind not in _CHANNELS:
        return None
    module, name, _ = _CHANNELS[kind]
    made: Callable[..., Notifier] = getattr(import_module(f"{__name__}.{module}"), name)
    return made


def _settable(options: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """Refuse options that only code can give, such as a client."""
    for name in options:
        if name not in names:
            raise ValueError(f"no such option {name!r}{did_you_mean(name, names)}")
    return options
