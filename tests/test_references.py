from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.stub import Stubber

from trailguard.references import redacted, references, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_ssm import SSMClient

HOOK = "https://hooks.slack.com/services/T0EXAMPLE/B0EXAMPLE/hush"


@pytest.fixture(name="ssm", scope="module")
def _ssm(aws_endpoint: str) -> Iterator[SSMClient]:
    client = made("ssm", aws_endpoint)
    client.put_parameter(Name="/trailguard/slack", Value=HOOK, Type="SecureString")
    client.put_parameter(Name="/trailguard/typed-in", Value=f"{HOOK}\n", Type="SecureString")
    yield client
    client.close()


@pytest.fixture(name="secrets", scope="module")
def _secrets(aws_endpoint: str) -> Iterator[SecretsManagerClient]:
    client = made("secretsmanager", aws_endpoint)
    client.create_secret(Name="trailguard/slack", SecretString=HOOK)
    client.create_secret(
        Name="trailguard/all", SecretString=json.dumps({"url": HOOK, "token": "hush", "port": 443})
    )
    client.create_secret(Name="trailguard/binary", SecretBinary=b"hush")
    client.create_secret(Name="trailguard/break", SecretString="\n")
    yield client
    client.close()


def made(service: Any, endpoint: str | None) -> Any:
    """Make a client that takes nothing from the environment, and tries once."""
    return boto3.client(
        service,
        region_name="eu-west-1",
        endpoint_url=endpoint,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        config=Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 1}),
    )


def wrong(options: dict[str, Any], **given: Any) -> str:
    with pytest.raises(ValueError, match=r".") as error:
        resolve(options, environ={}, **given)
    assert error.value.__suppress_context__ or error.value.__context__ is None
    return str(error.value)


def test_parameter_is_read_and_decrypted(ssm: SSMClient) -> None:
    assert resolve({"url": {"from": "ssm:/trailguard/slack"}}, ssm=ssm) == {"url": HOOK}


def test_parameter_is_read_by_its_arn(ssm: SSMClient) -> None:
    arn = "arn:aws:ssm:eu-west-1:123456789012:parameter/trailguard/slack"

    assert resolve({"url": {"from": f"ssm:{arn}"}}, ssm=ssm) == {"url": HOOK}


def test_secret_is_read_by_name_and_arn(secrets: SecretsManagerClient) -> None:
    arn = secrets.describe_secret(SecretId="trailguard/slack")["ARN"]

    for name in ("trailguard/slack", arn):
        options = {"url": {"from": f"secretsmanager:{name}"}}
        assert resolve(options, secretsmanager=secrets) == {"url": HOOK}


def test_key_of_a_secret_is_read(secrets: SecretsManagerClient) -> None:
    options = {"url": {"from": "secretsmanager:trailguard/all#url"}}

    assert resolve(options, secretsmanager=secrets) == {"url": HOOK}


def test_environment_variable_is_read() -> None:
    assert resolve({"url": {"from": "env:HOOK"}}, environ={"HOOK": HOOK}) == {"url": HOOK}


def test_environment_is_the_own_one_if_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK", HOOK)

    assert resolve({"url": {"from": "env:HOOK"}}) == {"url": HOOK}


def test_line_break_at_the_end_is_left_out(ssm: SSMClient) -> None:
    """It comes from files, and nobody sees it; no URL or token has one."""
    assert resolve({"url": {"from": "ssm:/trailguard/typed-in"}}, ssm=ssm) == {"url": HOOK}


def test_references_may_be_anywhere_and_the_rest_stays() -> None:
    options = {
        "url": "https://example.com",
        "tries": 3,
        "headers": {"Authorization": {"from": "env:TOKEN"}, "From": "me@example.com"},
        "list": ["env:prod", {"from": "env:TOKEN"}],
    }

    assert resolve(options, environ={"TOKEN": "hush"}) == {
        "url": "https://example.com",
        "tries": 3,
        "headers": {"Authorization": "hush", "From": "me@example.com"},
        "list": ["env:prod", "hush"],
    }
    assert options["headers"] == {"Authorization": {"from": "env:TOKEN"}, "From": "me@example.com"}


def test_a_secret_is_asked_for_once() -> None:
    client = made("secretsmanager", None)
    options = {
        "url": {"from": "secretsmanager:all#url"},
        "token": {"from": "secretsmanager:all#token"},
    }
    with Stubber(client) as stub:
        stub.add_response(
            "get_secret_value",
            {"SecretString": json.dumps({"url": HOOK, "token": "hush"})},
            {"SecretId": "all"},
        )

        assert resolve(options, secretsmanager=client) == {"url": HOOK, "token": "hush"}


def test_what_needs_no_client_makes_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither AWS nor credentials are needed to start without references."""
    monkeypatch.setattr("trailguard.clients.Clients.client", None)

    assert resolve({"url": HOOK, "token": {"from": "env:TOKEN"}}, environ={"TOKEN": "hush"})


@pytest.mark.parametrize(
    ("reference", "region"),
    [
        ("ssm:/trailguard/slack", None),
        ("ssm:arn:aws:ssm:us-east-1:111122223333:parameter/trailguard/slack", "us-east-1"),
        ("secretsmanager:trailguard/slack", None),
        ("secretsmanager:arn:aws:secretsmanager:us-east-1:111122223333:secret:x-aEXAMPLE", "us-east-1"),
    ],
)
def test_client_is_made_for_the_region_that_an_arn_names(
    reference: str, region: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str | None]] = []

    def client(_: object, service: str, *, region: str | None) -> Any:
        asked.append((service, region))
        fake = made(service, None)
        stub = Stubber(fake)
        answer = {"Parameter": {"Value": HOOK}} if service == "ssm" else {"SecretString": HOOK}
        stub.add_response("get_parameter" if service == "ssm" else "get_secret_value", answer)
        stub.activate()
        return fake

    monkeypatch.setattr("trailguard.clients.Clients.client", client)

    assert resolve({"url": {"from": reference}}) == {"url": HOOK}
    assert asked == [(reference.partition(":")[0], region)]


FORMS = "env:NAME, ssm:/path/name, secretsmanager:name or secretsmanager:name#key"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"from": HOOK}, f"url.from: expected {FORMS}"),
        ({"from": "vault:hush"}, f"url.from: expected {FORMS}"),
        ({"from": "ssm:"}, f"url.from: expected {FORMS}"),
        ({"from": "env:A hush"}, f"url.from: expected {FORMS}"),
        ({"from": 7}, f"url.from: expected {FORMS}"),
        ({"from": "ssm:/x#key"}, "url.from: ssm:/x#key: only secretsmanager has keys after #"),
        ({"from": "ssm:/x", "region": "eu-west-1"}, "url: 'region' may not stand beside 'from'"),
        ({"a": [{"from": "ssm:"}]}, f"url.a.0.from: expected {FORMS}"),
        ("ssm:/x", 'url: a reference is written as { from = "ssm:/path/name" }, not as text'),
        ("secretsmanager:x", 'url: a reference is written as { from = "ssm:/path/name" }, not as text'),
        ({"from": "env:NAME"}, "url: env:NAME: there is no such environment variable"),
    ],
)
def test_reference_of_a_wrong_form_is_told(value: object, told: str) -> None:
    assert wrong({"url": value}) == told


def test_variable_that_is_empty_is_told() -> None:
    with pytest.raises(ValueError, match="url: env:HOOK: it is empty"):
        resolve({"url": {"from": "env:HOOK"}}, environ={"HOOK": ""})


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("ssm:/trailguard/slcak", "there is nothing of that name in this account and region"),
        ("secretsmanager:trailguard/slcak", "there is nothing of that name in this account and region"),
        ("secretsmanager:trailguard/all#urll", "its JSON has no text at that key"),
        ("secretsmanager:trailguard/all#port", "its JSON has no text at that key"),
        (
            "secretsmanager:trailguard/slack#url",
            "it is no JSON object, so it has no keys; leave out what is after #",
        ),
        ("secretsmanager:trailguard/binary", "it is binary, and no text"),
        ("secretsmanager:trailguard/break", "it is empty"),
    ],
)
def test_secret_that_cannot_be_read_is_told(
    reference: str, told: str, ssm: SSMClient, secrets: SecretsManagerClient
) -> None:
    """By option and reference. What was read is in no message, whatever it was."""
    text = wrong({"url": {"from": reference}}, ssm=ssm, secretsmanager=secrets)

    assert text == f"url: {reference}: {told}"
    assert "hush" not in text


def test_what_is_not_allowed_is_told_with_the_action() -> None:
    client = made("ssm", None)
    with Stubber(client) as stub:
        stub.add_client_error("get_parameter", "AccessDeniedException", "not authorized")

        assert wrong({"url": {"from": "ssm:/x"}}, ssm=client) == (
            "url: ssm:/x: AccessDeniedException: not authorized; allow ssm:GetParameter"
        )


def test_network_that_is_not_there_is_told() -> None:
    """A port that nobody listens on."""
    client = made("secretsmanager", "http://127.0.0.1:9")

    text = wrong({"url": {"from": "secretsmanager:x"}}, secretsmanager=client)

    assert text.startswith("url: secretsmanager:x: EndpointConnectionError: ")


def test_references_are_listed_without_being_read() -> None:
    options = {"url": {"from": "ssm:/x"}, "headers": {"A": {"from": "env:B"}}, "topic": "env:prod"}

    assert references(options) == {"url": "ssm:/x", "headers.A": "env:B"}
    with pytest.raises(ValueError, match=r"url\.from: expected"):
        references({"url": {"from": HOOK}})


@pytest.mark.parametrize("text", [f"url is {HOOK!r}; expected", f"cannot reach {HOOK}", "token hush refused"])
def test_what_was_read_is_told_by_its_reference(text: str) -> None:
    options = {"url": {"from": "env:HOOK"}, "headers": {"A": [{"from": "env:TOKEN"}]}, "topic": "x"}
    resolved = resolve(options, environ={"HOOK": HOOK, "TOKEN": "hush"})

    told = redacted(text, options, resolved)

    assert told == text.replace(HOOK, "env:HOOK").replace("hush", "env:TOKEN")
    assert "hush" not in told


def test_backslashes_do_not_hide_what_was_read() -> None:
    """A message may show a value as Python writes it."""
    options = {"token": {"from": "env:TOKEN"}}
    resolved = resolve(options, environ={"TOKEN": "hu\\sh"})

    assert redacted("token is 'hu\\\\sh'", options, resolved) == "token is 'env:TOKEN'"
    assert redacted("token is hu\\sh", options, resolved) == "token is env:TOKEN"


def test_text_without_secrets_stays() -> None:
    assert redacted("topic is 'x'", {"topic": "x"}, {"topic": "x"}) == "topic is 'x'"
