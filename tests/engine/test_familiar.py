"""A check that knows some configs already finds exactly what one finds that knows none."""

from __future__ import annotations

from fractions import Fraction
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from apps import nodes
from apps.engine import check as checks
from apps.engine import familiar
from apps.engine.blueprint import compile_config
from apps.engine.check import check
from apps.engine.expressions.shelf import Shelf
from apps.engine.fields import Kind
from apps.engine.value import Json

CATALOGUE = nodes.catalogue()
# Ids that begin like others, end where a hyphen may subtract, and look like numbers.
IDS = ["n", "n-1", "n-1-2", "n-1-x", "m", "m-a", "0", "17", "steps", "x" * 64]
NAMES = st.sampled_from([*IDS, "n-1-2-3", "n-2", "gone", "n-1é", "né"])
SOURCES = st.one_of(
    st.builds("steps.{}.a".format, NAMES),
    st.builds("steps . {} - 1".format, NAMES),
    st.builds("steps.{}-1 + vars.x-1".format, NAMES),
    st.builds('steps["{}"].a-b'.format, NAMES),
    st.builds("(steps).{}".format, NAMES),
    st.builds("size(steps.{})".format, NAMES),
    st.sampled_from(["1 +", "trigger.a-1", "credentials.k", "item.a", "now()", "steps", ""]),
)
TEXTS = st.one_of(
    st.builds("{{{{ {} }}}}".format, SOURCES),
    st.builds("a {{{{ {} }}}} \\ b {{{{ {} }}}}".format, SOURCES, SOURCES),
    st.builds('{{"k": "{{{{ \\u0073teps.{} }}}}"}}'.format, NAMES),
    st.builds('{{"k": "{{{{ steps.n\\u002d1 - {} }}}}"}}'.format, SOURCES),
    st.text(max_size=5),
)
SCALARS = st.sampled_from([None, True, False, 0, 1, 1.0, -0.0, 2**70, "", "1"])
VALUES = st.recursive(
    TEXTS | SOURCES | SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)


@st.composite
def written(draw: st.DrawFn) -> dict[str, Json]:
    """A node of any kind, with values of any kind in the fields that it has."""
    kind = draw(st.sampled_from(list(CATALOGUE)))
    names = [spec.name for spec in kind.fields] + ["unknown", "retry"]
    config = draw(st.dictionaries(st.sampled_from(names), VALUES, max_size=4))
    return {"id": draw(st.sampled_from(IDS)), "type": kind.type, "data": {"config": config}}


DOCUMENTS = st.builds(
    lambda found, edges: {"nodes": found, "edges": edges},
    st.lists(written(), max_size=5),
    st.lists(
        st.builds(
            lambda source, target: {"source": source, "target": target},
            st.sampled_from(IDS),
            st.sampled_from(IDS),
        ),
        max_size=4,
    ),
)


def anew(document: Json) -> tuple[object, ...]:
    with patch.object(checks.familiar, "compiled", compile_config):
        return check(document, CATALOGUE)


@settings(deadline=None)
@given(DOCUMENTS, st.lists(written(), max_size=3), st.data())
def test_a_check_after_others_finds_what_one_finds_that_knows_nothing(
    document, others, data
) -> None:
    for other in [*others, None]:
        assert check(document, CATALOGUE) == anew(document)
        # One node comes, or goes, or is another: what is known of the rest is asked again.
        listed = list(document["nodes"])
        if listed and data.draw(st.booleans()):
            del listed[data.draw(st.integers(0, len(listed) - 1))]
        if other is not None:
            listed.insert(data.draw(st.integers(0, len(listed))), other)
        document = {**document, "nodes": listed}


def test_what_is_equal_to_python_alone_is_not_taken_for_the_same() -> None:
    kind = CATALOGUE.find("control:delay")
    assert kind is not None
    of_each = [check(_delaying(value), CATALOGUE) for value in (1, True, 1.0, "1", [1], (1,))]

    assert of_each == [anew(_delaying(value)) for value in (1, True, 1.0, "1", [1], (1,))]


def test_what_is_no_json_is_checked_as_if_nothing_were_known() -> None:
    document = _delaying(Fraction(1, 2))

    assert check(document, CATALOGUE) == anew(document)


def test_a_name_that_json_spells_in_its_own_way_is_a_name() -> None:
    kind, spec = next(
        (kind, spec) for kind in CATALOGUE for spec in kind.fields if spec.kind is Kind.JSON
    )
    text = '{"k": "{{ \\u0073teps.n\\u002d1 }}"}'
    node = {"id": "a", "type": kind.type, "data": {"config": {spec.name: text}}}
    other = {"id": "n-1", "type": "control:no_op", "data": {}}

    found = [check({"nodes": each}, CATALOGUE) for each in ([node], [node, other])]

    assert found == [anew({"nodes": each}) for each in ([node], [node, other])]
    assert found[0] != found[1]


def test_a_node_is_compiled_once_whatever_comes_and_goes_around_it() -> None:
    config = {"expression": "steps.b-1.x + 71077"}
    node = {"id": "a", "type": "action:formula", "data": {"config": config}}
    start = {"id": "b-1", "type": "trigger:manual", "data": {}}
    more = {"id": "c", "type": "control:no_op", "data": {}}
    with patch.object(familiar, "compile_config", wraps=compile_config) as compiled:
        for around in ([start], [start, more], [more, start], [start]):
            check({"nodes": [node, *around]}, CATALOGUE)

    assert [call.args[1] for call in compiled.call_args_list].count(config) == 1


def test_a_long_run_of_hyphens_costs_no_more_than_an_id() -> None:
    run = "a-" * 500_000

    assert len(list(familiar._beginnings(run))) <= familiar.LONGEST_NODE_ID


def test_the_names_that_are_held_with_a_config_are_weighed() -> None:
    kind = CATALOGUE.find("action:formula")
    assert kind is not None
    names = frozenset(f"node-{number}" for number in range(1_000))
    shelf: Shelf[familiar._Known] = Shelf(1_000_000)

    with patch.object(familiar, "_KNOWN", shelf):
        for number in range(100):
            others = names | {f"other-{number}"}
            familiar.compiled(kind, {"expression": '"\\\\n"'}, others, lambda _: None)

    assert len(shelf) <= 10


def _delaying(value: object) -> dict[str, object]:
    config = {"duration": value, "unit": "seconds"}
    return {"nodes": [{"id": "a", "type": "control:delay", "data": {"config": config}}]}
