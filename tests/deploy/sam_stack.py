"""deploy/sam/template.yaml as CloudFormation gets it, and as a stack on this machine."""

from __future__ import annotations

import json
import os
from ast import literal_eval
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

import boto3
from botocore.exceptions import WaiterError
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TEMPLATE: Final = Path(__file__).parents[2] / "deploy" / "sam" / "template.yaml"
REGION: Final = "eu-west-1"
CODE: Final = ("trailguard-code", "trailguard.zip")

_numbers = count(1)


class NoPolicies:
    """Knows none of AWS's managed policies: a role with one would get more than it needs."""

    def load(self) -> dict[str, str]:
        return {}


def packaged() -> dict[str, Any]:
    """Return the template as ``sam package`` leaves it: the code is in a bucket."""
    template: dict[str, Any] = yaml_parse(TEMPLATE.read_text("utf-8"))
    template["Resources"]["Function"]["Properties"]["CodeUri"] = "s3://" + "/".join(CODE)
    return template


def transformed(template: dict[str, Any]) -> dict[str, Any]:
    """Return what AWS::Serverless-2016-10-31 makes of a template.

    Raises:
        InvalidDocumentException: when it is no template of SAM.
    """
    with patch.dict(os.environ, {"AWS_DEFAULT_REGION": REGION}):
        done: dict[str, Any] = transform(template, {}, NoPolicies())
    return done


class Stack:
    """A stack that was created; its resources by their logical ids.

    Args:
        name: its name.
        endpoint: where AWS is.
    """

    def __init__(self, name: str, endpoint: str) -> None:
        self.name = name
        self._endpoint = endpoint
        described = self.client("cloudformation").describe_stack_resources(StackName=name)["StackResources"]
        self.ids: dict[str, str] = {
            one["LogicalResourceId"]: one["PhysicalResourceId"]
            for one in described
            if one.get("PhysicalResourceId")
        }

    @cache  # noqa: B019  # there are a handful, and each lives as long as the tests
    def client(self, service: Any) -> Any:
        return client_of(service, self._endpoint)

    def outputs(self) -> dict[str, str]:
        [stack] = self.client("cloudformation").describe_stacks(StackName=self.name)["Stacks"]
        return {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}

    def queue(self, logical_id: str) -> dict[str, str]:
        """Return a queue's attributes."""
        sqs = self.client("sqs")
        url = self.ids[logical_id]
        attributes: dict[str, str] = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])[
            "Attributes"
        ]
        return attributes

    def function(self) -> dict[str, Any]:
        """Return the function's configuration."""
        found: dict[str, Any] = self.client("lambda").get_function_configuration(
            FunctionName=self.ids["Function"]
        )
        return found

    def statements(self) -> dict[str, dict[str, Any]]:
        """Return the statements of the role's policies, by their ids."""
        iam, role = self.client("iam"), self.ids["Role"]
        assert iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"] == []
        documents = [
            literal_eval(
                iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            )  # moto's spelling
            for name in iam.list_role_policies(RoleName=role)["PolicyNames"]
        ]
        statements = [one for document in documents for one in document["Statement"]]
        return {one["Sid"]: one for one in statements if one is not None}  # moto leaves AWS::NoValue as None

    def invokers(self) -> list[dict[str, Any]]:
        """Return the statements of the function's own policy: who may invoke it."""
        found = self.client("lambda").get_policy(FunctionName=self.ids["Function"])["Policy"]
        statements: list[dict[str, Any]] = json.loads(found)["Statement"]
        return statements


def client_of(service: Any, endpoint: str) -> Any:
    return boto3.client(
        service,
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )


@contextmanager
def created(endpoint: str, parameters: Mapping[str, str]) -> Iterator[Stack]:
    """Create a stack of the template; delete it in the end."""
    cloudformation, s3 = client_of("cloudformation", endpoint), client_of("s3", endpoint)
    s3.create_bucket(Bucket=CODE[0], CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket=CODE[0], Key=CODE[1], Body=b"PK\x05\x06" + bytes(18))  # the smallest zip there is
    name = f"trailguard-{next(_numbers)}"
    cloudformation.create_stack(
        StackName=name,
        TemplateBody=json.dumps(_for_moto(json.loads(_transformed()), parameters)),
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        Capabilities=["CAPABILITY_IAM"],
    )
    try:
        cloudformation.get_waiter("stack_create_complete").wait(
            StackName=name, WaiterConfig={"Delay": 0, "MaxAttempts": 1}
        )
        yield Stack(name, endpoint)
    except WaiterError as error:
        [stack] = cloudformation.describe_stacks(StackName=name)["Stacks"]
        raise AssertionError(stack.get("StackStatusReason")) from error
    finally:
        cloudformation.delete_stack(StackName=name)
        s3.delete_object(Bucket=CODE[0], Key=CODE[1])
        s3.delete_bucket(Bucket=CODE[0])


@cache
def _transformed() -> str:
    return json.dumps(transformed(packaged()))


def _for_moto(template: dict[str, Any], parameters: Mapping[str, str]) -> dict[str, Any]:
    """Put event patterns in as objects: moto takes no others. CloudFormation takes them as text, too."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Events::Rule":
            parameter = resource["Properties"]["EventPattern"]["Ref"]
            resource["Properties"]["EventPattern"] = json.loads(parameters.get(parameter) or "{}")
    return template
