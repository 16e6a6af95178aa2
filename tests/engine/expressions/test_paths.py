"""Paths: the same sugar everywhere, looked up lazily, and a useful sentence when they lead nowhere."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from apps.engine.expressions import ExpressionError, compile_expression
from tests.engine.expressions.asking import code_of, refusal, scope, value_of

ROOTS: dict[str, Any] = {
    "trigger": {
        "headers": {"x-github-event": "push", "x-hub-signature-256": "sha256=…"},
        "items": [{"id": 7}, {"id": 8}],
        "total": 10,
        "total-tax": 3,
        "größe": 4,
        "in": 5,
        "null": 6,
        "7": "seven",
        'o\'b "q" \\': 8,
        "empty": {},
        "none": None,
    },
    "steps": {
        "http-1": {"body": {"x-y": 1}, "headers": {"content-type": "text/html"}},
        "http": 12,
        "a-1-2": 2,
        "a": {"b": 20},
    },
    "tax": 1,
    "index": 1,
    "b": {"b": 2},
}
NODE_IDS = frozenset({"http-1", "http", "a-1-2", "a"})


@pytest.mark.parametrize(
    ("source", "gives"),
    [
        ("trigger.headers.x-github-event", "push"),
        ("trigger.headers.X-GitHub-Event", "push"),
        ('trigger.headers["X-GitHub-Event"]', "push"),
        ("trigger.headers['x-hub-signature-256']", "sha256=…"),
        ("steps.http-1.headers.Content-Type", "text/html"),
        ("trigger.headers['X-' + 'GitHub-Event']", "push"),
        ("trigger.items.0.id", 7),
        ("trigger.items[0].id", 7),
        ("trigger.items.1.id + trigger.items[0].id", 15),
        ("trigger.items[index].id", 8),
        ("trigger.items[index - 1].id", 7),
        ("trigger.items [ 1 ] . id", 8),
        ("trigger.7", "seven"),
        ("trigger[7]", "seven"),
        ("trigger['7']", "seven"),
        ("trigger.total-tax", 3),
        ("trigger.total - tax", 9),
        ("trigger.total -tax", 9),
        ("trigger.total- tax", 9),
        ("trigger.total-1", 9),
        ("trigger.total-tax-1", 2),
        ("trigger.total-size([1])", 9),
        ("steps.http-1.body.x-y", 1),
        ("steps.http-1.body.x-y - 1", 0),
        ("steps['http-1'].body['x-y']", 1),
        ("steps.http-2", 10),
        ("steps.a-1-2", 2),
        ("steps.a-1-2-1", 1),
        ("steps.a.b", 20),
        ("index-tax", 0),
        ("b.b-1", 1),
        ("trigger.größe", 4),
        ("trigger.in + trigger.null", 11),
        ("trigger['o\\'b \"q\" \\\\']", 8),
        (".trigger.total", 10),
        ("${trigger.total}", 10),
        ("${ trigger.total } + ${tax}", 11),
        ("{{ trigger.total }}", 10),
        ("  {{trigger.total}}  ", 10),
        ("{{ trigger.total }} > 9", True),
        ('{{ {"a": {"b": 1}}.a.b }}', 1),
        ("trigger.total // the sum", 10),
        ("// what is it?\ntrigger.total", 10),
    ],
)
def test_a_path_is_read_as_people_write_it(source: str, gives: object) -> None:
    assert value_of(source, node_ids=NODE_IDS, **ROOTS) == gives


def test_without_a_matching_node_a_hyphen_before_a_digit_subtracts() -> None:
    assert value_of("steps.http-1", steps={"http": 12}) == 11
    assert value_of("steps.http-1", node_ids=frozenset({"http-1"}), steps={"http-1": 3}) == 3


def test_a_node_id_ends_where_a_hyphen_may_subtract() -> None:
    ids = frozenset({"http-1", "http-10", "2nd"})
    steps = {"http": 7, "http-1": 5, "http-10": 6, "2nd": 8}

    assert value_of("steps.http-10", node_ids=ids, steps=steps) == 6
    assert value_of("steps.http-1-1", node_ids=ids, steps=steps) == 4
    assert value_of("steps.http-100", node_ids=ids, steps=steps) == -93
    assert value_of("steps.2nd", node_ids=ids, steps=steps) == 8


def test_a_name_bound_by_a_macro_is_no_root_so_hyphens_subtract() -> None:
    rows = [{"price": 5, "cost": 2}]

    assert value_of("rows.map(r, r.price-r.cost)", rows=rows) == [3]
    assert value_of("rows.map(r, .rows[0].price-1)", rows=rows) == [4]


def test_a_leading_dot_reaches_the_root_behind_a_bound_name() -> None:
    assert value_of("[1].map(x, .x + x)", x=10) == [11]
    assert code_of(".", x=10) == "syntax_error"
    assert code_of(".[0]", x=10) == "syntax_error"


def test_the_static_paths_are_known_before_anything_is_evaluated() -> None:
    source = "trigger.a.0['b c'] > 1 ? steps.http-1.x : items.map(x, x.y + vars.z[i].q) ?? trigger.a.0['b c']"

    assert compile_expression(source, node_ids=NODE_IDS).paths == (
        ("trigger", "a", 0, "b c"),
        ("steps", "http-1", "x"),
        ("items",),
        ("vars", "z"),
        ("i",),
    )


class Lazy(Mapping[str, Any]):
    """A mapping that writes down what is loaded from it."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values_by_name = values
        self.loaded: list[str] = []

    def __getitem__(self, name: str) -> Any:
        self.loaded.append(name)
        return self.values_by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_by_name)

    def __len__(self) -> int:
        return len(self.values_by_name)

    def hint_for(self, name: str) -> str | None:
        return "read steps.loop-1.iterations" if name == "inner" else None


def test_only_what_is_reached_is_loaded() -> None:
    steps = Lazy({"a": {"x": 1}, "b": {"x": 2}, "c": 3})

    assert value_of("steps.a.x == 1 || steps.b.x == 2", steps=steps) is True
    assert value_of("steps.a.x == 1 ? 'yes' : steps.c", steps=steps) == "yes"
    assert value_of("steps.a.x ?? steps.c", steps=steps) == 1
    assert value_of("steps['a'].x", steps=steps) == 1
    assert value_of("steps['' + 'a'].x", steps=steps) == 1
    assert value_of("has(steps.a)", steps=steps) is True
    assert set(steps.loaded) == {"a"}


def test_a_mapping_that_loads_becomes_plain_json_when_it_is_asked_for_whole() -> None:
    steps = Lazy({"a": Lazy({"x": [1]}), "b": None})

    assert value_of("steps", steps=steps) == {"a": {"x": [1]}, "b": None}
    assert type(value_of("steps.a", steps=steps)) is dict
    assert value_of("[steps, keys(steps), size(steps)]", steps=steps)[1:] == [["a", "b"], 2]


def test_a_mapping_may_say_why_a_name_is_missing() -> None:
    steps = Lazy({"loop-1": 1})

    assert str(refusal("steps.inner.x", steps=steps)) == (
        "steps.inner.x is missing: read steps.loop-1.iterations"
    )
    assert "Did you mean steps.loop-1?" in str(refusal("steps.lop-a", steps=steps))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, object(), b"x", (1,)])
def test_a_scope_that_holds_no_json_is_a_typed_error(value: object) -> None:
    assert code_of("a", a=value) == "not_json"
    assert code_of("a", a=Lazy({"x": value})) == "not_json"


@pytest.mark.parametrize(
    ("source", "path", "sentence"),
    [
        ("trigger.totl", "trigger.totl", "trigger has no “totl”. Did you mean trigger.total?"),
        ("trigger.TOTAL", "trigger.TOTAL", "Did you mean trigger.total?"),
        ("triger.total", "triger.total", "there is no “triger”. Did you mean trigger?"),
        ("trigger.headers.x-hub-signature-256", "trigger.headers.x-hub-signature",
         'Did you mean trigger.headers["x-hub-signature-256"]?'),
        ("steps.http-1.body.zzz", "steps.http-1.body.zzz", "steps.http-1.body has no “zzz”. There is: x-y."),
        ("trigger.items.9", "trigger.items[9]", "trigger.items has 2 elements, counted from 0."),
        ("trigger.items.id", "trigger.items.id", "Write trigger.items[0] for its first element, or map() for all."),
        ("trigger.total.x", "trigger.total.x", "trigger.total is a number, so nothing lies inside it."),
        ("trigger.none.x.y", "trigger.none.x.y", "trigger.none is null, so nothing lies inside it."),
        ("trigger.empty.x", "trigger.empty.x", "It is empty."),
        ("trigger.items[-1]", "trigger.items[-1]", "has 2 elements"),
        ("trigger.items[index].x", "trigger.items[1].x", "trigger.items[1] has no “x”. There is: id."),
        ("trigger.items.map(r, r.x)", "r.x", "r has no “x”"),
        ("[1][5]", "the result[5]", "the result has 1 elements"),
        ("keys({})[index].a", "the result[1].a", "the result has 0 elements"),
        ("[{}].map(r, r['a'].b.c)[0]", "r.a.b.c", "r has no “a”"),
        ("{'a': {}}.a.b[index].c", "the result.a.b[1].c", "the result.a has no “b”"),
        ("{'a': [{}]}.a[index - 1].c.d", "the result.a[0].c.d", "the result.a[0] has no “c”. It is empty."),
    ],
)  # fmt: skip
def test_a_missing_path_names_itself_and_the_nearest_name_there_is(
    source: str, path: str, sentence: str
) -> None:
    failure = refusal(source, node_ids=NODE_IDS, **ROOTS)

    assert (failure.code, failure.path) == ("missing_path", path)
    assert str(failure).startswith(f"{path} is missing: ")
    assert sentence in str(failure)


def test_a_name_that_comes_into_being_meanwhile_is_still_a_typed_error() -> None:
    class Late(Lazy):
        def __getitem__(self, name: str) -> Any:
            if not self.loaded:
                self.loaded.append(name)
                raise KeyError(name)
            return {"x": 1}

    failure = refusal("steps.a.y", steps=Late({}))

    assert (failure.code, failure.path) == ("missing_path", "steps.a.y")


def test_nothing_at_all_in_scope_still_gives_a_sentence() -> None:
    assert str(refusal("a.b")) == "a.b is missing: there is no “a”."


def test_a_missing_path_with_hostile_names_stays_short_and_clean() -> None:
    failure = refusal("trigger.a", trigger={"\x1b[31m" + "n" * 5000: 1, "\ud800": 2})

    assert len(str(failure)) < 300
    assert str(failure).isprintable()


def test_a_path_may_be_null_instead_of_missing_if_the_workflow_says_so() -> None:
    lenient = scope(ROOTS, on_missing="null")

    assert compile_expression("trigger.zz.y").evaluate(lenient) is None
    assert compile_expression("trigger.items[7].id ?? 'none'").evaluate(lenient) == "none"
    assert compile_expression("has(trigger.zz.y)").evaluate(lenient) is False
    assert compile_expression("[{}].map(r, r.a.b)").evaluate(lenient) == [None]
    with pytest.raises(ExpressionError, match="cannot work with null and a number"):
        compile_expression("trigger.zz + 1").evaluate(lenient)


def test_keep_is_for_templates_and_acts_as_error_in_an_expression() -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression("trigger.zz").evaluate(scope(ROOTS, on_missing="keep"))

    assert caught.value.code == "missing_path"


@pytest.mark.parametrize(
    "source", ["items[true]", "items[null]", "items[1.5]", "items[[0]]", "items[{}]"]
)
def test_an_index_is_a_whole_number_or_a_name(source: str) -> None:
    failure = refusal(source, items=[1, 2])

    assert failure.code == "wrong_type"
    assert failure.position == 5


def test_credentials_are_out_of_reach_of_every_expression() -> None:
    roots = {"credentials": {"api": {"token": "s3cr3t"}}, "a": {"credentials": 1}}

    for source in (
        "credentials", "credentials.api.token", "credentials['api']", "has(credentials.api)", "{{ credentials.api }}",
        "[1].map(x, credentials.api)", "true ? 1 : credentials.api", "size(credentials)", ".credentials.api",
        "credentials.api.token == 's'", "${credentials.api.token}", "null ?? credentials.api",
    ):  # fmt: skip
        failure = refusal(source, **roots)

        assert failure.code == "secret_not_allowed"
        assert "s3cr3t" not in str(failure)
    assert value_of("a.credentials", **roots) == 1
    assert value_of("[1].map(credentials, credentials)", **roots) == [1]
