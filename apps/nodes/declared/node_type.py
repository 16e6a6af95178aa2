"""From what is said of an operation to a whole node type: form, validation, help page, output schema, and its run."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from apps.engine.errors import EngineError
from apps.engine.fields import Field, FieldProblem, Kind, is_absent
from apps.engine.graph import Effect
from apps.engine.node import NodeType, Raw
from apps.engine.value import Json
from apps.nodes.declared.conversation import CREDENTIAL, LIMIT, converse
from apps.nodes.declared.operation import Operation, Service, pairs
from apps.nodes.declared.request import IN_BRACES, READING, one_of_sentence

USUAL_ATTEMPTS = 3
# A list may need many calls; each has the service's own time limit beside.
LONGEST_LIST_S = 300.0
MOST_ITEMS = 1_000

_JSON_TYPES = frozenset({"string", "integer", "number", "boolean", "object", "array"})


class DeclarationError(EngineError):
    """What is said of an operation contradicts itself; it is never offered."""

    code = "declaration_invalid"


def node_type_of(service: Service, operation: Operation, icon: str) -> NodeType:
    """Return the node type of an operation.

    Raises:
        DeclarationError: a call names what nothing gives, a field is sent nowhere, or a promise cannot be kept.
    """
    _judge(service, operation)
    is_list = operation.pages is not None
    timeout_s = LONGEST_LIST_S if is_list else service.timeout_s * len(operation.calls)
    return NodeType(
        type=f"{service.name}:{operation.name}",
        title=f"{service.title}: {operation.title}",
        description=operation.description,
        category=service.name,
        run=partial(converse, service, operation),
        icon=icon,
        doc=_doc(service, operation),
        examples=operation.examples,
        fields=(_credential_field(service), *operation.fields, *([_LIMIT] if is_list else [])),
        effect=Effect.EXTERNAL,
        attempts=lambda _: USUAL_ATTEMPTS,
        acts_again=not operation.is_repeatable,
        timeout_s=lambda _: timeout_s,
        check=partial(_problems, operation),
        output_schema=_schema(operation),
    )


def _credential_field(service: Service) -> Field:
    return Field(
        name=CREDENTIAL,
        kind=Kind.CREDENTIAL,
        title="Credential",
        help=f"The account at {service.title} that acts.",
        options=tuple(service.auth),
        is_required=True,
    )


_LIMIT = Field(
    name=LIMIT,
    kind=Kind.NUMBER,
    title="At most",
    help="As many entries as are fetched; `has_more` says whether there are more.",
    default=100,
    minimum=1,
    maximum=MOST_ITEMS,
    is_whole=True,
)


def _problems(operation: Operation, config: Raw) -> Iterator[FieldProblem]:
    if operation.one_of and all(is_absent(config.get(name)) for name in operation.one_of):
        yield FieldProblem(operation.one_of[0], "field_required", one_of_sentence(operation))


def _schema(operation: Operation) -> dict[str, Json]:
    if operation.says is not None:
        return _object({name: {"type": _type_of(value)} for name, value in operation.says.items()})
    kept = _object(
        {pairs((name,))[0][0]: {"type": [kind, "null"]} for name, kind in operation.keeps.items()}
    )
    if not operation.gives_list:
        return kept
    more: dict[str, Json] = {} if operation.pages is None else {"has_more": {"type": "boolean"}}
    return _object(
        {"items": {"type": "array", "items": kept}, "count": {"type": "integer"}, **more}
    )


def _object(properties: dict[str, Json]) -> dict[str, Json]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _type_of(value: Json) -> str:
    return "boolean" if isinstance(value, bool) else "string"


def _doc(service: Service, operation: Operation) -> str:
    """Return the help page: what the operation's author wrote, and what is alike for all."""
    if operation.is_repeatable:
        again = "Doing it twice comes to the same as doing it once, so it is tried three times if time may heal a failure."
    else:
        again = (
            "Doing it twice does it twice: it is tried again, up to three times, only after failures that came before"
            f" anything was done, such as {service.title}’s rate limit. If its worker dies in the middle, **on unknown**"
            " decides."
        )
    return (
        f"# {service.title}: {operation.title}\n\n{operation.doc.strip()}\n\n"
        f"- {again}\n"
        f"- What {service.title} refuses fails with the code `service_refused`; its own code and words stand in the error’s"
        " `details`. A rate limit fails with `rate_limited`, and the next try waits as long as it asks for.\n"
    )


def _judge(service: Service, operation: Operation) -> None:
    """Refuse what could never work, when the operation is loaded and not when it runs."""
    known = {spec.name for spec in operation.fields}
    used: set[str] = set(operation.one_of)
    for call in operation.calls:
        named = {source for _, source in pairs((*call.query, *call.headers, *call.body))}
        named |= set(IN_BRACES.findall(call.path)) | ({call.only_if[0]} if call.only_if else set())
        _refuse(operation, named - known, "names what nothing gives")
        used |= named
        known |= {target for target, _ in pairs(call.gives)}
    fields = {spec.name for spec in operation.fields}
    _refuse(operation, fields - used, "has fields that are sent nowhere")
    _refuse(operation, fields & {CREDENTIAL, LIMIT}, "has fields that the form has anyway")
    _refuse(
        operation,
        {spec.name for spec in operation.fields if spec.is_secret_ok},
        "lets fields hold secrets",
    )
    _refuse(
        operation,
        set(operation.keeps.values()) - _JSON_TYPES,
        "keeps what is of no type in JSON Schema",
    )
    for spec in operation.fields:
        if spec.source is not None:
            _refuse(
                operation, set(spec.source.needs) - fields, "asks for choices by what is no field"
            )
            if not spec.source.type.startswith(f"{service.name}:"):
                raise DeclarationError(f"{operation.name}: asks another service for choices")
    if operation.accepts and operation.says is None:
        raise DeclarationError(
            f"{operation.name}: accepts a refusal, but does not say what that gives"
        )
    if operation.pages is not None and operation.calls[-1].method not in READING:
        raise DeclarationError(f"{operation.name}: a list in pages is read by GET")


def _refuse(operation: Operation, names: set[str], why: str) -> None:
    if names:
        raise DeclarationError(f"{operation.name}: {why}: {', '.join(sorted(names))}")
