"""What a trail has to log: advanced event selectors.

Sources: "Logging data events" in the AWS CloudTrail user guide, for which calls are data events, and of which
type their resources are; "AdvancedFieldSelector" in the AWS CloudTrail API reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from trailguard.filters.calls import calls_by_rule
from trailguard.match import glob

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailguard.filters.calls import Call
    from trailguard.listeners import Listener

__all__ = ["DATA_EVENTS", "data_events", "event_selectors", "is_management"]

Selector = dict[str, Any]

_OBJECTS: Final = """
    AbortMultipartUpload CompleteMultipartUpload CopyObject CreateMultipartUpload DeleteObject DeleteObjects
    DeleteObjectTagging GetObject GetObjectAcl GetObjectAttributes GetObjectLegalHold GetObjectRetention
    GetObjectTagging GetObjectTorrent HeadBucket HeadObject ListMultipartUploads ListObjects
    ListObjectVersions ListParts PostObject PutObject PutObjectAcl PutObjectLegalHold PutObjectRetention
    PutObjectTagging RestoreObject SelectObjectContent UploadPart UploadPartCopy
"""
_ITEMS: Final = """
    BatchExecuteStatement BatchGetItem BatchWriteItem DeleteItem ExecuteStatement ExecuteTransaction GetItem
    PutItem Query Scan TransactGetItems TransactWriteItems UpdateItem
"""
_IDENTITIES: Final = """
    GetCredentialsForIdentity GetId GetOpenIdToken GetOpenIdTokenForDeveloperIdentity UnlinkIdentity
"""
_BLOCKS: Final = """
    GetSnapshotBlock ListChangedBlocks ListSnapshotBlocks PutSnapshotBlock
"""
_STATEMENTS: Final = """
    BatchExecuteStatement BeginTransaction CommitTransaction ExecuteStatement RollbackTransaction
"""
_MESSAGES: Final = """
    ChangeMessageVisibility ChangeMessageVisibilityBatch DeleteMessage DeleteMessageBatch ReceiveMessage
    SendMessage SendMessageBatch
"""

DATA_EVENTS: Final = {
    resource_type: (service, frozenset(names.split()))
    for resource_type, service, names in [
        ("AWS::AppConfig::Configuration", "appconfig", "GetLatestConfiguration StartConfigurationSession"),
        ("AWS::Bedrock::AgentAlias", "bedrock", "InvokeAgent"),
        ("AWS::Bedrock::KnowledgeBase", "bedrock", "Retrieve RetrieveAndGenerate"),
        ("AWS::Cognito::IdentityPool", "cognito-identity", _IDENTITIES),
        ("AWS::DynamoDB::Stream", "dynamodb", "GetRecords GetShardIterator"),
        ("AWS::DynamoDB::Table", "dynamodb", _ITEMS),
        ("AWS::EC2::Snapshot", "ebs", _BLOCKS),
        ("AWS::Kinesis::Stream", "kinesis", "GetRecords GetShardIterator PutRecord PutRecords"),
        ("AWS::Kinesis::StreamConsumer", "kinesis", "SubscribeToShard"),
        ("AWS::Lambda::Function", "lambda", "Invoke"),
        ("AWS::RDS::DBCluster", "rdsdata", _STATEMENTS),
        ("AWS::S3::AccessPoint", "s3", _OBJECTS),
        ("AWS::S3::Object", "s3", _OBJECTS),
        ("AWS::S3Express::Object", "s3express", f"CreateSession {_OBJECTS}"),
        ("AWS::SNS::PlatformEndpoint", "sns", "Publish"),
        ("AWS::SNS::Topic", "sns", "Publish PublishBatch"),
        ("AWS::SQS::Queue", "sqs", _MESSAGES),
        ("AWS::SSMMessages::ControlChannel", "ssmmessages", "CreateControlChannel OpenControlChannel"),
        ("AWS::SageMaker::Endpoint", "sagemaker", "InvokeEndpoint InvokeEndpointAsync"),
    ]
}
"""Calls that a trail logs only where it is told to, by the type of their resources: the service, and their
names. There are more types than these."""


def event_selectors(listeners: Iterable[Listener]) -> list[Selector]:
    """Return the advanced event selectors of a trail that logs what rules listen to.

    Data events are selected for rules that name a service: ``s3:Get*`` does, ``*:Get*`` does not, for nobody
    means by that to have every call of every function and table logged, which costs by the event.

    Args:
        listeners: rules as the settings have them.

    Returns:
        One selector for management events, and one for each type of resource whose data events are listened
        to; none, where no rule listens to any call.
    """
    # Of all calls: a call that "*:*" covers may have data events, for which that does not stand.
    wanted = {call for of_rule in calls_by_rule(listeners).values() for call in of_rule}
    selectors = []
    if management := [call for call in wanted if is_management(call)]:
        selectors.append(_selector("Management events", "Management", management))
    for resource_type in DATA_EVENTS:
        if data := [call for call in wanted if data_events(call, resource_type)]:
            names = sorted(frozenset().union(*(data_events(call, resource_type) for call in data)))
            which = {"resources.type": [resource_type], "eventName": names}
            selectors.append(_selector(f"Data events of {resource_type}", "Data", data, **which))
    return selectors


def is_management(call: Call) -> bool:
    """Tell whether there may be management events of a call, for all that is known."""
    return not any(
        service == call.service and call.action in names for service, names in DATA_EVENTS.values()
    )


def data_events(call: Call, resource_type: str) -> frozenset[str]:
    """Return the names of a call's data events on resources of a type."""
    service, names = DATA_EVENTS[resource_type]
    if call.service != service:
        return frozenset()
    return frozenset(name for name in names if glob(call.action).fullmatch(name))


def _selector(name: str, category: str, wanted: Iterable[Call], **which: list[str]) -> Selector:
    fields = {"eventCategory": [category], **which}
    marks = {call.read_only for call in wanted}
    if len(marks) == 1 and None not in marks:
        fields["readOnly"] = [str(marks.pop()).lower()]
    selectors = [{"Field": field, "Equals": values} for field, values in fields.items()]
    return {"Name": name, "FieldSelectors": selectors}
