"""A resource's policy lets anyone in, or another account."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Trusted
from trailguard.rules._policy import accounts_let_in, despite_conditions, statements_for_anyone
from trailguard.rules.data._resource_policies import RESOURCE_NAMES, policy_of
from trailguard.rules.data._spelling import named
from trailguard.verdict import Severity, Violation

_MEANT_FOR_OTHERS = {"codeartifact", "ecr", "events", "glue", "imagebuilder", "logs", "sns", "sqs"}


@rule(
    on=[
        "acm-pca:PutPolicy",
        "backup:PutBackupVaultAccessPolicy",
        "codeartifact:PutDomainPermissionsPolicy",
        "codeartifact:PutRepositoryPermissionsPolicy",
        "dynamodb:CreateTable",
        "dynamodb:PutResourcePolicy",
        "ecr:PutRegistryPolicy",
        "ecr:SetRepositoryPolicy",
        "events:PutPermission",
        "glacier:SetVaultAccessPolicy",
        "glue:PutResourcePolicy",
        "imagebuilder:PutImagePolicy",
        "kafka:PutClusterPolicy",
        "kinesis:PutResourcePolicy",
        "logs:PutDestinationPolicy",
        "logs:PutResourcePolicy",
        "mediastore:PutContainerPolicy",
        "redshift-serverless:PutResourcePolicy",
        "redshift:PutResourcePolicy",
        "ses:CreateEmailIdentityPolicy",
        "ses:PutIdentityPolicy",
        "ses:UpdateEmailIdentityPolicy",
        "sns:AddPermission",
        "sns:CreateTopic",
        "sns:SetTopicAttributes",
        "sqs:AddPermission",
        "sqs:CreateQueue",
        "sqs:SetQueueAttributes",
    ],
    severity=Severity.HIGH,
    title="Policy of a resource opened",
    references=[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html",
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-basic-examples-of-sqs-policies.html",
        "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html",
    ],
    tags=["mitre:T1537", "mitre:T1098"],
)
def resource_policy_opened(event: CloudTrailEvent, params: Trusted) -> Violation | None:
    """Somebody gave a queue, topic, repository, table, vault or the like a policy for anyone, or for others.

    Whoever is let in reads messages, images and data, or writes there what the owner's programs then take
    for their own, with keys of another account and unseen in this one's users. For anyone is high. For
    another account is medium, or low where resources are often shared: queues, topics, event buses, images,
    catalogues of data, logs.

    Known false positives: accounts of the same owner and partners (name them in ``trusted_accounts``), and
    policies that take back by Deny what they allow. A condition counts where it says who calls. Not seen:
    file systems, whose policies for anyone are for those who are in the network.
    """
    policy = policy_of(event)
    resource = named(event, RESOURCE_NAMES)
    whose = f"{resource or 'a resource (not named)'} by {event.action}"
    if statements := statements_for_anyone(policy):
        return Violation(
            f"{event.actor} let anyone into {whose}{despite_conditions(statements)}",
            resource=resource,
            evidence={"statements": statements},
        )
    if accounts := params.strangers(accounts_let_in(policy), event):
        return Violation(
            f"{event.actor} let {', '.join(accounts)} into {whose}",
            resource=resource,
            severity=Severity.LOW if event.service in _MEANT_FOR_OTHERS else Severity.MEDIUM,
            evidence={"accounts": accounts},
        )
    return None
