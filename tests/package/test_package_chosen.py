from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from trailguard.errors import PackagingError
from trailguard.package.chosen import choose
from wheelhouse import install, make_wheel

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install a rule package, and a distribution that is none."""
    folder = install(make_wheel(tmp_path, "Harbor_Rules", {}, plugin="harbor"), tmp_path / "installed")
    monkeypatch.syspath_prepend(install(make_wheel(tmp_path, "harbor-words", {}), folder))


def test_rule_packages_go_in() -> None:
    chosen = choose()

    assert [str(one) for one in chosen.requirements] == ["trailguard", "harbor-rules"]
    assert chosen.rule_packages == {"harbor-rules"}


def test_others_go_in_when_asked_for() -> None:
    chosen = choose(["fast"], ["harbor-words[deep]"], ["harbor.rules"])

    assert [str(one) for one in chosen.requirements] == ["trailguard[fast]", "harbor-words[deep]"]
    assert chosen.rule_packages == frozenset()


@pytest.mark.parametrize(
    ("extras", "more", "without", "problem"),
    [
        ("fats", "", "", "--extra fats: trailguard has no such extra (did you mean 'fast'?)"),
        ("", "harbor-wards", "", "--with harbor-wards: not installed here, and only what could be tested"),
        ("", "harbor words", "", "--with harbor words: not the name of a distribution"),
        ("", "", "harbour-rules", "--without harbour-rules: no such rule package is installed (did you mean"),
        ("", "", "x", "--without x: no such rule package is installed; these are: harbor-rules"),
        ("", "", "harbor-words", "--without harbor-words: no such rule package is installed"),
    ],
)
def test_what_there_is_not(extras: str, more: str, without: str, problem: str) -> None:
    with pytest.raises(PackagingError) as caught:
        choose(*([one] if one else [] for one in (extras, more, without)))

    assert str(caught.value).startswith(problem)


def test_trailguard_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """It runs from a folder of its source, where nobody knows what it requires."""
    monkeypatch.setattr("trailguard.package.chosen.installed", lambda _: None)

    with pytest.raises(PackagingError, match="trailguard runs here without being installed"):
        choose()
