"""How a rule is broken for the time of one test."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

Plant = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Mutant:
    """A broken rule and the test that sees it."""

    rule: str
    test: str
    plant: Plant


MUTANTS: list[Mutant] = []


def breaks(rule: str, test: str) -> Callable[[Plant], Plant]:
    """Register a function that breaks `rule` for the time of one test."""

    def register(plant: Plant) -> Plant:
        MUTANTS.append(Mutant(rule, test, plant))
        return plant

    return register


def replace(patch: pytest.MonkeyPatch, module: Any, name: str, old: str, new: str) -> None:
    """Change one place of a statement; a place that is gone is a mistake of the mutant."""
    statement = getattr(module, name)
    assert old in statement, f"{name} does not hold {old!r} any more"
    patch.setattr(module, name, statement.replace(old, new))
