"""Whom a policy document lets in, and whether it gives everything away."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from trailguard.rules._json import listed, texts
from trailguard.rules._network import is_whole_internet

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "accounts_let_in",
    "administrative_statements",
    "allowing_statements",
    "despite_conditions",
    "is_administrative_policy",
    "is_unreadable",
    "statements_for_anyone",
]

# A condition with one of these holds only where its key is there and has one of the values.
_POSITIVE_OPERATORS = {
    "ArnEquals",
    "ArnLike",
    "IpAddress",
    "StringEquals",
    "StringEqualsIgnoreCase",
    "StringLike",
}

# What callers cannot choose for themselves. Not here, as anybody can make an account whose callers have them:
# aws:PrincipalTag/*, aws:username, aws:VpcSourceIp (every VPC may have 10.0.0.0/8), sts:RoleSessionName.
# Nor sts:ExternalId, which keeps a third party from mixing up its customers but is no secret.
_CALLER_KEYS = {
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceowner",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "kms:calleraccount",
    "s3:dataaccesspointaccount",
}

_ACCOUNT = re.compile(r"arn:[a-z-]+:(?:iam|sts)::(?P<arn>[0-9]{12}):.+|(?P<id>[0-9]{12})")
_ADMINISTRATIVE = re.compile(r"arn:[a-z-]+:iam::aws:policy/(?:AdministratorAccess|IAMFullAccess)")

# Variables stand for what the caller brings along, unless they speak of the resource.
_OF_THE_RESOURCE = re.compile(r"\$\{aws:Resource[^}]*\}", re.IGNORECASE)
_WILDCARD = re.compile(r"[*?]|\$\{")


def statements_for_anyone(document: object) -> list[dict[str, Any]]:
    """Return the statements that allow anyone in the world, of a policy in JSON or as an object.

    ``NotPrincipal`` allows anyone but a few. Conditions count where they say who calls; see `_narrows`.
    Deny statements are not weighed against the others. What is no policy document allows nobody.
    """
    return [
        statement
        for statement in allowing_statements(document)
        if _is_for_anyone(statement) and not _narrows(statement.get("Condition"))
    ]


def allowing_statements(document: object) -> list[dict[str, Any]]:
    """Return the statements that allow something, of a policy in JSON or as an object."""
    policy = _parsed(document)
    return [
        statement
        for statement in listed(policy.get("Statement") if isinstance(policy, dict) else None)
        if isinstance(statement, dict) and statement.get("Effect") == "Allow"
    ]


def accounts_let_in(document: object) -> list[str]:
    """Return the ids of the accounts whose principals a policy names, once each; conditions do not count.

    Services, identity providers, everybody (see `statements_for_anyone`) and unique ids such as ``AIDA...``,
    which do not tell their account, are none.
    """
    named = [
        name
        for statement in allowing_statements(document)
        if isinstance(principal := statement.get("Principal"), dict)
        for name in listed(principal.get("AWS"))
        if isinstance(name, str)
    ]
    found = (_ACCOUNT.fullmatch(name) for name in named)
    return list(dict.fromkeys(match["arn"] or match["id"] for match in found if match))


def administrative_statements(document: object) -> list[dict[str, Any]]:
    """Return the statements that allow every action, or all of IAM, which comes to the same, on everything.

    So do those that allow all but a few actions that IAM's are not among. Conditions do not count.
    """
    return [
        statement
        for statement in allowing_statements(document)
        if any(_is_any(name) for name in texts(statement.get("Resource"))) and _allows_iam(statement)
    ]


def is_administrative_policy(arn: object) -> bool:
    """Tell whether a managed policy is one of those by AWS whose holders can do, or give themselves, all."""
    return isinstance(arn, str) and _ADMINISTRATIVE.fullmatch(arn) is not None


def is_unreadable(document: object) -> bool:
    """Tell whether a policy is there, but says nothing that can be read: nobody knows whom it lets in."""
    if document is None or document == "":
        return False
    policy = _parsed(document)
    return not isinstance(policy, dict) or not isinstance(policy.get("Statement"), list | dict)


def despite_conditions(statements: Iterable[dict[str, Any]]) -> str:
    """Return what to add to a reason where statements for anyone have conditions, which do not help."""
    conditional = any(statement.get("Condition") for statement in statements)
    return ", and its conditions do not say who" if conditional else ""


def _parsed(document: object) -> object:
    """Read a document that may be JSON, which IAM's responses have URL-encoded on top."""
    if not isinstance(document, str):
        return document
    for written in (document, unquote_plus(document)):
        try:
            parsed: object = json.loads(written)
        except (ValueError, RecursionError):
            continue
        return parsed
    return None


def _allows_iam(statement: dict[str, Any]) -> bool:
    if "NotAction" in statement:
        return not any(_covers_iam(name) for name in texts(statement["NotAction"]))
    return any(_covers_iam(name) for name in texts(statement.get("Action")))


def _covers_iam(action: str) -> bool:
    return _is_any(action) or action.lower() in {"*:*", "iam:*"}


def _is_any(name: str) -> bool:
    return name.strip("*") == ""


def _is_for_anyone(statement: dict[str, Any]) -> bool:
    excepted = statement.get("NotPrincipal")
    if excepted is not None:
        return not _names_everybody(excepted)
    return _names_everybody(statement.get("Principal"))


def _names_everybody(principal: object) -> bool:
    if isinstance(principal, dict):
        return any(
            "*" in listed(names)
            for kind, names in principal.items()
            if kind not in {"Service", "CanonicalUser"}  # a "*" there is no principal at all
        )
    return "*" in listed(principal)


def _narrows(condition: object) -> bool:
    """Tell whether a condition keeps strangers out: one of its tests must name the callers it admits."""
    return isinstance(condition, dict) and any(
        all(_is_specific(key.lower(), value) for value in listed(values))
        for operator, tests in condition.items()
        if operator.removeprefix("ForAnyValue:") in _POSITIVE_OPERATORS and isinstance(tests, dict)
        for key, values in tests.items()
        if key.lower() in _CALLER_KEYS
    )


def _is_specific(key: str, value: object) -> bool:
    """Tell whether a value of a condition key fits only callers of somebody's choice."""
    if not isinstance(value, str | int):
        return False
    decisive = _OF_THE_RESOURCE.sub("own", str(value))
    if key == "aws:sourceip" and is_whole_internet(decisive):
        return False
    if decisive.startswith("arn:"):
        parts = decisive.split(":", 5)
        # An S3 bucket's ARN has no account: there it is the bucket's name that has to be said in full.
        decisive = (parts[4] or parts[-1]) if len(parts) == 6 else decisive
    elif key.endswith("orgpaths"):
        decisive = decisive.partition("/")[0]  # o-example/r-ab12/*: the rest is of one organisation
    elif key == "aws:userid":
        decisive = decisive.partition(":")[0]  # AROAEXAMPLE:*: any session of one role
    return not _WILDCARD.search(decisive)
