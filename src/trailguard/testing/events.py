"""CloudTrail records as AWS writes them, for tests of rules.

Everything is a function of its arguments: no clock, no chance. Accounts, addresses and ids are those kept
free for documentation (ids end in ``EXAMPLE``), so no test can mean a real account by accident.

Sources: "CloudTrail record contents", "CloudTrail userIdentity element" and "AWS Management Console sign-in
events" in the AWS CloudTrail user guide.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import uuid
from typing import TYPE_CHECKING, Any

from trailguard.testing.carriers import (
    DEFAULT_ACCOUNT_ID,
    DEFAULT_REGION,
    DEFAULT_TIME,
    gzipped_json,
    in_utc,
)
from trailguard.testing.deliveries import SampleEvent

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from trailguard.models.cloudtrail import CloudTrailEvent

__all__ = [
    "DEFAULT_ACCOUNT_ID",
    "DEFAULT_TIME",
    "assumed_role",
    "aws_account",
    "aws_service",
    "cloudtrail_event",
    "federated_user",
    "iam_user",
    "identity_center_role",
    "identity_center_user",
    "log_file",
    "root",
    "saml_user",
    "service_event",
    "web_identity_user",
]

_OTHER_ACCOUNT_ID = "444455556666"
_SOURCE_IP = "198.51.100.7"
_COMMAND_LINE = (
    "aws-cli/2.22.35 md/prompt#off ua/2.0 os/linux md/arch#x86_64 lang/python#3.12.6 cfg/retry-mode#standard"
)
_BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"

_ACTION = re.compile(r"([a-z0-9][a-z0-9-]*):([A-Za-z][A-Za-z0-9_.]*)")
_EVENT_SOURCES = {"cloudwatch": "monitoring.amazonaws.com"}
# The latter ones are reads to CloudTrail too: they change nothing.
_READS = re.compile(
    r"(BatchGet|Describe|Get|Head|List|Lookup|Query|Scan|Search|Simulate)"
    r"|(AssumeRole|Decrypt|Encrypt|GenerateDataKey)"
)
_DATA_EVENTS = re.compile(
    r"s3:(Get|Head|Put|Delete|Copy)Object|lambda:Invoke|dynamodb:(Get|Put|Update|Delete)Item"
)
_NAMESPACE = uuid.UUID("6f1d2b0a-7c53-4f0e-9a51-2d8c1e4b7a90")


def cloudtrail_event(  # noqa: PLR0913  # each of them is something that a rule may look at
    action: str,
    *,
    actor: dict[str, Any] | None = None,
    request: dict[str, Any] | None = None,
    response: dict[str, Any] | None = None,
    error: str | None = None,
    mfa: bool | None = None,
    source_ip: str | None = None,
    region: str = DEFAULT_REGION,
    account_id: str = DEFAULT_ACCOUNT_ID,
    time: datetime | None = None,
    **more: Any,  # noqa: ANN401  # JSON of any shape
) -> SampleEvent:
    """Make a complete record of one call; ``event.raw`` has it in AWS's own spelling.

    Its methods, such as ``event.as_sqs()``, wrap it as AWS delivers it.

    The same arguments give the same record, ids included. Two calls that differ in nothing but their ids
    are told apart by ``time``, or by ``eventID=...``.

    Args:
        action: ``service:Action``, as IAM policies write it. ``signin:...`` gives a console sign-in.
        actor: the ``userIdentity``, from one of the builders below; the IAM user alice by default.
            One without a ``type`` (``service_event()``) gives an ``AwsServiceEvent``.
        request: the ``requestParameters``.
        response: the ``responseElements``. A sign-in has ``{"ConsoleLogin": "Success"}`` by default.
        error: the ``errorCode``; EC2's begin with ``Client.`` or ``Server.``. A sign-in fails without a code:
            there this is the ``errorMessage``.
        mfa: whether the caller had used MFA. By default the record says what ``actor`` says.
        source_ip: the caller's address; by default 198.51.100.7, or the service's name where a service calls.
        region: the ``awsRegion``. IAM, sign-in and other global services log to us-east-1.
        account_id: the account in which it happened.
        time: when, in whole seconds; UTC where it has no time zone. ``DEFAULT_TIME`` by default.
        **more: further top-level fields, in AWS's spelling; they win over everything above. None is ``null``.

    Raises:
        ValueError: if ``action`` is not ``service:Action``, or a failed call has a response.
        TypeError: for a field whose name AWS would not write so, or a value that is not JSON.
    """
    service, name = _service_and_name(action)
    if error is not None and response is not None:
        raise ValueError(f"{action} failed with {error!r}: CloudTrail records no response of a failed call")
    if misspelt := [field for field in more if "_" in field]:
        raise TypeError(f"{misspelt[0]!r} is no argument, and AWS spells its fields like 'userAgent'")
    moment = in_utc(time or DEFAULT_TIME)
    actor = iam_user(account_id=account_id) if actor is None else actor
    identity = _identity(actor, moment, mfa=mfa, is_sign_in=service == "signin")
    caller = identity.get("invokedBy")
    is_data_event = _DATA_EVENTS.fullmatch(action) is not None
    record: dict[str, Any] = {
        "eventVersion": "1.11",
        "userIdentity": identity,
        "eventTime": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": _EVENT_SOURCES.get(service, f"{service}.amazonaws.com"),
        "eventName": name,
        "awsRegion": region,
        "sourceIPAddress": source_ip or caller or _SOURCE_IP,
        "userAgent": caller or _COMMAND_LINE,
        "requestParameters": request,
        "responseElements": response,
        "requestID": "",
        "eventID": "",
        "readOnly": _READS.match(name) is not None,
        "eventType": "AwsApiCall" if "type" in identity else "AwsServiceEvent",
        "managementEvent": not is_data_event,
        "recipientAccountId": account_id,
        "eventCategory": "Data" if is_data_event else "Management",
    }
    if caller is None:
        record["tlsDetails"] = _tls(service, region)
    if service == "signin":
        del record["requestID"]
        record |= _sign_in(name, error, response, mfa=mfa)
    elif error is not None:
        record |= {"errorCode": error, "errorMessage": _refusal(action, error, identity)}
    return SampleEvent.model_validate(_with_ids(record | more))


def log_file(events: Iterable[CloudTrailEvent]) -> bytes:
    """Pack events into a log file as CloudTrail delivers it to S3: ``{"Records": [...]}``, gzipped.

    The same events give the same bytes on the same Python.
    """
    return gzipped_json({"Records": [event.raw for event in events]})


def root(*, account_id: str = DEFAULT_ACCOUNT_ID) -> dict[str, Any]:
    """Identify the account's root user, whose principal id is the account id."""
    return {
        "type": "Root",
        "principalId": account_id,
        "arn": f"arn:aws:iam::{account_id}:root",
        "accountId": account_id,
    }


def iam_user(name: str = "alice", *, account_id: str = DEFAULT_ACCOUNT_ID) -> dict[str, Any]:
    """Identify an IAM user who calls with a long-lived access key, so without a session."""
    return {
        "type": "IAMUser",
        "principalId": _aws_id("AIDA", account_id, name),
        "arn": f"arn:aws:iam::{account_id}:user/{name}",
        "accountId": account_id,
        "accessKeyId": _aws_id("AKIA", account_id, name),
        "userName": name,
    }


def assumed_role(
    role: str = "Deployer", session: str = "ci-1234", *, account_id: str = DEFAULT_ACCOUNT_ID
) -> dict[str, Any]:
    """Identify a role's session.

    Args:
        role: the role's name; a path before it, as in ``service-role/Reporter``, shows in the issuer's ARN
            only, as with AWS.
        session: the session name, which the caller chose.
        account_id: the role's account.
    """
    name = role.rpartition("/")[2]
    role_id = _aws_id("AROA", account_id, name)
    issuer = {
        "type": "Role",
        "principalId": role_id,
        "arn": f"arn:aws:iam::{account_id}:role/{role}",
        "accountId": account_id,
        "userName": name,
    }
    return {
        "type": "AssumedRole",
        "principalId": f"{role_id}:{session}",
        "arn": f"arn:aws:sts::{account_id}:assumed-role/{name}/{session}",
        "accountId": account_id,
        "accessKeyId": _aws_id("ASIA", account_id, name, session),
        "sessionContext": {"sessionIssuer": issuer, "attributes": {"mfaAuthenticated": "false"}},
    }


def identity_center_role(
    email: str = "carol@example.com",
    permission_set: str = "AdministratorAccess",
    *,
    account_id: str = DEFAULT_ACCOUNT_ID,
) -> dict[str, Any]:
    """Identify a person who came through IAM Identity Center into the role of a permission set."""
    suffix = hashlib.sha256(f"{account_id}/{permission_set}".encode()).hexdigest()[:16]
    role = f"aws-reserved/sso.amazonaws.com/AWSReservedSSO_{permission_set}_{suffix}"
    return assumed_role(role, email, account_id=account_id)


def identity_center_user(
    user_id: str = "906701f2-5a3e-4d6b-8f70-1b2c3d4e5f60", *, account_id: str = DEFAULT_ACCOUNT_ID
) -> dict[str, Any]:
    """Identify an IAM Identity Center user who acts directly, not by a role."""
    return {
        "type": "IdentityCenterUser",
        "accountId": account_id,
        "onBehalfOf": {
            "userId": user_id,
            "identityStoreArn": f"arn:aws:identitystore::{account_id}:identitystore/d-9067example",
        },
        "credentialId": str(uuid.uuid5(_NAMESPACE, user_id)),
    }


def federated_user(
    name: str = "dave", issuer: str = "alice", *, account_id: str = DEFAULT_ACCOUNT_ID
) -> dict[str, Any]:
    """Identify a session of ``sts:GetFederationToken``, issued with the access key of an IAM user."""
    user = iam_user(issuer, account_id=account_id)
    return {
        "type": "FederatedUser",
        "principalId": f"{account_id}:{name}",
        "arn": f"arn:aws:sts::{account_id}:federated-user/{name}",
        "accountId": account_id,
        "accessKeyId": _aws_id("ASIA", account_id, name, issuer),
        "sessionContext": {
            "sessionIssuer": {field: value for field, value in user.items() if field != "accessKeyId"},
            "attributes": {"mfaAuthenticated": "false"},
        },
    }


def saml_user(
    name: str = "erin@example.com", provider: str = "ExampleIdP", *, account_id: str = DEFAULT_ACCOUNT_ID
) -> dict[str, Any]:
    """Identify the caller of ``sts:AssumeRoleWithSAML``; the provider shows as a hash, as with AWS."""
    qualifier = base64.b64encode(hashlib.sha256(f"{account_id}/{provider}".encode()).digest()[:20]).decode()
    return {
        "type": "SAMLUser",
        "principalId": f"{qualifier}:{name}",
        "userName": name,
        "identityProvider": qualifier,
    }


def web_identity_user(
    name: str = "repo:example/shop:ref:refs/heads/main",
    provider: str = "token.actions.githubusercontent.com",
    *,
    account_id: str = DEFAULT_ACCOUNT_ID,
) -> dict[str, Any]:
    """Identify the caller of ``sts:AssumeRoleWithWebIdentity``, by an OpenID Connect provider."""
    provider_arn = f"arn:aws:iam::{account_id}:oidc-provider/{provider}"
    return {
        "type": "WebIdentityUser",
        "principalId": f"{provider_arn}:sts.amazonaws.com:{name}",
        "userName": name,
        "identityProvider": provider_arn,
    }


def aws_account(*, account_id: str = _OTHER_ACCOUNT_ID) -> dict[str, Any]:
    """Identify a caller from another account, as the record of the resource's owner shows them."""
    return {
        "type": "AWSAccount",
        "principalId": _aws_id("AIDA", account_id),
        "accountId": account_id,
    }


def aws_service(
    service: str = "autoscaling.amazonaws.com", *, account_id: str | None = None
) -> dict[str, Any]:
    """Identify an AWS service that calls; AWS seldom says for which account."""
    account = {} if account_id is None else {"accountId": account_id}
    return {"type": "AWSService", **account, "invokedBy": service}


def service_event(
    service: str = "ec2.amazonaws.com", *, account_id: str = DEFAULT_ACCOUNT_ID
) -> dict[str, Any]:
    """Identify a service that reports something of its own accord; such an identity has no type."""
    return {"accountId": account_id, "invokedBy": service}


def _service_and_name(action: str) -> tuple[str, str]:
    parts = _ACTION.fullmatch(action)
    if parts is None:
        raise ValueError(f"{action!r} is not of the form service:Action, such as 'ec2:RunInstances'")
    return parts[1], parts[2]


def _identity(
    actor: dict[str, Any], moment: datetime, *, mfa: bool | None, is_sign_in: bool
) -> dict[str, Any]:
    """Complete the session, which began at the full hour if the actor does not say when."""
    identity = dict(actor)
    if is_sign_in:
        identity.pop("accessKeyId", None)  # people sign in without one
    session = identity.get("sessionContext")
    if session is None and (mfa is None or is_sign_in):
        return identity
    session = session or {}
    attributes = {"creationDate": f"{moment:%Y-%m-%dT%H:00:00Z}", **session.get("attributes", {})}
    if mfa is not None:
        attributes["mfaAuthenticated"] = str(mfa).lower()
    return identity | {"sessionContext": session | {"attributes": attributes}}


def _tls(service: str, region: str) -> dict[str, str]:
    if service == "signin":
        host = f"{region}.signin.aws.amazon.com"
    elif service == "iam":
        host = "iam.amazonaws.com"
    else:
        host = f"{service}.{region}.amazonaws.com"
    return {
        "tlsVersion": "TLSv1.3",
        "cipherSuite": "TLS_AES_128_GCM_SHA256",
        "clientProvidedHostHeader": host,
    }


def _sign_in(
    name: str, error: str | None, response: dict[str, Any] | None, *, mfa: bool | None
) -> dict[str, Any]:
    failed = {} if error is None else {"errorMessage": error}
    return {
        "userAgent": _BROWSER,
        **failed,
        "responseElements": response or {name: "Failure" if failed else "Success"},
        "additionalEventData": {
            "LoginTo": "https://console.aws.amazon.com/console/home",
            "MobileVersion": "No",
            "MFAUsed": "Yes" if mfa else "No",
        },
        "eventType": "AwsConsoleSignIn",
    }


def _refusal(action: str, error: str, identity: dict[str, Any]) -> str:
    if "AccessDenied" in error or "UnauthorizedOperation" in error:
        return f"User: {identity.get('arn', 'anonymous')} is not authorized to perform: {action}"
    return f"{action} failed: {error}"


def _with_ids(record: dict[str, Any]) -> dict[str, Any]:
    """Fill empty ids in with ones that follow from all the rest of the record."""
    text = json.dumps(record, sort_keys=True)
    ids = {
        field: str(uuid.uuid5(_NAMESPACE, field + text))
        for field in ("requestID", "eventID")
        if record.get(field) == ""
    }
    copy: dict[str, Any] = json.loads(json.dumps(record | ids))  # the caller's dictionaries stay the caller's
    return copy


def _aws_id(prefix: str, *names: str) -> str:
    """Make an id of AWS's length and alphabet: 21 characters, or 20 for an access key."""
    digest = base64.b32encode(hashlib.sha256("/".join(names).encode()).digest()).decode()
    length = 20 if prefix in {"AKIA", "ASIA"} else 21
    return prefix + digest[: length - len(prefix + "EXAMPLE")] + "EXAMPLE"
