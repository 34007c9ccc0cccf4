from __future__ import annotations

import json
import subprocess
import sys
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from trailguard.lint._names import IDENTITY_TYPES, LOGGED, MARKED_OTHERWISE, MORE_MODELS, NO_EVENT, NO_SOURCE
from trailguard.lint.facts import AwsFacts, aws_facts
from trailguard.rules import BUILTIN_RULES

if TYPE_CHECKING:
    import pytest

FACTS = aws_facts()


def test_models_that_share_an_event_source_are_joined() -> None:
    assert FACTS.actions("elasticloadbalancing") >= {"CreateTargetGroup", "CreateLoadBalancerPolicy"}
    assert FACTS.actions("s3") >= {"PutBucketAcl", "CreateAccessPoint"}
    assert FACTS.actions("apigateway") >= {"CreateRestApi", "CreateApi"}
    assert FACTS.actions("autoscaling") >= {"CreateAutoScalingGroup", "RegisterScalableTarget"}


def test_services_by_cloudtrails_names() -> None:
    assert {"ec2", "monitoring", "states", "elasticmapreduce", "signin"} <= FACTS.services
    assert not {"ec3", "elbv2", "emr"} & FACTS.services
    assert FACTS.services_like("ec2") == ["ec2"]
    assert FACTS.services_like("ec?") == ["ec2", "ecr", "ecs"]
    assert FACTS.services_like("ec3") == []


def test_nothing_is_known_of_what_there_is_not() -> None:
    assert FACTS.actions("ec3") == frozenset()
    assert FACTS.parameters("ec2", "DeleteVPC") == frozenset()


def test_types_that_built_in_rules_listen_to_are_known() -> None:
    listened = {pattern for rule in BUILTIN_RULES for match in rule.matches() for pattern in match.on}

    assert {pattern for pattern in listened if "::" in pattern} <= FACTS.resource_types


def test_a_model_whose_beginning_does_not_say_who_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read to its end."""
    monkeypatch.setattr("trailguard.lint.facts._HEAD", 40)
    monkeypatch.setattr("botocore.loaders.Loader.list_available_services", lambda *_: ["ec2", "elbv2"])

    assert AwsFacts().services >= {"ec2", "elasticloadbalancing"}


def test_written_tables_and_models_do_not_contradict_each_other() -> None:
    """What is written down as no event is none that a model or the other table has."""
    wrong = [
        pattern
        for pattern in NO_EVENT
        if not pattern.endswith("PublicAccessBlock")  # the API has it, under another name than the log
        and pattern.partition(":")[2] in FACTS.actions(pattern.partition(":")[0])
    ]

    assert wrong == []


def test_what_to_listen_to_instead_exists() -> None:
    """Of those that are said by a name alone."""
    named = {fix for fix in NO_EVENT.values() if fix and " " not in fix}
    missing = [
        one
        for one in named
        if not any(
            fnmatchcase(action, one.partition(":")[2]) for action in FACTS.actions(one.partition(":")[0])
        )
    ]

    assert missing == []
    assert set(NO_SOURCE.values()) <= FACTS.services
    assert not set(NO_SOURCE.values()) & NO_SOURCE.keys()


def test_names_in_tables_are_those_of_services() -> None:
    assert LOGGED.keys() <= FACTS.services
    assert MORE_MODELS.keys() <= FACTS.services
    assert {one.partition(":")[0] for one in MARKED_OTHERWISE} <= FACTS.services
    assert "Root" in IDENTITY_TYPES


def test_botocore_is_imported_when_something_is_linted() -> None:
    """Not before: the command line imports linting to say that it can."""
    code = (
        "import json, sys\n"
        "import trailguard.cli.main, trailguard.lint\n"
        "before = 'botocore' in sys.modules\n"
        "trailguard.lint.aws_facts().services\n"
        "print(json.dumps([before, 'botocore' in sys.modules, 'boto3' in sys.modules]))"
    )
    done = subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )

    assert done.stderr == ""
    assert json.loads(done.stdout) == [False, True, False]
