from typing import Any

import pytest

from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.identity.attack_tool_used import Params, attack_tool_used
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def called(agent: str | None, action: str = "sts:GetCallerIdentity", **more: Any) -> CloudTrailEvent:
    return cloudtrail_event(action, userAgent=agent, **more)


KALI = called("aws-cli/2.9.19 Python/3.11.2 Linux/6.1.0-kali5-amd64 source/x86_64.kali.2023 command/sts")
TRUFFLEHOG = called("TruffleHog", error="AccessDenied")
PROWLER = called("Boto3/1.26 Prowler/3.0", "iam:ListUsers")


def test_names_the_tool() -> None:
    assert attack_tool_used(KALI) == [
        Violation(
            "user alice called sts:GetCallerIdentity with kali",
            resource="arn:aws:iam::111122223333:user/alice",
            evidence={"user_agent": KALI.user_agent},
        )
    ]
    assert_violates(attack_tool_used, TRUFFLEHOG, severity=Severity.HIGH)
    assert_violates(
        attack_tool_used,
        PROWLER,
        reason="user alice called iam:ListUsers with prowler",
        severity=Severity.LOW,
    )


@pytest.mark.parametrize("agent", ["aws-cli/2.22.35", "Boto3/1.26.165", "alkaline/1.0", "", None])
def test_other_user_agents(agent: str | None) -> None:
    assert_complies(attack_tool_used, called(agent))


def test_names_are_parameters() -> None:
    assert attack_tool_used(KALI, Params(attackers=(), auditors=())) == []
    assert attack_tool_used(called("mytool"), Params(attackers=("mytool",)))
