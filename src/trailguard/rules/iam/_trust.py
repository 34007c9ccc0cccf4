"""What the rules about trust policies say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["anyone_may_assume"]


def anyone_may_assume(role: str | None, statements: Iterable[dict[str, Any]]) -> str:
    """Say that anyone may assume a role by some statements of its trust policy, conditions or not."""
    conditional = any(statement.get("Condition") for statement in statements)
    despite = ", and its conditions do not say who" if conditional else ""
    return f"anyone may assume the role {role or '(not named)'}{despite}"
