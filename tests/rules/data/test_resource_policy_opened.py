import json
from typing import Any

import pytest

from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.data.resource_policy_opened import resource_policy_opened
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

OWN = "111122223333"
OTHER = "444455556666"


def allowing(principal: object, **more: object) -> dict[str, Any]:
    return {"Statement": [{"Effect": "Allow", "Principal": principal, "Action": "*", **more}]}


def text_of(principal: object, **more: object) -> str:
    return json.dumps(allowing(principal, **more))


def queue(policy: object, **more: Any) -> CloudTrailEvent:
    attributes = {"VisibilityTimeout": "30", "Policy": policy}
    return cloudtrail_event(
        "sqs:SetQueueAttributes", request={"queueUrl": "it", "attributes": attributes}, **more
    )


def topic(attribute: str, value: object) -> CloudTrailEvent:
    request = {"topicArn": "it", "attributeName": attribute, "attributeValue": value}
    return cloudtrail_event("sns:SetTopicAttributes", request=request)


def bus(principal: str | None, condition: object = None) -> CloudTrailEvent:
    request = {"eventBusName": "it", "action": "events:PutEvents", "principal": principal}
    return cloudtrail_event("events:PutPermission", request=request | {"condition": condition})


ANYONE = text_of("*")
OWNED = {"StringEquals": {"AWS:SourceOwner": OWN}}
QUEUE = queue(ANYONE)
TOPIC = topic("Policy", ANYONE)
BUS = bus("*")
REPOSITORY = cloudtrail_event(
    "ecr:SetRepositoryPolicy", request={"repositoryName": "it", "policyText": ANYONE}
)
VAULT = cloudtrail_event(
    "glacier:SetVaultAccessPolicy",
    request={"accountId": "-", "vaultName": "it", "policy": {"policy": text_of({"AWS": "*"})}},
)
STREAM = cloudtrail_event("kinesis:PutResourcePolicy", request={"resourceARN": "it", "policy": ANYONE})
DOMAIN = cloudtrail_event(
    "codeartifact:PutDomainPermissionsPolicy", request={"domain": "it", "policyDocument": ANYONE}
)
CATALOGUE = cloudtrail_event("glue:PutResourcePolicy", request={"resourceArn": "it", "policyInJson": ANYONE})
TABLE = cloudtrail_event("dynamodb:CreateTable", request={"tableName": "it", "resourcePolicy": ANYONE})
LOGS = cloudtrail_event(
    "logs:PutDestinationPolicy", request={"destinationName": "it", "accessPolicy": ANYONE}
)


@pytest.mark.parametrize(
    "event", [QUEUE, TOPIC, BUS, REPOSITORY, VAULT, STREAM, DOMAIN, CATALOGUE, TABLE, LOGS]
)
def test_anyone_wherever_the_policy_is(event: CloudTrailEvent) -> None:
    assert_violates(
        resource_policy_opened,
        event,
        reason=f"user alice let anyone into it by {event.action}",
        resource="it",
        severity="high",
    )


def test_shows_the_statements() -> None:
    conditional = allowing("*", Condition={"StringEquals": {"aws:username": "alice"}})

    assert resource_policy_opened(queue(conditional)) == [
        Violation(
            "user alice let anyone into it by sqs:SetQueueAttributes, and its conditions do not say who",
            resource="it",
            evidence={"statements": conditional["Statement"]},
        )
    ]


@pytest.mark.parametrize(
    ("action", "request_", "severity"),
    [
        ("sqs:AddPermission", {"queueUrl": "it", "aWSAccountIds": [OTHER, OWN]}, Severity.LOW),
        ("sns:AddPermission", {"topicArn": "it", "aWSAccountId": OTHER}, Severity.LOW),
        ("events:PutPermission", {"eventBusName": "it", "principal": OTHER}, Severity.LOW),
        ("sns:CreateTopic", {"name": "it", "attributes": {"Policy": text_of({"AWS": OTHER})}}, Severity.LOW),
        ("ses:PutIdentityPolicy", {"identity": "it", "policy": text_of({"AWS": OTHER})}, Severity.MEDIUM),
    ],
)
def test_other_accounts_are_less_bad(action: str, request_: dict[str, Any], severity: Severity) -> None:
    event = cloudtrail_event(action, request=request_)

    assert resource_policy_opened(event) == [
        Violation(
            f"user alice let {OTHER} into it by {action}",
            resource="it",
            severity=severity,
            evidence={"accounts": [OTHER]},
        )
    ]
    assert_complies(resource_policy_opened, event, params={"trusted_accounts": [OTHER]})


@pytest.mark.parametrize(
    "event",
    [
        queue(text_of({"Service": "sns.amazonaws.com"})),
        queue(text_of({"AWS": f"arn:aws:iam::{OWN}:root"})),
        queue(text_of("*", Effect="Deny")),
        queue(allowing("*", Effect="Deny")),
        queue(allowing({"AWS": OWN})),
        queue(text_of("*", Condition=OWNED)),
        queue(""),
        queue("no policy"),
        queue(ANYONE, error="AccessDenied"),
        topic("DisplayName", ANYONE),
        topic("Policy", text_of("*", Condition=OWNED)),
        bus("*", {"type": "StringEquals", "key": "aws:PrincipalOrgID", "value": "o-example"}),
        bus(OWN),
        bus(None),
        cloudtrail_event("sqs:AddPermission", request={"queueUrl": "it", "aWSAccountIds": [OWN]}),
        cloudtrail_event("sqs:SetQueueAttributes", request={"attributes": {"VisibilityTimeout": "30"}}),
        cloudtrail_event("dynamodb:CreateTable"),
        cloudtrail_event("ecr:SetRepositoryPolicy", request={"policyText": text_of({"AWS": OWN})}),
        cloudtrail_event("glue:PutResourcePolicy", request={"policyInJson": None}),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(resource_policy_opened, event)
