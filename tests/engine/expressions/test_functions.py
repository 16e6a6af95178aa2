"""Each function, by its cases; and the catalogue that describes them."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

import apps.engine.expressions as engine_expressions
from apps.engine.expressions import FUNCTIONS, ExpressionError, Scope, Seed, compile_expression
from apps.engine.expressions.ast import Call
from apps.engine.expressions.compiler import compile_node
from apps.engine.expressions.functions.catalogue import Function
from tests.engine.expressions.asking import SEED, exactly, refusal, scope, value_of
from tests.engine.expressions.function_cases import CASES, REFUSALS
from tests.engine.expressions.reference import PAGE, renewed

# What the originals had, under the names that imported workflows use.
INHERITED = [
    "upper",
    "lower",
    "trim",
    "concat",
    "substr",
    "now",
    "dateFormat",
    "dateParse",
    "addDays",
    "round",
    "ceil",
    "floor",
    "abs",
    "min",
    "max",
    "len",
    "uppercase",
    "lowercase",
    "length",
    "substring",
    "replace",
    "split",
    "join",
    "contains",
    "startsWith",
    "endsWith",
    "sum",
    "avg",
    "formatDate",
    "parseDate",
    "addHours",
    "toJson",
    "fromJson",
    "keys",
    "values",
    "first",
    "last",
    "count",
    "reverse",
    "sort",
    "unique",
    "filter",
    "map",
    "toString",
    "toNumber",
    "toBoolean",
    "isNull",
    "isEmpty",
    "typeof",
    "if",
    "default",
    "uuid",
    "base64Encode",
    "base64Decode",
    "hash",
]


@pytest.mark.parametrize(
    ("source", "gives"),
    [case for cases in CASES.values() for case in cases],
    ids=lambda value: str(value)[:60],
)
def test_a_function_gives_exactly_this(source: str, gives: Any) -> None:
    assert exactly(value_of(source, p="^[a-z][0-9]$")) == exactly(gives)


@pytest.mark.parametrize(("source", "code"), REFUSALS, ids=lambda value: str(value)[:60])
def test_a_function_refuses_what_makes_no_sense(source: str, code: str) -> None:
    failure = refusal(
        source, p="(", long="a" * 1001, half="\ud800", deep="[" * 65 + "]" * 65, abyss="[" * 100_000,
        digits="1" * 5000,
    )  # fmt: skip

    assert failure.code == code
    assert str(failure).isprintable()


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_the_catalogues_example_gives_what_it_says(function: Function) -> None:
    value = value_of(function.example.source)

    if function.example.gives is not None:
        assert exactly(value) == exactly(function.example.gives)
    assert function.example.source.count(function.name) == 1


def test_every_function_has_cases_and_every_case_a_function() -> None:
    assert list(CASES) == [function.name for function in FUNCTIONS]


def test_json_is_read_up_to_the_depth_that_documents_may_have() -> None:
    assert value_of("fromJson(text)", text="[" * 64 + "]" * 64) is not None
    assert value_of("fromJson(text)", text='{"a":' * 64 + "1" + "}" * 64) is not None
    assert refusal("fromJson(text)", text='{"a":' * 65 + "1" + "}" * 65).code == "bad_value"


def test_the_functions_of_both_originals_are_there_under_their_names() -> None:
    names = {name for function in FUNCTIONS for name in (function.name, *function.aliases)}

    assert set(INHERITED) <= names


def test_one_rule_names_every_function_and_no_name_stands_twice() -> None:
    names = [name for function in FUNCTIONS for name in (function.name, *function.aliases)]

    assert len(names) == len(set(names))
    for function in FUNCTIONS:
        assert function.name.isalnum()
        assert function.name[0].islower()


def test_every_entry_has_a_sentence_and_a_signature() -> None:
    for function in FUNCTIONS:
        assert function.doc.endswith(".")
        assert function.doc.startswith(("Return ", "Say whether "))
        assert " → " in function.signature
    signatures = {function.name: function.signature for function in FUNCTIONS}
    assert signatures["replace"] == "replace(text, old, new) → text"
    assert signatures["substr"] == "substr(text, start, length?) → text"
    assert signatures["concat"] == "concat(values, …) → text"
    assert signatures["filter"] == "list.filter(x, condition) → list"


def test_the_reference_page_is_fresh() -> None:
    assert PAGE.read_text() == renewed(PAGE.read_text()), (
        "renew it: python -m tests.engine.expressions.reference"
    )


def test_every_code_of_a_failure_stands_on_the_reference_page() -> None:
    folder = Path(engine_expressions.__file__).parent
    sources = [*folder.rglob("*.py"), folder.parent / "template.py"]
    raised = {
        code
        for source in sources
        for code in re.findall(
            r'(?:ExpressionError|BudgetExceededError)\(\s*"(\w+)"', source.read_text()
        )
    }
    listed = set(
        re.findall(
            r"`(\w+)`", PAGE.read_text().partition("## Failures")[2].partition("## Where")[0]
        )
    )

    # These two belong to the port behind which the reference evaluators stand.
    assert raised - {"unknown_evaluator", "reference_failed"} == listed


def test_a_form_is_no_function_that_could_be_called() -> None:
    for function in FUNCTIONS:
        if function.form is not None:
            with pytest.raises(ExpressionError) as caught:
                compile_node(Call(function.name, ()))
            assert caught.value.code == "wrong_arguments"
            with pytest.raises(TypeError):
                function.run()


def test_a_function_may_be_called_on_its_first_value() -> None:
    assert value_of("name.trim().upper().replace('A', 'b')", name=" aa ") == "bb"
    assert value_of("round(price, 1) == price.round(1)", price=2.55) is True


def test_an_alias_is_refused_under_the_name_of_its_function() -> None:
    assert str(refusal("uppercase(1)")) == "upper() needs a text as “text”, not a number."


def test_time_and_chance_depend_on_the_seed_alone() -> None:
    source = compile_expression(
        "[now(), uuid(), random(), randomInt(1, 1000000), env.current_timestamp, uuid()]"
    )
    first = source.evaluate(scope())

    assert source.evaluate(scope()) == first
    assert (
        source.evaluate(
            Scope({"unlike": 1}, Seed(SEED.execution_id, SEED.step_key, SEED.started_at))
        )
        == first
    )
    same_instant = SEED.started_at.astimezone(timezone(timedelta(hours=5)))
    assert source.evaluate(Scope({}, Seed(SEED.execution_id, SEED.step_key, same_instant))) == first
    assert isinstance(first, list)
    assert first[1] != first[5]


@pytest.mark.parametrize(
    "seed",
    [
        Seed("0190-other", SEED.step_key, SEED.started_at),
        Seed(SEED.execution_id, "loop-1[2]/http-1", SEED.started_at),
        Seed(SEED.execution_id, SEED.step_key, SEED.started_at + timedelta(microseconds=1)),
    ],
)
def test_another_execution_step_or_start_draws_other_chances(seed: Seed) -> None:
    for source in ("uuid()", "random()", "randomInt(0, 9223372036854775806)"):
        expression = compile_expression(source)

        assert expression.evaluate(scope(seed=seed)) != expression.evaluate(scope())


def test_chance_does_not_depend_on_the_time_zone() -> None:
    tokyo = replace(SEED, zone="Asia/Tokyo")

    for source in ("uuid()", "random()", "now()"):
        expression = compile_expression(source)

        assert expression.evaluate(scope(seed=tokyo)) == expression.evaluate(scope())


def test_a_seed_has_a_time_zone_that_exists() -> None:
    with pytest.raises(ValueError, match="Mars/Phobos"):
        Seed("e", "s", SEED.started_at, "Mars/Phobos")


def test_without_a_seed_dates_are_those_of_utc() -> None:
    for source in ("getHours('2024-05-07T12:00:00Z')", "getHours('2024-05-07T12:00:00')"):
        assert compile_expression(source).evaluate(Scope({})) == 12


def test_two_expressions_of_one_step_draw_different_chances() -> None:
    assert value_of("uuid()") != value_of("lower(uuid())")


def test_chance_is_drawn_evenly() -> None:
    numbers = compile_expression("n.map(x, randomInt(1, 6))").evaluate(
        scope({"n": list(range(6000))})
    )

    assert isinstance(numbers, list)
    assert {numbers.count(face) for face in range(1, 7)} <= set(range(850, 1150))


def test_a_seed_knows_its_time_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Seed("e", "s", datetime(2024, 1, 1))  # noqa: DTZ001 - a naive date is what is refused


@pytest.mark.parametrize("source", ["now()", "today()", "uuid()", "random()", "randomInt(1, 2)"])
def test_without_a_seed_there_is_neither_time_nor_chance(source: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression(source).evaluate(Scope({}))

    assert caught.value.code == "no_seed"


def test_outside_of_a_step_there_is_no_address_to_come_back_to() -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression("resumeUrl('wait-1')").evaluate(Scope({}))

    assert caught.value.code == "no_links"


def test_without_a_seed_the_clock_is_an_ordinary_path() -> None:
    expression = compile_expression("env.current_timestamp")

    assert expression.evaluate(Scope({"env": {"current_timestamp": "then"}})) == "then"
    assert (
        expression.evaluate(scope({"env": {"current_timestamp": "then"}})) == "2024-05-07T09:05:03Z"
    )
    assert compile_expression("has(env.current_timestamp)").evaluate(Scope({})) is False


def test_dates_compare_across_time_zones_once_they_are_numbers() -> None:
    assert (
        value_of("timestamp('2024-05-07T12:00:00+02:00') == timestamp('2024-05-07T10:00:00Z')")
        is True
    )
    assert (
        value_of("timestamp(now()) - timestamp('2024-05-06T09:05:03Z') == duration('24h')") is True
    )
    assert value_of("parseDate(timestamp('2024-05-07') + duration('1h'))") == "2024-05-07T01:00:00Z"


def test_what_is_dear_to_make_is_forgotten_when_there_is_too_much_of_it() -> None:
    for number in range(1200):
        assert value_of(f"matches('a{number}', '^a{number}$')") is True
    assert value_of("matches('a0', '^a0$')") is True


@pytest.mark.parametrize("name", ["UTC", "Etc/UTC", "Zulu", "Etc/Universal", "UCT"])
def test_a_workflow_in_utc_shows_dates_in_their_own_zone_under_whichever_name(name: str) -> None:
    seed = replace(SEED, zone=name)

    shown = value_of("formatDate('2024-05-07T12:00:00+02:00', 'HH Z')", seed=seed)

    assert shown == "12 +02:00"


def test_utc_is_utc_under_any_name() -> None:
    assert value_of("formatDate(0, 'HH Z', 'Etc/UTC')") == "00 +00:00"
    assert value_of("parseDate('2024-05-07T10:00:00+00:00')") == "2024-05-07T10:00:00Z"
    assert datetime.fromisoformat(value_of("now()")) == SEED.started_at.astimezone(UTC)
