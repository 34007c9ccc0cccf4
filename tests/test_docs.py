"""Every snippet of the README and the docs runs, in the order of the page, as a reader would run it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from trailguard.settings import Settings

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

_FENCE = re.compile(r"(?P<before>[^\n]*)\n\n```(?P<language>\w+)\n(?P<code>.*?)\n```", re.DOTALL)
_FILE = re.compile(r"`([\w./]+)`:$")


@dataclass(frozen=True)
class Snippet:
    """A fenced block; ``file`` is the name that the line before it gives it, if any."""

    language: str
    code: str
    file: str | None


def _snippets(page: Path) -> list[Snippet]:
    return [
        Snippet(found["language"], found["code"], (named := _FILE.search(found["before"])) and named[1])
        for found in _FENCE.finditer(page.read_text("utf-8"))
    ]


class Reader:
    """Somebody who follows a page from top to bottom, in an empty folder beside the examples."""

    def __init__(self, folder: Path) -> None:
        self.home = self.folder = folder
        self.names: dict[str, object] = {"__name__": "page"}
        (folder / "examples").symlink_to(ROOT / "examples")

    def follow(self, snippet: Snippet) -> None:
        match snippet.language:
            case "python" if snippet.file:
                (self.folder / snippet.file).write_text(f"{snippet.code}\n", "utf-8")
            case "python":
                exec(snippet.code, self.names)  # noqa: S102  # our own page
            case "toml" if snippet.file == "pyproject.toml":
                (self.folder / snippet.file).write_text(snippet.code, "utf-8")
                self._install(tomllib.loads(snippet.code).get("project"))
            case "toml":
                Settings.model_validate(tomllib.loads(snippet.code))
                if snippet.file:
                    (self.folder / snippet.file).write_text(snippet.code, "utf-8")
            case "console":
                for command in re.split(r"^\$ ", snippet.code, flags=re.MULTILINE)[1:]:
                    self._run(*command.split("\n"))
            case "json":
                json.loads(snippet.code)
            case "sh" | "yaml":
                pass  # fetches packages for another machine, or is for AWS: not for a test without network
            case other:
                pytest.fail(f"nobody runs snippets of {other}")

    def _install(self, project: dict[str, dict[str, dict[str, str]]] | None) -> None:
        """Leave behind what installing the package would, without fetching anything."""
        if project is None:
            return
        metadata = self.home / f"{project['name']}-{project['version']}.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(f"Name: {project['name']}\nVersion: {project['version']}\n")
        points = "\n".join(f"{n} = {m}" for n, m in project["entry-points"]["trailguard"].items())
        (metadata / "entry_points.txt").write_text(f"[trailguard]\n{points}\n")

    def _run(self, command: str, *expected: str) -> None:
        if command.startswith("make "):
            assert re.search(rf"^{command[5:]}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
            return
        if command.startswith("cd "):
            folder, _, command = command[3:].partition(" && ")
            self.folder /= folder
            if not command:
                return
        if command.startswith("pip install -e "):
            self._install(tomllib.loads((self.folder / "pyproject.toml").read_text("utf-8"))["project"])
            return
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        done = subprocess.run(  # noqa: S602  # our own page
            command,
            shell=True,
            cwd=self.folder,
            env={
                **os.environ,
                "PATH": path,
                "PYTHONPATH": os.pathsep.join(map(str, (self.home, self.folder / "src"))),
                "PYTEST_ADDOPTS": "--ignore=examples",  # they have tests, too, and are no part of the story
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in {0, 1}, done.stderr
        lines = iter(done.stdout.splitlines())
        for line in filter(None, expected):
            pattern = ".*".join(map(re.escape, line.split("...")))
            assert any(re.search(pattern, printed) for printed in lines), f"{line!r} not in:\n{done.stdout}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_does_what_it_says(page: Path, tmp_path: Path) -> None:
    snippets = _snippets(page)
    fences = page.read_text("utf-8").count("```")
    assert len(snippets) == fences / 2, "a fenced block without an empty line before it would not be run"
    reader = Reader(tmp_path)
    for snippet in snippets:
        reader.follow(snippet)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_links_to_what_exists(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"
