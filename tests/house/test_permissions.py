"""Whoever may call is written where the call is answered: undeclared means refused, and red here."""

import ast
import re
from functools import cache

from tests.house.tree import Function, Source, dotted, refuse, sources

VIEW_BASES = re.compile(r"(View|ViewSet)$")
SOCKET_BASES = re.compile(r"Consumer$")
DECLARATIONS = {"permission_classes", "get_permissions"}
LETS_STRANGERS_IN = {"Public", "AllowAny"}
# A door that strangers may use says why: "Public: …" in its docstring, or in a comment beside the declaration.
PUBLIC = re.compile(r"^Public: \S.{15,}", re.MULTILINE)


def views() -> list[Source]:
    """Every file that answers HTTP or sockets: contexts, kernel and roof."""
    return [
        source
        for source in sources("apps/", "gorax/")
        if not source.is_test
        and re.search(r"(/api/|/consumers|/views|gorax/(urls|health|schema))", source.path)
    ]


@cache
def declaring_classes() -> frozenset[str]:
    """Names of classes that declare for their subclasses, mixins included."""
    return frozenset(
        node.name
        for source in views()
        for node in source.nodes(ast.ClassDef)
        if declares(source, node)
    )


def declares(source: Source, node: ast.ClassDef) -> bool:
    for statement in node.body:
        if isinstance(statement, Function) and statement.name in DECLARATIONS:
            return True
        targets = (
            statement.targets
            if isinstance(statement, ast.Assign)
            else [getattr(statement, "target", None)]
        )
        value = getattr(statement, "value", None)
        names = {target.id for target in targets if isinstance(target, ast.Name)}
        if names & DECLARATIONS and isinstance(value, ast.List | ast.Tuple) and value.elts:
            return not lets_strangers_in(value) or has_comment(source, value)
    return False


def lets_strangers_in(value: ast.List | ast.Tuple) -> bool:
    return any(dotted(element).split(".")[-1] in LETS_STRANGERS_IN for element in value.elts)


def has_comment(source: Source, value: ast.expr) -> bool:
    """Whether the reason stands beside the declaration."""
    return bool(re.search(r"# \S.{10,}$", source.text.splitlines()[value.lineno - 1]))


def is_public(node: Function | ast.ClassDef) -> bool:
    return bool(PUBLIC.search(ast.get_docstring(node) or ""))


def is_a(bases: re.Pattern[str], node: ast.ClassDef) -> bool:
    return any(bases.search(dotted(base)) for base in node.bases)


def test_every_view_class_declares_who_may_call_it() -> None:
    refuse(
        (
            source.at(node, f"{node.name} declares no permission_classes")
            for source in views()
            for node in source.nodes(ast.ClassDef)
            if is_a(VIEW_BASES, node) and not node.name.startswith("_")
            if not declares(source, node) and not is_public(node)
            if not any(dotted(base).split(".")[-1] in declaring_classes() for base in node.bases)
        ),
        "Declare permission_classes; [Public] says why beside it, or as 'Public: <why>' in the docstring:",
    )


def test_every_socket_declares_who_may_listen() -> None:
    refuse(
        (
            source.at(node, f"{node.name} declares no permission")
            for source in views()
            for node in source.nodes(ast.ClassDef)
            if is_a(SOCKET_BASES, node) and not is_public(node)
            if not any(
                isinstance(statement, ast.Assign)
                and ast.unparse(statement.targets[0]) == "permission"
                for statement in node.body
            )
        ),
        "A consumer holds `permission = \"…\"`, or says 'Public: <why>' in its docstring:",
    )


def test_every_view_function_declares_who_may_call_it() -> None:
    refuse(
        (
            source.at(node, f"{node.name}() declares nothing")
            for source in views()
            for node in source.tree.body
            if isinstance(node, Function) and answers_requests(node)
            if not is_public(node)
            if not any(
                dotted(decorator).endswith("permission_classes")
                for decorator in node.decorator_list
            )
        ),
        "A view that is a function has @permission_classes, or says 'Public: <why>' in its docstring:",
    )


def answers_requests(node: Function) -> bool:
    """A function that takes a request first and answers a response, by its annotations."""
    if not node.args.args or node.name.startswith("_"):
        return False
    takes, gives = node.args.args[0].annotation, node.returns
    return bool(
        takes is not None
        and gives is not None
        and dotted(takes).endswith("Request")
        and re.search(r"Response\b", ast.unparse(gives))
    )
