"""Where verdicts may go, one channel a file, each imported only if the settings ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from trailguard.errors import SettingsError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trailguard.notify import Notifier
    from trailguard.settings import NotifierSettings

__all__ = ["BUILTIN_NOTIFIERS", "make_notifier"]

BUILTIN_NOTIFIERS: Final = ("sns", "stream")
"""The types of notifiers that come with trailguard."""


def make_notifier(
    chosen: NotifierSettings, others: Mapping[str, Callable[..., Notifier]], source: str, key: str
) -> Notifier:
    """Make the notifier that settings ask for.

    Args:
        chosen: its type and options.
        others: what makes those of plugins, by their type.
        source: where the settings were read, and
        key: where in them this one stands, for messages.

    Raises:
        SettingsError: when there is no such type, or its options are wrong.
    """
    try:
        match chosen.type:
            case "sns":
                from trailguard.notifiers.sns import SnsNotifier  # noqa: PLC0415

                return SnsNotifier(**_settable(chosen.options, "topic_arn"))
            case "stream":
                from trailguard.notifiers.stream import StreamNotifier  # noqa: PLC0415

                return StreamNotifier(**_settable(chosen.options))
            case other if other in others:
                return others[other](**chosen.options)
    except Exception as error:
        raise SettingsError(source, key, f"{chosen.type}: {error}") from error
    known = [*BUILTIN_NOTIFIERS, *others]
    hint = f"{did_you_mean(chosen.type, known)}; there are {', '.join(known)}"
    raise SettingsError(source, f"{key}.type", f"no notifier is called {chosen.type!r}{hint}")


def _settable(options: dict[str, Any], *names: str) -> dict[str, Any]:
    """Refuse options that only code can give, such as a client."""
    for name in options:
        if name not in names:
            raise ValueError(f"no such option {name!r}{did_you_mean(name, names)}")
    return options
