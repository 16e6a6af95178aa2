"""The fuzzer itself: the same seed tries the same sources, and whatever escapes, hangs or lies is named."""

import pytest

from tests.fuzz import __main__ as program
from tests.fuzz import trial
from tests.fuzz.sources import KINDS
from tests.fuzz.trial import Case, case, outcome


def test_a_seed_names_one_source() -> None:
    assert case("a:1") == case("a:1")
    assert len({repr(case(f"a:{number}").source) for number in range(100)}) > 90


def test_every_kind_of_source_is_tried() -> None:
    assert {case(f"a:{number}").kind for number in range(100)} == set(KINDS)


def test_a_typed_failure_is_no_fault() -> None:
    assert outcome(Case("", "expression", "1 +")) == "syntax_error"
    assert outcome(Case("", "expression", "1 / 0")) == "division_by_zero"
    assert outcome(Case("", "jsonpath", "$[")) == "bad_jsonpath"
    assert outcome(Case("", "template", {"a": ["{{ n.x }}"]})) == "missing_path"


def test_a_value_is_no_fault() -> None:
    assert outcome(Case("", "template", "{{ trigger.l[0] }}")) == "ok"


def test_what_escapes_is_named_with_its_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_source: str) -> None:
        raise KeyError("escaped")

    monkeypatch.setattr(trial, "compile_expression", broken)

    found = program.chunk("a", 0, 20)

    expected = [f"a:{number}" for number in range(20) if case(f"a:{number}").kind == "expression"]
    assert [fault.split(": ")[0] for fault in found.faults] == expected
    assert found.faults[0].endswith("KeyError: 'escaped'")


def test_a_checker_that_disagrees_with_the_engine_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "problems_of", lambda _source: ())

    with pytest.raises(AssertionError, match="the checker lets pass"):
        outcome(Case("", "template", "{{ 1 + }}"))


def test_a_source_that_takes_too_long_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "MOST_MS", 0.0)

    found = program.chunk("a", 0, 3)

    assert [fault.split(" ms")[0].rsplit(" ", 1)[0] for fault in found.faults] == [
        f"a:{number}: took" for number in range(3)
    ]
    assert found.slowest_ms > 0
