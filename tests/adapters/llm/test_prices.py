"""What a call costs stands in a table with a date; an installation's own prices come first."""

import datetime
import json
from pathlib import Path

import pytest

from apps.adapters.llm import prices
from apps.adapters.llm.prices import Counted, Prices
from apps.engine.llm import Usage

MILLION = 1_000_000


def cost(provider: str, model: str, counted: Counted, **own) -> float | None:
    return Prices(own).usage(provider, model, counted).cost_usd


@pytest.mark.parametrize(
    ("provider", "model", "dollars"),
    [
        ("openai", "gpt-4o", 12.5),
        ("openai", "gpt-4o-2024-08-06", 12.5),
        ("openai", "gpt-4o-mini-2024-07-18", 0.75),
        ("openai", "gpt-4o-something", None),
        ("anthropic", "claude-sonnet-4-5-20250929", 18),
        ("anthropic", "claude-opus-4-1-latest", 90),
        ("anthropic", "gpt-4o", None),
        ("aws", "eu.anthropic.claude-sonnet-4-5-20250929-v1:0", 18),
        ("aws", "amazon.nova-micro-v1:0", 0.175),
        ("aws", "us.amazon.nova-micro-v1:0", 0.175),
        ("aws", "amazon.titan-embed-text-v2:0", 0.02),
        ("", "gpt-4o", None),
    ],
)
def test_a_model_is_known_by_all_its_names(provider, model, dollars) -> None:
    found = cost(provider, model, Counted(MILLION, MILLION))

    assert found == (None if dollars is None else pytest.approx(dollars))


def test_what_the_provider_had_read_before_costs_less() -> None:
    assert cost("openai", "gpt-4o", Counted(MILLION, 0, MILLION)) == pytest.approx(1.25)
    assert cost("aws", "amazon.nova-lite", Counted(MILLION, 0, MILLION)) == pytest.approx(0.06)


def test_more_cannot_have_been_read_before_than_there_is() -> None:
    assert cost("openai", "gpt-4o", Counted(10, 0, 1000)) == pytest.approx(10 * 1.25 / MILLION)


@pytest.mark.parametrize("counted", [Counted(), Counted(1, None), Counted(None, 1)])
def test_without_a_count_there_is_no_cost(counted) -> None:
    assert Prices().usage("openai", "gpt-4o", counted) == Usage(counted.input, counted.output)


@pytest.mark.parametrize("provider", ["openai", ""])
def test_an_installations_own_price_comes_first_wherever_the_model_is(provider) -> None:
    own = {"gpt-4o": {"input": 1, "output": 2}}

    assert cost(provider, "gpt-4o-2024-08-06", Counted(MILLION, MILLION), **own) == pytest.approx(3)


def test_a_price_without_a_word_about_input_is_none() -> None:
    assert cost("", "m", Counted(1, 1), m={"output": 2}) is None


def test_the_table_says_when_it_was_true() -> None:
    path = Path(prices.__file__).with_name("prices.json")
    table = json.loads(path.read_text(encoding="utf-8"))

    assert datetime.date.fromisoformat(table.pop("as_of")) >= datetime.date(2026, 1, 1)
    assert table.pop("unit") == "US dollars for a million tokens"
    for models in table.values():
        for price in models.values():
            assert set(price) <= set(prices.PARTS)
            assert all(dollars > 0 for dollars in price.values())
