"""Who did it: the ``userIdentity`` block, and the one answer that rules and people want from it.

Source: "CloudTrail userIdentity element" in the AWS CloudTrail user guide.
"""

from __future__ import annotations

from typing import Any

import msgspec
from pydantic import Field

from trailguard.models._base import AwsModel, FreeForm

__all__ = [
    "Actor",
    "OnBehalfOf",
    "SessionAttributes",
    "SessionContext",
    "SessionIssuer",
    "UserIdentity",
]


class SessionIssuer(AwsModel):
    """Who issued a session's credentials: the role itself, for an assumed role. Often empty."""

    type: str | None = None
    principal_id: str | None = None
    arn: str | None = None
    account_id: str | None = None
    user_name: str | None = None


class SessionAttributes(AwsModel):
    """When a session was created, and whether with MFA: the *text* ``"true"`` or ``"false"``."""

    creation_date: str | None = None
    mfa_authenticated: str | bool | None = None


class SessionContext(AwsModel):
    """The session that temporary credentials belong to."""

    session_issuer: SessionIssuer | None = None
    attributes: SessionAttributes | None = None
    web_id_federation_data: Any = None
    source_identity: str | None = None
    ec2_role_delivery: str | None = None
    assumed_root: bool | None = None
    sign_in_session_arn: str | None = None


class OnBehalfOf(AwsModel):
    """The IAM Identity Center user for whom a request was made."""

    user_id: str | None = None
    identity_store_arn: str | None = None


class UserIdentity(AwsModel):
    """The ``userIdentity`` block. Everything in it may be missing, ``type`` too."""

    type: str | None = None
    principal_id: str | None = None
    arn: str | None = None
    account_id: str | None = None
    access_key_id: str | None = None
    user_name: str | None = None
    session_context: SessionContext | None = None
    invoked_by: str | None = None
    identity_provider: str | None = None
    on_behalf_of: OnBehalfOf | None = None
    credential_id: str | None = None
    in_scope_of: FreeForm = Field(default_factory=dict)


class Actor(msgspec.Struct, frozen=True):
    """Who acted, in the words a person would use.

    Attributes:
        type: the identity type as AWS names it (``Root``, ``IAMUser``, ``AssumedRole``, ``AWSService``, …),
            or ``Unknown``.
        name: what to call them: a user, a role, a service, an account. Never empty.
        session_name: the name the caller chose for a role session. For IAM Identity Center roles that is
            the person; elsewhere it is whatever the caller wrote, so never proof of anything.
        service: the AWS service that acted, by itself or for somebody (``invokedBy``).
        assumed_root: whether the session was made with ``sts:AssumeRoot``.
    """

    type: str = "Unknown"
    name: str = "unknown"
    arn: str | None = None
    account_id: str | None = None
    user_name: str | None = None
    role_name: str | None = None
    session_name: str | None = None
    service: str | None = None
    access_key_id: str | None = None
    assumed_root: bool = False

    @classmethod
    def of(cls, identity: UserIdentity | None) -> Actor:
        """Tell who is behind a ``userIdentity``; there is always an answer, if only "unknown"."""
        if identity is None:
            return cls()
        session = identity.session_context
        kind = identity.type or ("AWSService" if identity.invoked_by else "Unknown")
        role, session_name = _role_and_session(identity, session)
        user_name = None if role else _user_name(identity)
        return cls(
            type=kind,
            name=_name(kind, identity, role or user_name),
            arn=identity.arn,
            account_id=identity.account_id,
            user_name=user_name,
            role_name=role,
            session_name=session_name,
            service=identity.invoked_by,
            access_key_id=identity.access_key_id or None,
            assumed_root=session is not None and session.assumed_root is True,
        )

    @property
    def is_root(self) -> bool:
        """Whether it is the account's root user (a session of ``sts:AssumeRoot`` included)."""
        return self.type == "Root" or self.assumed_root

    @property
    def is_service(self) -> bool:
        """Whether an AWS service acted, by itself or on somebody's behalf."""
        return self.type == "AWSService" or self.service is not None

    @property
    def is_identity_center(self) -> bool:
        """Whether a person came through IAM Identity Center, directly or by one of its roles."""
        return self.type == "IdentityCenterUser" or (self.role_name or "").startswith("AWSReservedSSO_")

    def __str__(self) -> str:
        match self.type:
            case "Root":
                return f"root of {self.account_id}" if self.account_id else "root"
            case "AssumedRole" | "Role":
                session = f" (session {self.session_name})" if self.session_name else ""
                return f"role {self.name}{session}"
            case "AWSAccount":
                return f"account {self.name}"
            case "AWSService" | "Unknown":
                return self.name
            case _:
                return f"user {self.name}"


def _role_and_session(
    identity: UserIdentity, session: SessionContext | None
) -> tuple[str | None, str | None]:
    """Take role name and session name apart; both None for everybody who is not a role."""
    if identity.type not in {"AssumedRole", "Role"}:
        return None, None
    # arn:aws:sts::111122223333:assumed-role/ROLE/SESSION, or :role/PATH/ROLE for the role itself
    kind, _, rest = (identity.arn or "").rpartition(":")[2].partition("/")
    role, _, session_name = rest.partition("/") if kind == "assumed-role" else (rest, "", "")
    issuer = session.session_issuer if session else None
    return (
        (issuer.user_name if issuer else None) or role.rpartition("/")[2] or None,
        session_name or (identity.principal_id or "").partition(":")[2] or None,
    )


def _user_name(identity: UserIdentity) -> str | None:
    if identity.user_name:
        return identity.user_name
    if identity.on_behalf_of is not None and identity.on_behalf_of.user_id:
        return identity.on_behalf_of.user_id
    if identity.type in {"IAMUser", "FederatedUser"} and identity.arn:
        return identity.arn.rpartition("/")[2] or None
    return None


def _name(kind: str, identity: UserIdentity, known: str | None) -> str:
    if kind == "Root":
        return "root"
    if kind == "AWSService":
        return identity.invoked_by or known or "an AWS service"
    return (
        known
        or (identity.account_id if kind == "AWSAccount" else None)
        or identity.arn
        or identity.principal_id
        or identity.account_id
        or identity.invoked_by
        or "unknown"
    )
