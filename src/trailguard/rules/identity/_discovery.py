"""Calls by which one learns what an account has and who is in it, and which programs seldom make together."""

from __future__ import annotations

__all__ = ["DISCOVERY"]

# Not here is what infrastructure as code calls all day: ec2:Describe*, iam:Get*, s3:GetBucket*.
DISCOVERY = (
    "account:GetAlternateContact",
    "account:GetContactInformation",
    "bedrock:ListFoundationModels",
    "dynamodb:ListTables",
    "ecr:DescribeRepositories",
    "ecs:ListClusters",
    "eks:ListClusters",
    "guardduty:ListDetectors",
    "iam:GetAccountAuthorizationDetails",
    "iam:GetAccountPasswordPolicy",
    "iam:GetAccountSummary",
    "iam:GenerateCredentialReport",
    "iam:GetCredentialReport",
    "iam:ListAccessKeys",
    "iam:ListAccountAliases",
    "iam:ListGroups",
    "iam:ListGroupsForUser",
    "iam:ListPolicies",
    "iam:ListRoles",
    "iam:ListSAMLProviders",
    "iam:ListUserPolicies",
    "iam:ListUsers",
    "iam:ListAttachedUserPolicies",
    "kms:ListKeys",
    "lambda:ListFunctions",
    "organizations:DescribeOrganization",
    "organizations:ListAccounts",
    "organizations:ListRoots",
    "s3:ListBuckets",
    "secretsmanager:ListSecrets",
    "ses:GetSendQuota",
    "ses:ListIdentities",
    "sns:ListTopics",
    "sqs:ListQueues",
    "sts:GetCallerIdentity",
)
