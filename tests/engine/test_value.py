"""The values that travel: what is JSON, how large, how deep, and what a step is called."""

from __future__ import annotations

import json
import math
import re
from dataclasses import fields
from pathlib import Path

import pytest

import apps
from apps.engine.value import (
    NODE_ID,
    ROOT_SCOPE,
    Limits,
    NodeId,
    ScopeKey,
    StepKey,
    compact,
    frames_of,
    is_deeper,
    is_json,
    opener_of,
    outer_scope,
    pass_key,
    pass_scope,
    size_bytes,
    split_key,
    step_key,
    storable,
)


@pytest.mark.parametrize("text", ["\0", "\ud800"])
def test_a_text_that_no_store_takes_is_found_wherever_it_stands(text: str) -> None:
    shared = ["fine"]
    for place in (lambda each: [each], lambda each: {"x": each}, lambda each: {each: 1}):
        assert is_json([shared, shared, place("fine")])
        assert not is_json([shared, shared, place(text)])


def test_every_limit_is_kept_by_somebody() -> None:
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in (Path(apps.__path__[0])).rglob("*.py")
        if not path.name.startswith("test_")
    )
    kept = set(re.findall(r"(?i:limits)\.(\w+)", code))

    assert {field.name for field in fields(Limits)} - kept == set()


@pytest.mark.parametrize(
    ("scope", "node_id", "key"),
    [
        ("", "http-1", "http-1"),
        ("loop-1[3]", "inner", "loop-1[3]/inner"),
        ("loop-1[3]/inner[0]", "deep", "loop-1[3]/inner[0]/deep"),
    ],
)
def test_a_step_key_names_scope_and_node(scope: str, node_id: str, key: str) -> None:
    assert step_key(ScopeKey(scope), NodeId(node_id)) == key
    assert split_key(StepKey(key)) == (scope, node_id)


def test_a_pass_opens_a_scope_inside_that_of_its_opener() -> None:
    outer = pass_scope(step_key(ROOT_SCOPE, NodeId("loop-1")), 3)

    assert outer == "loop-1[3]"
    assert pass_scope(step_key(outer, NodeId("inner")), 0) == "loop-1[3]/inner[0]"


@pytest.mark.parametrize("node_id", ["a", "http-1", "A_b-9", "x" * 64])
def test_node_ids_are_letters_digits_hyphens_and_underscores(node_id: str) -> None:
    assert NODE_ID.fullmatch(node_id)


@pytest.mark.parametrize("node_id", ["", "a b", "a/b", "a[0]", "ä", "x" * 65, "a\n"])
def test_other_node_ids_are_none(node_id: str) -> None:
    assert not NODE_ID.fullmatch(node_id)


@pytest.mark.parametrize(
    "value", [None, True, 0, -1, 2**80, 1.5, "", "häß 🎉", [], {}, [{"a": [None]}, "b"]]
)
def test_plain_values_are_json(value: object) -> None:
    assert is_json(value)


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        -math.inf,
        [{"a": [math.nan]}],
        "nul \0",
        "half \ud800",
        {"half \udfff": 1},
        {"nul \0": 1},
        {1: "a"},
        (1, 2),
        {1, 2},
        object(),
        b"bytes",
    ],
)
def test_what_no_store_takes_is_no_json(value: object) -> None:
    assert not is_json(value)


def test_what_no_store_takes_can_be_replaced() -> None:
    assert storable({"a\0": ["b\ud800", 1, None]}) == {"a\ufffd": ["b\ufffd", 1, None]}
    assert is_json(storable("\0\ud800\udc00"))


def nested(depth: int) -> str:
    return '{"a":' * depth + "1" + "}" * depth


@pytest.mark.parametrize(("text", "depth"), [("1", 0), ("[]", 1), ("[[], 1]", 2), (nested(64), 64)])
def test_depth_counts_lists_and_objects(text: str, depth: int) -> None:
    value = json.loads(text)

    assert not is_deeper(value, depth)
    assert depth == 0 or is_deeper(value, depth - 1)


def test_json_text_is_compact_and_keeps_letters_and_order() -> None:
    assert compact({"b": [1, "ä"], "a": None}) == '{"b":[1,"ä"],"a":null}'


def test_size_counts_bytes_not_letters() -> None:
    assert size_bytes("ä") == 4
    assert size_bytes("\ud800") == 5


def test_nan_has_no_json_text() -> None:
    with pytest.raises(ValueError, match="JSON"):
        compact(math.nan)


def test_a_scope_tells_its_opener_and_its_frames() -> None:
    scope = pass_scope(StepKey("loop-1[3]/inner"), 0)

    assert scope == "loop-1[3]/inner[0]"
    assert opener_of(scope) == ("loop-1[3]/inner", 0)
    assert frames_of(scope) == (("loop-1", 3), ("inner", 0))
    assert frames_of(ROOT_SCOPE) == ()
    assert pass_key(StepKey("loop-1[3]/inner"), 0) == "loop-1[3]/inner[0]/inner"
    assert [outer_scope(scope, depth) for depth in (0, 1, 2)] == ["", "loop-1[3]", scope]


def test_nobody_opened_the_root_scope() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        opener_of(ROOT_SCOPE)
