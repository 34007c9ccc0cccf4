from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from distributions import install
from trailguard.cli.main import cli
from trailguard.lint import CODES
from trailguard.rules import BUILTIN_RULES
from trailguard.rules.network import NETWORK_RULES

RULES = '''
from trailguard import CloudTrailEvent, Match, Severity, hookimpl, rule

URLS = ["https://example.com/acme"]


@rule(on={on!r}, severity=Severity.LOW, title="Something", references=URLS)
def {name}(event: CloudTrailEvent) -> None:
    """Say what it catches."""


@hookimpl
def trailguard_rules():
    return [{name}]
'''


def rules(on: str = "ec2:DeleteVpc", name: str = "acme_vpc_deleted") -> str:
    return RULES.format(on=on, name=name)


def lint(*arguments: str) -> Result:
    result = CliRunner().invoke(cli, ["lint", *arguments], env={"FORCE_COLOR": None})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def run(folder: Path, *arguments: str, here: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the installed command, where a folder's distributions are installed."""
    path = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
    kept = {name: value for name, value in os.environ.items() if name != "FORCE_COLOR"}
    code = "from trailguard.__main__ import main; main()"  # as `python -m` would put its folder on the path
    return subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "-P", "-W", "error", "-c", code, "lint", *arguments],
        capture_output=True,
        encoding="utf-8",
        cwd=here or folder,
        env=kept | {"PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
        timeout=60,
        check=False,
    )


def test_nothing_to_say() -> None:
    """Without a name, everything is looked at that is registered."""
    result = lint()

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"{len(BUILTIN_RULES)} rules, nothing to say\n"


def test_a_module_in_this_folder(tmp_path: Path) -> None:
    (tmp_path / "acme_checkout.py").write_text(rules("ec2:DeleteVPC"), "utf-8")

    done = run(tmp_path / "elsewhere", "acme_checkout", here=tmp_path)
    lines = done.stdout.splitlines()

    assert (done.returncode, done.stderr) == (1, "")
    assert lines[0] == "TG102  acme-vpc-deleted  acme_checkout:7"
    assert lines[1].strip().startswith("ec2 has no action 'DeleteVPC', by botocore ")
    assert lines[2].strip() == "did you mean 'ec2:DeleteVpc'?"
    assert lines[3:] == ["1 finding in 1 rule of 1"]


def test_a_package_with_modules_below(tmp_path: Path) -> None:
    package = tmp_path / "acme_package" / "deeper"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").touch()
    (package / "__init__.py").touch()
    (package / "one.py").write_text(rules("ec2:DeleteVPC"), "utf-8")
    (package / "two.py").write_text(rules(name="acme_fine"), "utf-8")

    done = run(tmp_path / "elsewhere", "acme_package", here=tmp_path)

    assert done.returncode == 1
    assert "acme_package.deeper.one:7" in done.stdout
    assert done.stdout.endswith("1 finding in 1 rule of 2\n")


def test_an_installed_distribution(tmp_path: Path) -> None:
    """By its name as people write it; the built-in rules are left out."""
    folder = install(tmp_path, rules("iam:PassRole"))

    for name in ("acme-rules", "Acme_Rules"):
        done = run(folder, name)
        assert (done.returncode, done.stderr) == (1, "")
        assert "TG103  acme-vpc-deleted  acme_plugin:7\n" in done.stdout
        assert done.stdout.endswith("1 finding in 1 rule of 1\n")


def test_several_names_of_one_thing(tmp_path: Path) -> None:
    """Each rule is looked at once, so that it is no duplicate of itself."""
    done = run(install(tmp_path, rules()), "acme-rules", "acme_plugin", "trailguard.rules.network")

    assert done.returncode == 0
    assert done.stdout.endswith(f"{len(NETWORK_RULES) + 1} rules, nothing to say\n")


def test_a_plugin_module_whose_rules_are_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "acme_hooks.py").write_text(
        "import acme_other\nfrom trailguard import hookimpl\n\n\n"
        "@hookimpl\ndef trailguard_rules():\n    return [acme_other.acme_vpc_deleted]\n",
        "utf-8",
    )
    (tmp_path / "acme_other.py").write_text(rules("ec2:DeleteVPC"), "utf-8")

    done = run(tmp_path, "acme_hooks")

    assert done.returncode == 1
    assert done.stdout.endswith("1 finding in 1 rule of 1\n")


def test_everything_that_is_installed(tmp_path: Path) -> None:
    done = run(install(tmp_path, rules("ec2:DeleteVPC")))

    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.endswith(f"1 finding in 1 rule of {len(BUILTIN_RULES) + 1}\n")


def test_two_plugins_with_rules_of_one_id(tmp_path: Path) -> None:
    """No guard could be made of them; linting says which two modules they are of."""
    install(install(tmp_path, rules()), rules(), "other")

    done = run(tmp_path)

    assert (done.returncode, done.stderr) == (1, "")
    assert "TG304  acme-vpc-deleted  other_plugin:7\n" in done.stdout
    assert "by a rule of acme_plugin and by one of other_plugin" in done.stdout


def test_a_plugin_with_the_id_of_a_built_in_rule(tmp_path: Path) -> None:
    done = run(install(tmp_path, rules(name="vpc_reaches_internet")))

    assert (done.returncode, done.stderr) == (1, "")
    assert "TG304  vpc-reaches-internet  acme_plugin:7\n" in done.stdout


def test_a_plugin_that_cannot_be_loaded(tmp_path: Path) -> None:
    """A line says so, and all the others are looked at."""
    install(install(tmp_path, "import no_such_library"), rules("ec2:DeleteVPC"), "other")

    done = run(tmp_path)

    assert done.returncode == 2
    assert done.stderr == (
        "trailguard: plugin acme-rules 1.0, entry point 'acme' (acme_plugin): cannot be loaded:"
        " ModuleNotFoundError: No module named 'no_such_library'\n"
    )
    assert "TG102  acme-vpc-deleted  other_plugin:7\n" in done.stdout


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("1 / 0", "cannot be loaded: ZeroDivisionError: division by zero"),
        ("import sys\nsys.exit(3)", "cannot be loaded: SystemExit: 3"),
        (
            rules("ec2"),
            "cannot be loaded: DefinitionError: rule acme_broken.acme_vpc_deleted: on: 'ec2' is not",
        ),
        ("answer = 42", "has no rules: nothing in it was made by @rule"),
    ],
)
def test_a_module_that_gives_no_rules(tmp_path: Path, source: str, said: str) -> None:
    (tmp_path / "acme_broken.py").write_text(source, "utf-8")

    done = run(tmp_path, "acme_broken", "trailguard.rules.network")

    assert done.returncode == 2
    assert done.stderr.startswith(f"trailguard: plugin acme_broken: {said}")
    assert done.stderr.count("\n") == 1
    assert done.stdout == f"{len(NETWORK_RULES)} rules, nothing to say\n"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("acme_rule", "'acme-rules'"),
        ("acme_plugin.py", "'acme_plugin'"),
        ("trailgard", "'trailguard'"),
        ("no.such.module", None),
        ("..", None),
        ("", None),
    ],
)
def test_a_name_that_nothing_has(tmp_path: Path, name: str, meant: str | None) -> None:
    done = run(install(tmp_path, rules()), name)

    assert (done.returncode, done.stdout) == (2, "")
    assert f"there is no module and no distribution with a plugin called {name!r}" in done.stderr
    assert (f"(did you mean {meant}?)" in done.stderr) if meant else "did you mean" not in done.stderr


def test_json_is_all_there_is_on_standard_output(tmp_path: Path) -> None:
    done = run(install(tmp_path, rules("ec2:DeleteVPC")), "--format", "json")
    [found] = json.loads(done.stdout)

    assert done.returncode == 1
    assert done.stderr == f"1 finding in 1 rule of {len(BUILTIN_RULES) + 1}\n"
    assert list(found) == ["code", "rule_id", "problem", "fix", "place"]
    assert (found["code"], found["rule_id"], found["place"]) == ("TG102", "acme-vpc-deleted", "acme_plugin:7")


def test_json_of_nothing() -> None:
    result = lint("--format", "json")

    assert (result.exit_code, json.loads(result.stdout)) == (0, [])


def test_text_is_shown_and_never_obeyed(tmp_path: Path) -> None:
    hostile = rules().replace("https://example.com/acme", r"\x1b[31m[red]no url[/red]")
    done = run(install(tmp_path, hostile), "acme-rules")

    assert done.returncode == 1
    assert "TG303" in done.stdout
    assert "[red]no url[/red]" in done.stdout
    assert all(line.isprintable() for line in done.stdout.splitlines())


def test_the_path_is_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    before = sys.path.copy()

    lint("trailguard.rules.network")

    assert sys.path == before


def test_every_code_is_on_its_page() -> None:
    text = (Path(__file__).parents[2] / "docs" / "lint.md").read_text("utf-8")

    assert [code for code in CODES if f"\n### {code}: {CODES[code]}\n" not in text] == []
