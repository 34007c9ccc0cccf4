from __future__ import annotations

import urllib.request
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import boto3
import pytest

from trailguard.clients import Clients, ConfigClients
from trailguard.errors import RoleError
from trailguard.models import ConfigRuleInvocation
from trailguard.models.config import ConfigurationItemSummary
from trailguard.settings import ConfigSettings
from trailguard.testing import configuration_item

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROLE = "arn:aws:iam::444455556666:role/auditor"
IDENTITY = """<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111122223333</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>"""


class Sts(ThreadingHTTPServer):
    """Answers as STS does, counts, and lets credentials expire when a test wants it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[dict[str, str]] = []
        self.lifetime = timedelta(hours=1)
        self.refusal: tuple[str, str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Sts

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        call = {name: values[0] for name, values in parse_qs(body).items()}
        if call["Action"] == "GetCallerIdentity":
            self.answer(200, IDENTITY)
            return
        self.server.asked.append(call)
        if self.server.refusal:
            code, message = self.server.refusal
            self.answer(
                403,
                f"<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error>"
                "<RequestId>request-1</RequestId></ErrorResponse>",
            )
            return
        expires = datetime.now(UTC) + self.server.lifetime
        self.answer(
            200,
            "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId>"
            "<SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>"
            f"<Expiration>{expires:%Y-%m-%dT%H:%M:%SZ}</Expiration></Credentials></AssumeRoleResult>"
            "</AssumeRoleResponse>",
        )

    def answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Give this process credentials, and an endpoint for all of AWS."""

    def use(endpoint: str) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        monkeypatch.setenv("AWS_REGION", "eu-west-1")
        monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)

    return use


@pytest.fixture
def sts(environment: Callable[[str], None]) -> Iterator[Sts]:
    with Sts() as server:
        Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        environment(server.url)
        yield server
        server.shutdown()


def test_role_is_assumed_in_its_account(aws_endpoint: str, environment: Callable[[str], None]) -> None:
    """By moto, which keeps accounts apart."""
    environment(aws_endpoint)
    clients = Clients()

    own = clients.client("sts").get_caller_identity()
    assumed = clients.client("sts", role_arn=ROLE).get_caller_identity()

    assert own["Account"] == "123456789012"
    assert assumed["Arn"] == "arn:aws:sts::444455556666:assumed-role/auditor/trailguard"


@pytest.fixture
def iam_is_on(aws_endpoint: str, environment: Callable[[str], None]) -> Iterator[None]:
    """Have moto weigh policies for a while: its server is one for all tests."""
    environment(aws_endpoint)
    iam = boto3.client("iam", region_name="us-east-1")
    iam.create_user(UserName="nobody")
    key = iam.create_access_key(UserName="nobody")["AccessKey"]

    def reset(calls: bytes) -> None:
        request = urllib.request.Request(f"{aws_endpoint}/moto-api/reset-auth", calls)  # noqa: S310
        request.add_header("content-type", "text/plain")
        urllib.request.urlopen(request).close()  # noqa: S310

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
        patch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
        reset(b"0")
        try:
            yield
        finally:
            reset(b"1000000")


@pytest.mark.usefixtures("iam_is_on")
def test_denied_role_is_named_and_nothing_else_is(caplog: pytest.LogCaptureFixture) -> None:
    """By moto, whose IAM says who asked, and for what."""
    client = Clients().client("config", role_arn=ROLE)

    with pytest.raises(RoleError) as refusal:
        client.describe_config_rules()

    assert str(refusal.value) == f"may not assume {ROLE}"
    assert refusal.value.role_arn == ROLE
    assert "nobody" not in caplog.text


def test_other_errors_are_told_by_code_and_request(sts: Sts) -> None:
    sts.refusal = "RegionDisabledException", "STS is off for 111122223333"

    with pytest.raises(RoleError) as refusal:
        Clients().client("sts", role_arn=ROLE).get_caller_identity()

    assert str(refusal.value) == (
        f"the role {ROLE} cannot be assumed: RegionDisabledException, request request-1"
    )


def test_sts_that_does_not_answer_is_told(environment: Callable[[str], None]) -> None:
    environment("http://127.0.0.1:1")

    with pytest.raises(RoleError, match=r"cannot be assumed: EndpointConnectionError$"):
        Clients().client("sts", role_arn=ROLE).get_caller_identity()


def test_role_is_assumed_once(sts: Sts) -> None:
    """For all clients of it, and however often they call."""
    clients = Clients()

    for region in ("eu-west-1", "us-east-1", "eu-west-1"):
        clients.client("sts", role_arn=ROLE, region=region).get_caller_identity()

    assert sts.asked == [
        {"Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": ROLE, "RoleSessionName": "trailguard"}
    ]


def test_role_is_not_assumed_before_it_is_needed(sts: Sts) -> None:
    Clients().client("config", role_arn=ROLE)

    assert sts.asked == []


def test_credentials_are_asked_for_again_shortly_before_they_expire(sts: Sts) -> None:
    client = Clients().client("sts", role_arn=ROLE)
    sts.lifetime = timedelta(minutes=9)
    client.get_caller_identity()
    sts.lifetime = timedelta(hours=1)

    client.get_caller_identity()
    client.get_caller_identity()

    assert len(sts.asked) == 2


def test_external_id_is_passed_on(sts: Sts) -> None:
    Clients("what-we-agreed-on").client("sts", role_arn=ROLE).get_caller_identity()

    assert sts.asked[0]["ExternalId"] == "what-we-agreed-on"


def test_client_is_made_once(environment: Callable[[str], None]) -> None:
    environment("http://127.0.0.1:1")
    clients = Clients()

    assert clients.client("config") is clients.client("config")
    assert clients.client("config") is not clients.client("config", region="us-east-1")
    assert clients.client("config").meta.region_name == "eu-west-1"


# Whose role


INVOCATION = ConfigRuleInvocation.model_validate(configuration_item("AWS::EC2::VPC").as_config_rule())
ITEM = ConfigurationItemSummary.model_validate(
    configuration_item("AWS::EC2::VPC", account_id="444455556666", region="eu-north-1").raw
)
TEMPLATE = "arn:aws:iam::{account_id}:role/trailguard"


@pytest.mark.parametrize(
    ("role", "invocation", "expected"),
    [
        (None, INVOCATION, None),
        ("execution", INVOCATION, INVOCATION.execution_role_arn),
        ("execution", None, None),
        (TEMPLATE, INVOCATION, "arn:aws:iam::444455556666:role/trailguard"),
        (TEMPLATE, None, "arn:aws:iam::444455556666:role/trailguard"),
        (ROLE, INVOCATION, ROLE),
    ],
)
def test_settings_say_which_role(role: str | None, invocation: Any, expected: str | None) -> None:
    assert ConfigClients(ConfigSettings(role=role)).role("444455556666", invocation) == expected


@pytest.mark.parametrize("account_id", [None, "", "1", "111122223333:role/evil", "\uff11" * 12])
def test_account_that_is_none_gets_no_role(account_id: str | None) -> None:
    """Whoever can send an event can write into it what they like."""
    with pytest.raises(RoleError, match="nobody knows the account's id, or it is none"):
        ConfigClients(ConfigSettings(role=TEMPLATE)).role(account_id, INVOCATION)


def test_rule_is_answered_where_it_is_and_items_are_asked_for_where_they_are(
    environment: Callable[[str], None],
) -> None:
    environment("http://127.0.0.1:1")
    clients = ConfigClients(ConfigSettings())
    role = ITEM.model_copy(update={"aws_region": "global"})

    assert clients.of_rule(INVOCATION).meta.region_name == "us-east-1"
    assert clients.of_item(ITEM, INVOCATION).meta.region_name == "eu-north-1"
    assert clients.of_item(role, None).meta.region_name == "eu-west-1"


def test_client_that_there_is_already_does_for_everything() -> None:
    client: Any = object()
    clients = ConfigClients(ConfigSettings(role=ROLE), client)

    assert clients.of_rule(INVOCATION) is client
    assert clients.of_item(ITEM, None) is client


@pytest.mark.parametrize("role", ["me", "arn:aws:iam::1:role/x", "arn:aws:sts::111122223333:role/x", ""])
def test_role_is_an_arn(role: str) -> None:
    with pytest.raises(ValueError, match="role"):
        ConfigSettings(role=role)
