"""Outputs too large for a row: set apart in the store, read back by whoever needs them, gone with their execution."""

import json
from dataclasses import replace
from uuid import UUID

import pytest

from apps.adapters.blobs.store import Place, StoreFailedError
from apps.core.failpoints import hooked
from apps.core.ids import uuid7
from apps.engine.value import DEFAULT_LIMITS
from apps.executions.models import Blob, Step
from apps.executions.queries import large as reading
from apps.executions.queries import owning, showing
from apps.executions.services import blob_rounds, blobs, doctor, known
from apps.executions.services import large as writing
from apps.executions.services.blobs import OwnedBlobs
from apps.executions.services.retry import Retry, retry
from apps.executions.services.run import Run
from apps.executions.services.worker import Worker
from tests.eventually import eventually
from tests.executions.crew import (
    Killed,
    bury,
    dying_at,
    hasten,
    let_finish,
    ticket,
    work,
    work_to_the_end,
)
from tests.executions.makers import (
    SCHEMA,
    begin,
    call,
    callee,
    chain,
    edges,
    execution,
    make_version,
    nodes,
    steps,
    work_until_ended,
    work_until_idle,
)
from tests.executions.test_blobs import grow_old, lies

# As compact JSON: the quotes are two bytes.
FITS = "x" * (64 * 1024 - 2)
TOO_LONG = FITS + "x"
PASS_ON = ("pass", "control:no_op", {})
WAIT = ("wait", "control:delay", {"config": {"duration": "50ms"}})


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.GORAX_BLOBS_DIR = tmp_path


def formula(node_id: str, expression: str) -> tuple:
    return (node_id, "action:formula", {"config": {"expression": expression}})


def made(*parts: tuple, settings: dict | None = None) -> UUID:
    """An execution whose node `pass` has a large output; `parts` follow it."""
    document = chain(PASS_ON, formula("size", "size(steps.pass)"), *parts, settings=settings)
    return begin(make_version(document), TOO_LONG)


def blob_of(execution_id: UUID, node_id: str = "pass") -> UUID:
    return reading.id_in(steps(execution_id)[node_id].output_blob)


def lose(execution_id: UUID) -> None:
    blobs.store().remove(Place(SCHEMA, blob_of(execution_id)))


def in_the_second_turn(act):
    """Let something happen when an owner has taken the execution up again, and has read no output yet."""
    return hooked("turn.after_load", act, nth=2)


@pytest.mark.parametrize(
    ("value", "is_apart"),
    [(FITS, False), (TOO_LONG, True), ("é" * (32 * 1024 - 1), False), ("é" * (32 * 1024), True)],
)
def test_an_output_of_64_kib_lies_in_its_row_and_one_past_it_in_the_store(
    demo, value, is_apart
) -> None:
    document = chain(PASS_ON, formula("size", "size(steps.pass)"))
    execution_id = begin(make_version(document), value)
    work_until_idle()

    row = steps(execution_id)["pass"]
    assert (row.output, row.output_blob != "") == (None if is_apart else value, is_apart)
    assert execution(execution_id).output == len(value)
    kept = Blob.objects.filter(execution_id=execution_id)
    assert [(each.media_type, each.size_bytes) for each in kept] == (
        [("application/json", len(json.dumps(value, ensure_ascii=False).encode()))]
        if is_apart
        else []
    )
    shown = {step.node_id: step.output for step in showing.steps(execution(execution_id)).rows}
    assert shown["pass"] == value


def test_a_later_owner_reads_it_from_the_store_and_numbers_stay_what_they_were(demo) -> None:
    value = {"id": 2**63 + 1, "price": 1.10, "pad": TOO_LONG}
    document = chain(PASS_ON, WAIT, formula("id", "steps.pass.id"))
    execution_id = begin(make_version(document), value)

    done = work_until_ended(execution_id)

    assert (done.status, done.output) == ("completed", 2**63 + 1)


def test_only_the_steps_that_an_expression_reaches_are_read(demo, monkeypatch) -> None:
    read: list[str] = []
    real = reading.text
    monkeypatch.setattr(
        reading, "text", lambda schema, blob: read.append(blob) or real(schema, blob)
    )
    names = [f"n{number}" for number in range(5)]
    copies = [formula(name, "trigger") for name in names]
    document = chain(*copies, WAIT, formula("size", "size(steps.n3)"))
    execution_id = begin(make_version(document), TOO_LONG)

    assert work_until_ended(execution_id).output == len(TOO_LONG)
    assert read == [steps(execution_id)["n3"].output_blob]


def test_an_owner_holds_a_few_large_outputs_however_many_there_are(demo, monkeypatch) -> None:
    held: list[int] = []
    real = Run.change

    def change(run):
        made = real(run)
        held.append(sum(len(value) for value in map(run.outputs.__getitem__, run.outputs.heavy)))
        return made

    monkeypatch.setattr(Run, "change", change)
    monkeypatch.setattr(known, "MOST_HEAVY_BYTES", 3 * len(TOO_LONG))
    monkeypatch.setattr("apps.executions.services.moves.MOST_UNWRITTEN_BYTES", len(TOO_LONG))
    names = [f"n{number}" for number in range(30)]
    document = chain(
        *(formula(name, "trigger") for name in names), formula("first", "size(steps.n0)")
    )

    done = work_until_ended(begin(make_version(document), TOO_LONG))

    assert (done.status, done.output) == ("completed", len(TOO_LONG))
    assert len(held) >= 30
    assert max(held) <= 3 * len(TOO_LONG)


def test_a_step_with_a_ticket_of_its_own_sets_its_output_apart(demo, receiver) -> None:
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("a", "action:http", call(f"{receiver.url}/ok?n=a")),
            ("b", "action:http", call(f"{receiver.url}/ok?n=b")),
            ("join", "control:no_op", {}),
        ),
        "edges": edges("start>a", "start>b", "a>join", "b>join"),
    }
    execution_id = begin(make_version(document), {})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "FEWEST_CHARACTERS", 1)
        patch.setattr(writing, "DEFAULT_LIMITS", replace(DEFAULT_LIMITS, output_inline_bytes=1))
        work_until_ended(execution_id)
        small = steps(execution_id)

    assert execution(execution_id).status == "completed"
    assert [(small[name].output, small[name].output_blob != "") for name in "ab"] == [
        (None, True)
    ] * 2
    shown = {step.node_id: step.output for step in showing.steps(execution(execution_id)).rows}
    assert [shown[name]["status_code"] for name in "ab"] == [200, 200]


def test_what_a_loop_collects_may_be_larger_than_an_output(demo) -> None:
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("loop", "control:loop", {"config": {"source": "{{ trigger.items }}"}}),
            formula("in", "trigger.pad"),
            formula("count", "steps.loop.iteration_count"),
        ),
        "edges": edges("start>loop", "loop:body>in", "loop:done>count"),
    }
    pad = "x" * 1_000_000
    execution_id = begin(make_version(document), {"items": list(range(12)), "pad": pad})
    done = work_until_ended(execution_id)

    assert (done.status, done.output) == ("completed", 12)
    row = steps(execution_id)["loop"]
    assert row.output is None
    collected = reading.output(SCHEMA, row.output_blob)
    assert [each["output"] == pad for each in collected["iterations"]] == [True] * 12
    assert Blob.objects.get(id=reading.id_in(row.output_blob)).size_bytes > 12_000_000
    # The last step of a pass and the pass share the bytes.
    assert Blob.objects.filter(execution_id=execution_id).count() == 12 + 1
    seen = {(step.node_id, step.scope): step for step in showing.steps(done).rows}
    assert (seen["loop", ""].output, seen["loop", ""].output_omitted) == (None, True)
    assert (seen["in", "loop[0]"].output, seen["in", "loop[0]"].output_omitted) == (pad, False)


def test_a_retry_takes_a_large_output_over_with_the_files_that_it_names(demo) -> None:
    first = uuid7()
    with OwnedBlobs(SCHEMA, first).create("text/plain", "a.txt") as writer:
        writer.write(b"a")
        file = writer.finish()
    read = ("read", "data:file", {"config": {"operation": "read", "file": "{{ steps.pass.file }}"}})
    version = make_version(chain(PASS_ON, read))
    begin(version, {"file": file.reference, "pad": TOO_LONG}, execution_id=first)
    old = work_until_ended(first)
    assert old.status == "completed"
    assert steps(first)["pass"].output_blob.split(" ")[1:] == [file.id]

    new = work_until_ended(retry(Retry(first, start_at="node", node_id="read")).execution_id)

    assert (new.status, new.output) == ("completed", old.output)
    assert steps(new.pk)["pass"].output_blob == steps(first)["pass"].output_blob
    owned = {
        str(blob_id)
        for blob_id in Blob.objects.filter(execution_id=new.pk).values_list("id", flat=True)
    }
    assert owned == {file.id, str(blob_of(first))}


def test_what_is_not_kept_of_a_success_is_not_kept_in_the_store(demo) -> None:
    execution_id = made(WAIT, formula("last", "1"), settings={"save_successful_data": False})
    lost: list[UUID] = []
    with in_the_second_turn(lambda: lost.append(blob_of(execution_id))):
        done = work_until_ended(execution_id)

    assert done.status == "completed"

    assert {(row.output, row.output_blob) for row in steps(execution_id).values()} == {(None, "")}
    assert not Blob.objects.filter(execution_id=execution_id).exists()
    grow_old()
    assert blob_rounds.sweep() == 1
    assert not lies(str(lost[0]))


def test_what_ends_in_one_turn_and_is_not_kept_never_comes_into_the_store(demo) -> None:
    execution_id = made(settings={"save_successful_data": False})
    work_until_idle()

    assert execution(execution_id).status == "completed"
    assert list(blobs.store().stored(SCHEMA)) == []


def test_whoever_dies_before_the_commit_leaves_a_file_that_goes_with_its_execution(demo) -> None:
    execution_id = made()
    worker = Worker()
    with pytest.raises(Killed), dying_at("finish.before_commit"):
        work(worker)
    orphan = Blob.objects.get(execution_id=execution_id).id
    bury(worker)
    work_to_the_end(Worker())

    assert execution(execution_id).output == len(TOO_LONG)
    assert blob_of(execution_id) != orphan
    assert doctor.examine(patience_s=0) == []
    execution(execution_id).delete()
    grow_old()
    assert blob_rounds.sweep() == 2


def test_a_store_that_takes_nothing_loses_no_result(demo, monkeypatch) -> None:
    def fail(_store, _place):
        raise StoreFailedError

    monkeypatch.setattr("apps.adapters.blobs.files.Files.upload", fail)
    execution_id = made()
    work_until_idle()

    row = steps(execution_id)["pass"]
    assert (row.output, row.output_blob) == (TOO_LONG, "")
    assert execution(execution_id).output == len(TOO_LONG)


def test_a_store_that_is_away_is_waited_for_and_nobody_is_blamed(demo, monkeypatch) -> None:
    asked: list[Place] = []

    def fail(_store, place):
        asked.append(place)
        raise StoreFailedError

    execution_id = made(WAIT, formula("again", "size(steps.pass)"))
    worker = Worker()
    with in_the_second_turn(
        lambda: monkeypatch.setattr("apps.adapters.blobs.files.Files.open", fail)
    ):
        assert eventually(lambda: not work(worker) and bool(asked))
    assert ticket(execution_id, "crash_count") == (0,)
    monkeypatch.undo()
    hasten(execution_id)
    work_to_the_end(worker)

    assert execution(execution_id).output == len(TOO_LONG)


@pytest.mark.parametrize("is_beside_others", [False, True])
def test_a_store_that_is_away_leaves_no_step_of_which_nobody_knows_whether_it_ran(
    demo, monkeypatch, receiver, is_beside_others
) -> None:
    asked: list[Place] = []

    def fail(_store, place):
        asked.append(place)
        raise StoreFailedError

    config = call(f"{receiver.url}/ok?n={{{{ size(steps.pass) }}}}") | {"on_unknown": "stop"}
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            PASS_ON,
            WAIT,
            ("tell", "action:http", config),
            *(
                [("other", "action:http", call(f"{receiver.url}/ok?n=other"))]
                if is_beside_others
                else []
            ),
        ),
        "edges": edges(
            "start>pass", "pass>wait", "wait>tell", *(["wait>other"] if is_beside_others else [])
        ),
    }
    execution_id = begin(make_version(document), TOO_LONG)
    worker = Worker()
    with in_the_second_turn(
        lambda: monkeypatch.setattr("apps.adapters.blobs.files.Files.open", fail)
    ):
        assert eventually(lambda: not work(worker) and bool(asked))
    let_finish(worker)
    monkeypatch.undo()
    hasten(execution_id)
    work_until_ended(execution_id)

    assert steps(execution_id)["tell"].status == "completed"
    assert steps(execution_id)["tell"].attempt == 1


def test_a_step_that_reads_what_the_store_has_lost_fails_and_says_so(demo) -> None:
    execution_id = made(WAIT, formula("again", "size(steps.pass)"))
    with in_the_second_turn(lambda: lose(execution_id)):
        done = work_until_ended(execution_id)

    assert (done.status, done.error["code"]) == ("failed", "blob_not_found")
    assert done.error["node"] == "again"
    shown = {step.node_id: step for step in showing.steps(done).rows}
    assert (shown["pass"].output, shown["pass"].output_omitted) == (None, True)


def test_rows_that_share_a_file_are_shown_as_often_as_it_fits(demo, monkeypatch) -> None:
    done = work_until_ended(made(("copy", "control:no_op", {}), ("last", "control:no_op", {})))
    shared = steps(done.pk)["pass"].output_blob
    Step.objects.filter(node_id__in=["size", "copy", "last"]).update(
        output=None, output_blob=shared
    )
    monkeypatch.setattr(showing, "MOST_OUTPUT_BYTES", 3 * len(TOO_LONG))

    shown = [row for row in showing.steps(done).rows if row.output_blob]

    assert [row.output_omitted for row in shown] == [False, False, True, True]
    assert [row.output for row in shown] == [TOO_LONG, TOO_LONG, None, None]


def test_what_this_execution_does_not_own_is_not_shown(demo) -> None:
    done = work_until_ended(made())
    Blob.objects.filter(id=reading.id_in(steps(done.pk)["pass"].output_blob)).delete()

    (row,) = [row for row in showing.steps(done).rows if row.output_blob]

    assert (row.output, row.output_omitted) == (None, True)


def test_an_execution_whose_answer_the_store_has_lost_ends_and_says_so(demo) -> None:
    document = {
        "nodes": nodes(("start", "trigger:manual", {}), PASS_ON, WAIT),
        "edges": edges("start>pass", "start>wait"),
    }
    execution_id = begin(make_version(document), TOO_LONG)
    with in_the_second_turn(lambda: lose(execution_id)):
        done = work_until_ended(execution_id)

    assert (done.status, done.error["code"]) == ("failed", "blob_not_found")


def test_a_called_workflow_gives_a_large_output_back(demo) -> None:
    child = callee(PASS_ON)
    calling = (
        "call",
        "control:sub_workflow",
        {"config": {"workflow_id": str(child), "input": "{{ trigger }}"}},
    )
    execution_id = begin(
        make_version(chain(calling, formula("size", "size(steps.call)"))), TOO_LONG
    )

    done = work_until_ended(execution_id)

    assert (done.status, done.output) == ("completed", len(TOO_LONG))
    assert steps(execution_id)["call"].output_blob != ""


def test_an_output_that_names_very_many_files_stays_in_its_row(demo, monkeypatch) -> None:
    monkeypatch.setattr(writing, "MOST_FILES", 1)
    references = [{"$blob": str(uuid7())} for _ in range(2)]
    execution_id = begin(make_version(chain(PASS_ON)), {"pad": TOO_LONG, "files": references})
    work_until_idle()

    row = steps(execution_id)["pass"]
    assert (row.output["files"], row.output_blob) == (references, "")


def test_the_outputs_that_are_read_for_a_step_are_read_by_one_statement(
    demo, django_assert_num_queries
) -> None:
    execution_id = made()
    work_until_idle()
    heavy: dict = {}

    with django_assert_num_queries(0):  # the hot path's statements are none of the ORM's
        found = owning.outputs(SCHEMA, execution_id, ["pass", "size", "none"], heavy)

    assert found == {"pass": TOO_LONG, "size": len(TOO_LONG)}
    assert heavy == {"pass": len(TOO_LONG) + 2}
