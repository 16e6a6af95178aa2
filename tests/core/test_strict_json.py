"""JSON from outside: what is refused, by which code, and that refusing is cheap."""

import json
from collections.abc import Callable

import pytest

from apps.core import strict_json
from apps.core.errors import GoraxError, InvalidError, TooLargeError, UnreadableError
from tests.pace import grows_at_most

REFUSED = {
    "not_json": [
        b"",
        b"   ",
        b"{",
        b'{"a":}',
        b"[1,]",
        b"{'a': 1}",
        b"\xef\xbb\xbf{}",
        b'"\x00"',
        b'"a\nb"',
        b"01",
        b"+1",
        b"1 2",
        b'"\\x41"',
        b"nul",
        b'"unterminated',
        b"]" * 100,
    ],
    "not_utf8": [b"\xff", b'"\xc3"', b'"\xed\xa0\x80"', '"é"'.encode("latin-1")],
    "too_deep": [b"[" * 65 + b"]" * 65, b"[" * 100_000, b'{"a":' * 70 + b"1" + b"}" * 70],
    "duplicate_key": [b'{"a":1,"a":2}', b'{"a":1,"\\u0061":2}', b'[{"x":{"b":1,"b":1}}]'],
    "number_range": [b"NaN", b"[Infinity]", b"-Infinity", b"1e400", b"-1e999", b"9" * 5_000],
    "nul_character": [b'"\\u0000"', b'{"\\u0000":1}', b'[["a\\u0000b"]]'],
    "lone_surrogate": [b'"\\ud800"', b'"\\uDFFF x"', b'{"k":["\\udc00\\ud800"]}'],
    "too_many_keys": [json.dumps({str(n): n for n in range(10_001)}).encode()],
}


@pytest.mark.parametrize(
    ("code", "raw"), [(code, raw) for code, raws in REFUSED.items() for raw in raws]
)
def test_hostile_text_is_refused_with_a_code_that_names_what_is_wrong(
    code: str, raw: bytes
) -> None:
    with pytest.raises(UnreadableError) as refusal:
        strict_json.loads(raw)

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"null", None),
        (b'{"a":[1,2.5,{"b":null}],"c":"\\u00e9"}', {"a": [1, 2.5, {"b": None}], "c": "é"}),
        (b"[" * 64 + b"]" * 64, json.loads("[" * 64 + "]" * 64)),
        (b'"' + b"[" * 100 + b'"', "[" * 100),
        (b'{"q":"\\"[[[[\\\\","deep":"' + b"{" * 90 + b'"}', {"q": '"[[[[\\', "deep": "{" * 90}),
        (b'"\\ud83d\\ude00"', "😀"),
        (b'"\\\\u0000 \\\\ud800"', "\\u0000 \\ud800"),
        (b"123456789012345678901234567890", 123456789012345678901234567890),
        (b'[{"a":1},{"a":2}]', [{"a": 1}, {"a": 2}]),
        (b"-0.0", -0.0),
    ],
)
def test_honest_text_is_read_as_it_was_written(raw: bytes, value: strict_json.Json) -> None:
    assert strict_json.loads(raw) == value


def test_limits_hold_exactly_and_one_beyond_is_refused() -> None:
    assert strict_json.loads(b'"' + b"a" * 8 + b'"', max_bytes=10) == "a" * 8
    assert strict_json.loads(b'{"a":{"b":1}}', max_keys=2, max_depth=2) == {"a": {"b": 1}}
    with pytest.raises(TooLargeError):
        strict_json.loads(b'"' + b"a" * 9 + b'"', max_bytes=10)
    with pytest.raises(UnreadableError, match="more than 1 keys"):
        strict_json.loads(b'{"a":{"b":1}}', max_keys=1)
    with pytest.raises(UnreadableError, match="more than 1 deep"):
        strict_json.loads(b'{"a":{"b":1}}', max_depth=1)


def test_what_comes_in_has_the_limits_of_the_engine() -> None:
    keys = {str(number): number for number in range(10_000)}
    deep = b"[" * 64 + b"]" * 64
    large = b'"' + b"a" * (5 * 1024 * 1024 - 2) + b'"'

    assert strict_json.loads(json.dumps(keys).encode()) == keys
    assert strict_json.loads(deep) == json.loads(deep)
    assert strict_json.loads(large) == "a" * (5 * 1024 * 1024 - 2)
    for hostile, code in (
        (json.dumps({**keys, "one": "more"}).encode(), "too_many_keys"),
        (b"[" + deep + b"]", "too_deep"),
        (large + b" ", "too_large"),
    ):
        with pytest.raises(GoraxError) as refusal:
            strict_json.loads(hostile)
        assert refusal.value.code == code


@pytest.mark.parametrize(
    "make",
    [
        lambda n: b'"' + b'\\"' * n,
        lambda n: b"[" * 65 + b'"' * n,
        lambda n: b"[]" * n,
        lambda n: b'"\\ud800",' * (n // 8),
        lambda n: b"{" + b",".join(b'"%d":1' % (k // 2 or k) for k in range(n // 30, 0, -1)) + b"}",
    ],
    ids=["escaped quotes", "quotes", "brackets", "surrogates", "names that stand twice"],
)
def test_refusing_takes_time_in_proportion_to_the_text(make: Callable[[int], bytes]) -> None:
    def refusing(size: int) -> Callable[[], object]:
        raw = make(size)

        def refuse() -> None:
            with pytest.raises(UnreadableError):
                strict_json.loads(raw)

        return refuse

    # Ten times the text may take ten times as long, with room for noise; quadratic would take a hundred times.
    assert grows_at_most(refusing, (200_000, 2_000_000), 40)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (float("nan"), "not_json"),
        ([float("inf")], "not_json"),
        ({"a": "\x00"}, "nul_character"),
        (["\ud800"], "lone_surrogate"),
        ({"a": {1, 2}}, "not_json"),
    ],
)
def test_what_postgresql_could_not_store_is_not_written(value: strict_json.Json, code: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        strict_json.dumps(value)

    assert refusal.value.code == code


def test_writing_is_compact_and_keeps_every_digit() -> None:
    value = {"é": [1, 2.5, None, True, 10**30], "b": "\\u0000"}

    assert strict_json.dumps(value) == (
        '{"é":[1,2.5,null,true,1000000000000000000000000000000],"b":"\\\\u0000"}'
    )
