"""Distributions of plugins, written as an installer leaves them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["install"]


def install(folder: Path, source: str, name: str = "acme", module: str | None = None) -> Path:
    """Write a distribution, ``acme-rules 1.0``, whose entry point is a module.

    Args:
        folder: where to; it is made, if need be.
        source: of the module.
        name: what the distribution's name begins with.
        module: the module's name; made of `name`, if left out.

    Returns:
        The folder.
    """
    module = module or f"{name}_plugin"
    metadata = folder / f"{name}_rules-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-rules\nVersion: 1.0\n", "utf-8")
    (metadata / "entry_points.txt").write_text(f"[trailguard]\n{name} = {module}\n", "utf-8")
    (folder / f"{module}.py").write_text(source, "utf-8")
    return folder
