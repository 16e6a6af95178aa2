"""XML becomes JSON and JSON becomes XML, and no document makes much out of little."""

from __future__ import annotations

import pytest

from apps.engine.testing import Given, examples_beside, play, problems_in, promised, try_node
from apps.nodes.data_xml.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def read(text, **config):
    return try_node(NODE, {"text": "{{ trigger }}", **config}, Given(trigger=text))


def written(data, **config):
    made = {"operation": "write", "has_head": False, "data": "trigger", **config}
    return try_node(NODE, made, Given(trigger=data))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("<a/>", {"a": None}),
        ("<a>  </a>", {"a": None}),
        ("<a> x </a>", {"a": "x"}),
        ("<a>1</a>", {"a": "1"}),
        ('<a b="1"/>', {"a": {"@b": "1"}}),
        ('<a b="1">x</a>', {"a": {"@b": "1", "#text": "x"}}),
        ("<a><b/></a>", {"a": {"b": None}}),
        ("<a><b>1</b><c/><b>2</b></a>", {"a": {"b": ["1", "2"], "c": None}}),
        ("<a>x<b/>y</a>", {"a": {"b": None, "#text": "xy"}}),
        ("<a>&lt;&amp;&#233;</a>", {"a": "<&é"}),
        ("<a><![CDATA[<b>]]></a>", {"a": "<b>"}),
        ("<?xml version='1.0'?><!-- c --><?p i?><a/>", {"a": None}),
        ("<?xml version='1.0' encoding='ISO-8859-1'?><a>é</a>", {"a": "é"}),
        ("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", {"a": None}),
        ('<x:a xmlns:x="u"><x:b/></x:a>', {"x:a": {"@xmlns:x": "u", "x:b": None}}),
    ],
)
def test_an_element_becomes_what_it_holds(text, value) -> None:
    assert read(text).output == value


def test_names_can_always_be_lists() -> None:
    assert read("<a><b/></a>", always_lists=["b"]).output == {"a": {"b": [None]}}


@pytest.mark.proves("refusal", "retryable")
@pytest.mark.parametrize(
    "text",
    ["", "a", "<a>", "<a></b>", "<a/><b/>", "<a b=1/>", "<a>&x;</a>", "<a>\0</a>", "<a>\ud800</a>"],
)
def test_what_is_no_xml_is_refused_and_time_does_not_heal_it(text) -> None:
    failure = read(text).answer

    assert (failure.code, failure.is_retryable) == ("xml_invalid", False)


LAUGHS = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
HOSTILE = {
    "a billion laughs": f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]><a>&l9;</a>',
    "one large entity many times": f'<!DOCTYPE a [<!ENTITY x "{"x" * 50_000}">]><a>{"&x;" * 50_000}</a>',
    "a file": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "an address": '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1/x">%p;]><a/>',
    "attributes by default": f'<!DOCTYPE a [<!ATTLIST b c CDATA "{"x" * 50_000}">]><a>{"<b/>" * 50_000}</a>',
    "an entity of a type that is not loaded": "<!DOCTYPE a SYSTEM 'x.dtd'><a>&x;</a>",
}


@pytest.mark.proves("fault")
@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_that_a_document_declares_is_ever_read(name) -> None:
    assert read(HOSTILE[name]).answer.code == "xml_declares"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<a>" * 64 + "</a>" * 64, None),
        ("<a>" * 65 + "</a>" * 65, "xml_too_deep"),
        ("<a>" * 1_000_000, "xml_too_deep"),
        ("<a>" + "<b/>" * 100_000 + "</a>", "xml_too_large"),
        ("<a " + " ".join(f'a{n}=""' for n in range(100_000)) + "/>", "xml_too_large"),
    ],
)
def test_what_is_too_deep_or_too_large_fails_at_the_bound(text, code) -> None:
    assert getattr(read(text).answer, "code", None) == code


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"a": None}, "<a/>"),
        ({"a": ""}, "<a/>"),
        ({"a": {}}, "<a/>"),
        ({"a": 1.5}, "<a>1.5</a>"),
        ({"a": True}, "<a>true</a>"),
        ({"a": "<&>\r"}, "<a>&lt;&amp;&gt;&#13;</a>"),
        ({"a": {"@b": 'x"\n<'}}, '<a b="x&quot;&#10;&lt;"/>'),
        ({"a": {"@b": None, "#text": "x"}}, '<a b="">x</a>'),
        ({"a": {"b": [1, {"c": None}], "d": []}}, "<a><b>1</b><b><c/></b></a>"),
        ({"a": {"#text": "x", "b": None}}, "<a>x<b/></a>"),
    ],
)
def test_an_object_becomes_its_element(data, text) -> None:
    assert written(data).output == text


def test_the_root_can_be_named_and_lines_indented() -> None:
    output = written({"b": [1, 2], "c": {"d": None}}, root="a", is_indented=True).output

    assert output == "<a>\n  <b>1</b>\n  <b>2</b>\n  <c>\n    <d/>\n  </c>\n</a>\n"


@pytest.mark.parametrize(
    "data", [{"a": {"@b": "é\t\n\r\"'", "c": ["x", {"d": "&lt;"}], "e": None, "#text": "t"}}]
)
def test_what_is_written_is_read_as_it_was(data) -> None:
    assert read(written(data, has_head=True).output).output == data


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ([1], "xml_root"),
        ({}, "xml_root"),
        ({"a": 1, "b": 2}, "xml_root"),
        ({"a": [1, 2]}, "xml_root"),
        ({"a b": 1}, "xml_name"),
        ({"": 1}, "xml_name"),
        ({"a": {"1": 1}}, "xml_name"),
        ({"a": {"@b c": 1}}, "xml_name"),
        ({"a": {"b><c": 1}}, "xml_name"),
        ({"a": "\x01"}, "xml_character"),
        ({"a": {"@b": "\x0b"}}, "xml_character"),
        ({"a": {"@b": [1]}}, "bad_entry"),
        ({"a": {"#text": {}}}, "bad_entry"),
        ({"a": {"b": [[1]]}}, "bad_entry"),
        ({"a": {"b" * 200: [None] * 60_000}}, "output_too_large"),
    ],
)
def test_what_xml_cannot_say_is_refused(data, code) -> None:
    assert written(data).answer.code == code


def test_names_that_become_none_are_refused() -> None:
    tried = try_node(NODE, {"text": "<a/>", "always_lists": "{{ trigger }}"}, Given(trigger="b"))

    assert tried.answer.code == "bad_config"


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({}, ("text", "field_required")),
        ({"text": "{{ trigger."}, ("text", "syntax_error")),
        ({"text": "a", "operation": "guess"}, ("operation", "field_choice")),
        ({"text": "a", "always_lists": "b"}, ("always_lists", "field_type")),
        ({"text": "a", "always_lists": [1]}, ("always_lists[0]", "field_type")),
        ({"operation": "write", "data": "trigger."}, ("data", "syntax_error")),
        ({"operation": "write", "root": 7}, ("root", "field_type")),
        ({"operation": "write", "has_head": 1}, ("has_head", "field_type")),
        ({"operation": "write", "is_indented": "yes"}, ("is_indented", "field_type")),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]
