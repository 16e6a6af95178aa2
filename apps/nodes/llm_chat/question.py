"""What a config asks: a conversation, how it is to be answered, and in which form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from apps.engine import asking
from apps.engine.errors import NodeError
from apps.engine.fields import FieldProblem
from apps.engine.llm import ChatRequest, Message
from apps.engine.node import Context, Raw
from apps.engine.schema import schema_problem
from apps.engine.value import Json

ROLES = ("user", "assistant")
MOST_STOPS = 8
# What the node says itself: a second word on it would be a contradiction.
OWN = frozenset(
    {
        "max_completion_tokens", "max_tokens", "messages", "model", "modelId", "output_config", "response_format",
        "stop", "stop_sequences", "stream", "stream_options", "system", "temperature", "top_p",
    }
)  # fmt: skip


def question_of(ctx: Context) -> ChatRequest:
    """Return what is to be asked.

    Raises:
        NodeError: `bad_config`, there is no question, or a rendered value is not of the kind its field needs.
    """
    config = ctx.config
    messages = tuple(_messages(config.json("messages")))
    if prompt := asking.text_of(config.json("prompt")):
        messages = (*messages, Message("user", prompt))
    if not messages:
        raise _bad("prompt", "a question, but is empty")
    return replace(
        asking.question(ctx, asking.text_of(config.json("system")), messages),
        top_p=config.number("top_p") if config.is_given("top_p") else None,
        stop=_stops(config.json("stop")),
        extra=_extra(config.json("extra")),
    )


def _messages(listed: Json) -> Iterator[Message]:
    if listed is None:
        return
    if not isinstance(listed, list):
        raise _bad("messages", "a list")
    for index, each in enumerate(listed):
        given: Mapping[str, Json] = each if isinstance(each, dict) else {}
        role, content = given.get("role", ROLES[0]), asking.text_of(given.get("content"))
        if role not in ROLES or not content:
            raise _bad(
                f"messages[{index}]", f"an object with a role ({', '.join(ROLES)}) and a content"
            )
        yield Message(str(role), content)


def _stops(value: Json) -> tuple[str, ...]:
    listed = [] if value is None else value
    if not isinstance(listed, list) or len(listed) > MOST_STOPS:
        raise _bad("stop", f"a list of at most {MOST_STOPS} texts")
    if not all(isinstance(each, str) and each for each in listed):
        raise _bad("stop", f"a list of at most {MOST_STOPS} texts")
    return tuple(map(str, listed))


def schema_of(value: Json) -> Mapping[str, Json] | None:
    """Return the schema that the answer is to fit; None: it is text.

    Raises:
        NodeError: `bad_config`, what is given is no schema.
    """
    if value is None:
        return None
    if not isinstance(value, dict):
        raise _bad("output_schema", "a JSON Schema")
    problem = schema_problem(value)
    if problem is not None:
        raise _bad("output_schema", f"a JSON Schema; {problem}")
    return value


def _extra(value: Json) -> Mapping[str, Json]:
    extra = value if isinstance(value, dict) else {}
    for name in extra:
        if name in OWN:
            raise _bad("extra", f"without “{name}”, which the node sets itself")
    return extra


def _bad(name: str, wanted: str) -> NodeError:
    return NodeError("bad_config", f"“{name}” must be {wanted}.")


def problems(config: Raw) -> Iterator[FieldProblem]:
    """Yield what single fields cannot show."""
    if not config.get("prompt") and not config.get("messages"):
        yield FieldProblem("prompt", "field_required", "Ask something: a prompt, or messages.")
    schema = config.get("output_schema")
    if isinstance(schema, dict):
        problem = schema_problem(schema)
        if problem is not None:
            yield FieldProblem("output_schema", "schema_invalid", problem)
    stop = config.get("stop")
    if isinstance(stop, list) and len(stop) > MOST_STOPS:
        yield FieldProblem("stop", "field_length", f"There may be at most {MOST_STOPS} texts.")
    extra = config.get("extra")
    for name in extra if isinstance(extra, dict) else ():
        if name in OWN:
            message = f"“{name}” is set by the node itself."
            yield FieldProblem("extra", "field_reserved", message, (name,))
