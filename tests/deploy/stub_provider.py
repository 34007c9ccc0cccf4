"""Stands in for Terraform's AWS provider: has the provider's schema, and gives what is made believable ARNs.

It runs as a process of its own, which Terraform is told of by ``TF_REATTACH_PROVIDERS``:

    python stub_provider.py SOCKET

It prints a line when it is ready, and ends when its standard input does. It checks nothing beyond what
Terraform itself checks by the schema: names of arguments, types, what is required. Region and partition are
those of the provider's ``region``. Of the package ``tf``, only the protocol is used: providers made with
the rest of it cannot have lists of blocks.

Source: "Terraform Plugin Protocol", version 6 (tfplugin6.proto), and "Reattach" in go-plugin.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import grpc
import msgpack
from tf.gen import tfplugin_pb2 as pb
from tf.gen import tfplugin_pb2_grpc as rpc

__all__ = ["StubProvider"]

ACCOUNT: Final = "111122223333"
SCHEMA: Final = Path(__file__).with_name("aws_schema.json")

_UNKNOWN: Final = msgpack.ExtType(0, b"\x00")
_NAMES: Final = ("name", "function_name", "bucket", "alarm_name", "statement_id")
_UUID: Final = "12345678-1234-1234-1234-123456EXAMPLE"
_ARNS: Final = {
    "aws_cloudtrail": "cloudtrail:{region}:{account}:trail/{name}",
    "aws_cloudwatch_event_rule": "events:{region}:{account}:rule/{name}",
    "aws_cloudwatch_log_group": "logs:{region}:{account}:log-group:{name}",
    "aws_cloudwatch_metric_alarm": "cloudwatch:{region}:{account}:alarm:{name}",
    "aws_config_config_rule": "config:{region}:{account}:config-rule/config-rule-EXAMPLE",
    "aws_dynamodb_table": "dynamodb:{region}:{account}:table/{name}",
    "aws_iam_role": "iam::{account}:role/{name}",
    "aws_kms_alias": "kms:{region}:{account}:{name}",
    "aws_kms_key": "kms:{region}:{account}:key/" + _UUID,
    "aws_lambda_event_source_mapping": "lambda:{region}:{account}:event-source-mapping:" + _UUID,
    "aws_lambda_function": "lambda:{region}:{account}:function:{name}",
    "aws_s3_bucket": "s3:::{name}",
    "aws_sns_topic": "sns:{region}:{account}:{name}",
    "aws_sns_topic_subscription": "sns:{region}:{account}:{name}:" + _UUID,
    "aws_sqs_queue": "sqs:{region}:{account}:{name}",
}


class StubProvider(rpc.ProviderServicer):
    """Answers Terraform's calls.

    Args:
        schema: what `make_schema.py` wrote.
    """

    def __init__(self, schema: dict[str, Any]) -> None:
        self._schema = schema
        self._region = "eu-west-1"

    def GetProviderSchema(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802  # as gRPC calls it
        provider = {"attributes": {"region": ["string", "optional"], "profile": ["string", "optional"]}}
        return pb.GetProviderSchema.Response(
            provider=_schema(provider | {"blocks": {}}),
            resource_schemas={name: _schema(block) for name, block in self._schema["resource"].items()},
            data_source_schemas={name: _schema(block) for name, block in self._schema["data"].items()},
        )

    def ConfigureProvider(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        self._region = _read(request.config)["region"] or "eu-west-1"
        return pb.ConfigureProvider.Response()

    def ValidateProviderConfig(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        return pb.ValidateProviderConfig.Response()

    def ValidateResourceConfig(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        return pb.ValidateResourceConfig.Response()

    def ValidateDataResourceConfig(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        return pb.ValidateDataResourceConfig.Response()

    def UpgradeResourceState(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        return pb.UpgradeResourceState.Response(upgraded_state=pb.DynamicValue(json=request.raw_state.json))

    def ReadResource(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        return pb.ReadResource.Response(new_state=request.current_state)

    def PlanResourceChange(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        planned = _read(request.proposed_new_state)
        if planned is not None and _read(request.prior_state) is None:
            for name in self._computed("resource", request.type_name):
                if planned[name] is None:
                    planned[name] = _UNKNOWN
        return pb.PlanResourceChange.Response(planned_state=_written(planned))

    def ApplyResourceChange(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        made = _read(request.planned_state)
        if made is not None:
            known = self._made(request.type_name, made)
            made = {name: known[name] if value == _UNKNOWN else value for name, value in made.items()}
        return pb.ApplyResourceChange.Response(new_state=_written(made))

    def ReadDataSource(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        found = _read(request.config)
        known = {
            "account_id": ACCOUNT,
            "partition": self._partition,
            "dns_suffix": "amazonaws.com.cn" if self._partition == "aws-cn" else "amazonaws.com",
            "id": self._region if request.type_name == "aws_region" else ACCOUNT,
            "region": self._region,
        }
        for name in self._computed("data", request.type_name):
            found[name] = found[name] or known.get(name, "EXAMPLE")
        return pb.ReadDataSource.Response(state=_written(found))

    def StopProvider(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        return pb.StopProvider.Response()

    @property
    def _partition(self) -> str:
        of_prefix = {"cn": "aws-cn", "us-gov": "aws-us-gov"}
        return of_prefix.get(self._region.rsplit("-", 2)[0], "aws")

    def _computed(self, kind: str, name: str) -> list[str]:
        attributes = self._schema[kind][name]["attributes"]
        return [attribute for attribute, (_, how) in attributes.items() if how in {"computed", "both"}]

    def _made(self, kind: str, planned: dict[str, Any]) -> dict[str, Any]:
        """Return what AWS would say of a new resource."""
        name = next((planned[n] for n in _NAMES if isinstance(planned.get(n), str)), kind)
        place = {"region": self._region, "account": ACCOUNT, "name": name}
        arn = f"arn:{self._partition}:" + _ARNS.get(kind, "EXAMPLE:{region}:{account}:{name}").format(**place)
        url = f"https://sqs.{self._region}.amazonaws.com/{ACCOUNT}/{name}"
        ids = {"aws_sqs_queue": url, "aws_sns_topic": arn, "aws_kms_key": _UUID}
        attributes = self._schema["resource"][kind]["attributes"]
        return {attribute: _nothing(type_) for attribute, (type_, _) in attributes.items()} | {
            "arn": arn,
            "id": ids.get(kind, name),
            "url": url,
            "key_id": _UUID,
            "uuid": _UUID,
            "region": self._region,
            "tags_all": planned.get("tags") or {},
        }


def _nothing(type_: str | list[Any]) -> Any:
    if isinstance(type_, str):
        return {"string": "EXAMPLE", "number": 0, "bool": False}[type_]
    return {} if type_[0] == "map" else []


def _schema(block: dict[str, Any]) -> Any:
    return pb.Schema(version=0, block=_block(block))


def _block(block: dict[str, Any]) -> Any:
    return pb.Schema.Block(
        attributes=[
            pb.Schema.Attribute(
                name=name,
                type=json.dumps(type_).encode(),
                required=how == "required",
                optional=how in {"optional", "both"},
                computed=how in {"computed", "both"},
            )
            for name, (type_, how) in block["attributes"].items()
        ],
        block_types=[
            pb.Schema.NestedBlock(
                type_name=name,
                nesting=pb.Schema.NestedBlock.NestingMode.Value(inner["mode"].upper()),
                min_items=inner["least"] if inner["mode"] != "single" else 0,
                max_items=inner["most"] if inner["mode"] != "single" else 0,
                block=_block(inner),
            )
            for name, inner in block["blocks"].items()
        ],
    )


def _read(value: Any) -> Any:
    return msgpack.unpackb(value.msgpack) if value.msgpack else None


def _written(value: Any) -> Any:
    return pb.DynamicValue(msgpack=msgpack.packb(value))


def main() -> None:
    """Serve until standard input ends."""
    server = grpc.server(ThreadPoolExecutor(10))
    rpc.add_ProviderServicer_to_server(StubProvider(json.loads(SCHEMA.read_text("utf-8"))), server)
    server.add_insecure_port(f"unix:{sys.argv[1]}")
    server.start()
    print("ready", flush=True)  # noqa: T201  # what starts it waits for that
    sys.stdin.read()
    server.stop(0)


if __name__ == "__main__":
    main()
