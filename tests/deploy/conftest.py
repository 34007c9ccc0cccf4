"""What the tests of deploy/ share: Terraform, with a stand-in for the AWS provider."""

from __future__ import annotations

import importlib.util
import shutil
from functools import cache
from typing import TYPE_CHECKING

import pytest
from terraform import Resource, Terraform, running_terraform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="session")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terraform]:
    """Give a Terraform with a copy of deploy/terraform."""
    if shutil.which("terraform") is None:
        pytest.skip("there is no terraform on this machine")
    if importlib.util.find_spec("tf") is None:
        pytest.skip("the package tf, which speaks with Terraform, is not installed")
    with running_terraform(tmp_path_factory.mktemp("terraform")) as running:
        yield running


@pytest.fixture(scope="session")
def applied(terraform: Terraform) -> Callable[[str], list[Resource]]:
    """Give the function that applies an example, each once, and returns its resources."""

    @cache
    def apply(example: str) -> list[Resource]:
        return terraform.applied(terraform.module / "examples" / example)

    return apply
