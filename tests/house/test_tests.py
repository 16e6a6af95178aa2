"""Tests are held to the same law: sentences about behaviour, exact, awake, and never skipped."""

import ast
import re
from functools import cache

from tests.house.tree import Function, Source, dotted, files, idle, refuse, sources

NAME_WORDS = 3
SKIPS = {
    "skip",
    "skipif",
    "skipIf",
    "skipUnless",
    "xfail",
    "importorskip",
    "expectedFailure",
    "SkipTest",
}
# path → why it must skip: only a fact about the machine counts, never about the product.
MAY_SKIP: dict[str, str] = {}
# path → why it must sleep: real time is what it measures, or another process is what it waits for.
MAY_SLEEP: dict[str, str] = {
    "apps/core/failpoints.py": "a planted delay is one of the faults",
    "tests/eventually.py": "the one place where tests wait for another thread or process",
    "apps/executions/services/news.py": "a broker that went away offers no event for its return",
    "tests/bench/": "what is measured runs in another process, and in real time",
    "gorax/stack/": "other programs are watched, and they offer no event to wait for",
}
CHECKS = {"raises", "warns", "fail", "refuse"}


def cases(source: Source) -> list[Function]:
    return [function for function in source.functions if function.name.startswith("test_")]


def sources_of_tests() -> list[Source]:
    return [source for source in sources("tests/", "apps/nodes/") if source.is_test]


def test_no_test_is_skipped() -> None:
    refuse(
        (
            source.at(node, f"{dotted(node)}")
            for source in sources_of_tests()
            if source.path not in MAY_SKIP
            for node in source.nodes(ast.Attribute)
            if node.attr in SKIPS and dotted(node).startswith(("pytest.", "unittest."))
        ),
        "A test that does not run proves nothing; mend it or take it away:",
    )


def test_nobody_sleeps_through_real_time() -> None:
    refuse(
        (
            source.at(call, f"{dotted(call.func)}()")
            for source in sources()
            if not source.path.startswith(tuple(MAY_SLEEP))
            for call in source.nodes(ast.Call)
            if dotted(call.func) in {"time.sleep", "sleep"}
        ),
        "Pass time in, wait for the event itself, or use tests/eventually.py:",
    )


def test_every_test_asserts_something() -> None:
    refuse(
        (
            source.at(function, f"{function.name} asserts nothing")
            for source in sources_of_tests()
            for function in cases(source)
            if not checks(function)
        ),
        "A test without an assertion is a demonstration:",
    )


def checks(function: ast.AST) -> bool:
    """Whether this body asserts, directly or through a function of the tests that does."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            name = dotted(node.func).split(".")[-1]
            if name in CHECKS or name.startswith("assert") or name in checking_functions():
                return True
    return False


@cache
def checking_functions() -> frozenset[str]:
    """Names of the functions in the tests that hold an assertion of their own."""
    return frozenset(
        function.name
        for source in sources("tests/")
        for function in source.functions
        if not function.name.startswith("test_")
        if any(isinstance(node, ast.Assert) for node in ast.walk(function))
    )


def test_a_test_is_named_by_a_sentence() -> None:
    refuse(
        (
            source.at(function, f"{function.name}: say what happens")
            for source in sources_of_tests()
            for function in cases(source)
            if len(re.findall(r"[a-z0-9]+", function.name)) - 1 < NAME_WORDS
        ),
        f"A test's name is a sentence of at least {NAME_WORDS} words after test_:",
    )


def test_no_class_wraps_tests() -> None:
    refuse(
        (
            source.at(node, f"class {node.name}")
            for source in sources_of_tests()
            for node in source.nodes(ast.ClassDef)
            if node.name.startswith("Test")
            and any(
                isinstance(child, Function) and child.name.startswith("test_")
                for child in node.body
            )
        ),
        "Tests are functions; a file is the group:",
    )


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {source.path.rsplit("/", 1)[0] for source in sources("tests/")}

    refuse(
        (
            f"{folder}/__init__.py is missing"
            for folder in folders
            if f"{folder}/__init__.py" not in files()
        ),
        "Two files of one name collide unless their folders are packages:",
    )


def test_no_allowance_is_idle() -> None:
    allowances = {**MAY_SKIP, **MAY_SLEEP}
    used = {path for path in allowances for source in sources() if source.path.startswith(path)}

    refuse(idle(allowances, used), "Allowances for files that are gone:")
