"""Contexts meet at facade, events and errors, and nowhere else; what import-linter cannot say."""

import ast
import tomllib
from functools import cache

import grimp

from tests.house.tree import NOT_CONTEXTS, ROOT, Source, contexts, dotted, refuse, sources

DOORS = {"facade", "events", "errors"}
RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField"}
IMPORTS_BY_NAME = {"import_module", "import_string", "get_model", "__import__"}
# The catalogue finds node types by their folders; that is its whole purpose.
MAY_IMPORT_BY_NAME = {"apps/nodes/__init__.py"}


def context_of(module: str) -> str | None:
    """The bounded context that `module` belongs to, or None for kernel and wiring."""
    package, _, rest = module.partition(".")
    name = rest.split(".")[0]
    return name if package == "apps" and name and name not in NOT_CONTEXTS else None


@cache
def floors() -> dict[str, int]:
    """Package below apps → its height, from the first import contract; neighbours share a height."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = pyproject["tool"]["importlinter"]["contracts"][0]["layers"]
    return {
        name.strip().removeprefix("apps."): height
        for height, layer in enumerate(reversed(layers))
        for name in layer.split("|")
    }


def test_contexts_meet_only_at_their_front_doors() -> None:
    graph = grimp.build_graph("apps", cache_dir=None)

    refuse(
        (
            f"{module.replace('.', '/')}.py imports {target}"
            for module in graph.modules
            for target in graph.find_modules_directly_imported_by(module)
            if context_of(module) and context_of(target)
            if context_of(module) != context_of(target)
            if not DOORS.intersection(target.split(".")[2:3])
        ),
        "Another context is entered by its facade, events or errors only:",
    )


def test_no_import_hides_in_a_string() -> None:
    refuse(
        (
            source.at(call, f"{dotted(call.func)}() hides an import from the contracts")
            for source in sources("apps/")
            if not source.is_test and source.path not in MAY_IMPORT_BY_NAME
            for call in source.nodes(ast.Call)
            if dotted(call.func).split(".")[-1] in IMPORTS_BY_NAME
        ),
        "Import at the top, or announce an event; a module's name in a string escapes every check:",
    )


def test_foreign_keys_point_down_by_name_and_leave_no_trace_above() -> None:
    refuse(
        (
            trespass
            for source in sources("apps/")
            if source.context and not source.is_test
            for call in source.nodes(ast.Call)
            if dotted(call.func).split(".")[-1] in RELATIONS
            for trespass in _relation_trespasses(source, call)
        ),
        "A relation to another context names a lower one by string and sets related_name='+':",
    )


def _relation_trespasses(source: Source, call: ast.Call) -> list[str]:
    options = {option.arg: option.value for option in call.keywords}
    target = call.args[0] if call.args else options.get("to")
    if target is None or isinstance(target, ast.Name):
        return []  # a class of the same file: front doors refuse any other
    label = (
        "accounts"
        if not isinstance(target, ast.Constant)
        else str(target.value).split(".")[0].lower()
    )
    if label not in contexts() or label == source.context:
        return []
    own, other = floors().get(source.context or "", 0), floors().get(label, 0)
    name = options.get("related_name")
    found = []
    if other >= own:
        found.append(source.at(call, f"points up or sideways to {label}"))
    if not (isinstance(name, ast.Constant) and name.value == "+"):
        found.append(source.at(call, f"related_name must be '+' for a relation to {label}"))
    return found
