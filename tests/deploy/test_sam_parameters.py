from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import pytest
from click.testing import CliRunner
from sam_stack import TEMPLATE, packaged

from trailguard.cli.main import cli


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    """Return the template's parameters."""
    parameters: dict[str, Any] = packaged()["Parameters"]
    return parameters


def written(*arguments: str, filters: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # our own script
        [sys.executable, str(TEMPLATE.with_name("parameters.py")), *arguments],
        input=filters,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("kind", "parameter"),
    [
        ("eventbridge", "EventPattern"),
        ("cloudwatch-logs", "FilterPattern"),
        ("config", "ConfigResourceTypes"),
    ],
)
def test_filters_of_the_built_in_rules_fit(described: dict[str, Any], kind: str, parameter: str) -> None:
    """From the command line to the template, within what EventBridge takes (2,048) and CloudFormation."""
    filters = CliRunner().invoke(cli, ["filters", kind]).stdout

    ended = written(parameter, "Email=a=b@example.com", filters=filters)

    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)["Parameters"]
    assert found.pop("Email") == "a=b@example.com"
    for name, value in found.items():
        allowed = described[name]
        assert re.fullmatch(allowed.get("AllowedPattern", ".*"), value), name
        assert len(value) <= allowed.get("MaxLength", 2048), name
    expected = json.loads(filters)
    if parameter == "EventPattern":
        assert [json.loads(value) for value in found.values()] == expected
    elif parameter == "FilterPattern":
        assert list(found.values()) == expected
    else:
        assert found[parameter].split(",") == expected


@pytest.mark.parametrize(
    ("arguments", "filters", "problem"),
    [
        (
            [],
            "[]",
            "expected EventPattern, FilterPattern or ConfigResourceTypes as the first argument, not ''",
        ),
        (["Pattern"], "[]", "not 'Pattern'"),
        (["EventPattern", "Email"], "[]", "expected NAME=VALUE, not 'Email'"),
        (
            ["EventPattern"],
            json.dumps([{}] * 31),
            "there are 31 filters, and 30 parameters EventPattern1",
        ),
        (["EventPattern"], "", "Expecting value"),
        (["EventPattern"], "[]", "there are no filters, so that nothing would reach the function"),
        (["EventPattern"], "{}", "expected a list of filters, as trailguard filters prints it"),
        (["ConfigResourceTypes"], "[1]", "expected a list of filters, as trailguard filters prints it"),
        (["FilterPattern"], json.dumps(["", "é" * 513]), "FilterPattern2 would have 1,026 bytes, and 1,024"),
        (["EventPattern"], json.dumps([{"a": "b" * 2041}]), "EventPattern1 would have 2,049 bytes"),
        (["ConfigResourceTypes"], json.dumps(["A" * 2048] * 2), "ConfigResourceTypes would have 4,097 bytes"),
        (
            ["ConfigResourceTypes"],
            json.dumps(["AWS::EC2::VPC"] * 101),
            "there are 101 resource types, and a rule of AWS Config takes 100",
        ),
    ],
)
def test_parameters_that_cannot_be_written(arguments: list[str], filters: str, problem: str) -> None:
    """It is said in one line, and nothing is written."""
    ended = written(*arguments, filters=filters)

    assert (ended.returncode, ended.stdout) == (1, "")
    assert problem in ended.stderr
    assert ended.stderr.startswith("parameters.py: ")
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("parameter", "filters"),
    [
        ("FilterPattern", ["é" * 512]),
        ("EventPattern", [{"a": "b" * 2040}]),
        ("ConfigResourceTypes", ["A" * 2048, "A" * 2047]),
        ("ConfigResourceTypes", ["AWS::EC2::VPC"] * 100),
    ],
)
def test_longest_filters(parameter: str, filters: list[Any]) -> None:
    assert written(parameter, filters=json.dumps(filters)).returncode == 0


def test_there_are_as_many_parameters_as_the_script_knows(described: dict[str, Any]) -> None:
    script = TEMPLATE.with_name("parameters.py").read_text("utf-8")

    for name, most in (("EventPattern", 30), ("FilterPattern", 2)):
        assert f'"{name}": {most}' in script
        assert sum(one.startswith(name) for one in described) == most
