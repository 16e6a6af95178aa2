"""A webhook's config is read whatever stands in it; what makes no sense counts as left empty or is told."""

import math

import pytest

from apps.webhooks.rules.doors import DEFAULT_RATE_PER_S, DEFAULT_WAIT_S, read

FIELDS = (
    "auth_type",
    "methods",
    "username",
    "key_header",
    "allowed_ips",
    "filters",
    "deduplication_path",
    "mode",
    "timeout_s",
    "rate_per_s",
)
ODD = (None, True, -1, 10**400, -(10**400), math.inf, math.nan, "", "\ud800", "x" * 3000, [], [[]])
ODD_OBJECTS = ([None, 1, {}], [{"path": [], "operator": {}, "value": 10**400}], {}, {"": [{}]})


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("value", [*ODD, *ODD_OBJECTS], ids=lambda value: str(value)[:20])
def test_no_odd_value_breaks_the_reading(name, value) -> None:
    rules, problems = read({name: value})

    assert rules.rate_per_s > 0
    assert all(problem.place.startswith(name) for problem in problems)


@pytest.mark.parametrize("value", [10**400, math.inf, math.nan, 0, -1, True, "7", None, [7]])
def test_a_number_that_nobody_can_mean_counts_as_left_empty(value) -> None:
    rules, _ = read({"timeout_s": value, "rate_per_s": value})

    assert (rules.wait_s, rules.rate_per_s) == (DEFAULT_WAIT_S, DEFAULT_RATE_PER_S)


def test_a_number_in_its_place_is_taken() -> None:
    rules, _ = read({"timeout_s": 120, "rate_per_s": 0.01})

    assert (rules.wait_s, rules.rate_per_s) == (120.0, 0.01)
