"""The plugin, as pytest runs it in a process of its own, since it wraps `Rule`."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from trailguard.testing.contract import PROMISES

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., pytest.RunResult]

RULES = '''
    """Acme's rules."""

    from trailguard import CloudTrailEvent, Severity, rule


    @rule(
        on="s3:PutBucketAcl",
        severity=Severity.HIGH,
        title="Bucket made public by its ACL",
        references=["https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html"],
    )
    def bucket_made_public(event: CloudTrailEvent) -> str | None:
        """A canned ACL that lets everybody read a bucket, or write to it."""
        acl = str(event.request_parameters.get("x-amz-acl"))
        return f"its ACL is {acl}" if acl.startswith("public-") else None
'''
SECOND_RULE = '''

    @rule(on="s3:DeleteBucket", severity=Severity.LOW, title="Bucket deleted")
    def bucket_deleted(event: CloudTrailEvent) -> str:
        """Nobody should do that."""
        return event.request_parameters["bucketName"] + " is gone"
'''
TEST_HEAD = """
    import pytest
    from acme_rules import *
    from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

    PUBLIC = cloudtrail_event("s3:PutBucketAcl", request={"x-amz-acl": "public-read"})
    PRIVATE = cloudtrail_event("s3:PutBucketAcl", request={"x-amz-acl": "private"})
    DELETED = cloudtrail_event("s3:DeleteBucket", request={"bucketName": "one"})
"""
VIOLATES = """
    def test_public():
        assert_violates(bucket_made_public, PUBLIC)
"""
COMPLIES = """
    def test_private():
        assert bucket_made_public(PRIVATE) == []
"""
CONTRACT = """
    [pytest]
    trailguard_contract = acme_rules
"""
REACH = """
    import socket
    import pytest
    from trailguard.testing.network import NetworkBlockedError


    def reach():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
            opened.connect_ex(("192.0.2.1", 9))  # sends nothing
"""


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    """Give a function that writes Python files, by their names, and runs pytest in their folder."""

    def run(*args: str, ini: str = "", **files: str) -> pytest.RunResult:
        for name, content in files.items():
            pytester.makepyfile(**{name: dedent(content)})
        if ini:
            pytester.makeini(dedent(ini))
        cache = () if {"--lf", "--ff"} & {*args} else ("-p", "no:cacheprovider")
        return pytester.runpytest_subprocess(*cache, *args)

    return run


def test_it_costs_nothing_where_nobody_asks_for_it(run: Run) -> None:
    test = """
        import sys


        def test_modules():
            known = {name.partition(".")[0] for name in sys.modules}
            assert not known & {"trailguard", "pydantic", "boto3", "msgspec"}
            assert "_trailguard_pytest" in sys.modules
    """
    run("-W", "error", "--strict-markers", "--strict-config", test_it=test).assert_outcomes(passed=1)


def test_it_can_be_turned_off(run: Run) -> None:
    test = """
        import sys


        def test_modules():
            assert "_trailguard_pytest" not in sys.modules


        def test_fixture(trailguard_engine):
            pass
    """
    result = run("-p", "no:trailguard", test_it=test)

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines("*fixture 'trailguard_engine' not found")


def install(pytester: pytest.Pytester, rules: str) -> None:
    """Put a distribution on the path of the tests, as an installer would."""
    plugin = """
        from trailguard import hookimpl


        @hookimpl
        def trailguard_rules():
            return [bucket_made_public]
    """
    pytester.makepyfile(acme_rules=dedent(rules) + dedent(plugin))
    metadata = pytester.mkdir("acme_rules-1.2.3.dist-info")
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-rules\nVersion: 1.2.3\n", "utf-8")
    (metadata / "entry_points.txt").write_text("[trailguard]\nacme = acme_rules\n", "utf-8")


def test_fixtures(pytester: pytest.Pytester, run: Run) -> None:
    install(pytester, RULES)
    test = (
        TEST_HEAD
        + """
    from trailguard import Guard


    def ids(engine, event):
        return [verdict.rule_id for verdict in Guard(engine).judge(event.raw).verdicts]


    def test_engine_has_all_that_is_installed(trailguard_engine):
        assert ids(trailguard_engine, PUBLIC) == ["bucket-acl-made-public", "bucket-made-public"]
        assert ids(trailguard_engine, cloudtrail_event("ec2:DeleteVpc")) == ["ec2-blocked-action"]


    def test_engine_with_some(trailguard_engine_with):
        settings = {"rules": {"bucket-made-public": {"severity": "low"}}}
        engine = trailguard_engine_with(bucket_made_public, settings=settings)
        assert ids(engine, PUBLIC) == ["bucket-made-public"]
        assert ids(engine, cloudtrail_event("ec2:DeleteVpc")) == []


    @pytest.mark.parametrize("time", [1, 2])
    def test_guard_tells_the_notifier(trailguard_guard, trailguard_notifier, time):
        trailguard_guard.handle(PUBLIC.as_sqs())
        own = [one.reason for one in trailguard_notifier.verdicts if one.rule_id == "bucket-made-public"]
        assert own == ["its ACL is public-read"]
"""
    )

    run("-W", "error", test_it=test).assert_outcomes(passed=4)


def test_a_plugin_that_cannot_be_used_is_an_error(pytester: pytest.Pytester, run: Run) -> None:
    """It names who is to mend it; tests without it go on."""
    install(pytester, "raise ValueError('no licence')\n")
    test = """
        def test_engine(trailguard_engine):
            pass


        def test_all_rules(trailguard_engine_with):
            trailguard_engine_with()


        def test_notifier(trailguard_notifier):
            pass
    """
    result = run(test_it=test)

    result.assert_outcomes(passed=1, failed=1, errors=1)
    told = (
        "*PluginLoadError: plugin acme-rules 1.2.3, entry point 'acme' (acme_rules): *ValueError: no licence"
    )
    result.stdout.fnmatch_lines([told, told])


def test_tests_that_use_a_fixture_have_no_network(run: Run) -> None:
    """What several tests share may use it, whichever of them comes first or last."""
    test = (
        REACH
        + """
    @pytest.fixture(scope="session")
    def shared():
        reach()
        yield
        reach()


    @pytest.fixture
    def own():
        reach()


    def test_blocked(trailguard_notifier, shared):
        with pytest.raises(NetworkBlockedError):
            reach()


    def test_fails(trailguard_notifier):
        reach()


    def test_open_again():
        reach()


    def test_own_fixture(trailguard_notifier, own):
        pass


    def test_own_fixture_alone(own):
        pass


    @pytest.mark.trailguard_network
    def test_marked(trailguard_notifier, own):
        reach()


    @pytest.fixture
    def through(trailguard_notifier):
        pass


    @pytest.mark.usefixtures("through")
    class TestThrough:
        def test_blocked(self):
            with pytest.raises(NetworkBlockedError):
                reach()
"""
    )
    result = run("--strict-markers", test_it=test)

    result.assert_outcomes(passed=5, failed=1, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at setup of test_own_fixture *",
            "E*NetworkBlockedError: this test reached for 192.0.2.1, and has no network;*",
            "*_ test_fails _*",
            "E*NetworkBlockedError: this test reached for 192.0.2.1, and has no network;*",
        ]
    )


def test_all_tests_may_be_without_network(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyprojecttoml("[tool.pytest.ini_options]\ntrailguard_block_network = true\n")
    test = (
        REACH
        + """
    import unittest


    def test_blocked():
        with pytest.raises(NetworkBlockedError):
            reach()


    class TestOld(unittest.TestCase):
        def setUp(self):
            with pytest.raises(NetworkBlockedError):
                reach()

        def test_blocked(self):
            with pytest.raises(NetworkBlockedError):
                reach()


    @pytest.mark.trailguard_network
    def test_open():
        reach()
"""
    )
    run("-W", "error", "--strict-markers", "--strict-config", test_it=test).assert_outcomes(passed=3)


def test_a_package_keeps_the_contract(pytester: pytest.Pytester, run: Run) -> None:
    """Each promise of each rule is an item, and comes after all tests, however others sort these."""
    pytester.makepyprojecttoml(
        """
        [tool.pytest.ini_options]
        trailguard_contract = ["acme_rules"]
        """
    )
    conftest = """
        import pytest


        @pytest.hookimpl(trylast=True)
        def pytest_collection_modifyitems(items):
            items.reverse()
    """
    args = ("-v", "-W", "error", "--strict-markers", "--strict-config", "--junitxml=junit.xml")

    result = run(*args, conftest=conftest, acme_rules=RULES, test_acme=TEST_HEAD + VIOLATES + COMPLIES)

    result.assert_outcomes(passed=2 + len(PROMISES))
    lines = ["test_acme.py::test_private PASSED *", "test_acme.py::test_public PASSED *"]
    promises = [f"trailguard_contract::bucket-made-public: {promise} PASSED*" for promise in PROMISES]
    result.stdout.fnmatch_lines([*lines, *reversed(promises)], consecutive=True)


def test_a_broken_promise_is_told_without_a_traceback(run: Run) -> None:
    """A test that fails gives its examples, too; a rule that reaches for the network breaks its promises."""
    lookup = '''

    @rule(on="s3:CreateBucket", severity=Severity.LOW, title="Looks up", references=["https://example.com"])
    def looks_up(event: CloudTrailEvent) -> str | None:
        """It asks others."""
        import socket

        if not isinstance(event.request_parameters.get("bucketName"), str):
            socket.getaddrinfo("example.com", 443)
        return "found"
    '''
    tests = """
    def test_failing():
        assert bucket_deleted(DELETED) == []

    def test_looks_up():
        assert_violates(looks_up, cloudtrail_event("s3:CreateBucket", request={"bucketName": "one"}))
    """
    result = run(
        ini=CONTRACT,
        acme_rules=RULES + SECOND_RULE + lookup,
        test_acme=TEST_HEAD + VIOLATES + COMPLIES + tests,
    )

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            "*_ contract of bucket-deleted: says what it is _*",
            "bucket-deleted: it has no references; *",
            "*_ contract of bucket-deleted: has examples _*",
            "bucket-deleted: no test has a near miss: *",
            "*_ contract of bucket-deleted: never raises _*",
            "bucket-deleted: it raises KeyError: 'bucketName' (*acme_rules.py:*, in bucket_deleted) where *",
            "*_ contract of looks-up: has examples _*",
            "*_ contract of looks-up: never raises _*",
            "looks-up: it reaches for example.com; a rule judges what is in its event",
            "FAILED trailguard_contract::bucket-deleted: says what it is*",
        ]
    )
    result.stdout.no_fnmatch_line("*no test has an event that it finds wrong*")
    result.stdout.no_fnmatch_line("*contract of bucket-made-public*")
    result.stdout.no_fnmatch_line("*pytest_session.py*")


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (
            {"ini": CONTRACT},
            "acme_rules cannot be imported: ModuleNotFoundError: No module named 'acme_rules'",
        ),
        (
            {"ini": CONTRACT, "acme_rules": "raise SystemExit(3)"},
            "acme_rules cannot be imported: SystemExit: 3",
        ),
        ({"ini": CONTRACT, "acme_rules": "rules = []"}, "acme_rules has no rules"),
    ],
)
def test_a_package_without_rules_is_a_mistake_of_whoever_calls(
    files: dict[str, str], told: str, run: Run
) -> None:
    result = run(test_it="def test_it(): pass", **files)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(f"ERROR: trailguard_contract: {told}")
    result.stderr.no_fnmatch_line("*Traceback*")


def test_a_test_file_that_cannot_be_imported_is_told_alone(run: Run) -> None:
    """It often says more than that the package cannot be imported."""
    result = run(ini=CONTRACT, acme_rules="def oops(:", test_acme="import acme_rules")

    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines("E*SyntaxError: *")
    result.stdout.no_fnmatch_line("*trailguard_contract*")


def test_some_files_alone_do_not_check_the_contract(
    pytester: pytest.Pytester, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They need not have all examples; that nothing is checked is told."""
    told = "trailguard contract: not checked; it takes all tests, those in the root directory"
    files = {"acme_rules": RULES, "test_acme": TEST_HEAD + VIOLATES, "ini": CONTRACT}

    named = run("test_acme.py", **files)
    everything = run(".")
    monkeypatch.chdir(pytester.mkdir("elsewhere"))
    folder = run()

    named.assert_outcomes(passed=1)
    named.stdout.fnmatch_lines(told)
    everything.assert_outcomes(passed=len(PROMISES), failed=1)
    everything.stdout.no_fnmatch_line("*not checked*")
    assert folder.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    folder.stdout.fnmatch_lines(told)


def test_all_tests_are_those_in_testpaths(pytester: pytest.Pytester, run: Run) -> None:
    """However they are named."""
    ini = CONTRACT + "    testpaths = tests more\n"
    pytester.mkdir("more")
    tests = TEST_HEAD + VIOLATES + COMPLIES

    for args in ((), ("tests", "./more/")):
        result = run(*args, ini=ini, acme_rules=RULES, **{"tests/test_acme": tests})
        result.assert_outcomes(passed=2 + len(PROMISES))
    some = run("tests")

    some.assert_outcomes(passed=2)
    some.stdout.fnmatch_lines("trailguard contract: not checked; it takes all tests, those in tests, more")


@pytest.mark.parametrize(
    ("args", "outcomes"),
    [
        (("-k", "test_public"), {"passed": 1, "deselected": 1 + len(PROMISES)}),
        (("-k", "bucket"), {"skipped": len(PROMISES), "deselected": 2}),
        (("--deselect", "trailguard_contract::bucket"), {"passed": 2, "deselected": len(PROMISES)}),
    ],
)
def test_promises_are_not_broken_by_tests_that_do_not_run(
    args: tuple[str, ...], outcomes: dict[str, int], run: Run
) -> None:
    result = run(*args, ini=CONTRACT, acme_rules=RULES, test_acme=TEST_HEAD + VIOLATES + COMPLIES)

    result.assert_outcomes(**outcomes)


def test_other_promises_are_kept_also_where_some_tests_do_not_run(run: Run) -> None:
    """Many people leave slow tests out every day."""
    args = ("--deselect", "test_acme.py::test_private", "-rs")

    result = run(
        *args, ini=CONTRACT, acme_rules=RULES + SECOND_RULE, test_acme=TEST_HEAD + VIOLATES + COMPLIES
    )

    result.assert_outcomes(passed=len(PROMISES), skipped=len(PROMISES), failed=1, deselected=1)
    result.stdout.fnmatch_lines("bucket-deleted: it has no references; *")
    result.stdout.fnmatch_lines("SKIPPED*only some of the tests ran*")


def test_a_promise_that_was_broken_is_not_kept_by_running_it_alone(run: Run) -> None:
    """Run again by pytest's memory of failures, it has no examples; run first, it comes last all the same."""
    files = {"ini": CONTRACT, "acme_rules": RULES, "test_acme": TEST_HEAD + VIOLATES}
    run("--ff", **files).assert_outcomes(passed=len(PROMISES), failed=1)

    alone = run("--lf")
    mended = run("--ff", test_acme=TEST_HEAD + VIOLATES + COMPLIES)

    alone.assert_outcomes(skipped=1, deselected=len(PROMISES))
    mended.assert_outcomes(passed=2 + len(PROMISES))


def test_a_gap_that_is_known_breaks_no_promise(run: Run) -> None:
    """A test that is marked to fail says what is not so yet."""
    gap = """
    @pytest.mark.xfail(reason="not yet", strict=True)
    def test_log_delivery():
        event = cloudtrail_event("s3:PutBucketAcl", request={"x-amz-acl": "log-delivery-write"})
        assert_violates(bucket_made_public, event)
"""

    done = run(ini=CONTRACT, acme_rules=RULES, test_acme=TEST_HEAD + VIOLATES + COMPLIES + gap)

    done.assert_outcomes(passed=2 + len(PROMISES), xfailed=1)


def test_other_ways_to_run(run: Run) -> None:
    """Listed, the contract comes last; stopped by a failure, it is not checked."""
    files = {
        "ini": CONTRACT,
        "acme_rules": RULES,
        "test_acme": TEST_HEAD + COMPLIES + "\n    def test_no():\n        assert 0",
    }

    listed = run("--collect-only", "-q", **files)
    stopped = run("--maxfail=1")

    assert listed.ret == 0
    promises = [f"trailguard_contract::bucket-made-public: {promise}" for promise in PROMISES]
    assert listed.outlines[: 2 + len(PROMISES)] == [
        "test_acme.py::test_private",
        "test_acme.py::test_no",
        *promises,
    ]
    stopped.assert_outcomes(passed=1, failed=1)
    stopped.stdout.no_fnmatch_line("*contract of*")


@pytest.mark.parametrize("role", ["worker", "controller"])
def test_with_xdist_nobody_sees_all_tests(role: str, run: Run) -> None:
    """So there is no contract, and the controller, which people look at, says so."""
    conftest = f"""
        import pytest


        @pytest.hookimpl(tryfirst=True)
        def pytest_configure(config):
            if {role == "worker"}:
                config.workerinput = {{}}
            else:
                config.pluginmanager.register(object(), "dsession")
    """
    files = {"ini": CONTRACT, "acme_rules": RULES, "test_acme": TEST_HEAD + VIOLATES}

    result = run("--trailguard-coverage", conftest=conftest, **files)

    result.assert_outcomes(passed=1)
    told = "trailguard contract: not checked; no process of pytest-xdist sees all tests"
    assert (told in result.outlines) == (role == "controller")
    assert ("no process of pytest-xdist sees all tests" in result.outlines) == (role == "controller")


def test_coverage_tells_which_conditions_are_loose(run: Run) -> None:
    """Of the rules that were tested."""
    files = {
        "acme_rules": RULES + SECOND_RULE,
        "test_acme": TEST_HEAD + VIOLATES,
        "test_more": TEST_HEAD + COMPLIES,
    }

    one = run("--trailguard-coverage", "test_acme.py", **files)
    both = run("--trailguard-coverage")
    none = run("--trailguard-coverage", "-k", "nothing")

    loose = "  not pinned down: requestParameters.\"x-amz-acl\" ('public-read' where the event violates)"
    one.stdout.fnmatch_lines(
        [
            "*= trailguard coverage =*",
            "A condition is pinned down by an event *",
            "bucket-made-public: 1 violate, 0 comply, 0 of 1 conditions pinned down",
            loose,
        ]
    )
    one.stdout.no_fnmatch_line("bucket-deleted*")
    both.stdout.fnmatch_lines("bucket-made-public: 1 violate, 1 comply, 1 of 1 conditions pinned down")
    both.stdout.no_fnmatch_line("*not pinned down*")
    none.stdout.fnmatch_lines("no test calls a rule, or asserts something about one")


def test_coverage_of_a_contract_tells_of_all_its_rules(run: Run) -> None:
    files = {"acme_rules": RULES + SECOND_RULE, "test_acme": TEST_HEAD + VIOLATES + COMPLIES, "ini": CONTRACT}

    result = run("--trailguard-coverage", **files)

    result.stdout.fnmatch_lines(["bucket-deleted: no example", "bucket-made-public: 1 violate, 1 comply, *"])


def test_rules_are_called_as_if_nobody_watched(run: Run) -> None:
    """Whatever a test does to a rule or an event: what the rule raises, and where, is not ours to change."""
    rules = '''
    import datetime


    @rule(on="s3:DeleteBucket", severity=Severity.LOW, title="Empties it", references=["https://example.com"])
    def empties_it(event: CloudTrailEvent) -> str | None:
        """It takes what it judges."""
        return f"{event.request_parameters.pop('bucketName')} is gone" if event.request_parameters else None
    '''
    tests = """
    from concurrent.futures import ThreadPoolExecutor
    from trailguard import Rule


    def test_what_it_raises():
        with pytest.raises(KeyError, match="^'bucketName'$"):
            bucket_deleted(cloudtrail_event("s3:DeleteBucket"))
        with pytest.raises(TypeError, match="takes a CloudTrailEvent, not a dict"):
            bucket_deleted({})


    def test_where_it_raises():
        bucket_deleted(cloudtrail_event("s3:DeleteBucket"))


    def test_assertion():
        assert_violates(bucket_made_public, PRIVATE)


    def test_event_that_no_json_can_be():
        event = cloudtrail_event("s3:PutBucketAcl")
        odd = event.model_validate({**event.raw, "requestParameters": {"x-amz-acl": object()}})
        assert bucket_made_public(odd) == []


    def test_event_that_nobody_can_copy():
        event = cloudtrail_event("s3:PutBucketAcl")
        odd = event.model_validate({**event.raw, "requestParameters": {"x-amz-acl": (one for one in ())}})
        assert bucket_made_public(odd) == []


    def test_event_is_changed_by_the_rule():
        event = cloudtrail_event("s3:DeleteBucket", request={"bucketName": "one"})
        assert [found.reason for found in empties_it(event)] == ["one is gone"]
        assert empties_it(event) == []


    def test_patched(monkeypatch):
        monkeypatch.setattr(Rule, "__call__", lambda rule, event, params=None: ["mine"])
        assert bucket_made_public(PUBLIC) == ["mine"]


    def test_not_patched_any_more():
        (found,) = bucket_made_public(event=PUBLIC, params=None)
        assert found.reason == "its ACL is public-read"


    def test_threads():
        with ThreadPoolExecutor(8) as pool:
            found = pool.map(bucket_made_public, [PUBLIC, PRIVATE] * 50)
            assert [len(one) for one in found] == [1, 0] * 50


    def test_thousands():
        for number in range(5_000):
            event = PRIVATE.model_validate({**PRIVATE.raw, "requestParameters": {"number": number}})
            assert bucket_made_public(event) == []
    """
    result = run(
        "--trailguard-coverage",
        ini=CONTRACT,
        acme_rules=RULES + SECOND_RULE + rules,
        test_acme=TEST_HEAD + tests,
    )

    result.stdout.fnmatch_lines(
        [
            "*_ test_where_it_raises _*",
            ">       bucket_deleted(cloudtrail_event(*",
            "E       KeyError: 'bucketName'",
            "*_ test_assertion _*",
            ">       assert_violates(bucket_made_public, PRIVATE)",
            "E       AssertionError: bucket-made-public does not find s3:PutBucketAcl wrong",
            "*_ contract of empties-it: changes nothing _*",
            "bucket-made-public: 1 violate, 100 comply, 1 of 1 conditions pinned down",
        ]
    )
    result.stdout.no_fnmatch_line("*pytest_session.py*")
    result.stdout.no_fnmatch_line("*assertions.py*")
    result.stdout.no_fnmatch_line("*_ contract of bucket-made-public: changes nothing _*")
