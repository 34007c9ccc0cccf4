"""A hundred detections as public rule sets have them, each once: Python functions and rules are made of them.

Each says which calls it wants, whether they must have gone through, and what must be in them. The actions are
those that Sigma, Elastic, Panther and others watch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["DETECTIONS", "Detection"]


@dataclass(frozen=True)
class Detection:
    """What is looked for.

    Attributes:
        name: in kebab-case; a rule's id.
        service: as IAM policies write it.
        names: the event names, as CloudTrail writes them, with a blank between two.
        where: where in the record a value must be, as ``requestParameters.policyArn``; nowhere, if left out.
        equals: the value that must be there.
        contains: a text that must be in what is there, however deep.
        identity: the caller's type.
        outcome: ``success``: no errorCode; ``any``: nobody looks.
    """

    name: str
    service: str
    names: str
    where: str = ""
    equals: str | bool | None = None
    contains: str = ""
    identity: str = ""
    outcome: Literal["success", "any"] = "success"

    @property
    def events(self) -> tuple[str, ...]:
        """The event names, one by one."""
        return tuple(self.names.split())

    @property
    def path(self) -> tuple[str, ...]:
        """The keys that lead to the value."""
        return tuple(self.where.split(".")) if self.where else ()


_ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
_QUARANTINE = "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV2"
_ATTACHED = "requestParameters.policyArn"
_SIGNED_IN = "responseElements.ConsoleLogin"
_ANYBODY = "0.0.0.0/0"

DETECTIONS = (
    Detection("region-enabled", "account", "EnableRegion"),
    Detection("backup-vault-deleted", "backup", "DeleteBackupVault DeleteBackupVaultLockConfiguration"),
    Detection("recovery-point-deleted", "backup", "DeleteRecoveryPoint"),
    Detection("guardrail-changed", "bedrock", "DeleteGuardrail UpdateGuardrail"),
    Detection("model-logging-deleted", "bedrock", "DeleteModelInvocationLoggingConfiguration"),
    Detection("shell-opened", "cloudshell", "CreateEnvironment"),
    Detection("trail-created", "cloudtrail", "CreateTrail StartLogging"),
    Detection("trail-deleted", "cloudtrail", "DeleteTrail"),
    Detection(
        "trail-kms-key-updated", "cloudtrail", "UpdateTrail", "requestParameters.kmsKeyId", contains="arn:"
    ),
    Detection("trail-stopped", "cloudtrail", "StopLogging", outcome="any"),
    Detection("trail-updated", "cloudtrail", "UpdateTrail"),
    Detection(
        "trail-without-management-events",
        "cloudtrail",
        "PutEventSelectors",
        "requestParameters.eventSelectors",
        contains="'includeManagementEvents': False",
    ),
    Detection(
        "build-project-public",
        "codebuild",
        "UpdateProjectVisibility",
        "requestParameters.projectVisibility",
        equals="PUBLIC_READ",
    ),
    Detection("config-recorder-stopped", "config", "StopConfigurationRecorder DeleteDeliveryChannel"),
    Detection(
        "config-rule-deleted",
        "config",
        "DeleteConfigRule DeleteOrganizationConfigRule DeleteConfigurationAggregator DeleteConformancePack",
    ),
    Detection("table-exported", "dynamodb", "ExportTableToPointInTime"),
    Detection("encryption-by-default-disabled", "ec2", "DisableEbsEncryptionByDefault"),
    Detection("flow-logs-deleted", "ec2", "DeleteFlowLogs"),
    Detection(
        "gateway-changed",
        "ec2",
        "CreateCustomerGateway DeleteCustomerGateway AttachInternetGateway CreateInternetGateway"
        " DeleteInternetGateway DetachInternetGateway",
    ),
    Detection(
        "image-made-public",
        "ec2",
        "ModifyImageAttribute",
        "requestParameters.launchPermission.add",
        contains="'all'",
    ),
    Detection("image-shared", "ec2", "ModifyImageAttribute", "requestParameters.launchPermission.add.items"),
    Detection("instance-exported", "ec2", "CreateInstanceExportTask ExportImage CreateStoreImageTask"),
    Detection(
        "instance-profile-associated",
        "ec2",
        "AssociateIamInstanceProfile ReplaceIamInstanceProfileAssociation",
    ),
    Detection("instance-without-imdsv2", "ec2", "ModifyInstanceMetadataOptions"),
    Detection("instances-launched", "ec2", "RunInstances"),
    Detection("instances-terminated", "ec2", "TerminateInstances StopInstances"),
    Detection("key-pair-imported", "ec2", "ImportKeyPair CreateKeyPair"),
    Detection(
        "network-acl-changed",
        "ec2",
        "CreateNetworkAcl CreateNetworkAclEntry DeleteNetworkAcl DeleteNetworkAclEntry ReplaceNetworkAclEntry"
        " ReplaceNetworkAclAssociation",
    ),
    Detection(
        "network-acl-opened",
        "ec2",
        "CreateNetworkAclEntry ReplaceNetworkAclEntry",
        "requestParameters.cidrBlock",
        equals=_ANYBODY,
    ),
    Detection("password-data-read", "ec2", "GetPasswordData", outcome="any"),
    Detection("route-changed", "ec2", "ReplaceRoute ReplaceRouteTableAssociation DeleteRoute"),
    Detection("route-table-deleted", "ec2", "DeleteRouteTable DisassociateRouteTable"),
    Detection(
        "route-to-anywhere", "ec2", "CreateRoute", "requestParameters.destinationCidrBlock", equals=_ANYBODY
    ),
    Detection("security-group-deleted", "ec2", "DeleteSecurityGroup"),
    Detection(
        "security-group-changed",
        "ec2",
        "AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress"
        " RevokeSecurityGroupEgress CreateSecurityGroup ModifySecurityGroupRules",
    ),
    Detection(
        "security-group-opened",
        "ec2",
        "AuthorizeSecurityGroupIngress",
        "requestParameters.ipPermissions",
        contains=_ANYBODY,
    ),
    Detection("serial-console-enabled", "ec2", "EnableSerialConsoleAccess"),
    Detection("snapshot-deleted", "ec2", "DeleteSnapshot UnlockSnapshot"),
    Detection(
        "snapshot-made-public",
        "ec2",
        "ModifySnapshotAttribute",
        "requestParameters.createVolumePermission.add",
        contains="'all'",
    ),
    Detection("traffic-mirrored", "ec2", "CreateTrafficMirrorSession CreateTrafficMirrorTarget"),
    Detection(
        "user-data-read",
        "ec2",
        "DescribeInstanceAttribute",
        "requestParameters.attribute",
        equals="userData",
        outcome="any",
    ),
    Detection("user-data-changed", "ec2", "ModifyInstanceAttribute", "requestParameters.userData"),
    Detection("vpc-changed", "ec2", "CreateVpc DeleteVpc DeleteSubnet ModifyVpcAttribute"),
    Detection("vpc-peered", "ec2", "CreateVpcPeeringConnection AcceptVpcPeeringConnection"),
    Detection("ssh-key-pushed", "ec2-instance-connect", "SendSSHPublicKey SendSerialConsoleSSHPublicKey"),
    Detection("repository-policy-set", "ecr", "SetRepositoryPolicy DeleteRepositoryPolicy"),
    Detection("task-started", "ecs", "RegisterTaskDefinition RunTask StartTask"),
    Detection("cluster-changed", "eks", "CreateCluster DeleteCluster UpdateClusterConfig"),
    Detection("file-system-deleted", "elasticfilesystem", "DeleteFileSystem DeleteMountTarget"),
    Detection("event-rule-disabled", "events", "DisableRule DeleteRule"),
    Detection("detector-deleted", "guardduty", "DeleteDetector"),
    Detection("detector-disabled", "guardduty", "UpdateDetector", "requestParameters.enable", equals=False),
    Detection("detector-members-deleted", "guardduty", "DeleteMembers StopMonitoringMembers"),
    Detection("ip-set-changed", "guardduty", "CreateIPSet UpdateIPSet CreateThreatIntelSet"),
    Detection("access-key-created", "iam", "CreateAccessKey"),
    Detection("access-key-deleted", "iam", "DeleteAccessKey UpdateAccessKey"),
    Detection("admin-group", "iam", "AttachGroupPolicy", _ATTACHED, equals=_ADMIN),
    Detection("admin-role", "iam", "AttachRolePolicy", _ATTACHED, equals=_ADMIN),
    Detection("admin-user", "iam", "AttachUserPolicy", _ATTACHED, equals=_ADMIN),
    Detection("group-changed", "iam", "CreateGroup DeleteGroup AddUserToGroup"),
    Detection("inline-policy-written", "iam", "PutUserPolicy PutRolePolicy PutGroupPolicy"),
    Detection("key-quarantined", "iam", "AttachUserPolicy", _ATTACHED, equals=_QUARANTINE),
    Detection("login-profile-changed", "iam", "CreateLoginProfile UpdateLoginProfile DeleteLoginProfile"),
    Detection("mfa-deactivated", "iam", "DeactivateMFADevice DeleteVirtualMFADevice"),
    Detection("password-policy-changed", "iam", "UpdateAccountPasswordPolicy DeleteAccountPasswordPolicy"),
    Detection("policy-versioned", "iam", "CreatePolicy CreatePolicyVersion SetDefaultPolicyVersion"),
    Detection("role-created", "iam", "CreateRole"),
    Detection("role-trust-changed", "iam", "UpdateAssumeRolePolicy"),
    Detection("root-access-key", "iam", "CreateAccessKey", identity="Root"),
    Detection(
        "saml-provider-changed", "iam", "CreateSAMLProvider UpdateSAMLProvider CreateOpenIDConnectProvider"
    ),
    Detection("user-created", "iam", "CreateUser"),
    Detection("user-deleted", "iam", "DeleteUser", outcome="any"),
    Detection("key-disabled", "kms", "DisableKey ScheduleKeyDeletion"),
    Detection("key-material-imported", "kms", "ImportKeyMaterial DeleteImportedKeyMaterial"),
    Detection("key-policy-put", "kms", "PutKeyPolicy"),
    Detection("function-code-updated", "lambda", "UpdateFunctionCode20150331v2"),
    Detection("function-created", "lambda", "CreateFunction20150331"),
    Detection(
        "function-shared", "lambda", "AddPermission20150331v2", "requestParameters.principal", equals="*"
    ),
    Detection("log-group-deleted", "logs", "DeleteLogGroup DeleteLogStream"),
    Detection("alarm-deleted", "monitoring", "DeleteAlarms"),
    Detection("organization-left", "organizations", "LeaveOrganization", outcome="any"),
    Detection("organization-policy-detached", "organizations", "DetachPolicy DeletePolicy"),
    Detection("database-deleted", "rds", "DeleteDBInstance DeleteDBCluster DeleteGlobalCluster"),
    Detection(
        "database-made-public",
        "rds",
        "CreateDBInstance ModifyDBInstance",
        "requestParameters.publiclyAccessible",
        equals=True,
    ),
    Detection(
        "database-snapshot-public",
        "rds",
        "ModifyDBSnapshotAttribute",
        "requestParameters.valuesToAdd",
        contains="'all'",
    ),
    Detection("anchor-created", "rolesanywhere", "CreateTrustAnchor CreateProfile"),
    Detection("bucket-deleted", "s3", "DeleteBucket"),
    Detection("bucket-encryption-removed", "s3", "DeleteBucketEncryption"),
    Detection("bucket-policy-changed", "s3", "PutBucketPolicy DeleteBucketPolicy"),
    Detection(
        "bucket-policy-public",
        "s3",
        "PutBucketPolicy",
        "requestParameters.bucketPolicy.Statement",
        contains="'Principal': '*'",
    ),
    Detection(
        "versioning-suspended",
        "s3",
        "PutBucketVersioning",
        "requestParameters.VersioningConfiguration.Status",
        equals="Suspended",
    ),
    Detection("secret-deleted", "secretsmanager", "DeleteSecret"),
    Detection("findings-changed", "securityhub", "BatchUpdateFindings DeleteInsight UpdateFindings"),
    Detection("sign-in-failed", "signin", "ConsoleLogin", _SIGNED_IN, equals="Failure", outcome="any"),
    Detection(
        "sign-in-without-mfa",
        "signin",
        "ConsoleLogin",
        "additionalEventData.MFAUsed",
        equals="No",
        outcome="any",
    ),
    Detection("root-sign-in", "signin", "ConsoleLogin", identity="Root", outcome="any"),
    Detection("command-sent", "ssm", "SendCommand StartSession"),
    Detection(
        "secure-string-read",
        "ssm",
        "GetParameter GetParameters",
        "requestParameters.withDecryption",
        equals=True,
    ),
    Detection("session-token-taken", "sts", "GetSessionToken GetFederationToken"),
    Detection("web-acl-deleted", "wafv2", "DeleteWebACL DeleteRuleGroup DeleteLoggingConfiguration"),
)
