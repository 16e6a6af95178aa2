"""Small workflows that would make very large values: their executions fail, and nobody else's waits for that."""

import tracemalloc

from apps.core import db
from apps.executions.queries import large
from tests.executions.makers import (
    SCHEMA,
    begin,
    chain,
    execution,
    make_version,
    steps,
    tickets,
    work_until_idle,
)

MB = 1_000_000


def stored_bytes(execution_id, column: str) -> int:
    """The largest value of a column of the steps, as the database holds it."""
    sql = f"SELECT max(length({column}::text)) FROM t_demo.executions_step WHERE execution_id = %(id)s"  # noqa: S608 - a column
    return db.fetch(sql, {"id": execution_id})[0][0]


def test_a_value_that_doubles_at_each_node_ends_its_own_execution_at_the_bound(demo) -> None:
    before, parts = "{{ trigger }}", []
    for number in range(30):
        parts.append(
            (f"n{number}", "action:set", {"config": {"values": {"a": before, "b": before}}})
        )
        before = f"{{{{ steps.n{number} }}}}"
    bomb = make_version(chain(*parts))
    other = make_version(chain(("n", "control:no_op", {})))
    tracemalloc.start()

    bad, good = begin(bomb, {"s": "x"}), begin(other, {})
    work_until_idle()

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    ended = execution(bad)
    assert (ended.status, ended.reason) == ("failed", "node_failed")
    assert (ended.error["code"], ended.error["node"]) == ("input_too_large", "n19")
    assert stored_bytes(bad, "input") < 256 * 1024
    assert stored_bytes(bad, "output") < 10 * 1024 * 1024
    assert execution(good).status == "completed"
    assert tickets() == 0
    assert peak < 150 * MB


def test_one_value_in_thousands_of_places_is_never_written_out(demo) -> None:
    values = {f"k{number}": "{{ trigger.s }}" for number in range(2000)}
    version = make_version(chain(("n", "action:set", {"config": {"values": values}})))
    tracemalloc.start()

    execution_id = begin(version, {"s": "x" * MB})
    work_until_idle()

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert execution(execution_id).error["code"] == "input_too_large"
    assert peak < 30 * MB


def test_a_large_input_is_stored_as_a_word_and_the_node_gets_it_whole(demo) -> None:
    config = {"values": {"a": "{{ trigger }}"}, "keep_input": True}
    version = make_version(chain(("n", "action:set", {"config": config})))

    execution_id = begin(version, "x" * 300_000)
    work_until_idle()

    recorded = steps(execution_id)["n"]
    assert recorded.input["values"] == {"_omitted": "too_large", "most_bytes": 262_144}
    assert recorded.input["keep_input"] is True
    assert large.output(SCHEMA, recorded.output_blob) == {"a": "x" * 300_000}
