"""The pytest plugin of trailguard, as far as every test run has to know it where trailguard is installed.

It stands beside the package and imports nothing of it before somebody asks: for a fixture, for the contract
or for coverage. What it does then is in `trailguard.testing`.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from contextlib import AbstractContextManager

    from trailguard import Engine, Guard
    from trailguard.testing.notifier import RecordingNotifier

_MARKER = "trailguard_network"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options and settings."""
    parser.getgroup("trailguard").addoption(
        "--trailguard-coverage",
        action="store_true",
        help="tell which conditions of the rules that were tested no test pins down",
    )
    parser.addini(
        "trailguard_contract", "packages whose rules have to keep the contract", type="args", default=[]
    )
    parser.addini("trailguard_block_network", "block the network in all tests", type="bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    """Watch rules being tested, where the contract or coverage wants to know."""
    config.addinivalue_line("markers", f"{_MARKER}: let a test use the network")
    is_wanted = config.getini("trailguard_contract") or config.getoption("--trailguard-coverage")
    if is_wanted and not hasattr(config, "workerinput"):  # no worker of pytest-xdist sees all tests
        from trailguard.testing.pytest_session import RuleSession  # noqa: PLC0415  # only where wanted

        config.pluginmanager.register(RuleSession(config), "trailguard-rules")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Block the network in tests that use a fixture of ours, or in all of them."""
    with _network_of(item):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest
) -> Generator[None, object, object]:
    """Block the network also where a fixture is set up for one such test.

    What several tests share may use it: else it would depend on which of them comes first.
    """
    with _network_of(request.node) if fixturedef.scope == "function" else nullcontext():
        return (yield)


def _network_of(item: pytest.Item) -> AbstractContextManager[None]:
    fixtures = getattr(item, "fixturenames", ())
    blocked = item.config.getini("trailguard_block_network") or any(
        name.startswith("trailguard_") for name in fixtures
    )
    if not blocked or item.get_closest_marker(_MARKER):
        return nullcontext()
    from trailguard.testing.network import blocked_network  # noqa: PLC0415  # only where wanted

    return blocked_network()


@pytest.fixture(scope="session")
def trailguard_engine() -> Engine:
    """Make an engine with all rules that are installed, each as it is by default.

    A plugin that cannot be used is an error.
    """
    from trailguard.testing.engines import installed_engine  # noqa: PLC0415  # only where wanted

    return installed_engine()


@pytest.fixture(scope="session")
def trailguard_engine_with() -> Callable[..., Engine]:
    """Give `trailguard.testing.engines.engine_with`, which makes engines of given rules and settings."""
    from trailguard.testing.engines import engine_with  # noqa: PLC0415  # only where wanted

    return engine_with


@pytest.fixture
def trailguard_notifier() -> RecordingNotifier:
    """Make a notifier that remembers what it is told: ``notices``, ``verdicts`` and ``failures``."""
    from trailguard.testing.notifier import RecordingNotifier  # noqa: PLC0415  # only where wanted

    return RecordingNotifier()


@pytest.fixture
def trailguard_guard(trailguard_engine: Engine, trailguard_notifier: RecordingNotifier) -> Guard:
    """Make a guard of `trailguard_engine`, which tells `trailguard_notifier`."""
    from trailguard import Guard  # noqa: PLC0415  # only where wanted

    return Guard(trailguard_engine, [trailguard_notifier])
