"""What a script reads is found in its text."""

from __future__ import annotations

import pytest

from apps.engine.builder import Builder
from apps.engine.check import check
from apps.engine.script import ROOTS, paths_of
from apps.nodes import catalogue

ALL = {(root,) for root in ROOTS}


@pytest.mark.parametrize(
    ("source", "paths"),
    [
        ("", set()),
        ("return 1", set()),
        ("return ctx.trigger.body", {("trigger",)}),
        ("return context.input", {("input",)}),
        ("const { trigger, vars } = ctx.trigger", {("trigger",), ("vars",)}),
        ("ctx.steps.a", {("steps", "a")}),
        ("ctx.steps['http-1'].x", {("steps", "http-1")}),
        ('ctx["steps"]["http-1"]', {("steps", "http-1")}),
        ("ctx?.steps?.a", {("steps", "a")}),
        ("ctx.steps?.['a b']", {("steps", "a b")}),
        ("ctx.steps.a + ctx.steps.b + ctx.steps.a", {("steps", "a"), ("steps", "b")}),
        ("ctx.steps[name]", {("steps",)}),
        ("Object.keys(ctx.steps)", {("steps",)}),
        ("ctx.steps.get('a')", {("steps",)}),
        ("for name in ctx.steps.items():", {("steps",)}),
        ("item = ctx.item * ctx.index", {("item",), ("index",)}),
        ("missteps, tritrigger", set()),
        ("JSON.stringify(ctx)", ALL),
        ("ctx[name]", ALL),
        ("f(context)", ALL),
        ("const { trigger } = ctx", ALL),
    ],
)
def test_the_paths_of_a_script_are_those_that_its_text_names(source, paths) -> None:
    assert set(paths_of(source)) == paths


def test_a_script_that_reads_a_step_that_does_not_come_before_it_is_warned_of() -> None:
    builder = Builder().node("start", "trigger:manual")
    builder.then("one", "action:code", script="return ctx.steps.two + ctx.steps.tow")
    builder.then("two", "action:code", script="return ctx.steps['one']")

    found = [(each.code, each.node_id, each.field) for each in check(builder.build(), catalogue())]

    assert found == [
        ("reference_later", "one", "script"),
        ("reference_unknown", "one", "script"),
    ]
