"""Makes the .zip file archive that AWS Lambda runs: trailguard, rule packages, settings and the handler.

`build` puts it together in this order: `chosen` says which distributions go in, `wheels` finds all that these
need for the `target`, `pip` fetches and unpacks them, the checks look for what would not run there, `archive`
writes the file, and `trial` imports what is in it, where this interpreter is such as the runtime's.
"""

from __future__ import annotations

__all__: list[str] = []
