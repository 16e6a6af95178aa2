"""What the tests of the node types prove, seen while they run: a plugin of pytest (`-p tests.contracts.node_proofs`).

A test says what it proves by `@pytest.mark.proves("refusal", "retryable")`; a claim counts if the test passed and what
it claims was seen in it. Wrong fields, played examples and failures count without a claim, because they can be seen.
"""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from apps.engine import testing
from apps.engine.credential import secrets_of
from apps.engine.failure import Failure
from apps.engine.node import NodeType
from apps.engine.value import compact

ROOT = Path(__file__).parents[2]
CLAIMS = ("refusal", "fault", "retryable", "masking")
INDEX = re.compile(r"\[[^\]]*\]")


@dataclass
class Seen:
    """What was seen in one test."""

    tried: list[tuple[testing.Given, testing.Tried]] = field(default_factory=list)
    problems: list[tuple[str | None, str]] = field(default_factory=list)

    @property
    def failures(self) -> list[Failure]:
        return [tried.answer for _, tried in self.tried if isinstance(tried.answer, Failure)]


@dataclass
class Proven:
    """What all tests of one node type prove together."""

    claims: set[str] = field(default_factory=set)
    wrong_fields: set[str] = field(default_factory=set)
    examples: set[str] = field(default_factory=set)
    has_success: bool = False
    failures: dict[str, set[bool]] = field(default_factory=dict)
    unnamed: set[str] = field(default_factory=set)

    def shown(self) -> dict[str, Any]:
        """Return it as JSON that does not depend on the order of the tests."""
        failures = {code: sorted(self.failures[code]) for code in sorted(self.failures)}
        return {
            "claims": sorted(self.claims),
            "wrong_fields": sorted(self.wrong_fields),
            "examples": sorted(self.examples),
            "has_success": self.has_success,
            "failures": failures,
            "unnamed": sorted(self.unnamed),
        }


def is_seen(claim: str, seen: Seen, source: str) -> bool:
    """Say whether a test whose body is `source` showed what it claims."""
    told = [failure for failure in seen.failures if failure.code != "node_crashed"]
    if claim == "retryable":
        return bool(told) and "is_retryable" in source
    if claim == "masking":
        held = [(given, tried) for given, tried in seen.tried if given.credentials]
        return bool(held) and all(not leaks(given, tried) for given, tried in held)
    return bool(told)


def leaks(given: testing.Given, tried: testing.Tried) -> bool:
    """Say whether a credential stands in what the step would store."""
    answer = tried.answer
    left = answer.message + compact(dict(answer.details)) if isinstance(answer, Failure) else ""
    left += "" if isinstance(answer, Failure) else compact(tried.output)
    left += compact(dict(tried.shown_config))
    secrets = secrets_of(given.credentials, given.credentials)
    return any(secret.reveal() in left for secret in secrets)


def kind_of(item: pytest.Function) -> NodeType | None:
    """Return the type that a test is about: the one that it was given as `kind`, or the NODE of its module."""
    kind = params_of(item).get("kind")
    return kind if isinstance(kind, NodeType) else getattr(item.module, "NODE", None)


def params_of(item: pytest.Function) -> dict[str, Any]:
    return item.callspec.params if hasattr(item, "callspec") else {}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--proofs", help="the file into which what was proven is written")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--proofs"):
        config.pluginmanager.register(Watcher(Path(config.getoption("--proofs"))))


class Watcher:
    """Stands between the tests and the three functions by which they run a node."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.seen = Seen()
        self.proven: dict[str, Proven] = {}
        self.unseen: list[str] = []
        try_node, problems_in = testing.try_node, testing.problems_in

        def watched_try(kind: Any, config: Any, given: Any = None) -> testing.Tried:
            tried = try_node(kind, config, given)
            self.seen.tried.append((given or testing.Given(), tried))
            return tried

        def watched_problems(kind: Any, config: Any) -> list[tuple[str | None, str]]:
            problems = problems_in(kind, config)
            self.seen.problems.extend(problems)
            return problems

        # The test modules are imported later, so they import these.
        testing.try_node, testing.problems_in = watched_try, watched_problems

    def pytest_runtest_setup(self) -> None:
        self.seen = Seen()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Function) -> Any:
        report = yield
        # What a generated test sees is chance, and pages say the same each time.
        is_by_chance = getattr(item.function, "is_hypothesis_test", False)
        kind = None if is_by_chance else kind_of(item)
        if report.when == "call" and report.passed and kind is not None:
            self.keep(item, kind, self.proven.setdefault(kind.type, Proven()))
        return report

    def keep(self, item: pytest.Function, kind: NodeType, proven: Proven) -> None:
        for failure in self.seen.failures:
            proven.failures.setdefault(failure.code, set()).add(failure.is_retryable)
            if not any(
                f"“{called}”" in failure.message
                for spec in kind.fields
                for called in (spec.name, spec.title)
            ):
                proven.unnamed.add(f"{failure.code}: {failure.message[:200]}")
        proven.wrong_fields |= {
            INDEX.sub("", place)
            for place, code in self.seen.problems
            if place and code != "field_unknown"
        }
        example = params_of(item).get("example")
        if example is not None:
            proven.examples.add(example["title"])
            proven.has_success |= bool(self.seen.tried) and not self.seen.failures
        source = inspect.getsource(item.function)
        for mark in item.iter_markers("proves"):
            for claim in mark.args:
                if claim in CLAIMS and is_seen(claim, self.seen, source):
                    proven.claims.add(claim)
                else:
                    self.unseen.append(f"{item.nodeid}: {claim}")

    def pytest_sessionfinish(self) -> None:
        found = {name: proven.shown() for name, proven in sorted(self.proven.items())}
        self.path.write_text(json.dumps({"types": found, "unseen": sorted(self.unseen)}))


def proofs(path: Path) -> dict[str, Any]:
    """Run the tests of all node types, in their order and without Django, and return what they proved."""
    plugins = ("no:django", "no:randomly", "no:cacheprovider", "tests.contracts.node_proofs")
    command = [sys.executable, "-m", "pytest", "-q", "apps/nodes", f"--proofs={path}"]
    for plugin in plugins:
        command += ["-p", plugin]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    return json.loads(path.read_text(encoding="utf-8"))
