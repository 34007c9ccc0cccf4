"""Rules about what records and watches: trails, AWS Config, flow logs, detectors, alarms."""

from trailguard._rule import Rule
from trailguard.rules.logging.alarm_silenced import alarm_silenced
from trailguard.rules.logging.bucket_expires_soon import bucket_expires_soon
from trailguard.rules.logging.bucket_logging_disabled import bucket_logging_disabled
from trailguard.rules.logging.config_changed import config_changed
from trailguard.rules.logging.config_recorder_stopped import config_recorder_stopped
from trailguard.rules.logging.config_rule_deleted import config_rule_deleted
from trailguard.rules.logging.detector_disabled import detector_disabled
from trailguard.rules.logging.dns_query_logs_deleted import dns_query_logs_deleted
from trailguard.rules.logging.event_data_store_deleted import event_data_store_deleted
from trailguard.rules.logging.event_rule_disabled import event_rule_disabled
from trailguard.rules.logging.findings_suppressed import findings_suppressed
from trailguard.rules.logging.flow_logs_deleted import flow_logs_deleted
from trailguard.rules.logging.guardduty_blinded import guardduty_blinded
from trailguard.rules.logging.guardduty_disabled import guardduty_disabled
from trailguard.rules.logging.log_bucket_deleted import log_bucket_deleted
from trailguard.rules.logging.log_delivery_ended import log_delivery_ended
from trailguard.rules.logging.log_group_deleted import log_group_deleted
from trailguard.rules.logging.security_hub_changed import security_hub_changed
from trailguard.rules.logging.security_hub_disabled import security_hub_disabled
from trailguard.rules.logging.service_logs_disabled import service_logs_disabled
from trailguard.rules.logging.session_logs_changed import session_logs_changed
from trailguard.rules.logging.trail_changed import trail_changed
from trailguard.rules.logging.trail_deleted import trail_deleted
from trailguard.rules.logging.trail_events_excluded import trail_events_excluded
from trailguard.rules.logging.trail_logging_stopped import trail_logging_stopped
from trailguard.rules.logging.trail_weakened import trail_weakened

__all__ = ["LOGGING_RULES"]

LOGGING_RULES: tuple[Rule, ...] = (
    alarm_silenced,
    bucket_expires_soon,
    bucket_logging_disabled,
    config_changed,
    config_recorder_stopped,
    config_rule_deleted,
    detector_disabled,
    dns_query_logs_deleted,
    event_data_store_deleted,
    event_rule_disabled,
    findings_suppressed,
    flow_logs_deleted,
    guardduty_blinded,
    guardduty_disabled,
    log_bucket_deleted,
    log_delivery_ended,
    log_group_deleted,
    security_hub_changed,
    security_hub_disabled,
    service_logs_disabled,
    session_logs_changed,
    trail_changed,
    trail_deleted,
    trail_events_excluded,
    trail_logging_stopped,
    trail_weakened,
)
