from trailguard import Violation
from trailguard.rules.logging.flow_logs_deleted import flow_logs_deleted
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

ONE = cloudtrail_event(
    "ec2:DeleteFlowLogs", request={"DeleteFlowLogsRequest": {"FlowLogId": {"tag": 1, "content": "fl-1"}}}
)
TWO = cloudtrail_event(
    "ec2:DeleteFlowLogs",
    request={
        "DeleteFlowLogsRequest": {"FlowLogId": [{"tag": 1, "content": "fl-1"}, {"tag": 2, "content": "fl-2"}]}
    },
)


def test_each_flow_log_is_named() -> None:
    assert flow_logs_deleted(ONE) == [Violation("user alice deleted the flow log fl-1", resource="fl-1")]
    assert [one.resource for one in flow_logs_deleted(TWO)] == ["fl-1", "fl-2"]


def test_older_records_and_such_that_name_none() -> None:
    old = cloudtrail_event("ec2:DeleteFlowLogs", request={"flowLogId": {"items": ["fl-1"]}})

    assert [one.resource for one in flow_logs_deleted(old)] == ["fl-1"]
    assert_violates(
        flow_logs_deleted,
        cloudtrail_event("ec2:DeleteFlowLogs"),
        reason="user alice deleted the flow log (not named)",
    )


def test_a_denied_call_deleted_nothing() -> None:
    assert_complies(
        flow_logs_deleted, cloudtrail_event("ec2:DeleteFlowLogs", error="Client.UnauthorizedOperation")
    )
