"""Configs compiled once and filled often."""

from __future__ import annotations

from typing import Any

import pytest

from apps.engine.blueprint import Blueprint, compile_config
from apps.engine.config import Config
from apps.engine.errors import NodeError
from apps.engine.expressions import ExpressionError, Scope
from apps.engine.fields import Field, FieldProblem, Kind
from apps.engine.node import Context, NodeType, Result
from apps.engine.secret import Secret
from apps.engine.value import Json

NODE_IDS = frozenset({"http-1"})


def run(_ctx: Context) -> Result:
    return Result()


def kind(*fields: Field) -> NodeType:
    return NodeType(
        type="test:x", title="X", description="x", category="test", run=run, fields=fields
    )


def compiled(config: dict[str, Json], *fields: Field) -> tuple[Blueprint, list[FieldProblem]]:
    problems: list[FieldProblem] = []
    blueprint = compile_config(kind(*fields), config, NODE_IDS, problems.append)
    return blueprint, problems


def filled(config: dict[str, Json], *fields: Field, **roots: Any) -> Config:
    blueprint, problems = compiled(config, *fields)
    assert problems == []
    return blueprint.fill(Scope(roots))


def one(kind: Kind, **facts: Any) -> Field:
    return Field(name="f", kind=kind, **facts)


@pytest.mark.parametrize(
    ("spec", "value", "expected"),
    [
        (one(Kind.TEXT), "{{ trigger.a }}", "{{ trigger.a }}"),
        (one(Kind.CREDENTIAL), "github", "github"),
        (one(Kind.TEMPLATE), "a {{ trigger.a }}", "a 7"),
        (one(Kind.TEMPLATE), "{{ trigger.a }}", 7),
        (one(Kind.NUMBER), "{{ trigger.a }}", 7),
        (one(Kind.SELECT, options=("x", "y")), "{{ trigger.x }}", "x"),
        (one(Kind.BOOLEAN), "{{ trigger.a > 1 }}", True),
        (one(Kind.LIST), ["{{ trigger.a }}", 1], [7, 1]),
        (one(Kind.LIST), "{{ trigger.list }}", [1, 2]),
        (one(Kind.KEY_VALUE), {"{{ key }}": "{{ trigger.a }}"}, {"{{ key }}": 7}),
        (one(Kind.JSON), {"a": ["{{ trigger.a }}"]}, {"a": [7]}),
        (one(Kind.JSON), '{"a": "{{ trigger.quote }}"}', {"a": 'say "hi"'}),
        (one(Kind.JSON), " [1, 2]", [1, 2]),
        (one(Kind.JSON), "{{ trigger.list }}", [1, 2]),
        (one(Kind.JSON), "plain", "plain"),
        (one(Kind.JSON), "17", "17"),
        (one(Kind.JSON), None, None),
        (one(Kind.NUMBER, default=5), None, 5),
        (one(Kind.NUMBER, default=5), "", 5),
        (one(Kind.NUMBER, default=5), 0, 0),
    ],
)
def test_each_kind_is_filled_in_its_own_way(spec: Field, value: Json, expected: Json) -> None:
    trigger = {"a": 7, "x": "x", "list": [1, 2], "quote": 'say "hi"'}

    assert filled({"f": value}, spec, trigger=trigger).values == {"f": expected}


def test_an_expression_waits_until_the_node_asks() -> None:
    config = filled({"f": "1 / trigger.zero"}, one(Kind.EXPRESSION), trigger={"zero": 0})

    formula = config.formula("f")
    assert formula.source == "1 / trigger.zero"
    with pytest.raises(ExpressionError):
        formula.value()


def test_an_expression_sees_further_roots_if_the_node_gives_them() -> None:
    config = filled({"f": "trigger.least < item"}, one(Kind.EXPRESSION), trigger={"least": 3})

    assert [config.formula("f").is_true(item=number) for number in (3, 4)] == [False, True]
    assert config.formula("f").value(item=9) is True


def test_the_default_of_an_expression_is_compiled_too() -> None:
    assert filled({}, one(Kind.EXPRESSION, default="1 + 1")).formula("f").value() == 2


def test_formulas_are_compiled_by_name() -> None:
    config = filled({"f": {"a": "trigger.a", "b": "2"}}, one(Kind.FORMULAS), trigger={"a": 1})

    assert {name: formula.value() for name, formula in config.formulas("f").items()} == {
        "a": 1,
        "b": 2,
    }


CASES = Field(
    name="cases",
    kind=Kind.LIST,
    fields=(
        Field(name="name", kind=Kind.TEMPLATE, is_required=True),
        Field(name="when", kind=Kind.EXPRESSION),
    ),
)


def test_the_objects_of_a_list_have_fields_of_their_own() -> None:
    config = filled(
        {"cases": [{"name": "{{ trigger.a }}", "when": "true"}]}, CASES, trigger={"a": "x"}
    )

    (case,) = config.items("cases")
    assert case.text("name") == "x"
    assert case.formula("when").is_true()


@pytest.mark.parametrize(
    ("config", "fields", "problem"),
    [
        ({}, [one(Kind.TEXT, is_required=True)], ("f", "field_required")),
        ({"f": ""}, [one(Kind.TEXT, is_required=True)], ("f", "field_required")),
        ({"f": 7}, [one(Kind.TEXT)], ("f", "field_type")),
        ({"f": "x"}, [one(Kind.NUMBER)], ("f", "field_type")),
        ({"f": "1 +"}, [one(Kind.EXPRESSION)], ("f", "syntax_error")),
        ({"f": 7}, [one(Kind.EXPRESSION)], ("f", "field_type")),
        ({"f": "{{ 1 + }}"}, [one(Kind.TEMPLATE)], ("f", "syntax_error")),
        ({"f": {"a": ["{{ 1 + }}"]}}, [one(Kind.JSON)], ("f[a][0]", "syntax_error")),
        ({"f": '{"a": {{ trigger }} }'}, [one(Kind.JSON)], ("f", "json_invalid")),
        ({"f": "{{ credentials.a }}"}, [one(Kind.TEMPLATE)], ("f", "secret_not_allowed")),
        ({"g": 1}, [one(Kind.TEXT)], ("g", "field_unknown")),
        ({"cases": [7]}, [CASES], ("cases[0]", "field_type")),
        ({"cases": {}}, [CASES], ("cases", "field_type")),
        ({"cases": [{}]}, [CASES], ("cases[0].name", "field_required")),
        ({"cases": [{"name": "a", "x": 1}]}, [CASES], ("cases[0][x]", "field_unknown")),
        ({"f": {"a": "1 +"}}, [one(Kind.FORMULAS)], ("f[a]", "syntax_error")),
        (
            {"f": "trigger.a && steps.http-1.b"},
            [one(Kind.EXPRESSION, reads=("trigger",))],
            ("f", "root_unavailable"),
        ),
    ],
)
def test_a_problem_is_named_by_its_place(
    config: dict[str, Json], fields: list[Field], problem: tuple[str, str]
) -> None:
    _, problems = compiled(config, *fields)

    assert [(found.field, found.code) for found in problems] == [problem]


def test_a_hidden_field_is_not_required() -> None:
    mode = Field(name="mode", kind=Kind.SELECT, options=("a", "b"), default="a")
    hidden = Field(name="f", kind=Kind.TEXT, is_required=True, depends_on=("mode", ("b",)))

    assert compiled({}, mode, hidden)[1] == []
    assert [p.code for p in compiled({"mode": "b"}, mode, hidden)[1]] == ["field_required"]


def test_a_required_field_with_a_default_is_never_empty() -> None:
    assert compiled({}, one(Kind.NUMBER, is_required=True, default=1))[1] == []


def test_every_problem_of_a_template_is_found() -> None:
    _, problems = compiled({"f": {"a": "{{ 1 + }}", "b": "{{ )"}}, one(Kind.KEY_VALUE))

    assert [problem.parts for problem in problems] == [("f", "a"), ("f", "b")]


def test_a_name_that_its_author_gave_is_one_part_of_the_place_whatever_it_holds() -> None:
    _, problems = compiled({"f": {"a.b[0]/~": ["{{ 1 + }}"]}, "x.y": 1}, one(Kind.KEY_VALUE))

    assert [(problem.parts, problem.field) for problem in problems] == [
        (("f", "a.b[0]/~", 0), "f[a.b[0]/~][0]"),
        (("x.y",), "x.y"),
    ]


def test_a_long_name_is_told_in_part() -> None:
    _, problems = compiled({"f": {"n" * 500: "{{ 1 + }}"}, "m" * 500: 1}, one(Kind.KEY_VALUE))

    assert [len(problem.field) for problem in problems] == [len("f[]") + 80, 80]
    assert all(len(problem.message) < 200 for problem in problems)


@pytest.mark.parametrize(
    ("spec", "value"),
    [
        (one(Kind.NUMBER), "many"),
        (one(Kind.NUMBER, maximum=5), 6),
        (one(Kind.BOOLEAN), "yes"),
        (one(Kind.SELECT, options=("a",)), "b"),
        (one(Kind.KEY_VALUE), [1]),
    ],
)
def test_a_value_that_turns_out_wrong_while_it_runs_fails_the_node(
    spec: Field, value: Json
) -> None:
    blueprint, problems = compiled({"f": "{{ trigger }}"}, spec)

    assert problems == []
    with pytest.raises(NodeError) as caught:
        blueprint.fill(Scope({"trigger": value}))
    assert (caught.value.code, caught.value.is_retryable) == ("bad_config", False)


def test_secrets_stay_wrapped_where_they_are_allowed() -> None:
    spec = one(Kind.KEY_VALUE, is_secret_ok=True)
    credentials = {"key": Secret("hunter2")}

    config = filled({"f": {"a": "Bearer {{ credentials.key }}"}}, spec, credentials=credentials)

    assert config.mapping("f") == {"a": Secret("Bearer hunter2")}


def test_a_blueprint_knows_which_place_reads_what() -> None:
    blueprint, _ = compiled(
        {"f": {"a": "{{ steps.http-1.body }}"}, "g": "trigger.a > 1"},
        one(Kind.KEY_VALUE),
        Field(name="g", kind=Kind.EXPRESSION),
    )

    assert blueprint.reads == {
        "f": (("steps", "http-1", "body"),),
        "g": (("trigger", "a"),),
    }
    assert blueprint.paths == {("steps", "http-1", "body"), ("trigger", "a")}
