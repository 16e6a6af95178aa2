"""An answer that was asked for as JSON: read, held to its schema, and asked for once more if it does not fit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import NoReturn

from apps.engine.llm import ChatReply, ChatRequest, Message
from apps.engine.schema import misfit
from apps.engine.value import DEFAULT_LIMITS, Json, is_deeper, is_json

FENCE = "```"


def read(text: str, schema: Mapping[str, Json]) -> tuple[Json, str | None]:
    """Return the data in an answer, and what is wrong with it; None: it fits."""
    try:
        data: Json = json.loads(_unfenced(text), parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None, "it is no JSON."
    if is_deeper(data, DEFAULT_LIMITS.json_depth) or not is_json(data):
        return None, "it is no JSON that can be stored."
    return data, misfit(dict(schema), data)


def asked_again(request: ChatRequest, reply: ChatReply, wrong: str) -> ChatRequest:
    """Return the question that asks for the same answer in the form it should have."""
    told = (
        f"That answer does not fit the schema: {wrong} "
        "Answer again with the JSON alone, and nothing before or after it."
    )
    # A provider refuses an empty turn.
    said = reply.text or "(nothing)"
    again = (Message("assistant", said), Message("user", told))
    return replace(request, messages=(*request.messages, *again), key=f"{request.key}:again")


def _unfenced(text: str) -> str:
    """Return what stands between the marks with which models like to surround their code."""
    bare = text.strip()
    if not (bare.startswith(FENCE) and bare.endswith(FENCE)):
        return bare
    return bare[len(FENCE) : -len(FENCE)].removeprefix("json")


def _refuse(_name: str) -> NoReturn:
    raise ValueError("a number that is none")
