"""Which credentials documents name, held against those that there are."""

from collections.abc import Iterator

from apps.core import request_context, tenancy
from apps.credentials import facade as credentials
from apps.engine.credential import FORBIDDEN
from apps.engine.graph import Node
from apps.engine.problem import Report, clipped, nearest, pointer
from apps.engine.program import Program


def report_strangers(program: Program, report: Report) -> None:
    """Warn of every name under which this tenant has no credential, and of types that a field does not take."""
    naming = [node for node in program.graph.nodes.values() if program.needs(node.id).credentials]
    if not naming or tenancy.current_schema() == tenancy.PUBLIC:
        return
    type_by_name = credentials.types_by_name()
    principal = request_context.principal()
    kept = frozenset() if principal is None else credentials.names_kept_from(principal)
    places = {node.id: node for node in program.document.nodes}
    for node in naming:
        path = pointer("nodes", places[node.id].index, "data", "config")
        shown = places[node.id].shown
        for name, field in _named(program, node, kept):
            sentence = f"names the credential “{clipped(name)}”, which you may not use."
            report.error(FORBIDDEN, f"{shown} {sentence}", node_id=node.id, path=path, field=field)
        for code, sentence, field in _strange(program, node, type_by_name, kept, report):
            report.warn(code, f"{shown} {sentence}", node_id=node.id, path=path, field=field)


def _named(program: Program, node: Node, kept: frozenset[str]) -> Iterator[tuple[str, str | None]]:
    """Yield the credentials that a node names and whoever looks may not use, each with its field."""
    needs = program.needs(node.id)
    field_by_name = {name: field for field, name in needs.chosen.items()}
    for name in sorted(needs.credentials & kept):
        yield name, field_by_name.get(name)


def _strange(
    program: Program,
    node: Node,
    type_by_name: dict[str, str],
    kept: frozenset[str],
    report: Report,
) -> Iterator[tuple[str, str, str | None]]:
    needs, kind = program.needs(node.id), program.types[node.id]
    field_by_name = {name: field for field, name in needs.chosen.items()}
    for name in sorted(needs.credentials - type_by_name.keys()):
        # Nobody is told by a slip of the pen what there is for others.
        usable = [each for each in type_by_name if each not in kept]
        close = nearest(name, usable, report, "credential_unknown")
        hint = f" Did you mean “{close}”?" if close else ""
        sentence = f"names the credential “{clipped(name)}”, which does not exist here.{hint}"
        yield "credential_unknown", sentence, field_by_name.get(name)
    # Of what they may not use nobody is told what it is, either.
    for name in sorted(needs.lookups.keys() - kept):
        found = type_by_name.get(name)
        if found is not None and found not in credentials.STORES:
            sentence = f"looks a secret up in “{name}”, which is of type {found} and no store (aws, vault)."
            yield "secret_store", sentence, field_by_name.get(name)
    for field, name in needs.chosen.items():
        spec, found = kind.field(field), type_by_name.get(name)
        if name in kept:
            continue
        if spec is not None and found is not None and spec.options and found not in spec.options:
            wanted = " or ".join(spec.options)
            sentence = f"takes a credential of type {wanted}, but “{name}” is of type {found}."
            yield "credential_type", sentence, field
