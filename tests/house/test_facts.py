"""What crosses a context's border: values, frozen facts, and failures with codes that never change."""

import ast
from collections import Counter
from collections.abc import Iterator

from tests.house.tree import Function, Source, dotted, refuse, sources


def test_a_facade_hands_out_no_rows() -> None:
    refuse(
        (
            f"{facade.path}: {name} speaks of {row}"
            for facade in sources("apps/")
            if facade.layer == "facade" and facade.context
            for name, source, function in offered(facade)
            for row in rows_in(source, function)
        ),
        "A row that crosses the border takes its queries and its save() along; hand out a frozen dataclass:",
    )


def offered(facade: Source) -> Iterator[tuple[str, Source, Function]]:
    """Public functions of a facade, its own and those it takes over from services and queries."""
    for node in facade.tree.body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield node.name, facade, node
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            f"apps.{facade.context}."
        ):
            taken = {name.name for name in node.names}
            for source in sources(f"{(node.module or '').replace('.', '/')}.py"):
                for function in source.tree.body:
                    if isinstance(function, Function) and function.name in taken:
                        yield function.name, source, function


def rows_in(source: Source, function: Function) -> list[str]:
    """The ORM classes that a signature names."""
    models = {
        name.asname or name.name
        for node in source.nodes(ast.ImportFrom)
        if (node.module or "").split(".")[2:3] == ["models"]
        for name in node.names
    }
    arguments = (*function.args.args, *function.args.kwonlyargs)
    annotations = [argument.annotation for argument in arguments] + [function.returns]
    words = {
        dotted(node)
        for annotation in annotations
        if annotation is not None
        for node in ast.walk(annotation)
        if isinstance(node, ast.Name | ast.Attribute)
    }
    return sorted(word for word in words if word in models or word.startswith("models."))


def test_events_are_frozen_facts() -> None:
    refuse(
        (
            source.at(node, f"{node.name} is no frozen dataclass")
            for source in sources("apps/")
            if source.layer == "events"
            for node in source.nodes(ast.ClassDef)
            if not any("frozen=True" in ast.unparse(decorator) for decorator in node.decorator_list)
        ),
        "What has happened cannot change:",
    )


def codes() -> Iterator[tuple[Source, ast.ClassDef, str | None]]:
    """The failures that people or programs may meet, with the code each states.

    A special case of a failure in the same file may share its code: what callers learn stays the same.
    """
    for source in sources("apps/"):
        if source.layer != "errors":
            continue
        classes = source.nodes(ast.ClassDef)
        own = {node.name for node in classes}
        for node in classes:
            bases = {dotted(base) for base in node.bases}
            is_failure = node.name.endswith("Error") and bases != {"Exception"}
            if is_failure and (not bases & own or code_of(node)):
                yield source, node, code_of(node)


def code_of(node: ast.ClassDef) -> str | None:
    for statement in node.body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "code":
            return str(ast.literal_eval(statement.value))
    return None


def test_every_failure_has_a_code_of_its_own() -> None:
    found = list(codes())
    count = Counter(code for _, _, code in found)

    refuse(
        (
            source.at(
                node, f"{node.name}: {'no code' if code is None else f'{code} is taken twice'}"
            )
            for source, node, code in found
            if code is None or count[code] > 1
        ),
        "Programs tell failures apart by their code alone:",
    )
