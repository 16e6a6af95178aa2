"""How much a tenant may use: plans as data, and what was agreed with one tenant instead of its plan's figures."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Limits:
    """What a tenant may at most; None is no limit.

    `running` are executions that workers hold at once, `weight` is its share of the workers where they are few. Of the
    audit trail nothing is kept longer than `audit_days`; None: as long as the installation says.
    """

    workflows: int | None = None
    executions_per_day: int | None = None
    running: int | None = None
    api_calls_per_min: int | None = None
    audit_days: int | None = None
    weight: float = 1.0

    def facts(self) -> dict[str, float | None]:
        """Return each figure by its name."""
        return asdict(self)


UNLIMITED = "unlimited"
# The first is what an installation has whose operator says nothing: nobody is surprised by a limit of his own machine.
PLANS: dict[str, Limits] = {
    UNLIMITED: Limits(),
    "free": Limits(
        workflows=5,
        executions_per_day=100,
        running=2,
        api_calls_per_min=60,
        audit_days=90,
        weight=0.5,
    ),
    "professional": Limits(
        workflows=50,
        executions_per_day=5_000,
        running=10,
        api_calls_per_min=300,
        audit_days=365,
        weight=1.0,
    ),
    "enterprise": Limits(running=100, api_calls_per_min=1_000, weight=4.0),
}
NAMES = frozenset(each.name for each in fields(Limits))
MOST = 1_000_000_000


def limits_of(plan: str, agreed: Mapping[str, Any]) -> Limits:
    """Return what holds for a tenant on `plan` with whom `agreed` was agreed."""
    return replace(PLANS[plan], **{name: agreed[name] for name in NAMES & agreed.keys()})


def problems(agreed: Any) -> list[str]:
    """Return what is wrong with figures that are to be agreed, a sentence each; none: they are good."""
    if not isinstance(agreed, dict):
        return ['The figures are an object, such as {"workflows": 20}.']
    found = [f"There is no limit called {name}." for name in sorted(agreed.keys() - NAMES)]
    return found + [
        f"{name} {wanted}."
        for name in sorted(NAMES & agreed.keys())
        if (wanted := _wanted(name, agreed[name]))
    ]


def _wanted(name: str, value: Any) -> str:
    """Return what a figure must be if it is not; empty: it is good."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if name == "weight":
        return "" if is_number and 0.01 <= value <= 100 else "is a number from 0.01 to 100"
    is_whole = value is None or (is_number and isinstance(value, int) and 1 <= value <= MOST)
    return "" if is_whole else f"is a whole number from 1 to {MOST}, or null for no limit"
