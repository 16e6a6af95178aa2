"""Text and data are taken out of a page, whatever the page is."""

from __future__ import annotations

import pytest

from apps.engine.testing import Given, examples_beside, play, problems_in, promised, try_node
from apps.nodes.data_html.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def read(text, **config):
    return try_node(NODE, {"text": "{{ trigger }}", **config}, Given(trigger=text))


def taken(text, selector, *, is_list=True, **value):
    wanted = {"name": "x", "selector": selector, "all": is_list, **value}
    tried = read(text, operation="extract", values=[wanted])
    return tried.output["x"]


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("", ""),
        ("just words", "just words"),
        ("a\n  b&nbsp;c\t d", "a b c d"),
        ("<p>a</p>b", "a\nb"),
        ("<p>a<p>b<div>c", "a\nb\nc"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("a <b>b</b><i> c</i>", "a b c"),
        ("<ul><li>a<li>b<ul><li>c</ul></ul>", "- a\n- b\n- c"),
        ("<table><tr><th>a<th>b<tr><td>1<td> 2 </table>", "a\tb\n1\t2"),
        ("<td>a<td><td>c", "a\t\tc"),
        ("a<!-- <p>no</p> -->b<!x><?y?>c", "abc"),
        ("a<script>if (a</b) '</p>'</script>b<style>p{}</style>", "ab"),
        ("<title>a &lt;b&gt;</title>", "a <b>"),
        ("<textarea><p>&amp;</textarea>", "<p>&"),
        ("<noscript>no</noscript><template>no</template>yes", "yes"),
        ("1 < 2 &amp; 3 > 2 & &lt;p&gt; &#233; &#xE9; &unknown; &notit;", "1 < 2 & 3 > 2 & <p> é é &unknown; ¬it;"),
        ("&#0;&#xD800;", "\ufffd\ufffd"),
        ("</p></div>a</b>", "a"),
        ("<a b='>' c=\">\" d>x</a>", "x"),
        ("<A HREF=/x>X</A>", "X"),
        ("a<b", "a"),
        ("a<!--", "a"),
        ("a<script>", "a"),
        ("a</", "a"),
        ('a<p x="', "a"),
    ],
)  # fmt: skip
def test_text_is_what_a_person_reads(page, text) -> None:
    assert read(page).output == text


def test_links_are_followed_by_where_they_lead() -> None:
    page = '<a href="/1?a&amp;b">one</a>, <a>none</a>'

    assert read(page, has_addresses=True).output == "one (/1?a&b), none"
    assert read(page).output == "one, none"


PAGE = """
<div id=main class="box wide"><h2 lang=en>A</h2><p>1<b>2</b></p>
  <div class=box><p>3</p><a href=/1 rel="next x">go</a></div>
</div><p>4</p>
"""


@pytest.mark.parametrize(
    ("selector", "texts"),
    [
        ("p", ["12", "3", "4"]),
        ("P", ["12", "3", "4"]),
        ("#main", ["A\n12\n3\ngo"]),
        ("#main p", ["12", "3"]),
        ("#main > p", ["12"]),
        ("div div p", ["3"]),
        (".box .box > p", ["3"]),
        (".wide.box > h2", ["A"]),
        ("div.wide h2[lang=en]", ["A"]),
        ('h2[lang="de"]', []),
        ("[rel='next x']", ["go"]),
        ("[ href ]", ["go"]),
        ("p *", ["2"]),
        ("main", []),
        ("div > b", []),
        (" div>p ", ["12", "3"]),
    ],
)
def test_a_selector_finds_its_elements_in_the_order_of_the_page(selector, texts) -> None:
    assert taken(PAGE, selector) == texts


def test_the_first_is_taken_or_null() -> None:
    assert taken(PAGE, "p", is_list=False) == "12"
    assert taken(PAGE, "table", is_list=False) is None
    assert taken(PAGE, "a", take="attribute", attribute="HREF") == ["/1"]
    assert taken(PAGE, "a", take="attribute", attribute="title", is_list=False) is None


def test_each_element_becomes_an_object_and_its_values_lie_inside_of_it() -> None:
    tried = read(
        "<p class=a>1</p><p class=b>2<i>3</i></p>",
        operation="extract",
        each="p",
        values=[
            {"name": "text"},
            {"name": "kind", "take": "attribute", "attribute": "class"},
            {"name": "inner", "selector": "i"},
            {"name": "itself", "selector": "p"},
        ],
    )

    assert tried.output == [
        {"text": "1", "kind": "a", "inner": None, "itself": None},
        {"text": "23", "kind": "b", "inner": "3", "itself": None},
    ]


@pytest.mark.proves("refusal", "retryable")
@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("<div>" * 257, "html_too_deep"),
        ("<br>" * 100_001, "html_too_large"),
        ("</p>" * 300_001, "html_too_large"),
        ("<p " + "a " * 300_001, "html_too_large"),
    ],
)
def test_a_page_that_is_too_deep_or_too_large_is_refused_and_time_does_not_heal_it(
    page, code
) -> None:
    failure = read(page).answer

    assert (failure.code, failure.is_retryable) == (code, False)


def test_a_page_may_lie_as_deep_as_the_bound() -> None:
    assert read("<div>" * 256 + "x").output == "x"


NESTED = "<div class=a>" * 250 + "x" * 10_000 + "</div>" * 250


@pytest.mark.proves("fault")
@pytest.mark.parametrize(
    ("page", "config", "code"),
    [
        (NESTED * 5, {"each": "div"}, "output_too_large"),
        (("<b>" * 250 + "</b>" * 250) * 100, {"each": "*"}, "too_many_steps"),
        (f"<a b='{'x' * 6_000_000}'><a>", {"each": "a", "values": [
            {"name": name, "take": "attribute", "attribute": "b"} for name in "xy"
        ]}, "output_too_large"),
    ],
)  # fmt: skip
def test_what_finds_the_same_again_and_again_fails_at_a_bound(page, config, code) -> None:
    made = {"operation": "extract", "values": [{"name": "x"}], **config}

    assert read(page, **made).answer.code == code


@pytest.mark.parametrize(
    "page",
    [
        "<" * 3_000_000,
        "<a " * 1_000_000,
        "<!--" * 1_000_000,
        '<a b="' * 500_000,
        "<script>" * 500_000,
        "<!" * 1_000_000,
        "&" * 3_000_000,
        "&#" + "9" * 3_000_000,
        "<title>" * 500_000,
    ],
)
def test_a_broken_page_of_megabytes_is_answered(page) -> None:
    assert getattr(read(page).answer, "code", "html_too_large") == "html_too_large"


def value(**given):
    return {"text": "a", "operation": "extract", "values": [{"name": "x", **given}]}


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({}, ("text", "field_required")),
        ({"text": "{{ trigger."}, ("text", "syntax_error")),
        ({"text": "a", "operation": "guess"}, ("operation", "field_choice")),
        ({"text": "a", "has_addresses": 1}, ("has_addresses", "field_type")),
        ({"text": "a", "operation": "extract"}, ("values", "field_required")),
        ({**value(), "values": "x"}, ("values", "field_type")),
        ({**value(), "values": [{"name": f"n{n}"} for n in range(51)]}, ("values", "field_length")),
        ({**value(), "values": [{}]}, ("values[0].name", "field_required")),
        ({**value(), "values": [{"name": "x"}, {"name": "x"}]}, ("values[1].name", "name_duplicate")),
        ({**value(), "each": "p:first-child"}, ("each", "bad_selector")),
        ({**value(), "each": "p >"}, ("each", "bad_selector")),
        ({**value(), "each": "a, b"}, ("each", "bad_selector")),
        (value(selector="a[b"), ("values[0].selector", "bad_selector")),
        (value(selector=" "), ("values[0].selector", "bad_selector")),
        (value(selector="a " * 11), ("values[0].selector", "bad_selector")),
        (value(take="html"), ("values[0].take", "field_choice")),
        (value(take="attribute"), ("values[0].attribute", "field_required")),
        (value(all="yes"), ("values[0].all", "field_type")),
    ],
)  # fmt: skip
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]
