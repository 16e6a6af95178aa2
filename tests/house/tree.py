"""The tree as the house tests see it: which files count, and their syntax, parsed once."""

import ast
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TypeVar

import pytest

Node = TypeVar("Node", bound=ast.AST)
Function = ast.FunctionDef | ast.AsyncFunctionDef

ROOT = Path(__file__).resolve().parents[2]

# Packages below apps/ that are not Django contexts: kernel, engine, node types, ports to the world.
NOT_CONTEXTS = frozenset({"core", "engine", "nodes", "adapters"})

# Written by programs, so style and size say nothing about them.
GENERATED = ("uv.lock", "frontend/package-lock.json", "frontend/src/generated/", "tests/contracts/")


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the root, its text, and its syntax by node type."""

    path: str
    text: str

    @property
    def parts(self) -> tuple[str, ...]:
        return Path(self.path).parts

    @property
    def is_test(self) -> bool:
        return self.parts[0] == "tests" or self.parts[-1].startswith("test_")

    @property
    def is_migration(self) -> bool:
        return "migrations" in self.parts

    @property
    def context(self) -> str | None:
        """The bounded context this file belongs to, or None."""
        is_below_apps = self.parts[0] == "apps" and len(self.parts) > 2
        return self.parts[1] if is_below_apps and self.parts[1] not in NOT_CONTEXTS else None

    @property
    def layer(self) -> str | None:
        """`services`, `api`, `models` …: the file or package of a context that this file is part of."""
        return self.parts[2].removesuffix(".py") if self.context else None

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, filename=self.path)

    @cached_property
    def _by_type(self) -> Mapping[type[ast.AST], list[ast.AST]]:
        nodes: dict[type[ast.AST], list[ast.AST]] = defaultdict(list)
        for node in ast.walk(self.tree):
            nodes[type(node)].append(node)
        return nodes

    def nodes(self, kind: type[Node]) -> list[Node]:
        """Every node of exactly this type, anywhere in the file."""
        return self._by_type.get(kind, [])  # type: ignore[return-value]  # keyed by its own type

    @property
    def functions(self) -> list[Function]:
        return [*self.nodes(ast.FunctionDef), *self.nodes(ast.AsyncFunctionDef)]

    @cached_property
    def imports(self) -> list[tuple[str, int]]:
        """Dotted names this file imports, with their lines; `from a import b` gives `a.b`."""
        found = [(name.name, node.lineno) for node in self.nodes(ast.Import) for name in node.names]
        for node in self.nodes(ast.ImportFrom):
            found += [(f"{node.module}.{name.name}", node.lineno) for name in node.names]
        return found

    def at(self, node: ast.stmt | ast.expr, what: str) -> str:
        return f"{self.path}:{node.lineno}: {what}"


@cache
def files() -> tuple[str, ...]:
    """Every file that git tracks or would track, as sorted paths from the root."""
    listing = subprocess.run(
        # safe.directory: the checkout may belong to another user than the one who runs the tests.
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return tuple(sorted({name for name in listing.split("\0") if name and (ROOT / name).is_file()}))


@cache
def _sources() -> tuple[Source, ...]:
    return tuple(
        Source(name, (ROOT / name).read_text(encoding="utf-8"))
        for name in files()
        if name.endswith(".py")
    )


def sources(*under: str) -> Iterator[Source]:
    """The Python files below the given folders (all of them without), migrations left out."""
    for source in _sources():
        if not source.is_migration and (not under or source.path.startswith(under)):
            yield source


def migrations() -> Iterator[Source]:
    """The migrations, without the packages' own files."""
    for source in _sources():
        if source.is_migration and source.parts[-1] != "__init__.py":
            yield source


@cache
def texts() -> Mapping[str, str]:
    """Path → text of every hand-written file that is text."""
    found = {}
    for name in files():
        if name.startswith(GENERATED):
            continue
        try:
            found[name] = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or a font
    return found


@cache
def contexts() -> list[str]:
    """The bounded contexts: folders of apps/ that hold an apps.py and are not the kernel."""
    return sorted(
        {
            source.parts[1]
            for source in _sources()
            if source.context and source.parts[2] == "apps.py"
        }
    )


def dotted(node: ast.AST) -> str:
    """`a.b.c` for a name or a chain of attributes, and the chain's known tail for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return dotted(node.func) if isinstance(node, ast.Call) else ""


def refuse(trespasses: Iterable[str], law: str) -> None:
    """Fail with the law and a line per trespass; say nothing when there is none."""
    found = sorted(trespasses)
    if found:
        pytest.fail("\n".join([law, *(f"  {line}" for line in found)]), pytrace=False)


def idle(allowances: Mapping[str, str], used: Iterable[str]) -> list[str]:
    """Allowances nobody needs any more: a list of exceptions may only shrink."""
    return [
        f"{path}: the allowance is no longer used, take it away"
        for path in allowances.keys() - set(used)
    ]
