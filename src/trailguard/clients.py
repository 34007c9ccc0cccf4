"""Makes AWS clients: with the process's own credentials, or with those of a role that it assumes.

Credentials of a role are asked for when they are first needed, and again shortly before they expire; botocore
sees to that, and clients that were made live on.

Source: "AssumeRole" in the AWS Security Token Service API reference.
"""

from __future__ import annotations

import os
import re
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from trailguard.errors import RoleError
from trailguard.record import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    import boto3
    from botocore.exceptions import ClientError
    from mypy_boto3_config import ConfigServiceClient
    from mypy_boto3_sts import STSClient
    from mypy_boto3_sts.type_defs import AssumeRoleRequestTypeDef

    from trailguard.models.config import ConfigRuleInvocation, ConfigurationItemSummary
    from trailguard.settings import ConfigSettings

__all__ = ["Clients", "ConfigClients", "refusal"]

_SESSION_NAME = "trailguard"
_ACCOUNT = "{account_id}"


class Clients:
    """Makes clients, each once. One may be used by threads, and for as long as the process lives.

    Args:
        external_id: what the trust policies of the roles ask for, if they do.
        seconds: how long an answer may take, and
        attempts: how often is asked for it.
    """

    def __init__(self, external_id: str | None = None, *, seconds: float = 30, attempts: int = 3) -> None:
        self._external_id = external_id
        self._seconds, self._attempts = seconds, attempts
        self._sessions: dict[str | None, boto3.Session] = {}
        self._clients: dict[tuple[str, str | None, str | None], Any] = {}
        self._making = Lock()

    def client(  # a client's class is another one for each service
        self, service: str, *, region: str | None = None, role_arn: str | None = None, connections: int = 10
    ) -> Any:  # noqa: ANN401
        """Return a client. It fails fast: a Lambda function has no minutes to wait.

        Args:
            service: as boto3 calls it.
            region: the environment's, if left out.
            role_arn: the role to assume; the process's own credentials, if left out.
            connections: how many it may have at a time.

        Returns:
            The client. Its calls raise `RoleError` where the role cannot be assumed.
        """
        with self._making:
            at = (service, region, role_arn)
            if at not in self._clients:
                self._clients[at] = self._made(service, region, self._session(role_arn), connections)
            return self._clients[at]

    def _session(self, role_arn: str | None) -> boto3.Session:
        if role_arn not in self._sessions:
            import boto3  # noqa: PLC0415  # takes a quarter of a second, and many never need it

            # Not boto3's default session, which threads may not share.
            self._sessions[role_arn] = self._session_of_role(role_arn) if role_arn else boto3.Session()
        return self._sessions[role_arn]

    def _made(self, service: str, region: str | None, session: boto3.Session, connections: int) -> Any:  # noqa: ANN401
        from botocore.config import Config  # noqa: PLC0415  # as boto3: who needs no client does without it

        return session.client(  # type: ignore[call-overload]  # one overload for each service's name
            service,
            region_name=region or session.region_name or os.environ.get("AWS_REGION"),
            config=Config(
                connect_timeout=5,
                read_timeout=self._seconds,
                retries={"mode": "standard", "total_max_attempts": self._attempts},
                max_pool_connections=connections,
            ),
        )

    def _session_of_role(self, role_arn: str) -> boto3.Session:
        import boto3  # noqa: PLC0415
        from botocore.credentials import (  # noqa: PLC0415
            CredentialProvider,
            CredentialResolver,
            DeferredRefreshableCredentials,
        )
        from botocore.session import get_session  # noqa: PLC0415

        assume = self._assuming(role_arn)

        class Assumed(CredentialProvider):
            METHOD = "assume-role"

            def load(self) -> DeferredRefreshableCredentials:
                return DeferredRefreshableCredentials(assume, self.METHOD)

        inner = get_session()
        inner.register_component("credential_provider", CredentialResolver([Assumed()]))
        return boto3.Session(botocore_session=inner)

    def _assuming(self, role_arn: str) -> Callable[[], dict[str, str]]:
        """Return what asks STS for credentials of a role, in the form in which botocore keeps them."""
        sts: STSClient = self._made("sts", None, self._session(None), 1)
        request: AssumeRoleRequestTypeDef = {"RoleArn": role_arn, "RoleSessionName": _SESSION_NAME}
        if self._external_id is not None:
            request["ExternalId"] = self._external_id

        def assume() -> dict[str, str]:
            try:
                given = sts.assume_role(**request)["Credentials"]
            except Exception as error:  # noqa: BLE001  # botocore's and the network's
                raise RoleError(role_arn, _problem(error)) from None  # what STS says names who asks, and more
            return {
                "access_key": given["AccessKeyId"],
                "secret_key": given["SecretAccessKey"],
                "token": given["SessionToken"],
                "expiry_time": given["Expiration"].isoformat(),
            }

        return assume


class ConfigClients:
    """Makes the clients by which AWS Config is asked and told, as the settings say.

    Args:
        settings: which role to assume.
        client: the client for everything, if there is one already.
    """

    def __init__(self, settings: ConfigSettings, client: ConfigServiceClient | None = None) -> None:
        self._role = settings.role
        self._client = client
        self._clients = Clients(settings.external_id)

    def role(self, account_id: str | None, invocation: ConfigRuleInvocation | None) -> str | None:
        """Return the role by which to talk about an account; None for our own.

        Raises:
            RoleError: when the role depends on the account, and that is not known.
        """
        if self._role == "execution":
            return invocation.execution_role_arn if invocation else None
        if self._role is None or _ACCOUNT not in self._role:
            return self._role
        if not re.fullmatch(r"[0-9]{12}", account_id or ""):  # it comes from an event, which may say anything
            raise RoleError(self._role, "nobody knows the account's id, or it is none")
        return self._role.replace(_ACCOUNT, str(account_id))

    def of_rule(self, invocation: ConfigRuleInvocation) -> ConfigServiceClient:
        """Return the client of the account and the region of a rule."""
        parts = (invocation.config_rule_arn or "").split(":")
        return self._made(parts[3] if len(parts) > 3 else None, invocation.account_id, invocation)

    def of_item(
        self, item: ConfigurationItemSummary, invocation: ConfigRuleInvocation | None
    ) -> ConfigServiceClient:
        """Return the client of the account and the region of a resource."""
        region = None if item.aws_region == "global" else item.aws_region
        return self._made(region, item.account_id, invocation)

    def any(self, service: str, role_arn: str | None) -> Any:  # noqa: ANN401  # as `Clients.client`
        """Return the client of any service."""
        return self._clients.client(service, role_arn=role_arn)

    def _made(
        self, region: str | None, account_id: str | None, invocation: ConfigRuleInvocation | None
    ) -> ConfigServiceClient:
        role_arn = self.role(account_id, invocation)
        made = self._client or self._clients.client("config", region=region or None, role_arn=role_arn)
        return cast("ConfigServiceClient", made)


def refusal(error: ClientError, action: str) -> str:
    """Say what AWS says, and which action to allow if that is what is missing."""
    told = error.response.get("Error", {})
    code = told.get("Code", "")
    allow = f"; allow {action}" if code.startswith("AccessDenied") else ""
    return f"{code}: {printable(told.get('Message', ''))}{allow}"


def _problem(error: Exception) -> str:
    """Say why a role cannot be assumed, in words that give nothing of the account away."""
    from botocore.exceptions import ClientError  # noqa: PLC0415

    if not isinstance(error, ClientError):
        return type(error).__name__
    code = error.response.get("Error", {}).get("Code", "")
    if code in {"AccessDenied", "AccessDeniedException"}:
        return ""
    request_id = error.response.get("ResponseMetadata", {}).get("RequestId", "")
    return f"{code}, request {request_id}"
