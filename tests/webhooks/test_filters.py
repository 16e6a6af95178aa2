"""Filters: twenty operators, ANDed in a group, ORed between groups."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.engine.errors import EngineError
from apps.webhooks.rules.doors import read
from apps.webhooks.rules.filters import OPERATORS, key_of, problem, why_filtered
from apps.webhooks.rules.paths import compile_path

TRIGGER = {
    "headers": {"x-github-event": "push"},
    "body": {
        "ref": "refs/heads/main",
        "count": 7,
        "ratio": 0.5,
        "flag": True,
        "nothing": None,
        "empty": "",
        "tags": ["a", "b"],
        "date": "2026-11-22",
        "commits": [{"id": "c1", "size": 1}, {"id": "c2", "size": 9}],
        "owner": {"name": "ann"},
    },
}


def passes(path: str, operator: str, value=None) -> bool:
    rules, problems = read({"filters": [{"path": path, "operator": operator, "value": value}]})
    assert problems == ()
    return why_filtered(rules.filters, TRIGGER) is None


CASES = {
    "equals": [
        ("$.body.ref", "refs/heads/main", True),
        ("$.body.ref", "refs/heads/dev", False),
        ("$.body.count", 7.0, True),
        ("$.body.count", "7", False),
        ("$.body.flag", 1, False),
        ("$.body.nothing", None, True),
        ("$.body.owner", {"name": "ann"}, True),
        ("$.body.tags", ["b", "a"], False),
    ],
    "not_equals": [
        ("$.body.count", 8, True),
        ("$.body.count", 7, False),
        ("$.body.gone", 7, False),
    ],
    "contains": [
        ("$.body.ref", "heads", True),
        ("$.body.tags", "a", True),
        ("$.body.tags", "ab", False),
        ("$.body.owner", "name", True),
        ("$.body.count", 7, False),
    ],
    "not_contains": [("$.body.tags", "c", True), ("$.body.tags", "a", False)],
    "starts_with": [("$.body.ref", "refs/", True), ("$.body.ref", "main", False)],
    "ends_with": [("$.body.ref", "/main", True), ("$.body.count", "7", False)],
    "regex": [("$.body.ref", "^refs/heads/(main|dev)$", True), ("$.body.ref", "^main", False)],
    "gt": [("$.body.count", 6, True), ("$.body.count", 7, False), ("$.body.flag", 0, False)],
    "gte": [("$.body.count", 7, True), ("$.body.date", "2026-11-22", True)],
    "lt": [("$.body.ratio", 1, True), ("$.body.date", "2027", True), ("$.body.ref", 1, False)],
    "lte": [("$.body.count", 7, True), ("$.body.count", 6, False)],
    "in": [("$.body.count", [1, 7], True), ("$.body.count", ["7"], False)],
    "not_in": [("$.body.count", [1, 2], True), ("$.body.count", [7], False)],
    "exists": [("$.body.nothing", None, True), ("$.body.gone", None, False)],
    "not_exists": [("$.body.gone.deeper", None, True), ("$.body.nothing", None, False)],
    "is_empty": [
        ("$.body.empty", None, True),
        ("$.body.nothing", None, True),
        ("$.body.count", None, False),
        ("$.body.gone", None, False),
    ],
    "is_not_empty": [("$.body.tags", None, True), ("$.body.empty", None, False)],
    "between": [
        ("$.body.count", {"min": 7, "max": 7}, True),
        ("$.body.count", {"min": 8, "max": 9}, False),
        ("$.body.date", {"min": "2026-01-01", "max": "2026-12-31"}, True),
    ],
    "matches_any": [
        ("$.body.tags", ["b", "z"], True),
        ("$.body.count", [7, 8], True),
        ("$.body.tags", ["z"], False),
    ],
    "matches_all": [("$.body.tags", ["b", "a"], True), ("$.body.tags", ["a", "z"], False)],
}


def test_all_twenty_operators_have_cases() -> None:
    assert set(CASES) == set(OPERATORS)
    assert len(OPERATORS) == 20


@pytest.mark.parametrize(
    ("operator", "path", "value", "expected"),
    [(name, *case) for name, cases in CASES.items() for case in cases],
)
def test_an_operator_holds_exactly_when_it_should(operator, path, value, expected) -> None:
    assert passes(path, operator, value) is expected


@pytest.mark.parametrize(
    ("path", "operator", "value"),
    [
        ("$.headers.x-github-event", "equals", "push"),
        ("$.headers['x-github-event']", "equals", "push"),
        ("$.body.commits[0].id", "equals", "c1"),
        ("$.body.commits[-1].id", "equals", "c2"),
        ("$.body.commits[*].id", "equals", ["c1", "c2"]),
        ("$.body.commits[?@.size > 5].id", "contains", "c2"),
        ("$..size", "contains", 9),
        ("$", "contains", "body"),
    ],
)
def test_a_path_finds_what_it_names(path, operator, value) -> None:
    assert passes(path, operator, value)


def make(*rows: tuple[str, str, object, int]):
    config = [
        {"path": path, "operator": operator, "value": value, "group": group}
        for path, operator, value, group in rows
    ]
    return read({"filters": config})[0].filters


YES = ("$.body.count", "equals", 7)
NO = ("$.body.count", "equals", 8)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], True),
        ([(*YES, 0), (*YES, 0)], True),
        ([(*YES, 0), (*NO, 0)], False),
        ([(*NO, 0), (*YES, 1)], True),
        ([(*YES, 1), (*NO, 0), (*NO, 1)], False),
        ([(*NO, 0), (*NO, 1)], False),
    ],
)
def test_groups_are_anded_inside_and_ored_between(rows, expected) -> None:
    assert (why_filtered(make(*rows), TRIGGER) is None) is expected


def test_a_disabled_filter_counts_for_nothing() -> None:
    rules, _ = read(
        {"filters": [{"path": NO[0], "operator": NO[1], "value": NO[2], "enabled": False}]}
    )

    assert rules.filters == ()


def test_the_reason_names_what_failed_in_each_group() -> None:
    reason = why_filtered(make((*NO, 0), ("$.body.gone", "exists", None, 1)), TRIGGER)

    assert reason == "$.body.count equals did not hold; $.body.gone exists did not hold"


@pytest.mark.parametrize(
    ("operator", "value"),
    [("like", 1), ("in", "x"), ("between", {"min": 1}), ("between", {"min": 1, "max": "2"}),
     ("regex", 5), ("regex", "("), ("regex", "x" * 2000), ("matches_all", "x")],
)  # fmt: skip
def test_an_operator_that_cannot_work_is_told_in_words(operator, value) -> None:
    assert problem(operator, value)


@pytest.mark.parametrize("path", ["a.b", "$.", "$..a..b", "$[?@..x]", "$[", "$.a b", "x" * 300, ""])
def test_a_path_that_is_none_or_has_no_bound_is_refused(path) -> None:
    with pytest.raises(EngineError):
        compile_path(path)


def test_a_hostile_regular_expression_costs_nothing() -> None:
    trigger = {"body": {"text": "a" * 50_000 + "!"}}
    rules, problems = read(
        {"filters": [{"path": "$.body.text", "operator": "regex", "value": "(a+)+$"}]}
    )

    assert problems == ()
    assert why_filtered(rules.filters, trigger) is not None


# RE2 needs all of its states for it: three seconds for each million characters.
DEAR = {"operator": "regex", "value": "a[ab]{900}c"}


@pytest.mark.parametrize(
    ("count", "path"), [(1, "$.body.text"), (50, "$.body.short"), (50, "$.body.many[?@ == 1]")]
)
def test_filters_do_no_more_work_together_than_they_may(count, path) -> None:
    body = {"text": "ab" * 500_000, "short": "ab" * 10_000, "many": [0] * 50_000}
    one = {"path": path, **DEAR, "group": 0}
    rules, problems = read({"filters": [{**one, "group": number} for number in range(count)]})
    assert problems == ()

    with pytest.raises(EngineError) as refusal:
        why_filtered(rules.filters, {"body": body})

    assert refusal.value.code == "too_many_steps"
    assert "filters" in refusal.value.message


@pytest.mark.parametrize(
    ("operator", "value"),
    [("contains", 1), ("not_contains", 0), ("matches_any", [1]), ("matches_all", [1])],
)
@pytest.mark.parametrize("path", ["$.body.long", "$.body"])
def test_comparisons_with_long_lists_do_no_more_together_than_they_may(
    operator, value, path
) -> None:
    long = [0] * 100_000
    body = {"long": long} if path == "$.body.long" else [long, *long]
    one = {"path": path, "operator": operator, "value": value}
    rules, problems = read({"filters": [{**one, "group": number} for number in range(50)]})
    assert problems == ()

    assert why_filtered(rules.filters[:3], {"body": body}) is not None
    with pytest.raises(EngineError) as refusal:
        why_filtered(rules.filters, {"body": body})

    assert refusal.value.code == "too_many_steps"


class Counted(list):
    """A list that knows how often somebody went through it."""

    visits = 0

    def __iter__(self):
        self.visits += 1
        return super().__iter__()


@pytest.mark.parametrize("operator", ["matches_any", "matches_all"])
def test_a_list_is_compared_with_a_list_by_going_through_each_once(operator) -> None:
    found, wanted = Counted(range(1000, 3000)), Counted(range(20))

    assert OPERATORS[operator](found, wanted) is False
    assert (found.visits, wanted.visits) == (1, 1)


# Whole numbers that Python hashes alike, so that a set of them is as slow as a list.
ALIKE = [number * (2**61 - 1) for number in range(1, 3000)]


@pytest.mark.parametrize("operator", ["matches_any", "matches_all"])
def test_numbers_chosen_to_collide_do_not(operator) -> None:
    assert len({hash(number) for number in ALIKE}) == 1
    assert len({hash(key_of(number)) for number in ALIKE}) == len(ALIKE)
    assert OPERATORS[operator](ALIKE, ALIKE[:2]) is True


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 2)
    | st.sampled_from([0.0, -0.0, 1.0, 1.5, 2.0**70, 2**70, 2**70 + 1, 1e308, "1", "a", ""]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2)
    ),
    max_leaves=4,
)


@settings(deadline=None)
@given(JSON, JSON)
def test_what_is_equal_alone_is_equal_in_a_list(one, other) -> None:
    is_equal = OPERATORS["equals"](one, other)

    assert OPERATORS["matches_any"]([one], [other]) is is_equal
    assert OPERATORS["matches_all"]([one, "z"], [other]) is (is_equal or other == "z")
