from __future__ import annotations

import os
from pathlib import Path
from zipfile import ZipFile

from trailguard.package.archive import write_archive

KEPT = {
    "acme/__init__.py": "pass",
    "acme/RECORD": "of the package's own",
    "acme/bin/tool.py": "",
    "acme-1.0.dist-info/METADATA": "Name: acme",
    "acme-1.0.dist-info/entry_points.txt": "[trailguard]",
    "lambda_function.py": "pass",
}
LEFT_OUT = {
    "acme/__pycache__/__init__.cpython-313.pyc": "",
    "acme/old.pyc": "",
    "acme-1.0.dist-info/RECORD": "",
    "acme-1.0.dist-info/INSTALLER": "pip",
    "acme-1.0.dist-info/REQUESTED": "",
    "acme-1.0.dist-info/direct_url.json": "{}",
    "bin/acme": "#!",
}


def filled(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def test_what_is_in_it(tmp_path: Path) -> None:
    """Files in the order of their names, without what only this machine needs."""
    folder = filled(tmp_path / "folder", LEFT_OUT | KEPT)

    size = write_archive(folder, tmp_path / "out.zip")

    with ZipFile(tmp_path / "out.zip") as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == KEPT
        assert archive.namelist() == sorted(KEPT)
    assert size == sum(map(len, KEPT.values()))


def test_same_twice(tmp_path: Path) -> None:
    """Whatever the folder, the time, the permissions and the order in which files were made."""
    one = filled(tmp_path / "one", KEPT)
    other = filled(tmp_path / "deeper" / "other", dict(reversed(KEPT.items())))
    for path in filter(Path.is_file, other.rglob("*")):
        path.chmod(0o700)
        os.utime(path, (1_000_000_000, 1_000_000_000))

    write_archive(one, tmp_path / "one.zip")
    write_archive(other, tmp_path / "other.zip")

    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "other.zip").read_bytes()
