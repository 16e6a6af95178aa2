"""What a call costs: a table with a date, which an installation may overrule by its own."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from apps.engine.llm import Usage

PER_TOKENS = 1_000_000
PARTS = ("input", "output", "cached_input")
# How the same model is also called: by its date, by a release of AWS, by the region that answers.
_DATE = re.compile(r"-(?:\d{8}|\d{4}-\d{2}-\d{2})$|-latest$")
_RELEASES = (re.compile(r":\d+$"), re.compile(r"-v\d+:\d+$"))
_REGION = re.compile(r"^(?:global|us|us-gov|eu|apac|jp|au|ca|sa)\.(?=[a-z]+\.)")

Price = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Counted:
    """Tokens as a provider counted them; `cached` are those of the input that it had read before."""

    input: int | None = None
    output: int | None = None
    cached: int = 0


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices by model. `own` are the installation's; they count for every provider, compatible servers too."""

    own: Mapping[str, Price] = field(default_factory=dict)

    def usage(self, provider: str, model: str, counted: Counted) -> Usage:
        """Return what a call took; the cost is None where the model has no known price. An empty provider has none."""
        price = self._price(provider, model)
        cost = None if price is None else _cost(price, counted)
        return Usage(counted.input, counted.output, cost)

    def _price(self, provider: str, model: str) -> Price | None:
        known = published().get(provider, {})
        for name in _names(model):
            for table in (self.own, known):
                if name in table:
                    return table[name]
        return None


def _cost(price: Price, counted: Counted) -> float | None:
    if counted.input is None or counted.output is None or "input" not in price:
        return None
    cached = min(counted.cached, counted.input)
    micro = (counted.input - cached) * price["input"]
    micro += cached * price.get("cached_input", price["input"])
    micro += counted.output * price.get("output", 0.0)
    return micro / PER_TOKENS


def _names(model: str) -> tuple[str, ...]:
    """Return how a price may be listed: as the model is called, then with less and less said."""
    plain = _REGION.sub("", model)
    shorter = [release.sub("", plain) for release in _RELEASES]
    return tuple(
        dict.fromkeys((model, plain, *shorter, *(_DATE.sub("", name) for name in shorter)))
    )


@cache
def published() -> Mapping[str, Mapping[str, Price]]:
    """Return the prices that come with this release, by provider and model."""
    text = Path(__file__).with_name("prices.json").read_text(encoding="utf-8")
    found: Mapping[str, Mapping[str, Price]] = json.loads(text)
    return {name: table for name, table in found.items() if isinstance(table, dict)}
