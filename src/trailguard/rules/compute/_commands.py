"""What runs on instances by Systems Manager: whose document it is, and where it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text, items, texts
from trailguard.verdict import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trailguard.models.cloudtrail import CloudTrailEvent

__all__ = ["EVERYWHERE", "Documents", "targets_of"]

EVERYWHERE = "all instances"

# Nobody but AWS may name a document so (Systems Manager API reference, CreateDocument).
_RESERVED = ("aws", "amazon", "amzn")


class Documents(Callers, frozen=True, defer_build=True):
    """The documents that run what one writes, and whether calls count that AWS services make."""

    documents: frozenset[str] = frozenset(
        {
            "AWS-RunShellScript",
            "AWS-RunPowerShellScript",
            "AWS-RunRemoteScript",
            "AWS-RunDocument",
            "AWS-RunSaltState",
            "AWS-RunAnsiblePlaybook",
            "AWS-ApplyAnsiblePlaybooks",
            "AWS-ApplyChefRecipes",
            "AWS-InstallApplication",
        }
    )

    def script(self, document: object, event: CloudTrailEvent) -> tuple[str, Severity | None] | None:
        """Return the name of a document that runs somebody's script, and how bad that is; None for others.

        AWS's other documents do one thing. Those of the own account are low, as a pipeline's are; the
        severity is None where the rule's own fits.
        """
        owner, _, name = (first_text(document) or "").rpartition("/")
        if name in self.documents:
            return name, None
        if not name or name.lower().startswith(_RESERVED):
            return None
        account = (owner.split(":") + [""] * 5)[4]
        return name, None if account not in {"", event.account_id} else Severity.LOW


def targets_of(request: Mapping[str, Any]) -> tuple[str, str | None]:
    """Return where a command runs, in words, and the one instance or tag that it is, if it is one."""
    chosen = [value for one in items(request.get("targets")) for value in texts(one.get("values"))]
    targets = [*texts(request.get("instanceIds")), *texts(request.get("instanceId")), *chosen]
    if "*" in targets:
        return EVERYWHERE, None
    return ", ".join(targets[:3]) or "(not named)", targets[0] if len(targets) == 1 else None
