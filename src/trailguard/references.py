"""Secrets that settings name instead of holding them.

Anywhere in the options of a notifier, ``{ from = "..." }`` stands for a text that is kept elsewhere:

| ``from`` | where it is |
| --- | --- |
| ``env:NAME`` | the environment variable |
| ``ssm:/path/name`` | the parameter of that name or ARN, in the Parameter Store of AWS Systems Manager |
| ``secretsmanager:name`` | the secret of that name or ARN, in AWS Secrets Manager |
| ``secretsmanager:name#key`` | the value of a key in it, where it is a JSON object |

They are read when the notifier is made. Whatever goes wrong is told by option and reference; what was read is
never told.

Source: "GetParameter" in the AWS Systems Manager API reference, and "GetSecretValue" in the AWS Secrets
Manager API reference.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from trailguard.clients import Clients, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_ssm import SSMClient

__all__ = ["is_reference", "redacted", "references", "resolve"]

_FROM: Final = "from"
_FORM: Final = re.compile(r"(?P<store>env|ssm|secretsmanager):(?P<name>[^#\s]+)(#(?P<part>.+))?")
_FORMS: Final = "env:NAME, ssm:/path/name, secretsmanager:name or secretsmanager:name#key"
# Nobody writes this but who forgot the table around it. ``env:prod`` may be meant as it is.
_BARE: Final = re.compile(r"(ssm|secretsmanager):\S+")


class _Reference(NamedTuple):
    text: str
    store: str
    name: str
    part: str | None


def resolve(
    options: Mapping[str, Any],
    *,
    ssm: SSMClient | None = None,
    secretsmanager: SecretsManagerClient | None = None,
    environ: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Read what options refer to.

    Args:
        options: as settings have them.
        ssm: the client that reads parameters; one is made when it is needed, if left out.
        secretsmanager: the client that reads secrets, the same.
        environ: the environment; the process's own, if left out.

    Returns:
        The options, with a text in the place of each reference.

    Raises:
        ValueError: when a reference has not the right form, or cannot be read. It names both, and no value.
    """
    reader = _Reader(ssm, secretsmanager, os.environ if environ is None else environ)
    return {key: _replaced(value, key, reader.read) for key, value in options.items()}


def references(options: Mapping[str, Any]) -> dict[str, str]:
    """Return what options refer to, by dotted key; reads nothing.

    Raises:
        ValueError: when a reference has not the right form.
    """
    found: dict[str, str] = {}

    def keep(reference: _Reference, key: str) -> None:
        found[key] = reference.text

    for key, value in options.items():
        _replaced(value, key, keep)
    return found


def redacted(text: str, options: Mapping[str, Any], resolved: Mapping[str, Any]) -> str:
    """Put references in the place of what was read by them.

    Args:
        text: what somebody says of the options, such as an error's message. There may be secrets in it.
        options: as settings have them.
        resolved: what `resolve` made of them.
    """
    for secret, reference in sorted(_read(options, resolved), key=lambda pair: -len(pair[0])):
        for form in (secret, repr(secret)[1:-1]):
            text = text.replace(form, reference)
    return text


class _Reader:
    """Reads what references name, each secret once."""

    def __init__(
        self, ssm: SSMClient | None, secretsmanager: SecretsManagerClient | None, environ: Mapping[str, str]
    ) -> None:
        self._ssm = ssm
        self._secretsmanager = secretsmanager
        self._environ = environ
        self._clients = Clients()
        self._read: dict[tuple[str, str], str] = {}

    def read(self, reference: _Reference, key: str) -> str:
        """Return what is read by a reference.

        Raises:
            ValueError: when it cannot be read.
        """
        try:
            at = (reference.store, reference.name)
            if at not in self._read:
                self._read[at] = self._fetched(*at)
            text = self._read[at]
            text = text if reference.part is None else _part(text, reference.part)
        except _UnreadableError as error:
            raise ValueError(f"{key}: {reference.text}: {error}") from None
        # What a command wrote into a file and then into the store ends in a line break that nobody sees.
        if not (text := text.rstrip("\r\n")):
            raise ValueError(f"{key}: {reference.text}: it is empty")
        return text

    def _fetched(self, store: str, name: str) -> str:
        match store:
            case "env":
                if name not in self._environ:
                    raise _UnreadableError("there is no such environment variable")
                return self._environ[name]
            case "ssm":
                return self._asked(self._parameter, name, "ssm:GetParameter")
            case _:
                return self._asked(self._secret, name, "secretsmanager:GetSecretValue")

    def _parameter(self, name: str) -> str:
        client: SSMClient = self._ssm or self._clients.client("ssm", region=_region(name))
        return client.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]

    def _secret(self, name: str) -> str:
        client: SecretsManagerClient = self._secretsmanager or self._clients.client(
            "secretsmanager", region=_region(name)
        )
        answer = client.get_secret_value(SecretId=name)
        if "SecretString" not in answer:
            raise _UnreadableError("it is binary, and no text")
        return answer["SecretString"]

    @staticmethod
    def _asked(ask: Callable[[str], str], name: str, action: str) -> str:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  # takes its time

        try:
            return ask(name)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code in {"ParameterNotFound", "ResourceNotFoundException"}:
                raise _UnreadableError("there is nothing of that name in this account and region") from None
            raise _UnreadableError(refusal(error, action)) from None
        except BotoCoreError as error:
            raise _UnreadableError(f"{type(error).__name__}: {error}") from None


class _UnreadableError(Exception):
    """Says why a reference cannot be read."""


def _replaced(value: Any, key: str, replace: Callable[[_Reference, str], Any]) -> Any:  # noqa: ANN401  # TOML's
    """Return a value with something else in the place of each reference in it."""
    match value:
        case Mapping() if _FROM in value and (len(value) == 1 or is_reference(value[_FROM])):
            return replace(_reference(value, key), key)
        case Mapping():
            return {name: _replaced(one, f"{key}.{name}", replace) for name, one in value.items()}
        case list() | tuple():
            return [_replaced(one, f"{key}.{n}", replace) for n, one in enumerate(value)]
        case str() if _BARE.fullmatch(value):
            raise ValueError(f'{key}: a reference is written as {{ from = "ssm:/path/name" }}, not as text')
        case _:
            return value


def is_reference(value: object) -> bool:
    """Tell whether a value has the form of what stands behind ``from``."""
    return isinstance(value, str) and _FORM.fullmatch(value) is not None


def _reference(table: Mapping[str, Any], key: str) -> _Reference:
    text = table[_FROM]
    found = _FORM.fullmatch(text) if isinstance(text, str) else None
    if found is None:  # it may be the secret itself, which is not told
        raise ValueError(f"{key}.from: expected {_FORMS}")
    if found["part"] and found["store"] != "secretsmanager":
        raise ValueError(f"{key}.from: {text}: only secretsmanager has keys after #")
    if others := [name for name in table if name != _FROM]:
        raise ValueError(f"{key}: {others[0]!r} may not stand beside 'from'")
    return _Reference(text, found["store"], found["name"], found["part"])


def _part(text: str, key: str) -> str:
    """Return the value of a key in a JSON object."""
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        held = None
    if not isinstance(held, dict):
        raise _UnreadableError("it is no JSON object, so it has no keys; leave out what is after #")
    if not isinstance(held.get(key), str):
        raise _UnreadableError("its JSON has no text at that key")
    return str(held[key])


def _region(name: str) -> str | None:
    """Return the region of an ARN; None for a name."""
    parts = name.split(":")
    return parts[3] or None if parts[0] == "arn" and len(parts) > 3 else None


def _read(before: object, after: object) -> Iterator[tuple[str, str]]:
    """Yield what was read, each text with its reference."""
    match before, after:
        case Mapping(), str():
            yield after, str(before[_FROM])
        case Mapping(), Mapping():
            for key, one in before.items():
                yield from _read(one, after[key])
        case list() | tuple(), list():
            for one, other in zip(before, after, strict=True):
                yield from _read(one, other)
        case _:
            pass
