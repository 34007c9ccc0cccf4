"""Names that service models do not tell: what CloudTrail writes that is no API's, and what it never writes.

Sources: the CloudTrail user guide ("Non-API events captured by CloudTrail", "CloudTrail userIdentity
element"), the Amazon S3 user guide ("Amazon S3 CloudTrail events"), the Service Authorization Reference, and
the sections on CloudTrail in the services' own guides. What is not sure is in `LOGGED`, not in `NO_EVENT`.
"""

from __future__ import annotations

from typing import Final

__all__ = [
    "IDENTITY_TYPES",
    "LOGGED",
    "MARKED_OTHERWISE",
    "MORE_MODELS",
    "NO_EVENT",
    "NO_SOURCE",
    "OPEN_SOURCES",
]


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


IDENTITY_TYPES: Final = _set(
    "AWSAccount AWSService AssumedRole Directory FederatedUser IAMUser IdentityCenterUser Role Root SAMLUser"
    " Unknown WebIdentityUser"
)
"""The types of ``userIdentity``."""

MORE_MODELS: Final = {
    "amazonmq": ("mq",),
    "autoscaling": ("application-autoscaling", "autoscaling-plans"),
    "rdsdata": ("rds-data",),
    "s3express": ("s3",),
    "sso": ("sso", "sso-oidc"),
}
"""Models whose calls have another event source than they say, by that source."""

NO_SOURCE: Final = {
    "amp": "aps",
    "apigatewayv2": "apigateway",
    "docdb": "rds",
    "efs": "elasticfilesystem",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "emr": "elasticmapreduce",
    "keyspaces": "cassandra",
    "mwaa": "airflow",
    "neptune": "rds",
    "opensearch": "es",
    "opensearchserverless": "aoss",
    "resourcegroupstaggingapi": "tagging",
    "sfn": "states",
    "stepfunctions": "states",
}
"""What the command line and boto3 call services of which CloudTrail and IAM write another name."""

OPEN_SOURCES: Final = _set(
    "aws-portal billingconsole bedrock cloudshell codewhisperer cognito-idp controltower ec2messages"
    " identitystore kafka-cluster payments q quicksight rds-db s3-object-lambda s3express signin sso"
    " sso-directory ssmmessages trustedadvisor workdocs"
)
"""Event sources that write names which no model has: of consoles, sign-in pages and agents."""

LOGGED: Final = {
    "backup": _set(
        "BackupDeleted BackupJobCompleted BackupJobStarted BackupSelectionDeletedDueToSLRDeletion"
        " BackupTransitionedToCold CopyJobCompleted CopyJobStarted RecoveryPointDeleted"
        " ReportJobCompleted ReportJobStarted RestoreCompleted RestoreStarted"
    ),
    "codecommit": _set("GitPull GitPush"),
    "ec2": _set("BidEvictedEvent BidFulfilledEvent SharedSnapshotCopyInitiated SharedSnapshotVolumeCreated"),
    "ecr": _set("PolicyExecutionEvent ReplicateImage"),
    "eks": _set("AccessKubernetesApi"),
    "elasticfilesystem": _set("NewClientConnection UpdateClientConnection"),
    "iam": _set("EmailUpdated"),
    "kms": _set("DeleteExpiredKeyMaterial DeleteKey RotateKey SynchronizeMultiRegionKey"),
    "organizations": _set(
        "AccountDepartedOrganization AccountJoinedOrganization CloseAccountResult CreateAccountResult"
    ),
    "rds": _set("DescribeRecommendationGroups DescribeRecommendations"),
    "s3": _set(
        "DeleteAccountPublicAccessBlock DeleteBucketPublicAccessBlock GetAccelerateConfiguration"
        " GetAccountPublicAccessBlock GetBucketObjectLockConfiguration GetBucketPublicAccessBlock"
        " GetStorageLensDashboardDataInternal JobCreated JobStatusChanged PostObject"
        " PutAccelerateConfiguration PutAccountPublicAccessBlock PutBucketLifecycle PutBucketNotification"
        " PutBucketObjectLockConfiguration PutBucketPublicAccessBlock"
    ),
    "secretsmanager": _set(
        "CancelSecretVersionDelete EndSecretVersionDelete RotationAbandoned RotationFailed"
        " RotationStarted RotationSucceeded StartSecretVersionDelete TestRotationFailed"
        " TestRotationStarted TestRotationSucceeded"
    ),
    "signin": _set(
        "CheckMfa ConsoleLogin CredentialChallenge CredentialVerification EmailUpdated ExitRole"
        " GetSigninToken PasswordRecoveryCompleted PasswordRecoveryRequested PasswordUpdated RenewRole"
        " SwitchRole UserAuthentication"
    ),
    "sso": _set("Authenticate Federate Logout UserAuthentication"),
    "ssm": _set(
        "GetManifest ListInstanceAssociations PutConfigurePackageResult RegisterManagedInstance"
        " UpdateInstanceAssociationStatus UpdateInstanceInformation"
    ),
    "sts": _set("GetServiceBearerToken"),
}
"""Names that CloudTrail writes and no model has, by event source: service events, sign-in, agents' calls, and
S3's calls where their names in the log are not those of the API."""

_REST = "the names of the calls, such as apigateway:CreateRestApi"

NO_EVENT: Final[dict[str, str | None]] = {
    "apigateway:DELETE": _REST,
    "apigateway:GET": _REST,
    "apigateway:PATCH": _REST,
    "apigateway:POST": _REST,
    "apigateway:PUT": _REST,
    "dynamodb:ConditionCheckItem": "dynamodb:TransactGetItems or dynamodb:TransactWriteItems",
    "dynamodb:PartiQLDelete": "dynamodb:ExecuteStatement",
    "dynamodb:PartiQLInsert": "dynamodb:ExecuteStatement",
    "dynamodb:PartiQLSelect": "dynamodb:ExecuteStatement",
    "dynamodb:PartiQLUpdate": "dynamodb:ExecuteStatement",
    "ec2:AssociateVerifiedAccessInstanceWebAcl": "wafv2:AssociateWebACL",
    "ec2:DeleteLocalGatewayRouteTablePermission": None,
    "ec2:DisassociateVerifiedAccessInstanceWebAcl": "wafv2:DisassociateWebACL",
    "elasticfilesystem:ClientMount": None,
    "elasticfilesystem:ClientRootAccess": None,
    "elasticfilesystem:ClientWrite": None,
    "es:ESHttpDelete": None,
    "es:ESHttpGet": None,
    "es:ESHttpHead": None,
    "es:ESHttpPatch": None,
    "es:ESHttpPost": None,
    "es:ESHttpPut": None,
    "execute-api:Invoke": None,
    "iam:PassRole": "the call that the role is passed to, such as lambda:CreateFunction or ec2:RunInstances",
    "kms:ReEncryptFrom": "kms:ReEncrypt",
    "kms:ReEncryptTo": "kms:ReEncrypt",
    "lambda:InvokeFunction": "lambda:Invoke",
    "rds-db:connect": None,
    "s3:DeleteObjectVersion": "s3:DeleteObject",
    "s3:DeleteObjectVersionTagging": "s3:DeleteObjectTagging",
    "s3:DeletePublicAccessBlock": "s3:DeleteBucketPublicAccessBlock or s3:DeleteAccountPublicAccessBlock",
    "s3:GetAnalyticsConfiguration": "s3:GetBucketAnalyticsConfiguration",
    "s3:GetBucketCORS": "s3:GetBucketCors",
    "s3:GetEncryptionConfiguration": "s3:GetBucketEncryption",
    "s3:GetInventoryConfiguration": "s3:GetBucketInventoryConfiguration",
    "s3:GetLifecycleConfiguration": "s3:GetBucketLifecycle*",
    "s3:GetMetricsConfiguration": "s3:GetBucketMetricsConfiguration",
    "s3:GetObjectVersion": "s3:GetObject",
    "s3:GetObjectVersionAcl": "s3:GetObjectAcl",
    "s3:GetObjectVersionTagging": "s3:GetObjectTagging",
    "s3:GetObjectVersionTorrent": "s3:GetObjectTorrent",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock or s3:GetAccountPublicAccessBlock",
    "s3:GetReplicationConfiguration": "s3:GetBucketReplication",
    "s3:ListAllMyBuckets": "s3:ListBuckets",
    "s3:ListBucket": "s3:ListObjects*",
    "s3:ListBucketMultipartUploads": "s3:ListMultipartUploads",
    "s3:ListBucketVersions": "s3:ListObjectVersions",
    "s3:ListMultipartUploadParts": "s3:ListParts",
    "s3:PutAnalyticsConfiguration": "s3:PutBucketAnalyticsConfiguration",
    "s3:PutBucketCORS": "s3:PutBucketCors",
    "s3:PutEncryptionConfiguration": "s3:PutBucketEncryption",
    "s3:PutInventoryConfiguration": "s3:PutBucketInventoryConfiguration",
    "s3:PutLifecycleConfiguration": "s3:PutBucketLifecycle*",
    "s3:PutMetricsConfiguration": "s3:PutBucketMetricsConfiguration",
    "s3:PutObjectVersionAcl": "s3:PutObjectAcl",
    "s3:PutObjectVersionTagging": "s3:PutObjectTagging",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock or s3:PutAccountPublicAccessBlock",
    "s3:PutReplicationConfiguration": "s3:PutBucketReplication",
    "sts:SetSourceIdentity": "sts:AssumeRole*, which gives the session its source identity",
    "sts:TagSession": "sts:AssumeRole*, which gives the session its tags",
}
"""Permissions, and calls, whose names CloudTrail never writes; and what to listen to instead, if anything."""

MARKED_OTHERWISE: Final = (
    "cognito-identity:GetCredentialsForIdentity",
    "cognito-identity:GetId",
    "cognito-identity:GetOpenIdToken",
    "cognito-identity:GetOpenIdTokenForDeveloperIdentity",
    "glue:CreateSession",
    "s3:CreateSession",
    "signin:GetSigninToken",
    "sso:CreateToken",
    "sts:GetFederationToken",
    "sts:GetSessionToken",
)
"""Calls of which ``readOnly`` may not be what their names say."""
