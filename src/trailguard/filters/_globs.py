"""What can be said of texts that match a pattern with ``*`` and ``?``, without having any of them."""

from __future__ import annotations

import re
from functools import lru_cache

from trailguard.match import is_wild

__all__ = ["disjoint", "includes", "loosened"]

# Characters that stand for the wildcards of a pattern, and are in no text.
_ANY_TEXT, _ANY_CHARACTER = "\0", "\1"
_STANDING_FOR_WILDCARDS = str.maketrans("*?", _ANY_TEXT + _ANY_CHARACTER)


def includes(wide: str, narrow: str) -> bool:
    """Tell whether one pattern takes every text that the other one takes."""
    if not is_wild(wide):
        return wide == narrow
    return bool(_compiled(wide).fullmatch(narrow.translate(_STANDING_FOR_WILDCARDS)))


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = [re.escape(part).replace(r"\?", f"[^{_ANY_TEXT}]") for part in pattern.split("*")]
    if len(parts) == 1:
        return re.compile(parts[0], re.DOTALL)
    first, *middle, last = parts
    # The first place where a part is found does as well as any later one, so that there is no going back.
    return re.compile(first + "".join(f"(?>.*?{part})" for part in middle) + f".*{last}", re.DOTALL)


def disjoint(one: str, other: str) -> bool:
    """Tell whether there is no text that both patterns take."""
    reached, to_do = set[tuple[int, int]](), [(0, 0)]
    while to_do:
        i, j = to_do.pop()
        if (i, j) in reached:
            continue
        reached.add((i, j))
        if i == len(one) or j == len(other):
            if not (one[i:] + other[j:]).strip("*"):
                return False
        elif "*" in (one[i], other[j]):
            to_do += [(i + 1, j), (i, j + 1)]
        elif one[i] == other[j] or "?" in (one[i], other[j]):
            to_do.append((i + 1, j + 1))
    return True


def loosened(pattern: str) -> str:
    """Return a pattern that takes at least the same texts, and has no ``?`` and no two ``*`` in a row."""
    return re.sub(r"[*?]+", "*", pattern)
