"""Makes wheels: of what is installed here, and of files that a test makes up."""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ROOT = Path(__file__).parents[1]


def wheel_of(name: str, folder: Path) -> Path:
    """Make a wheel of an installed distribution, for the platform that it was installed for."""
    found = distribution(name)
    if name == "trailguard":  # it is installed from this checkout, in place
        source = ROOT / "src"
        paths = [*source.glob("*.py"), *source.glob("trailguard/**/*")]
    else:
        source = Path(str(found.locate_file("")))
        paths = [source / file for file in found.files or () if ".." not in file.parts]
    files = {
        path.relative_to(source).as_posix(): path.read_bytes()
        for path in paths
        if path.is_file() and path.suffix != ".pyc" and ".dist-info" not in path.parent.name
    }
    metadata = {name: found.read_text(name) for name in ("METADATA", "WHEEL", "entry_points.txt")}
    described = {name: text.encode() for name, text in metadata.items() if text}
    tags = [
        line[5:].split("-") for line in (metadata["WHEEL"] or "").splitlines() if line.startswith("Tag: ")
    ]
    tag = "-".join(".".join(sorted(set(part))) for part in zip(*tags, strict=True))
    return _written(folder, f"{found.name.replace('-', '_')}-{found.version}", tag, files, described)


def make_wheel(
    folder: Path,
    name: str,
    files: Mapping[str, str | bytes],
    *,
    version: str = "1.0",
    requires: Iterable[str] = (),
    python: str = ">=3.11",
    plugin: str | None = None,
    tag: str = "py3-none-any",
) -> Path:
    """Make a wheel of files; ``plugin`` is the module that an entry point for trailguard names."""
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {name}",
        f"Version: {version}",
        f"Requires-Python: {python}",
        *(f"Requires-Dist: {one}" for one in requires),
    ]
    wheel = ["Wheel-Version: 1.0", "Generator: tests", f"Root-Is-Purelib: {tag == 'py3-none-any'}".lower()]
    described = {
        "METADATA": "\n".join([*lines, "", ""]).encode(),
        "WHEEL": "\n".join([*wheel, f"Tag: {tag}", ""]).encode(),
    }
    if plugin:
        described["entry_points.txt"] = f"[trailguard]\n{plugin} = {plugin}\n".encode()
    contents = {path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()}
    return _written(folder, f"{name.replace('-', '_')}-{version}", tag, contents, described)


def install(wheel: Path, folder: Path) -> Path:
    """Unpack a wheel into a folder that Python may look into; return that."""
    with ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def _written(
    folder: Path, stem: str, tag: str, files: Mapping[str, bytes], metadata: Mapping[str, bytes]
) -> Path:
    contents = dict(files) | {f"{stem}.dist-info/{file}": text for file, text in metadata.items()}
    record = f"{stem}.dist-info/RECORD"
    contents[record] = "".join(f"{path},,\n" for path in [*contents, record]).encode()
    wheel = folder / f"{stem}-{tag}.whl"
    with ZipFile(wheel, "w") as archive:
        for path, content in contents.items():
            archive.writestr(path, content)
    return wheel
