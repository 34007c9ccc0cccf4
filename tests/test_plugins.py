from __future__ import annotations

import re
import sys
from importlib.metadata import EntryPoint
from itertools import count
from textwrap import dedent
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from trailguard import CloudTrailEvent, Guard, Rule, Severity, hookimpl, rule
from trailguard.errors import DuplicateRuleError, PluginError, PluginLoadError, SettingsError
from trailguard.plugins import GROUP, Catalogue, Plugin, collect, discover, gather, load, rules_in
from trailguard.rules import BUILTIN_RULES
from trailguard.testing import cloudtrail_event

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BUILTIN_IDS = {one.id for one in BUILTIN_RULES}
RULE = """
from trailguard import CloudTrailEvent, Severity, rule


@rule(on="s3:DeleteBucket", severity=Severity.HIGH, title="Bucket deleted")
def {name}(event: CloudTrailEvent) -> str:
    return "gone"
"""
PLUGIN = (
    RULE
    + """

from trailguard import hookimpl


@hookimpl
def trailguard_rules():
    return [{name}]
"""
)

numbers = count(1)


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give a function that puts a distribution on the path, as an installer would; it returns its module.

    No two tests get modules of the same name, since a module is imported once.
    """
    monkeypatch.syspath_prepend(tmp_path)

    def install(
        source: str,
        *,
        name: str = "acme-rules",
        version: str = "1.2.3",
        point: str = "acme",
        value: str = "{module}",
        folder: Path = tmp_path,
    ) -> str:
        module = f"acme_plugin_{next(numbers)}"
        metadata = folder / f"{name.replace('-', '_')}-{version}.dist-info"
        metadata.mkdir(parents=True)
        (folder / f"{module}.py").write_text(dedent(source), "utf-8")
        (metadata / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", "utf-8"
        )
        points = (
            f"[{GROUP}]\n{point} = {value.format(module=module)}\n[console_scripts]\nacme = {module}:main\n"
        )
        (metadata / "entry_points.txt").write_text(points, "utf-8")
        return module

    return install


def bucket_rule(name: str = "bucket_deleted") -> Rule:
    def check(event: CloudTrailEvent) -> str:
        return f"{event.request_parameters.get('bucketName')} is gone"

    check.__name__ = name
    return rule(on="s3:DeleteBucket", severity=Severity.HIGH, title="Bucket deleted")(check)


def module_with(**values: Any) -> ModuleType:
    """Make a plugin module, as an import would."""
    module = ModuleType(f"acme_in_memory_{next(numbers)}")
    vars(module).update(values)
    return module


def hooks(rules: Callable[[], Any] | None = None, notifiers: Callable[[], Any] | None = None) -> ModuleType:
    """Make a plugin module that implements these hooks."""
    given = {"trailguard_rules": rules, "trailguard_notifiers": notifiers}
    return module_with(**{name: hookimpl(hook) for name, hook in given.items() if hook is not None})


def no_rules() -> list[Rule]:
    return []


def no_notifiers() -> dict[str, Any]:
    return {}


def rules_by_settings(settings: dict[str, Any]) -> list[Rule]:
    """No hook gets any settings."""
    return list(settings["rules"])


def plugin(value: str, name: str = "acme") -> Plugin:
    return Plugin("acme-rules", "1.2.3", EntryPoint(name, value, GROUP))


def ours(catalogue: Catalogue) -> list[str]:
    """Return the ids of the rules that are not built in."""
    return [one.id for one in catalogue.rules if one.id not in BUILTIN_IDS]


# Discovery


def test_discovery_finds_installed_distributions(install: Any) -> None:
    """By the metadata that every installer writes, and without importing anything."""
    module = install("raise AssertionError('imported')")

    found = [one for one in discover() if one.distribution == "acme-rules"]

    assert [(one.version, one.entry_point.name, one.entry_point.value) for one in found] == [
        ("1.2.3", "acme", module)
    ]
    assert str(found[0]) == f"acme-rules 1.2.3, entry point 'acme' ({module})"
    assert module not in sys.modules


def test_discovery_is_sorted(install: Any) -> None:
    """By distribution and entry point, and not as the file system has it."""
    for name in ("zebra-rules", "acme-rules", "middle-rules"):
        install("", name=name, point=f"point-of-{name}")

    found = [one.distribution for one in discover()]

    assert found == sorted(found)
    assert {"zebra-rules", "acme-rules", "middle-rules"} <= set(found)


def test_discovery_leaves_other_groups_alone(install: Any, tmp_path: Path) -> None:
    """A near miss: a console script of the same name is no plugin."""
    install("")
    points = next(tmp_path.glob("*.dist-info/entry_points.txt"))
    points.write_text(points.read_text("utf-8").replace(f"[{GROUP}]", f"[{GROUP}s]"), "utf-8")

    assert [one for one in discover() if one.distribution == "acme-rules"] == []


# Loading


def test_loading_imports_the_module() -> None:
    assert load(plugin("trailguard.testing")) is sys.modules["trailguard.testing"]


def test_loading_takes_an_object_of_a_module() -> None:
    assert load(plugin("trailguard.plugins:discover")) is discover


@pytest.mark.parametrize(
    ("source", "value", "reason"),
    [
        ("import no_such_library", "{module}", "ModuleNotFoundError: No module named 'no_such_library'"),
        ("def broken(:", "{module}", "SyntaxError: "),
        ("1 / 0", "{module}", "ZeroDivisionError: division by zero"),
        ("from trailguard import no_such_name", "{module}", "ImportError: cannot import name 'no_such_name'"),
        ("", "{module}:plugin", "AttributeError: "),
        ("", "{module}_that_is_missing", "ModuleNotFoundError: "),
        (
            """
            from trailguard import Severity, rule

            @rule(on="s3:DeleteBucket", severity=Severity.HIGH, title="Bucket deleted")
            def bucket_deleted(event): ...
            """,
            "{module}",
            "DefinitionError: rule ",
        ),
    ],
    ids=["import", "syntax", "exception", "name", "attribute", "module", "definition of a rule"],
)
def test_module_that_cannot_be_imported(install: Any, source: str, value: str, reason: str) -> None:
    """The error says what was raised, and which distribution and entry point to look at."""
    module = install(source, value=value)
    [found] = [one for one in discover() if one.distribution == "acme-rules"]

    with pytest.raises(PluginLoadError) as caught:
        load(found)

    assert caught.value.plugin == f"acme-rules 1.2.3, entry point 'acme' ({value.format(module=module)})"
    assert str(caught.value).startswith(f"plugin {caught.value.plugin}: cannot be loaded: {reason}")
    assert isinstance(caught.value, PluginError)
    assert caught.value.__cause__ is not None


def test_guard_says_which_plugin_cannot_be_imported(install: Any) -> None:
    install("import no_such_library")

    with pytest.raises(PluginLoadError, match=r"acme-rules 1\.2\.3, entry point 'acme'"):
        Guard.from_settings()


# Collecting


def test_without_plugins_there_are_the_built_in_rules() -> None:
    catalogue = collect()

    assert catalogue.rules == tuple(sorted(BUILTIN_RULES, key=lambda one: one.id))
    assert catalogue.notifiers == {}


@pytest.mark.parametrize("kind", [list, tuple, iter, set], ids=lambda kind: kind.__name__)
def test_rules_of_a_plugin_are_added(kind: Any) -> None:
    """All rules come sorted by id, in whatever collection and order a plugin gives them."""
    given = [bucket_rule("zebra"), bucket_rule("aardvark")]

    catalogue = collect([("acme", hooks(lambda: kind(given)))])

    assert ours(catalogue) == ["aardvark", "zebra"]
    assert [one.id for one in catalogue.rules] == sorted(one.id for one in catalogue.rules)


def test_rules_may_be_yielded() -> None:
    def yielding() -> Any:
        yield bucket_rule("first")
        yield bucket_rule("second")

    assert ours(collect([("acme", hooks(yielding))])) == ["first", "second"]


def test_plugin_may_be_any_object() -> None:
    """What pluggy registers: an object with hooks, be it a module or not."""

    class Plug:
        @hookimpl
        def trailguard_rules(self) -> list[Rule]:
            return [bucket_rule()]

    assert ours(collect([("acme", Plug())])) == ["bucket-deleted"]


def test_plugins_are_independent() -> None:
    """One gives rules, one a notifier, one both."""
    catalogue = collect(
        [
            ("a", hooks(lambda: [bucket_rule("one")])),
            ("b", hooks(None, lambda: {"pager": SimpleNamespace})),
            ("c", hooks(lambda: [bucket_rule("two")], lambda: {"chat": SimpleNamespace})),
        ]
    )

    assert ours(catalogue) == ["one", "two"]
    assert catalogue.notifiers == {"pager": SimpleNamespace, "chat": SimpleNamespace}


def test_plugin_may_have_no_rules_today() -> None:
    """An empty list is an answer, unlike None."""
    assert ours(collect([("acme", hooks(no_rules))])) == []


def test_module_given_twice_counts_once() -> None:
    """Explicitly and by its entry point; otherwise all its rules would be duplicates."""
    module = hooks(lambda: [bucket_rule()])

    assert ours(collect([("acme", module), ("acme-rules 1.2.3, entry point 'acme'", module)])) == [
        "bucket-deleted"
    ]


def test_equal_plugins_are_not_the_same() -> None:
    """A near miss: two plugins that merely compare equal are two."""

    class Plug:
        def __init__(self, rule: Rule) -> None:
            self.rule = rule

        @hookimpl
        def trailguard_rules(self) -> list[Rule]:
            return [self.rule]

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Plug)

        def __hash__(self) -> int:
            return 0

    plugs = [("a", Plug(bucket_rule("one"))), ("b", Plug(bucket_rule("two")))]

    assert ours(collect(plugs)) == ["one", "two"]


def test_rule_id_of_two_plugins() -> None:
    """Which of the two is meant by settings? Both are named, and the rule."""
    first, second = hooks(lambda: [bucket_rule()]), hooks(lambda: [bucket_rule()])

    with pytest.raises(DuplicateRuleError) as caught:
        collect([("acme-rules 1.2.3", first), ("other-rules 4.5", second)])

    assert (caught.value.plugin, caught.value.rule_id) == ("other-rules 4.5", "bucket-deleted")
    assert "acme-rules 1.2.3" in str(caught.value)
    assert "'bucket-deleted'" in str(caught.value)


def test_rule_id_of_a_built_in_rule() -> None:
    plug = hooks(lambda: [bucket_rule("role_trusts_anyone")])

    with pytest.raises(DuplicateRuleError, match=r"acme-rules: rule 'role-trusts-anyone' .* by trailguard"):
        collect([("acme-rules", plug)])


def test_rule_id_twice_in_one_plugin() -> None:
    """Two functions of the same name, in two of its modules."""
    plug = hooks(lambda: [bucket_rule(), bucket_rule()])

    with pytest.raises(DuplicateRuleError, match="acme-rules: rule 'bucket-deleted'"):
        collect([("acme-rules", plug)])


@pytest.mark.parametrize(
    ("plug", "problem"),
    [
        (module_with(), "implements no hook; expected a function trailguard_rules marked @hookimpl"),
        (module_with(trailguard_rules=list), "implements no hook"),
        (module_with(trailguard_rule=hookimpl(no_rules)), "unknown hook 'trailguard_rule'"),
        (
            module_with(trailguard_rules=hookimpl(no_rules), trailguard_notifier=hookimpl(no_notifiers)),
            "unknown hook 'trailguard_notifier'",
        ),
        (module_with(trailguard_rules=hookimpl(rules_by_settings)), "settings"),
        (hooks(lambda: 1 / 0), "trailguard_rules raised ZeroDivisionError: division by zero"),
        (hooks(None, lambda: 1 / 0), "trailguard_notifiers raised ZeroDivisionError: division by zero"),
        (
            hooks(lambda: ["bucket-deleted"]),
            "trailguard_rules gives 'bucket-deleted'; expected what the @rule",
        ),
        (hooks(lambda: [len]), "trailguard_rules gives <built-in function len>"),
        (hooks(lambda: 7), "trailguard_rules gives 7"),
        (
            hooks(None, lambda: [SimpleNamespace]),
            "trailguard_notifiers gives [<class 'types.SimpleNamespace'>]",
        ),
    ],
    ids=[
        "no hook",
        "not marked",
        "misspelt",
        "one of two misspelt",
        "takes an argument",
        "rules raises",
        "notifiers raises",
        "text for a rule",
        "function for a rule",
        "number for rules",
        "list of notifiers",
    ],
)
def test_plugin_that_cannot_be_used(plug: ModuleType, problem: str) -> None:
    """The error names the plugin and says what is wrong; no plugin is without effect."""
    with pytest.raises(PluginError) as caught:
        collect([("acme-rules 1.2.3, entry point 'acme' (acme)", plug)])

    assert caught.value.plugin == "acme-rules 1.2.3, entry point 'acme' (acme)"
    assert str(caught.value).startswith(f"plugin {caught.value.plugin}: ")
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    "plug",
    [hooks(lambda: None), hooks(None, lambda: None)],
    ids=["rules", "notifiers"],
)
def test_hook_that_forgets_to_return(plug: ModuleType) -> None:
    """Without its ``return``, a plugin would be taken for one that has nothing to say."""
    with pytest.raises(PluginError, match=r"acme-rules: .* gives None"):
        collect([("acme-rules", plug)])


def test_hook_that_raises_while_it_yields() -> None:
    """A generator runs later than its call; the error names the plugin all the same."""

    def yielding() -> Any:
        yield bucket_rule()
        raise KeyError("list of buckets")

    with pytest.raises(PluginError, match="acme-rules: trailguard_rules raised KeyError: 'list of buckets'"):
        collect([("acme-rules", hooks(yielding))])


def test_notifier_that_is_no_factory() -> None:
    """A plugin's mistake, and not one of whoever wrote the settings."""
    with pytest.raises(PluginError, match=r"acme-rules: .*'pager'"):
        collect([("acme-rules", hooks(None, lambda: {"pager": "https://pager.example.com"}))])


def test_notifier_type_of_two_plugins() -> None:
    """Which of them would be told is not left to the order of the plugins."""
    first, second = (hooks(None, lambda: {"pager": SimpleNamespace}) for _ in range(2))

    with pytest.raises(PluginError, match=r"other-rules: .*'pager'.*acme-rules"):
        collect([("acme-rules", first), ("other-rules", second)])


@pytest.mark.parametrize("kind", ["sns", "stream"])
def test_notifier_type_of_a_built_in_notifier(kind: str) -> None:
    """It would never be made: the built-in one comes first."""
    module = hooks(None, lambda: {kind: SimpleNamespace})

    with pytest.raises(PluginError, match=rf"{module.__name__}: .*'{kind}'"):
        Guard.from_settings(plugins=[module])


# Packages of rules


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give a function that writes a package of modules and imports it."""
    monkeypatch.syspath_prepend(tmp_path)

    def package(**modules: str) -> Any:
        name = f"acme_package_{next(numbers)}"
        for path, source in {"__init__": "", **modules}.items():
            file = tmp_path.joinpath(name, *path.split("__in__")).with_suffix(".py")
            file.parent.mkdir(parents=True, exist_ok=True)
            (file.parent / "__init__.py").touch()
            file.write_text(source.replace("PACKAGE", name), "utf-8")
        return __import__(name)

    return package


def test_rules_of_a_package_and_of_all_below(package: Any) -> None:
    """Sorted by id, from every depth; helpers and other values are left out."""
    found = package(
        __init__=RULE.format(name="of_the_package"),
        module=RULE.format(name="of_a_module") + "\nOTHER = 7\n",
        s3__in__buckets=RULE.format(name="of_a_folder"),
        _private=RULE.format(name="a_private_module"),
    )

    assert [one.id for one in rules_in(found)] == [
        "a-private-module",
        "of-a-folder",
        "of-a-module",
        "of-the-package",
    ]


def test_rule_that_is_imported_elsewhere_is_returned_once(package: Any) -> None:
    """A package may name its rules in ``__init__`` as well, and a module take one from its neighbour."""
    found = package(
        __init__="from PACKAGE.buckets import bucket_deleted as first, bucket_deleted as second",
        buckets=RULE.format(name="bucket_deleted"),
        tables="from PACKAGE.buckets import bucket_deleted",
    )

    assert [one.id for one in rules_in(found)] == ["bucket-deleted"]


def test_two_rules_of_one_name_are_both_returned(package: Any) -> None:
    """A near miss: they are different rules, and whoever collects them says that the ids clash."""
    found = package(a=RULE.format(name="bucket_deleted"), b=RULE.format(name="bucket_deleted"))

    assert [one.id for one in rules_in(found)] == ["bucket-deleted", "bucket-deleted"]
    with pytest.raises(DuplicateRuleError, match="acme: rule 'bucket-deleted'"):
        collect([("acme", hooks(lambda: rules_in(found)))])


def test_rules_of_a_single_module() -> None:
    module = module_with(
        one=bucket_rule("one"), again=None, two=bucket_rule("two"), BUILTIN_RULES=BUILTIN_RULES
    )

    assert [one.id for one in rules_in(module)] == ["one", "two"]


def test_program_of_a_package_is_not_run(package: Any) -> None:
    """``__main__`` is for ``python -m``; to import it is to start it."""
    found = package(buckets=RULE.format(name="bucket_deleted"), __main__="raise SystemExit('started')")

    assert [one.id for one in rules_in(found)] == ["bucket-deleted"]


def test_package_without_rules(package: Any) -> None:
    assert rules_in(package(module="VALUE = 7")) == ()


def test_module_of_a_package_that_cannot_be_imported(package: Any) -> None:
    """No rule is lost in silence: what the import raised goes through, and the plugin is named."""
    found = package(good=RULE.format(name="bucket_deleted"), s3__in__bad="import no_such_library")

    with pytest.raises(
        PluginError, match=r"acme: trailguard_rules raised ModuleNotFoundError: .*no_such_library"
    ):
        collect([("acme", hooks(lambda: rules_in(found)))])


def test_package_in_a_package_that_cannot_be_imported(package: Any) -> None:
    """The same for a folder: pkgutil would leave it out."""
    found = package(
        s3__in____init__="import no_such_library", s3__in__buckets=RULE.format(name="bucket_deleted")
    )

    with pytest.raises(ModuleNotFoundError, match="no_such_library"):
        rules_in(found)


# All of it together


def test_guard_judges_by_the_rules_of_an_installed_plugin(install: Any) -> None:
    install(PLUGIN.format(name="acme_bucket_deleted"))
    event = cloudtrail_event("s3:DeleteBucket", request={"bucketName": "amzn-s3-demo-bucket"})

    [verdict] = Guard.from_settings().judge([event.raw]).verdicts

    assert (verdict.rule_id, verdict.reason) == ("acme-bucket-deleted", "gone")


def test_guard_tells_the_notifier_of_an_installed_plugin(install: Any, tmp_path: Path) -> None:
    """Settings name it by its type; what else they say, its factory gets."""
    install(
        PLUGIN.format(name="acme_bucket_deleted")
        + dedent("""

        class Pager:
            name = "pager"

            def __init__(self, number, *, volume=1):
                self.number, self.volume, self.told = number, volume, []

            def send(self, notices):
                self.told += [notice.rule_id for notice in notices]
                return []


        @hookimpl
        def trailguard_notifiers():
            return {"pager": Pager}
        """)
    )
    settings = tmp_path / "trailguard.toml"
    settings.write_text('[[notifiers]]\ntype = "pager"\nnumber = "555-0100"\nvolume = 11\n', "utf-8")
    guard = Guard.from_settings(settings)

    guard.handle({"Records": [cloudtrail_event("s3:DeleteBucket").raw]})

    [pager] = guard.notifiers
    assert vars(pager) == {"number": "555-0100", "volume": 11, "told": ["acme-bucket-deleted"]}


def test_wrong_option_of_a_plugins_notifier(install: Any, tmp_path: Path) -> None:
    """The settings are named, and the notifier: its factory takes no such thing."""
    install("""
        from trailguard import hookimpl

        @hookimpl
        def trailguard_notifiers():
            return {"pager": lambda *, number: None}
        """)
    settings = tmp_path / "trailguard.toml"
    settings.write_text('[[notifiers]]\ntype = "pager"\nnummer = "555-0100"\n', "utf-8")

    with pytest.raises(SettingsError, match=r"trailguard\.toml: notifiers\.0: pager: .*'nummer'"):
        Guard.from_settings(settings)


def test_installed_plugin_may_be_given_explicitly_too(install: Any) -> None:
    """So that one function works from a checkout and from a package that kept its metadata."""
    module = __import__(install(PLUGIN.format(name="acme_bucket_deleted")))

    guard = Guard.from_settings(plugins=[module])

    assert [one.id for one in guard.engine.rules if one.id not in BUILTIN_IDS] == ["acme-bucket-deleted"]


def test_rules_and_plugins_without_any_metadata() -> None:
    """Lambda packers strip ``*.dist-info``; nothing but the modules is needed then."""
    module = hooks(lambda: [bucket_rule("by_plugin")])

    guard = Guard.from_settings(plugins=[module], rules=[bucket_rule("by_hand")])

    assert {"by-plugin", "by-hand"} <= {one.id for one in guard.engine.rules}


def test_explicit_plugin_that_cannot_be_used_is_named_by_its_module() -> None:
    with pytest.raises(PluginError, match=r"plugin acme_in_memory_\d+: implements no hook"):
        Guard.from_settings(plugins=[module_with()])


def test_rule_by_hand_that_a_plugin_has_too() -> None:
    """The plugin is named, and the other rule's module."""
    module = hooks(lambda: [bucket_rule()])
    expected = f"plugin {module.__name__}: rule 'bucket-deleted' .* by {__name__}"

    with pytest.raises(DuplicateRuleError, match=expected):
        Guard.from_settings(plugins=[module], rules=[bucket_rule()])


@pytest.mark.parametrize("skip", [False, True])
@pytest.mark.parametrize("again", ["bucket_deleted", "role_trusts_anyone"])
def test_rule_by_hand_that_is_there_already(again: str, *, skip: bool) -> None:
    """No plugin is to blame, so there is none to skip."""
    with pytest.raises(DuplicateRuleError, match=f"{__name__}: rule '{again.replace('_', '-')}'"):
        gather(rules=[bucket_rule(), bucket_rule(again)], skip=skip)


# Five mistakes of installed plugins: errors by default, left out and told where they are to be skipped

ACME = r"acme-rules 1\.2\.3, entry point 'acme' \(acme_plugin_\d+\)"
OTHER = r"other-rules 4\.5, entry point '{point}' \(acme_plugin_\d+\)"
WRONG_RULE = """
from trailguard import Severity, rule

@rule(on="s3:DeleteBucket", severity=Severity.HIGH, title="Bucket deleted")
def bucket_deleted(event, params, context): ...
"""


def skipped() -> tuple[list[str], list[str]]:
    """Gather with skipping; return the ids of what is there of plugins, and what is told."""
    catalogue = gather(skip=True)
    return ours(catalogue), [str(problem) for problem in catalogue.problems]


def test_module_that_cannot_be_imported_is_left_out_whole(install: Any) -> None:
    install(PLUGIN.format(name="acme_rule") + "import no_such_library")
    install(PLUGIN.format(name="other_rule"), name="other-rules", point="other")

    ids, [problem] = skipped()

    assert ids == ["other-rule"]
    assert re.fullmatch(f"plugin {ACME}: cannot be loaded: ModuleNotFoundError: .*'no_such_library'", problem)


def test_module_that_ends_the_program_when_it_is_imported(install: Any) -> None:
    """As scripts do that were never meant to be imported; a function does not end for it."""
    install("import sys\nsys.exit('usage: ...')")

    _, [problem] = skipped()

    assert re.fullmatch(f"plugin {ACME}: cannot be loaded: SystemExit: usage: ...", problem)
    with pytest.raises(PluginLoadError, match=ACME):
        gather()


def test_two_distributions_with_one_entry_point_name(install: Any) -> None:
    """The error names both; the first by name of the distribution stays."""
    install(PLUGIN.format(name="other_rule"), name="other-rules", version="4.5")
    install(PLUGIN.format(name="acme_rule"))
    expected = (
        f"plugin {OTHER.format(point='acme')}: its entry point bears the name of that of {ACME}; rename"
    )

    for strict in (discover, gather, Guard.from_settings):
        with pytest.raises(PluginError, match=expected):
            strict()
    ids, [problem] = skipped()

    assert ids == ["acme-rule"]
    assert re.match(expected, problem)


def test_three_distributions_with_one_entry_point_name(install: Any) -> None:
    """Each is told apart from the one that stays."""
    for name in ("third-rules", "acme-rules", "other-rules"):
        install(PLUGIN.format(name=name.replace("-", "_")), name=name)

    ids, problems = skipped()

    assert ids == ["acme-rules"]
    assert [problem.split()[1] for problem in problems] == ["other-rules", "third-rules"]
    assert all(re.search(f"that of {ACME}", problem) for problem in problems)


def test_entry_point_name_of_another_group(install: Any, tmp_path: Path) -> None:
    """A near miss: names are one group's own. Both distributions have a console script ``acme``, too."""
    install(PLUGIN.format(name="acme_rule"))
    install(PLUGIN.format(name="other_rule"), name="other-rules")
    points = tmp_path / "other_rules-1.2.3.dist-info" / "entry_points.txt"
    points.write_text(points.read_text("utf-8").replace(f"[{GROUP}]", "[pytest11]"), "utf-8")

    assert ours(gather()) == ["acme-rule"]


def test_two_entry_points_of_one_distribution(install: Any, tmp_path: Path) -> None:
    """A near miss: a distribution may have several plugins, of different names."""
    other = install(PLUGIN.format(name="other_rule"), name="other-rules", point="other")
    install(PLUGIN.format(name="acme_rule"), value=f"{{module}}\nacme_more = {other}")
    (tmp_path / "other_rules-1.2.3.dist-info" / "entry_points.txt").unlink()

    assert ours(gather()) == ["acme-rule", "other-rule"]


def test_entry_point_name_twice_in_one_distribution(install: Any) -> None:
    """A near miss, as no packaging tool writes it: there is nobody else to tell it from."""
    other = install(PLUGIN.format(name="other_rule"), name="other-rules", point="other")
    install(PLUGIN.format(name="acme_rule"), value=f"{{module}}\nacme = {other}")

    assert [one.entry_point.name for one in discover()] == ["acme", "acme", "other"]
    assert ours(gather()) == ["acme-rule", "other-rule"]


def test_distribution_that_is_on_the_path_twice(
    install: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A near miss, as with a Lambda layer below a package: the first one on the path is imported."""
    install(PLUGIN.format(name="older_rule"), version="1.0", folder=tmp_path / "layer")
    install(PLUGIN.format(name="newer_rule"), version="2.0")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / "layer")])

    assert ours(gather()) == ["newer-rule"]


def test_rule_id_of_two_installed_plugins(install: Any) -> None:
    """Both are named, and the rule. Only the later one's rule is left out, and none of its others."""
    rules = PLUGIN.format(name="bucket_deleted")
    more = RULE.format(name="other_rule") + rules.replace("[bucket", "[other_rule, bucket")
    install(more.replace('"gone"', '"taken"'), name="other-rules", version="4.5", point="a")
    install(rules)
    expected = (
        f"plugin {OTHER.format(point='a')}: rule 'bucket-deleted' was already registered by {ACME}; rename"
    )

    with pytest.raises(DuplicateRuleError, match=expected):
        gather()
    ids, [problem] = skipped()

    assert ids == ["bucket-deleted", "other-rule"]
    assert re.match(expected, problem)
    [stays] = [one for one in gather(skip=True).rules if one.id == "bucket-deleted"]
    assert [found.reason for found in stays(cloudtrail_event("s3:DeleteBucket"))] == ["gone"]


def test_first_rule_of_an_id_stays() -> None:
    """Built-in ones come first, then rules by hand, then plugins in the order in which they are given."""
    builtin, by_hand = bucket_rule("role_trusts_anyone"), bucket_rule("by_hand")
    first = hooks(lambda: [builtin, bucket_rule("by_hand"), bucket_rule("twice"), bucket_rule("twice")])
    second = hooks(lambda: [bucket_rule("twice"), bucket_rule("second")])

    catalogue = gather([first, second], rules=[by_hand], skip=True)

    assert ours(catalogue) == ["by-hand", "second", "twice"]
    assert by_hand in catalogue.rules
    assert builtin not in catalogue.rules
    assert [(one.plugin, str(one).split(" by ")[1].split(";")[0]) for one in catalogue.problems] == [
        (first.__name__, "trailguard"),
        (first.__name__, __name__),
        (first.__name__, first.__name__),
        (second.__name__, first.__name__),
    ]


def test_explicit_plugin_comes_before_installed_ones(install: Any) -> None:
    install(PLUGIN.format(name="bucket_deleted"))
    explicit = bucket_rule()

    catalogue = gather([hooks(lambda: [explicit])], skip=True)

    assert explicit in catalogue.rules
    assert [one.plugin.split()[0] for one in catalogue.problems] == ["acme-rules"]


def test_rule_of_wrong_signature(install: Any) -> None:
    """Distribution, entry point, rule, and what was expected."""
    module = install(WRONG_RULE)
    expected = (
        rf"plugin {ACME}: cannot be loaded: DefinitionError: rule {module}\.bucket_deleted: "
        r"takes \(event, params, context\); expected \(event: CloudTrailEvent\) or "
    )

    with pytest.raises(PluginLoadError, match=expected):
        gather()
    ids, [problem] = skipped()

    assert ids == []
    assert re.match(expected, problem)


def test_rule_of_wrong_signature_that_the_hook_imports(install: Any, package: Any) -> None:
    """The same where the rules are in modules that only `rules_in` imports."""
    rules = package(good=RULE.format(name="acme_rule"), s3__in__wrong=WRONG_RULE).__name__
    install(f"""
        import {rules}
        from trailguard import hookimpl
        from trailguard.plugins import rules_in

        @hookimpl
        def trailguard_rules():
            return rules_in({rules})

        @hookimpl
        def trailguard_notifiers():
            return {{"pager": print}}
        """)
    expected = rf"plugin {ACME}: trailguard_rules raised DefinitionError: rule {rules}\.s3\.wrong\."

    with pytest.raises(PluginError, match=expected):
        gather()
    ids, [problem] = skipped()

    assert ids == []
    assert re.match(expected, problem)
    assert gather(skip=True).notifiers == {"pager": print}


@pytest.mark.parametrize(("raises", "stays"), [("rules", []), ("notifiers", ["acme-rule"])])
def test_hook_that_raises_loses_what_it_offers(install: Any, raises: str, stays: list[str]) -> None:
    """And nothing else: the other hook of the plugin is asked, and other plugins are."""
    install(
        PLUGIN.format(name="acme_rule")
        + dedent("""
        @hookimpl
        def trailguard_notifiers():
            return {"pager": print}
        """).replace("return", "return 1 / 0," if raises == "notifiers" else "return")
        + ("del acme_rule" if raises == "rules" else "")
    )
    install(PLUGIN.format(name="other_rule"), name="other-rules", point="other")
    expected = f"plugin {ACME}: trailguard_{raises} raised (ZeroDivision|Name)Error: "

    with pytest.raises(PluginError, match=expected):
        gather()
    catalogue = gather(skip=True)

    assert ours(catalogue) == [*stays, "other-rule"]
    assert list(catalogue.notifiers) == (["pager"] if raises == "rules" else [])
    assert [bool(re.match(expected, str(one))) for one in catalogue.problems] == [True]


def test_hook_that_ends_the_program() -> None:
    def ends() -> Any:
        sys.exit("usage: ...")

    with pytest.raises(PluginError, match="trailguard_rules raised SystemExit: usage"):
        collect([("acme", hooks(ends))])


def test_plugin_with_a_misspelt_hook_is_left_out_whole() -> None:
    """What it was to offer is not known."""
    plug = module_with(
        trailguard_rules=hookimpl(lambda: [bucket_rule()]), trailguard_notifier=hookimpl(no_notifiers)
    )

    catalogue = gather([plug], skip=True)

    assert ours(catalogue) == []
    assert ["unknown hook 'trailguard_notifier'" in str(one) for one in catalogue.problems] == [True]


def test_notifier_type_of_two_plugins_is_the_first_ones() -> None:
    """The other types of the second one stay."""
    first = hooks(None, lambda: {"pager": print})
    second = hooks(None, lambda: {"sns": len, "pager": len, "chat": len})

    catalogue = gather([first, second], skip=True)

    assert catalogue.notifiers == {"pager": print, "chat": len}
    assert [str(one).partition(": ")[2] for one in catalogue.problems] == [
        "notifier 'sns' was already registered by trailguard; rename it",
        f"notifier 'pager' was already registered by {first.__name__}; rename it",
    ]


def test_nothing_is_told_of_plugins_in_order(install: Any) -> None:
    """A near miss: skipping changes nothing then."""
    install(PLUGIN.format(name="acme_rule"))
    install(PLUGIN.format(name="other_rule"), name="other-rules", point="other")

    assert skipped() == (["acme-rule", "other-rule"], [])
    assert gather(skip=True) == gather()
