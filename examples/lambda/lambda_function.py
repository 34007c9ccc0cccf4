"""A Lambda function that judges CloudTrail by trailguard's rules and one of its own, and tells a topic."""

import os

from trailguard import CloudTrailEvent, Guard, Severity, Violation, rule
from trailguard.notifiers.sns import SnsNotifier


@rule(on="iam:CreateAccessKey", severity=Severity.HIGH, title="Access key of another user")
def access_key_of_another_user(event: CloudTrailEvent) -> Violation | None:
    """Whoever makes a key of another user can act as that user, and still can when shut out."""
    user = event.request_parameters.get("userName")  # without it, the key is the caller's own
    if user is None or user == event.actor.user_name:
        return None
    return Violation(f"{event.actor} made an access key of user {user}", resource=user)


topic = SnsNotifier(os.environ["TOPIC_ARN"])
guard = Guard.from_settings(rules=[access_key_of_another_user], notifiers=[topic])
lambda_handler = guard.handle
