"""Comma-separated values are read and written."""

from __future__ import annotations

import pytest

from apps.engine.testing import Given, examples_beside, play, problems_in, promised, try_node
from apps.nodes.data_csv.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def read(text, **config):
    return try_node(NODE, {"text": "{{ trigger }}", **config}, Given(trigger=text))


def written(rows, **config):
    return try_node(NODE, {"operation": "write", **config}, Given(inputs={"before": rows}))


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("a,b", []),
        ("a,b\n1,2", [{"a": "1", "b": "2"}]),
        ("\ufeffa\r\n1\r\n\r\n2\r\n", [{"a": "1"}, {"a": "2"}]),
        ('a\n"1\n2"\n', [{"a": "1\n2"}]),
        ('a\n"say ""hi"""\n', [{"a": 'say "hi"'}]),
        ("a,b\n1\n", [{"a": "1", "b": None}]),
        ("a\n1,2\n", [{"a": "1", "column_2": "2"}]),
        (" a ,\n1,2\n", [{"a": "1", "column_2": "2"}]),
    ],
)
def test_rows_become_objects_by_the_first_one(text, rows) -> None:
    assert read(text).output == rows


def test_without_names_rows_become_lists() -> None:
    assert read("a,b\n1\n", has_names=False).output == [["a", "b"], ["1"]]


@pytest.mark.parametrize(
    ("separator", "text"), [(";", "a;b"), ("tab", "a\tb"), ("|", "a|b"), ("space", "a b")]
)
def test_another_separator_divides_fields(separator, text) -> None:
    assert read(text, separator=separator, has_names=False).output == [["a", "b"]]
    assert written([["a", "b"]], separator=separator).output == f"{text}\r\n"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("12", 12),
        ("-1.50", -1.5),
        ("1e3", 1000.0),
        ("0", 0),
        ("007", "007"),
        ("1,5", "1,5"),
        (" 1", " 1"),
        ("1e999", "1e999"),
        ("9" * 19, "9" * 19),
        ("٣", "٣"),
        ("", ""),
    ],
)
def test_only_what_is_written_as_a_number_becomes_one(field, value) -> None:
    (row,) = read(f'"{field}"', has_names=False, has_numbers=True).output

    assert row == [value]
    assert type(row[0]) is type(value)


@pytest.mark.proves("refusal", "retryable")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('a\n"1', "csv_invalid"),
        ('a\n"1"2\n', "csv_invalid"),
        ("a\n" + "x" * 131_073, "csv_invalid"),
        ("a,a\n1,2", "csv_row"),
        ("," * 10_000, "csv_row"),
    ],
)
def test_a_text_that_is_no_csv_is_refused_and_time_does_not_heal_it(text, code) -> None:
    failure = read(text).answer

    assert (failure.code, failure.is_retryable) == (code, False)


@pytest.mark.parametrize("row", ["1", "1,2,3"])
def test_a_row_that_must_fit_and_does_not_is_refused_by_its_number(row) -> None:
    failure = read(f"a,b\n1,2\n{row}\n", must_fit=True).answer

    assert failure.code == "csv_row"
    assert failure.message.startswith("Row 3 of “text” has")


@pytest.mark.proves("fault")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        (",".join(f"c{number}" for number in range(10_000)) + "\n1" * 10_000, "output_too_large"),
        ("a\n" + "1\n" * 100_001, "too_many_entries"),
    ],
)
def test_much_made_of_little_fails_before_it_is_made(text, code) -> None:
    assert read(text).answer.code == code


def test_lists_are_bounded_too() -> None:
    assert read("1\n" * 100_001, has_names=False).answer.code == "too_many_entries"


def test_columns_come_in_the_order_of_their_names_or_as_they_are_named() -> None:
    rows = [{"a": 1, "b": None}, {"c": True, "a": {"x": [1]}}]

    assert written(rows).output == 'a,b,c\r\n1,,\r\n"{""x"":[1]}",,true\r\n'
    assert written(rows, columns=["c", "a"], line_end="unix").output == (
        'c,a\n,1\ntrue,"{""x"":[1]}"\n'
    )
    assert written(rows, columns=["b"], has_names=False).output == '""\r\n""\r\n'


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+1+1", "'+1+1"),
        ("-x", "'-x"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("-5", "-5"),
        (-5, "-5"),
        ("+1.5", "+1.5"),
        ("a=b", "a=b"),
    ],
)
def test_a_text_that_would_be_computed_is_guarded(value, cell) -> None:
    assert written([[value]]).output == f"{cell}\r\n"


def test_the_guard_can_be_put_down() -> None:
    assert written([["=1"]], is_guarded=False).output == "=1\r\n"


def test_what_is_written_is_read_as_it_was() -> None:
    rows = [{"a": 'x,"y"\nz', "b": ""}, {"a": "é", "b": "'"}]

    assert read(written(rows).output).output == rows


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([1], "bad_entry"),
        ([{"a": 1}, [1]], "bad_entry"),
        ({"a": 1}, "bad_input"),
        ([{f"c{number}": 1} for number in range(10_001)], "csv_row"),
        ([{f"c{number}": 1 for number in range(9_000)}, *[{}] * 2_000], "output_too_large"),
    ],
)
def test_what_cannot_be_written_fails(rows, code) -> None:
    assert written(rows).answer.code == code


def test_columns_that_become_none_are_refused() -> None:
    given = Given(trigger=[1], inputs={"before": []})
    config = {"operation": "write", "columns": "{{ trigger }}"}

    assert try_node(NODE, config, given).answer.code == "bad_config"


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({}, ("text", "field_required")),
        ({"operation": "guess", "text": "a"}, ("operation", "field_choice")),
        ({"text": "{{ trigger."}, ("text", "syntax_error")),
        ({"operation": "write", "items": "trigger."}, ("items", "syntax_error")),
        ({"text": "a", "separator": ",,"}, ("separator", "field_choice")),
        ({"text": "a", "quote": "#"}, ("quote", "field_choice")),
        ({"text": "a", "separator": "|", "quote": "|"}, ("quote", "field_clash")),
        ({"text": "a", "has_names": "yes"}, ("has_names", "field_type")),
        ({"text": "a", "has_numbers": 1}, ("has_numbers", "field_type")),
        ({"text": "a", "must_fit": 1}, ("must_fit", "field_type")),
        ({"operation": "write", "columns": "a"}, ("columns", "field_type")),
        ({"operation": "write", "columns": [1]}, ("columns[0]", "field_type")),
        ({"operation": "write", "columns": ["a", "a"]}, ("columns[1]", "name_duplicate")),
        ({"operation": "write", "line_end": "mac"}, ("line_end", "field_choice")),
        ({"operation": "write", "is_guarded": "no"}, ("is_guarded", "field_type")),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]
