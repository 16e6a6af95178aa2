"""Everything wrong with a document, at once, in words for people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.engine.builder import Builder
from apps.engine.check import check
from apps.engine.document import Document
from apps.engine.problem import DocumentError, Problem, Report, Severity
from apps.engine.program import Program, load
from apps.engine.value import Json, Limits
from apps.nodes import catalogue
from tests.pace import grows_at_most

HTTP: dict[str, Any] = {"url": "https://example.com"}


def problems(document: Json | Builder, limits: Limits | None = None) -> tuple[Problem, ...]:
    raw = document.build() if isinstance(document, Builder) else document
    return check(raw, catalogue(), limits or Limits())


def codes(document: Json | Builder) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.node_id) for problem in problems(document)]


def test_a_sound_document_has_no_problems() -> None:
    builder = Builder().node("t", "trigger:webhook").then("h", "action:http", **HTTP)
    builder.then("r", "action:respond", body="{{ steps.h.body }}")

    assert problems(builder) == ()


def test_problems_of_shape_type_field_edge_and_whole_come_together() -> None:
    document: Json = {
        "nodes": [
            7,
            {"id": "t", "type": "trigger:webhook", "data": {"config": {"path": "../x"}}},
            {"id": "h", "type": "action:http", "data": {"config": {"method": "GET"}}},
            {"id": "loose", "type": "control:no_op"},
        ],
        "edges": [{"source": "t", "target": "h", "sourceHandle": "left"}],
        "settings": {"timeout_s": -1},
    }

    found = [(p.code, p.node_id, p.path, p.field) for p in problems(document)]

    assert found == [
        ("document_shape", None, "/nodes/0", None),
        ("setting_invalid", None, "/settings/timeout_s", None),
        ("field_pattern", "t", "/nodes/1/data/config/path", "path"),
        ("field_required", "h", "/nodes/2/data/config/url", "url"),
        ("port_unknown", "t", "/edges/0/sourceHandle", None),
    ]


def test_a_sentence_names_the_node_as_its_author_does() -> None:
    builder = Builder().node("t", "trigger:manual").then("h", "action:http").data(name="Fetch user")

    (problem,) = problems(builder)

    assert problem.message == "“Fetch user”: “Address” is empty."
    assert problem.facts() == {
        "code": "field_required",
        "message": "“Fetch user”: “Address” is empty.",
        "severity": "error",
        "path": "/nodes/1/data/config/url",
        "node_id": "h",
        "edge_id": None,
        "field": "url",
    }


def test_an_empty_document_and_one_without_a_trigger_cannot_be_published() -> None:
    assert codes({}) == [("nodes_missing", None)]
    assert codes(Builder().node("a", "control:no_op")) == [
        ("trigger_missing", None),
        ("node_unreachable", "a"),
    ]


def test_a_workflow_whose_triggers_are_all_disabled_is_pointed_out() -> None:
    builder = Builder().node("t", "trigger:manual").data(disabled=True).then("a", "control:no_op")

    assert codes(builder) == [("triggers_disabled", None)]


def test_a_circle_is_found_and_told_by_name() -> None:
    #  t ──► a ──► b ──► a
    builder = Builder().node("t", "trigger:manual").then("a", "control:no_op").data(name="One")
    builder.then("b", "control:no_op").data(name="Two").edge("b", "a")

    (problem,) = problems(builder)

    assert (problem.code, problem.severity) == ("cycle", Severity.ERROR)
    assert "“One” → “Two” → “One”" in problem.message or "“Two” → “One” → “Two”" in problem.message


def test_what_no_trigger_leads_to_is_pointed_out() -> None:
    builder = Builder().node("t", "trigger:manual").then("a", "control:no_op")
    builder.node("loose", "control:no_op").then("after", "control:no_op")

    assert codes(builder) == [("node_unreachable", "loose"), ("node_unreachable", "after")]


def test_a_trigger_that_leads_nowhere_is_pointed_out_unless_it_is_alone() -> None:
    assert codes(Builder().node("t", "trigger:manual")) == []
    builder = Builder().node("t", "trigger:manual").node("u", "trigger:manual")

    assert codes(builder.then("a", "control:no_op")) == [("trigger_unconnected", "t")]


def test_two_edges_that_lead_the_same_way_are_pointed_out() -> None:
    builder = Builder().node("t", "trigger:manual").then("a", "control:no_op").edge("t", "a")

    assert codes(builder) == [("edge_duplicate", "t")]


def test_a_failure_branch_that_leads_nowhere_is_pointed_out() -> None:
    builder = Builder().node("t", "trigger:manual").then("h", "action:http", **HTTP)
    builder.data(on_error="branch")

    assert codes(builder) == [("error_port_unused", "h")]
    assert codes(builder.then("a", "control:no_op", port="error")) == []


@pytest.mark.parametrize(
    ("config", "data", "is_pointed_out"),
    [
        ({"method": "POST"}, {}, True),
        ({"method": "GET"}, {}, False),
        ({"method": "POST", "is_keyed": True}, {}, False),
        ({"method": "POST"}, {"on_unknown": "stop"}, False),
        ({"method": "POST"}, {"on_unknown": "rerun"}, False),
        ({"method": "POST", "on_unknown": "rerun"}, {}, False),
    ],
)
def test_a_call_that_may_be_made_twice_is_pointed_out_until_its_author_has_chosen(
    config: dict[str, Json], data: dict[str, Json], is_pointed_out: bool
) -> None:
    builder = Builder().node("t", "trigger:manual")
    builder.then("h", "action:http", **HTTP, **config).data(**data)

    assert codes(builder) == ([("repeat_unsafe", "h")] if is_pointed_out else [])


@pytest.mark.parametrize(
    ("template", "code"),
    [
        ("{{ steps.a.x }}", None),
        ("{{ steps.aa.x }}", "reference_unknown"),
        ("{{ steps.zzz.x }}", "reference_unknown"),
        ("{{ steps.later.x }}", "reference_later"),
        ("{{ steps.me.x }}", "reference_later"),
        ("{{ trigger.x }}", None),
        ("{{ steps }}", None),
    ],
)
def test_reading_from_what_has_not_run_is_pointed_out(template: str, code: str | None) -> None:
    #  t ──► a ──► me ──► later
    builder = Builder().node("t", "trigger:manual").then("a", "control:no_op")
    builder.then("me", "action:set", values={"x": template}).then("later", "control:no_op")

    found = [(p.code, p.field, p.severity) for p in problems(builder)]

    assert found == ([(code, "values", Severity.WARNING)] if code else [])


def test_the_nearest_node_is_offered() -> None:
    builder = Builder().node("t", "trigger:manual").then("orders", "control:no_op")
    builder.then("f", "action:formula", expression="steps.order.x")

    (problem,) = problems(builder)

    assert problem.message.endswith("Did you mean “orders”?")


def responses(builder: Builder) -> list[str | None]:
    return [p.node_id for p in problems(builder) if p.code == "respond_twice"]


def test_two_answers_one_after_the_other_are_pointed_out() -> None:
    builder = Builder().node("t", "trigger:webhook").then("r1", "action:respond")

    assert responses(builder.then("r2", "action:respond")) == ["r2"]


def test_two_answers_side_by_side_are_pointed_out() -> None:
    builder = Builder().node("t", "trigger:webhook").then("r1", "action:respond")

    assert responses(builder.after("t").then("r2", "action:respond")) == ["r2"]


def test_answers_on_different_exits_never_both_run() -> None:
    #  t ──► if ──true──► a ──► r1
    #         └───false──► r2
    builder = Builder().node("t", "trigger:webhook").then("if", "control:if", condition="true")
    builder.then("a", "control:no_op", port="true").then("r1", "action:respond")
    builder.after("if").then("r2", "action:respond", port="false")

    assert responses(builder) == []


def test_ways_that_meet_again_may_both_run() -> None:
    #  t ──► if ──true──► r1 ──► m ──► r2
    #         └───false──────────►
    builder = Builder().node("t", "trigger:webhook").then("if", "control:if", condition="true")
    builder.then("r1", "action:respond", port="true").then("m", "control:merge")
    builder.edge("if", "m", "false").then("r2", "action:respond")

    assert responses(builder) == ["r2"]


def test_answers_of_different_triggers_never_both_run() -> None:
    builder = Builder().node("t", "trigger:webhook").then("r1", "action:respond")
    builder.node("u", "trigger:webhook").then("r2", "action:respond")

    assert responses(builder) == []


def test_an_answer_to_a_failure_and_one_to_success_never_both_run() -> None:
    builder = Builder().node("t", "trigger:webhook").then("h", "action:http", **HTTP)
    builder.data(on_error="branch").then("r1", "action:respond")
    builder.after("h").then("r2", "action:respond", port="error")

    assert responses(builder) == []


def test_a_disabled_or_unreachable_answer_counts_for_nothing() -> None:
    builder = Builder().node("t", "trigger:webhook").then("r1", "action:respond")
    builder.then("r2", "action:respond").data(disabled=True).node("r3", "action:respond")

    assert responses(builder) == []


def test_many_nodes_are_pointed_out_and_too_many_refused() -> None:
    builder = Builder().node("t", "trigger:manual")
    for number in range(4):
        builder.then(f"n{number}", "control:no_op")

    limits = Limits(nodes_warned_above=4, nodes_refused_above=5)
    assert [p.code for p in problems(builder, limits)] == ["nodes_many"]
    builder.then("last", "nope:nope")
    assert [p.code for p in problems(builder, limits)] == ["nodes_too_many"]


def test_the_depth_of_a_document_is_bounded_exactly() -> None:
    def document(levels: int) -> Builder:
        value: Json = 1
        for _ in range(levels):
            value = [value]
        return Builder().node("t", "trigger:manual").then("a", "action:set", values={"x": value})

    # Six levels lie above the value: document, nodes, node, data, config, values.
    assert problems(document(58)) == ()
    assert [p.code for p in problems(document(59))] == ["document_too_deep"]


def test_what_only_others_know_is_told_with_the_rest_but_not_of_a_document_too_large_to_look_at() -> (
    None
):
    looked: list[int] = []

    def further(document: Document, program: Program | None, report: Report) -> None:
        assert program is not None
        looked.append(len(program.graph.nodes) if program is not None else 0)
        report.error("not_ours", "Somebody else minds.", path="/nodes/0")

    builder = Builder().node("t", "trigger:manual").then("h", "action:http")
    told = check(builder.build(), catalogue(), Limits(), further=further)
    alone = check(builder.build(), catalogue(), Limits(nodes_refused_above=1), further=further)

    assert [problem.code for problem in told][-1] == "not_ours"
    assert len(told) > 1
    assert [problem.code for problem in alone] == ["nodes_too_many"]
    assert looked == [2]


def test_a_document_of_the_largest_size_is_checked_in_linear_time() -> None:
    def checking(count: int) -> Callable[[], object]:
        builder = Builder().node("t", "trigger:manual")
        for number in range(count):
            builder.then(f"n{number}", "control:if", condition=f"trigger.x > {number}")
            builder.after(f"n{number}").then(f"m{number}", "action:set", port="true", values={})
        document = builder.build()
        return lambda: check(document, catalogue())

    # Bits and exits grow with the depth of the chain, so a little more than linear is granted.
    assert grows_at_most(checking, (200, 800), 6 * 4)


def test_a_document_made_to_be_wrong_everywhere_gets_a_bounded_answer_in_bounded_time() -> None:
    nodes: list[Json] = [
        {
            "id": f"n{number}",
            "type": "k" * 10_000 + str(number),
            "data": {"name": "N" * 10_000, "config": {"x": "{{ steps.zz.y }}"}},
        }
        for number in range(1_500)
    ]

    found = problems({"nodes": nodes, "edges": []})

    assert len(found) == 1_001
    assert (found[-1].code, found[-1].severity) == ("problems_too_many", Severity.ERROR)
    assert max(len(problem.message) for problem in found) < 400


def test_an_error_after_a_thousand_warnings_still_counts() -> None:
    builder = Builder().node("t", "trigger:manual")
    for number in range(1_100):
        builder.after("t").then(f"n{number}", "control:no_op", odd=1)
    builder.then("last", "control:if")

    found = problems(builder)

    assert {problem.code for problem in found} == {
        "nodes_many",
        "field_unknown",
        "problems_too_many",
    }
    assert found[-1].severity is Severity.ERROR
    with pytest.raises(DocumentError):
        load(builder.build(), catalogue())


def test_hints_are_given_to_the_first_findings_alone() -> None:
    builder = Builder().node("t", "trigger:manual").then("orders", "control:no_op")
    for number in range(12):
        builder.then(f"f{number}", "action:formula", expression=f"steps.order{number}.x")

    hints = ["Did you mean" in problem.message for problem in problems(builder)]

    assert hints == [True] * 10 + [False] * 2


def test_a_long_circle_is_told_in_part() -> None:
    builder = Builder().node("t", "trigger:manual").node("n0", "control:no_op")
    for number in range(1, 100):
        builder.then(f"n{number}", "control:no_op")
    builder.edge("n99", "n0")

    (problem,) = problems(builder)

    assert problem.message.count("→") == 12
