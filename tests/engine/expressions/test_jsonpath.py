"""JSONPath: what RFC 9535 selects, found by our own search, which no path can keep busy."""

import json
from typing import Any

import jsonpath_rfc9535
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.engine.expressions import ExpressionError
from apps.engine.expressions.jsonpath import compile_jsonpath, shared
from tests.engine.expressions.asking import exactly

STORE: dict[str, Any] = {
    "store": {
        "book": [
            {"kind": "ref", "author": "N", "price": 8.95, "list": [1, 2]},
            {"kind": "fic", "author": "E", "price": 12, "isbn": "x"},
            {"kind": "fic", "price": True, "list": []},
            {"kind": 1.0, "price": 1, "author": "f.c"},
        ],
        "bike": {"color": "red", "price": 19.95},
    },
    "empty": [],
    "none": None,
    "limit": 10,
    "kind": 1,
    "x y": {"'": 2, '"': 3},
    "id": 9007199254740993,
    "ids": [{"n": 9007199254740993}, {"n": 9007199254740992}],
    "☺": "smile",
    "pattern": "^f",
}
SELECTING = [
    "$", "$.store.book[*].author", "$..author", "$.store.*", "$.store..price", "$..book[2]", "$..book[-1]", "$..book[0,1]",
    "$..book[:2]", "$..book[?@.isbn]", "$..book[?@.price<10]", "$..book[?@.price<$.limit]", "$..*", "$..[0]",
    "$['x y']['\\'']", '$["x y"]["\\""]', "$.store.book[::-1]", "$.store.book[1:10:2]", "$.store.book[::0]", "$.store.book[1:-1]",
    "$.store.book[0:0]", "$.store.book[10]", "$.store.book[-9]", "$.store.book[?@.kind==1]", "$.store.book[?@.price==1]",
    "$.store.book[?@.price==true]", "$.store.book[?@.zz==@.yy]", "$.store.book[?@.zz!=@.yy]", "$.store.book[?@.zz<=@.yy]",
    "$.store.book[?@.zz<@.yy]", "$.store.book[?!@.isbn && @.price>1]", "$.store.book[?!(@.isbn || @.list)]",
    "$.store.book[?@.kind=='fic' || @.price==8.95]", "$.store.book[?count(@.list[*])>1]", "$.store.book[?length(@.kind)==3]",
    "$.store.book[?length(@.list)==0]", "$.store.book[?length(@.price)==1]", "$.store.book[?length(@)>3]",
    "$.store.book[?value(@.list[0])==1]", "$.store.book[?value(@.*)==1]",
    "$.store.book[?@.list==$.store.book[0].list]", "$.store.book[?@.price<=true]", "$.store.book[?@.price>=true]",
    "$.store.book[?@.price>=12]", "$.store.book[?'E'<=@.author]", "$.store.book[?@.author>'E']", "$[?@.book]", "$[?@==null]",
    "$[?@ == 1.0]", "$.none", "$.empty[*]", "$.store.book[0]['kind','author','zz']", "$.store.book[?@['kind']!='fic']",
    "$.store.book[?(@.price)]", "$.store.book[?((@.price > 1) && !(@.author))]", "$.☺", "$..[?@.price]", "$.limit.x", "$.limit[0]",
    "$.limit[*]", "$.limit[0:1]", "$.limit[?@]", "$[?@ == $.kind]", "$.store.book[?@.price>1.5e1]", "$.store.book[?@.list[*]]",
    "$.store.book[?@.list[0:1]]", "$ .store .book [ 0 ]", "$.store.book[?@.kind=='\\u0066ic']", "$[?@ < 'z']",
]  # fmt: skip


@pytest.mark.parametrize("source", SELECTING)
def test_a_path_selects_what_the_librarys_own_search_selects(source: str) -> None:
    theirs = [node.value for node in jsonpath_rfc9535.find(source, STORE)]
    path = compile_jsonpath(source)

    assert exactly(path.find(STORE)) == exactly(theirs)
    assert exactly(path.first(STORE, default="nothing")) == exactly(
        theirs[0] if theirs else "nothing"
    )


@pytest.mark.parametrize(
    ("source", "finds"),
    [
        ("$.store.book[?match(@.kind, 'f.c')].price", [12, True]),
        ("$.store.book[?match(@.kind, 'f')].price", []),
        ("$.store.book[?match(@.kind, 'f|fic')].price", [12, True]),
        ("$.store.book[?search(@.kind, '^f')].price", [12, True]),
        ("$.store.book[?search(@.kind, 'c$')].price", [12, True]),
        ("$.store.book[?search(@.kind, $.pattern)].price", [12, True]),
        ("$.store.book[?match(@.kind, $.limit)]", []),
        ("$.store.book[?!search(@.kind, 'e')].price", [12, True, 1]),
        ("$[?match(@, '\\\\pL+ing') || search(@, 'sm')]", ["smile"]),
        ("$.ids[?@.n == 9007199254740993].n", [9007199254740993]),
        ("$.ids[?@.n == -9007199254740993].n", []),
        ("$.ids[?@.n > 9.007199254740992e15].n", [9007199254740993]),
    ],
)
def test_patterns_are_those_of_re2_and_whole_numbers_are_exact(
    source: str, finds: list[Any]
) -> None:
    assert compile_jsonpath(source).find(STORE) == finds


def test_what_is_found_is_shared_with_what_was_searched() -> None:
    assert compile_jsonpath("$.store").find(STORE)[0] is STORE["store"]
    assert compile_jsonpath("$.zz").first(STORE) is None
    assert compile_jsonpath("$.store") is compile_jsonpath("$.store")
    assert repr(compile_jsonpath("$.store")) == "JsonPath('$.store')"


@pytest.mark.parametrize(
    ("source", "code", "sentence"),
    [
        ("", "bad_jsonpath", "This is no JSONPath"),
        ("store", "bad_jsonpath", "expected '$'"),
        ("$.", "bad_jsonpath", "This is no JSONPath"),
        ("$[", "bad_jsonpath", "This is no JSONPath"),
        ("$.a b", "bad_jsonpath", "This is no JSONPath"),
        ("$..a..b", "bad_jsonpath", "descends (..) once at most"),
        ("$..*..*..*", "bad_jsonpath", "descends (..) once at most"),
        ("$[?@..a]", "bad_jsonpath", "Inside a filter a JSONPath cannot descend"),
        ("$[?count($..*) > 1]", "bad_jsonpath", "Inside a filter a JSONPath cannot descend"),
        ("$..[?@.a == value(@..b)]", "bad_jsonpath", "Inside a filter a JSONPath cannot descend"),
        ("$[?@[?@.a]]", "bad_jsonpath", "A filter cannot hold another filter"),
        ("$[?$[?@.a] && @.b]", "bad_jsonpath", "A filter cannot hold another filter"),
        ("$[?@.a == 1 == 2]", "bad_jsonpath", "two sides"),
        ("$[?true]", "bad_jsonpath", "This is no JSONPath"),
        ("$[?length(@)]", "bad_jsonpath", "must be compared"),
        ("$[?@.a =~ 'x']", "bad_jsonpath", "This is no JSONPath"),
        ("$[(@.length-1)]", "bad_jsonpath", "This is no JSONPath"),
        ("$[?nope(@)]", "bad_jsonpath", "nope"),
        ("$[99999999999999999999]", "bad_jsonpath", "out of range"),
        ("$[?@ == 1e999]", "bad_jsonpath", "This is no JSONPath"),
        ("$[?@.a == '\\ud800']", "bad_jsonpath", "This is no JSONPath"),
        ("\0", "bad_jsonpath", "This is no JSONPath"),
        ("$." + "\ud800", "bad_jsonpath", "This is no JSONPath"),
        ("$[?" + "(" * 200 + "@", "bad_jsonpath", "This is no JSONPath"),
        ("$[?search(@, '(')]", "bad_pattern", "The pattern does not work"),
        ("$[?match(@, '(?=a)')]", "bad_pattern", "The pattern does not work"),
        ("$." + "a" * 255, "source_too_long", "256"),
    ],
)  # fmt: skip
def test_a_path_that_may_harm_or_is_none_is_refused_before_it_searches(
    source: str, code: str, sentence: str
) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_jsonpath(source)

    assert caught.value.code == code
    assert sentence in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_path_may_have_256_characters() -> None:
    source = "$." + "a" * 254

    assert len(source) == 256
    assert compile_jsonpath(source).find({"a" * 254: 1}) == [1]


def test_a_mistake_is_named_at_its_place() -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_jsonpath("$.a b")

    assert caught.value.position == 4


def outcome(source: str, value: Any) -> str:
    try:
        found = compile_jsonpath(source).find(value)
    except ExpressionError as error:
        return error.code
    return "found" if isinstance(found, list) else "something else"


def nested(depth: int) -> Any:
    value: Any = {"a": 1}
    for _ in range(depth):
        value = {"a": [value, value]} if depth <= 12 else {"a": value}
    return value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("$" + "[*,*,*,*]" * 28, [[[[[[[[[[[[[[1]]]]]]]]]]]]]]),
        ("$" + "[0,0,0,0]" * 28, [[[[[[[[[[[[[[1]]]]]]]]]]]]]]),
        ("$.." + "[*,*,*,*]" * 20, nested(12)),
        ("$..[" + ",".join("*" * 120) + "]", [list(range(100))] * 100),
        ("$[" + ",".join(["?@"] * 80) + "]", list(range(20_000))),
        ("$.a[?count($.a[*]) > 1]", {"a": list(range(5_000))}),
        ("$.a[?$.b == $.c]", {"a": [1] * 1000, "b": list(range(2_000)), "c": list(range(2_000))}),
        ("$.a[?$.b < $.c]", {"a": [1] * 1000, "b": "x" * 1_000_000, "c": "x" * 1_000_000}),
        ("$.a[?search($.b, '(a|aa)+[bc]{90}')]", {"a": [1] * 1000, "b": "a" * 1_000_000}),
        ("$.a[?match($.b, '(.*)(.*)(.*)(.*)(.*)[99]')]", {"a": [1] * 1000, "b": "x" * 1_000_000}),
        ("$.a[?search('', @)]", {"a": [f"[a-z]{{{number}}}" for number in range(1000)]}),
        ("$[::1][::1]", [list(range(1000))] * 1000),
        ("$..*", [[[]] * 1000] * 1000),
    ],
)
def test_a_hostile_path_runs_out_of_steps(source: str, value: Any) -> None:
    path = compile_jsonpath(source)

    with pytest.raises(ExpressionError) as caught:
        path.find(value)

    assert caught.value.code == "too_many_steps"


def test_the_first_find_costs_no_more_than_the_way_to_it() -> None:
    many = [[1]] * 400_000

    assert compile_jsonpath("$[*][0]").first(many[:1000]) == 1
    assert compile_jsonpath("$.a[?search(@, '^a')]").first({"a": ["a"] * 1000}) == "a"


@pytest.mark.parametrize(
    "source",
    [
        "$[?" + "!" * 200 + "@]",
        "$" + "[*]" * 84,
        "$." + "a." * 126 + "a",
        "$[?" + "(" * 120 + "@" + ")" * 120 + "]",
    ],
)
def test_a_path_that_lies_deep_is_searched_or_refused_like_any_other(source: str) -> None:
    assert outcome(source, STORE) in ("found", "bad_jsonpath")


def test_data_that_lies_deep_is_searched_without_recursion() -> None:
    value: Any = 1
    for _ in range(50_000):
        value = [value]

    assert compile_jsonpath("$..[?@ == 1]").find(value) == [1]
    with pytest.raises(ExpressionError) as caught:
        compile_jsonpath("$[?@ == $[0]]").find([value, json.loads("[" * 900 + "]" * 900)])
    assert caught.value.code == "too_deep"
    with pytest.raises(ExpressionError) as caught:
        compile_jsonpath("$[?@ == $[1]]").first([_copied(value), value])
    assert caught.value.code == "too_deep"


def _copied(value: Any) -> Any:
    copy: Any = 1
    while isinstance(value, list):
        copy, value = [copy], value[0]
    return copy


def test_a_pattern_from_the_data_that_does_not_work_is_a_typed_error() -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_jsonpath("$.a[?search(@.t, @.p)]").find({"a": [{"t": "x", "p": "("}]})

    assert caught.value.code == "bad_pattern"
    assert compile_jsonpath("$.a[?search(@.t, @.p)]").find({"a": [{"t": 1, "p": "("}]}) == []


# Without truths: inside of lists the library takes true for 1.
JSON_VALUES = st.recursive(
    st.none() | st.integers(-3, 3) | st.floats(-2, 2) | st.sampled_from("ab"),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=12,
)
SEGMENTS = st.sampled_from(
    [".a", ".b", "[*]", "[0]", "[-1]", "[0:2]", "[::-1]", "['a','b']", "[0,1]", ".*"]
)
OPERANDS = st.sampled_from(
    [
        "@",
        "@.a",
        "@[0]",
        "$.a",
        "1",
        "'a'",
        "null",
        "true",
        "length(@.a)",
        "count(@.*)",
        "value(@.b)",
        "-1.5",
    ]
)
TESTS = st.one_of(
    st.builds(
        lambda left, operator, right: f"{left} {operator} {right}",
        OPERANDS, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), OPERANDS,
    ),
    st.sampled_from(["@.a", "!@.b", "$.c", "@.*"]),
)  # fmt: skip
FILTERS = st.recursive(
    TESTS,
    lambda inner: st.builds(lambda a, o, b: f"({a} {o} {b})", inner, st.sampled_from(["&&", "||"]), inner)
    | st.builds(lambda a: f"!({a})", inner),
    max_leaves=4,
)  # fmt: skip
PATHS = st.builds(
    lambda head, descent, tail, test: "$" + "".join(head) + descent + "".join(tail) + test,
    st.lists(SEGMENTS, max_size=2),
    st.sampled_from(["", "", "..*", "..a", "..[0]"]),
    st.lists(SEGMENTS, max_size=2),
    st.just("") | FILTERS.map(lambda test: f"[?{test}]"),
)


@settings(max_examples=400, deadline=None)
@given(PATHS, JSON_VALUES)
def test_our_search_and_the_librarys_agree_on_random_paths(source: str, value: Any) -> None:
    try:
        theirs = [node.value for node in jsonpath_rfc9535.find(source, value)]
    except jsonpath_rfc9535.JSONPathError:
        theirs = None

    try:
        ours = compile_jsonpath(source).find(value)
    except ExpressionError:
        ours = None

    assert exactly(ours) == exactly(theirs)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="$@.[]*?()&|!=<>1-'\"ab:, \\ud", max_size=40), JSON_VALUES)
def test_random_texts_are_searched_or_refused_and_nothing_else(source: str, value: Any) -> None:
    assert outcome("$" + source, value) in ("found", "bad_jsonpath", "bad_pattern")


def test_searches_that_share_a_budget_may_do_no_more_together() -> None:
    path = compile_jsonpath("$..kind")
    budget, used = shared(2), shared(2)
    path.find(STORE, used)
    spent = budget.steps_left - used.steps_left
    assert shared(2).steps_left == 2 * shared(1).steps_left
    assert spent > 0

    budget.steps_left = 2 * spent
    assert path.find(STORE, budget) == path.find(STORE, budget) == path.find(STORE)
    with pytest.raises(ExpressionError):
        path.find(STORE, budget)
