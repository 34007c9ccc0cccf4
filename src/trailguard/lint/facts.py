"""What AWS has: services, their actions, what is in a request, and the types of resources.

The facts are those of botocore's service models, which come with boto3, as old as the one that is installed.
A model is read when a rule names its service, and of the others no more than the beginning, which says by
which name CloudTrail knows it.
"""

from __future__ import annotations

import gzip
import json
from fnmatch import fnmatchcase
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trailguard.lint._names import LOGGED, MORE_MODELS, NO_SOURCE, OPEN_SOURCES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from botocore.loaders import Loader

__all__ = ["AwsFacts", "aws_facts"]

_MODEL = "service-2"
_HEAD = 8192
_Parameters = dict[str, frozenset[str]]


@cache
def aws_facts() -> AwsFacts:
    """Return the facts, of which each is read once for a process."""
    return AwsFacts()


class AwsFacts:
    """What AWS has, by botocore's service models and by what is written down in `_names`."""

    def __init__(self) -> None:
        self._models: dict[str, _Parameters] = {}

    @cached_property
    def version(self) -> str:
        """Whose facts they are, such as ``botocore 1.43.11``."""
        import botocore  # noqa: PLC0415  # slow to import, and only linting needs it

        return f"botocore {botocore.__version__}"

    @cached_property
    def services(self) -> frozenset[str]:
        """The services by the names that CloudTrail and IAM have for them."""
        return frozenset(self._models_by_service) - NO_SOURCE.keys() | OPEN_SOURCES

    @cached_property
    def resource_types(self) -> frozenset[str]:
        """The types of resources that AWS Config records."""
        return frozenset(_model("config")["shapes"]["ResourceType"]["enum"])

    def services_like(self, pattern: str) -> list[str]:
        """Return the services that a name fits, with or without wildcards, sorted."""
        if pattern in self.services:
            return [pattern]
        return sorted(name for name in self.services if fnmatchcase(name, pattern))

    def actions(self, service: str) -> frozenset[str]:
        """Return the names that CloudTrail writes for a service, without any API dates."""
        return LOGGED.get(service, frozenset[str]()).union(*self._calls(service))

    def parameters(self, service: str, action: str) -> frozenset[str]:
        """Return the keys that an action's request may have in CloudTrail; empty where that is not known."""
        return frozenset().union(*(calls.get(action, ()) for calls in self._calls(service)))

    def _calls(self, service: str) -> Iterator[_Parameters]:
        for name in sorted(self._models_by_service.get(service, ())):
            if name not in self._models:
                self._models[name] = _parameters(_model(name))
            yield self._models[name]

    @cached_property
    def _models_by_service(self) -> dict[str, set[str]]:
        """The models that make up an event source, which bears the name of their endpoint or signature."""
        loader = _loader()
        found: dict[str, set[str]] = {}
        for name in loader.list_available_services(_MODEL):
            metadata = _metadata(loader, name)
            for service in (name, metadata.get("endpointPrefix"), metadata.get("signingName")):
                if service:
                    found.setdefault(service, set()).add(name)
        for service, names in MORE_MODELS.items():
            found.setdefault(service, set()).update(names)
        return found


def _loader() -> Loader:
    from botocore.loaders import Loader  # noqa: PLC0415  # slow to import, and only linting needs it

    return Loader()


def _model(name: str) -> Mapping[str, Any]:
    """Read a model by a loader that goes with it: one that stays would keep all of the models in memory."""
    model: Mapping[str, Any] = _loader().load_service_model(name, _MODEL)
    return model


def _metadata(loader: Loader, name: str) -> Mapping[str, Any]:
    """Read who a model says it is: from its beginning, or from all of it where that won't do."""
    version = loader.determine_latest_version(name, _MODEL)
    for folder in loader.search_paths:
        path = Path(folder, name, version, f"{_MODEL}.json.gz")
        if not path.is_file():
            continue
        with gzip.open(path) as file:
            _, _, rest = file.read(_HEAD).decode("utf-8", "replace").partition('"metadata":')
        try:
            metadata: Mapping[str, Any] = json.JSONDecoder().raw_decode(rest.lstrip())[0]
        except ValueError:
            break
        return metadata
    whole: Mapping[str, Any] = _model(name)["metadata"]
    return whole


def _parameters(model: Mapping[str, Any]) -> _Parameters:
    """Return, of each operation, the keys that its request may have in CloudTrail."""
    protocol, shapes = model["metadata"].get("protocol"), model["shapes"]
    found: _Parameters = {}
    for name, operation in model["operations"].items():
        members = shapes[operation["input"]["shape"]].get("members", {}) if "input" in operation else {}
        written = {key for member, shape in members.items() for key in _written(member, shape, protocol)}
        found[name] = frozenset(written | ({f"{name}Request"} if protocol == "ec2" else set()))
    return found


def _written(member: str, shape: Mapping[str, Any], protocol: str) -> Iterator[str]:
    """Yield how CloudTrail may write a member: it begins in lower case; beyond that, services differ."""
    for name in {member, shape.get("locationName", member)}:
        yield name[:1].lower() + name[1:]
        if protocol not in {"ec2", "query"}:
            yield name
            acronym = len(name) - len(name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
            end = acronym if acronym == len(name) else max(acronym - 1, 1)
            yield name[:end].lower() + name[end:]
