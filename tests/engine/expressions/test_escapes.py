"""Nothing breaks out: each payload is data or a typed error, in every place that takes expressions, and quickly."""

import builtins
import os
import subprocess
from dataclasses import replace
from typing import Any

import pytest

from apps.engine.expressions import ExpressionError, compile_expression
from apps.engine.secret import Secret
from apps.engine.template import compile_template
from apps.engine.value import DEFAULT_LIMITS, is_json
from tests.engine.expressions.asking import scope
from tests.engine.expressions.hostile import ATTRIBUTES, BOMBS, CALLS, VICTIMS, corpus

CANARY = "canary-4f1d"
# A tenth of the budget finds the same ends ten times sooner; test_speed lets the bombs have all of it.
LIMITS = replace(DEFAULT_LIMITS, expression_steps=DEFAULT_LIMITS.expression_steps // 10)
ROOTS: dict[str, Any] = {
    "trigger": {"text": "abc", "list": [1], "n": 1},
    "n": list(range(1000)),
    "big": "ab" * 250_000,
    "steps": {"a": 1},
    "env": {"tenant_id": "t"},
    "credentials": {"api": {"token": Secret(CANARY)}},
}
# What a payload may give, if it gives anything: plain JSON that tells nothing of the host.
CODES = {
    "syntax_error", "source_too_long", "too_deep", "too_nested", "literal_too_large", "unknown_function", "wrong_arguments",
    "number_out_of_range", "bad_pattern", "secret_not_allowed", "missing_path", "wrong_type", "bad_value", "division_by_zero",
    "too_many_steps", "result_too_large",
}  # fmt: skip


@pytest.fixture(scope="module")
def known_zones() -> object:
    """Load what Python itself loads once to know its time zones."""
    return compile_expression("today('Europe/Paris')").evaluate(scope())


@pytest.fixture(autouse=True)
def no_way_out(known_zones: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every door to the host raise, so that a payload that reaches one is seen."""

    def escaped(*args: object, **named: object) -> None:
        raise AssertionError(f"a payload reached the host: {args} {named}")

    for module, name in (
        (os, "system"),
        (os, "popen"),
        (subprocess, "Popen"),
        (builtins, "eval"),
        (builtins, "exec"),
    ):
        monkeypatch.setattr(module, name, escaped)


def outcome(source: str) -> Any:
    """Return the value or the typed failure."""
    try:
        return compile_expression(source, limits=LIMITS).evaluate(scope(ROOTS))
    except ExpressionError as error:
        return error


def rendering(text: str) -> Any:
    try:
        return compile_template(text, limits=LIMITS).render(scope(ROOTS))
    except ExpressionError as error:
        return error


def check(value: Any) -> None:
    if isinstance(value, ExpressionError):
        assert value.code in CODES
        assert str(value).isprintable()
    else:
        assert is_json(value)
    assert CANARY not in f"{value!r} {value}"


def test_the_corpus_is_large_and_each_payload_stands_once() -> None:
    assert len(corpus()) >= 700
    assert len(set(CALLS)) == len(CALLS)
    assert len(set(BOMBS)) == len(BOMBS)


@pytest.mark.parametrize(
    "source", corpus(), ids=lambda source: source[:40].encode("ascii", "backslashreplace").decode()
)
def test_a_payload_is_data_or_a_typed_error(source: str) -> None:
    check(outcome(source))


@pytest.mark.parametrize("victim", VICTIMS)
def test_no_attribute_of_python_is_a_field(victim: str) -> None:
    for attribute in ATTRIBUTES:
        failure = outcome(f"{victim}.{attribute}")

        assert isinstance(failure, ExpressionError)
        assert failure.code == "missing_path"
        assert "object at 0x" not in str(failure)


@pytest.mark.parametrize(
    "source", corpus(), ids=lambda source: source[:40].encode("ascii", "backslashreplace").decode()
)
def test_in_a_template_and_in_data_a_payload_does_no_more(source: str) -> None:
    data = {**ROOTS, "trigger": {"text": source, "wrapped": f"{{{{ {source} }}}}"}}

    assert compile_template("{{ trigger.text }}").render(scope(data)) == source
    assert (
        compile_template("x{{ trigger.wrapped }}", secret_ok=True).render(scope(data))
        == f"x{{{{ {source} }}}}"
    )
    check(rendering(f"{{{{ {source} }}}}"))


def test_a_format_text_stays_a_text() -> None:
    for text in ("{0.__class__}", "%(a)s", "{trigger}", "$text", "%s%s%s%n"):
        assert compile_expression("concat('', t)").evaluate(scope({"t": text})) == text
        assert compile_template("{{ t }}!").render(scope({"t": text})) == text + "!"
