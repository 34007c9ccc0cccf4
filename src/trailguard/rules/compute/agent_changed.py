"""What an agent of Bedrock does was changed."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "bedrock:CreateAgent",
        "bedrock:UpdateAgent",
        "bedrock:CreateAgentActionGroup",
        "bedrock:UpdateAgentActionGroup",
        "bedrock:AssociateAgentCollaborator",
        "bedrock:AssociateAgentKnowledgeBase",
    ],
    severity=Severity.LOW,
    title="Agent of Bedrock changed",
    references=["https://docs.aws.amazon.com/bedrock/latest/userguide/agents-manage.html"],
    tags=["mitre:T1505", "strict"],
)
def agent_changed(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody made an agent of Bedrock, or changed what it is told, what it may call, or what it knows.

    An agent acts with its role on what people who do not know of the change tell it.

    Known false positives: the team that owns the application; except it by ``actor``. Services' calls do
    not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    request = event.request_parameters
    agent = first_text(request.get("agentId"), request.get("agentName"))
    return Violation(
        f"{event.actor} called {event.action} of {agent or 'one that is not named'}", resource=agent
    )
