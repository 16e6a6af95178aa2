"""Files of executions: brought and sent by workers, owned by executions, read by those who may."""

import hashlib
import io
import os
from datetime import timedelta
from email import message_from_bytes
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db.models import F

from apps.adapters.blobs.files import Files
from apps.adapters.blobs.store import Place, StoreFailedError
from apps.core import db, tenancy
from apps.core.ids import uuid7
from apps.engine.errors import PortError
from apps.executions.models import Blob, Execution
from apps.executions.services import blob_rounds, blobs, doctor, ports
from apps.executions.services.blobs import OwnedBlobs
from apps.executions.services.retry import Retry, retry
from apps.workflows.models import WorkflowVersion
from tests.adapters.servers import Seen, Server, ok
from tests.callers import make_caller
from tests.executions.makers import (
    SCHEMA,
    begin,
    call,
    callee,
    chain,
    execution,
    make_version,
    steps,
    work_until_ended,
    work_until_idle,
)

RAW = bytes(range(256)) * 4_000


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.GORAX_BLOBS_DIR = tmp_path


@pytest.fixture
def remote(demo):
    """A server that has a file at /file, keeps what it is sent, and may be called by the tenant."""
    from apps.tenants.models import EgressAllowance, Tenant

    def answer(seen: Seen) -> bytes:
        headers = ("Content-Type: image/png", 'Content-Disposition: attachment; filename="a.png"')
        return ok(RAW, *headers) if seen.target == "/file" else ok(b"thanks")

    with Server(answer=answer) as server:
        tenant = Tenant.objects.get(schema_name=SCHEMA)
        EgressAllowance.objects.create(tenant=tenant, address="127.0.0.1", port=server.port)
        ports._policy.cache_clear()
        yield server
    ports._policy.cache_clear()


@pytest.fixture
def owner(demo, redis_server):
    from apps.tenants import facade as tenants

    return make_caller(tenants.current(), "owner")


def bring(server: Server) -> tuple:
    return ("bring", "action:http", call(f"{server.url}/file", response_type="file"))


def send(server: Server, body: str = "{{ steps.bring.body }}") -> tuple:
    config = call(f"{server.url}/in", method="PUT", body=body, body_type="file")
    return ("send", "action:http", config)


def put(execution_id: UUID, raw: bytes = RAW, name: str = "a.bin", schema: str = SCHEMA):
    with OwnedBlobs(schema, execution_id).create("application/x-test", name) as writer:
        writer.write(raw)
        return writer.finish()


def body_of(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def grow_old() -> None:
    """Let every row and every file be two days older."""
    Blob.objects.update(created_at=F("created_at") - timedelta(days=2))
    for file in (settings.GORAX_BLOBS_DIR / SCHEMA).rglob("*"):
        if file.is_file():
            os.utime(file, (1, 1))


def lies(blob_id: str) -> bool:
    return (settings.GORAX_BLOBS_DIR / Place(SCHEMA, UUID(blob_id)).path).exists()


def test_a_file_is_brought_and_sent_on_without_standing_in_any_row(remote) -> None:
    execution_id = begin(make_version(chain(bring(remote), send(remote))), {})
    work_until_idle()

    assert execution(execution_id).status == "completed"
    reference = steps(execution_id)["bring"].output["body"]
    assert reference == {
        "$blob": str(Blob.objects.get(execution_id=execution_id).id),
        "media_type": "image/png",
        "filename": "a.png",
        "size_bytes": len(RAW),
        "sha256": hashlib.sha256(RAW).hexdigest(),
    }
    assert [seen.body for seen in remote.seen if seen.target == "/in"] == [RAW]
    assert remote.seen[-1].headers["content-type"] == "image/png"


def test_a_file_is_sent_on_as_a_part_of_a_form(remote) -> None:
    parts = [
        {"name": "title", "value": "Ada"},
        {"name": "picture", "file": "{{ steps.bring.body }}"},
    ]
    config = call(f"{remote.url}/in", method="POST", body_type="multipart", parts=parts)
    document = chain(bring(remote), ("send", "action:http", config))

    done = work_until_ended(begin(make_version(document), {}))

    assert done.status == "completed"
    (sent,) = (seen for seen in remote.seen if seen.target == "/in")
    head = f"Content-Type: {sent.headers['content-type']}\r\n\r\n".encode()
    title, picture = message_from_bytes(head + sent.body).get_payload()
    assert title.get_payload() == "Ada"
    assert (picture.get_content_type(), picture.get_filename()) == ("image/png", "a.png")
    assert picture.get_payload(decode=True) == RAW
    assert sent.headers["content-length"] == str(len(sent.body))


def test_a_reference_opens_nothing_in_another_execution_whoever_wrote_it(remote) -> None:
    version = make_version(chain(send(remote, "{{ trigger.body }}")))
    theirs = put(uuid7())

    execution_id = begin(version, {"body": theirs.reference})
    work_until_idle()

    failed = steps(execution_id)["send"]
    assert (failed.status, failed.error["code"]) == ("failed", "blob_not_found")
    assert remote.seen == []


def test_a_file_of_another_tenant_is_not_even_looked_for(demo) -> None:
    execution_id = uuid7()
    blob = put(execution_id)
    with tenancy.entered(tenancy.PUBLIC):
        db.execute(
            "CREATE SCHEMA t_other; CREATE TABLE t_other.executions_blob (LIKE t_demo.executions_blob INCLUDING ALL)"
        )
    try:
        with pytest.raises(PortError) as caught:
            OwnedBlobs("t_other", execution_id).find(blob.reference)
        # Even a row of the same ids leads to a place of its own tenant.
        blobs.own("t_other", execution_id, blob)
        found = OwnedBlobs("t_other", execution_id).find(blob.reference)
        with pytest.raises(PortError) as gone:
            OwnedBlobs("t_other", execution_id).open(found)
    finally:
        db.execute("DROP SCHEMA t_other CASCADE")

    assert caught.value.code == gone.value.code == "blob_not_found"


def test_what_is_not_finished_leaves_neither_row_nor_file(demo) -> None:
    execution_id = uuid7()
    with OwnedBlobs(SCHEMA, execution_id).create("text/plain") as writer:
        writer.write(b"half")

    assert not Blob.objects.filter(execution_id=execution_id).exists()
    assert list(Files(settings.GORAX_BLOBS_DIR).stored(SCHEMA)) == []


@pytest.mark.parametrize("asked", ["fetch", "execute"])
def test_a_database_that_is_away_is_a_store_that_is_and_time_heals_both(
    demo, monkeypatch, asked
) -> None:
    from django.db import OperationalError

    def away(*_: object) -> None:
        raise OperationalError("the connection is lost")

    execution_id = uuid7()
    kept = put(execution_id)
    monkeypatch.setattr(blobs.db, asked, away)

    with pytest.raises(PortError) as caught:
        put(execution_id) if asked == "execute" else OwnedBlobs(SCHEMA, execution_id).find(
            kept.reference
        )
    monkeypatch.undo()

    assert (caught.value.code, caught.value.is_retryable) == ("blob_store_failed", True)
    # Bytes without a row: nobody can read them, and the sweep finds them.
    assert [str(row.id) for row in Blob.objects.all()] == [kept.id]
    assert len(list(blobs.store().stored(SCHEMA))) == (2 if asked == "execute" else 1)


def test_a_file_at_the_bound_is_kept_and_one_past_it_is_not(demo, monkeypatch) -> None:
    from dataclasses import replace

    monkeypatch.setattr(blobs, "DEFAULT_LIMITS", replace(blobs.DEFAULT_LIMITS, blob_bytes=4))

    assert put(uuid7(), b"four").size_bytes == 4
    with pytest.raises(PortError) as caught:
        put(uuid7(), b"fives")
    assert (caught.value.code, caught.value.is_retryable) == ("blob_too_large", False)


def test_what_is_not_kept_of_a_success_goes_with_its_files_but_for_its_answers(remote) -> None:
    settings = {"save_successful_data": False}
    again = ("again", *bring(remote)[1:])
    version = make_version(chain(bring(remote), again, settings=settings))

    execution_id = begin(version, {})
    work_until_idle()

    done = execution(execution_id)
    assert done.status == "completed"
    owned = [str(row.id) for row in Blob.objects.filter(execution_id=execution_id)]
    assert owned == [done.output["body"]["$blob"]]


def test_a_file_is_downloaded_as_an_attachment_that_no_browser_runs(owner) -> None:
    execution_id = uuid7()
    blob = put(execution_id, b"<script>", 'ü".html')

    answer = owner.get(f"/executions/{execution_id}/blobs/{blob.id}", Accept="text/html")

    assert answer.status_code == 200
    assert body_of(answer) == b"<script>"
    assert answer["Content-Type"] == "application/x-test"
    assert answer["Content-Length"] == "8"
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''%C3%BC%22.html"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"
    assert answer["ETag"] == f'"{blob.sha256}"'


def test_a_file_is_downloaded_in_parts(owner) -> None:
    execution_id = uuid7()
    blob = put(execution_id)
    path = f"/executions/{execution_id}/blobs/{blob.id}"

    part = owner.get(path, Range="bytes=10-19")
    tail = owner.get(path, Range="bytes=-5", If_Range=f'"{blob.sha256}"')
    other = owner.get(path, Range="bytes=-5", If_Range='"another"')
    behind = owner.get(path, Range=f"bytes={len(RAW)}-")

    assert (part.status_code, body_of(part)) == (206, RAW[10:20])
    assert part["Content-Range"] == f"bytes 10-19/{len(RAW)}"
    assert part["Content-Length"] == "10"
    assert (tail.status_code, body_of(tail)) == (206, RAW[-5:])
    assert (other.status_code, body_of(other)) == (200, RAW)
    assert (behind.status_code, behind.json()["code"]) == (416, "range_not_satisfiable")
    assert behind["Content-Range"] == f"bytes */{len(RAW)}"


def test_a_file_is_found_under_its_own_execution_alone(owner) -> None:
    mine, other = uuid7(), uuid7()
    blob = put(mine)

    for path in (f"/executions/{other}/blobs/{blob.id}", f"/executions/{mine}/blobs/{uuid4()}"):
        answer = owner.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "blob_not_found")


def test_a_file_whose_bytes_are_gone_is_not_found(owner) -> None:
    execution_id = uuid7()
    blob = put(execution_id)
    blobs.store().remove(Place(SCHEMA, UUID(blob.id)))

    answer = owner.get(f"/executions/{execution_id}/blobs/{blob.id}")

    assert (answer.status_code, answer.json()["code"]) == (404, "blob_not_found")


def test_a_download_asks_the_database_twice(owner, django_assert_num_queries) -> None:
    execution_id = uuid7()
    blob = put(execution_id)
    path = f"/executions/{execution_id}/blobs/{blob.id}"
    owner.get(path).close()

    with django_assert_num_queries(2):
        answer = owner.get(path)

    assert body_of(answer) == RAW


def test_data_that_runs_again_takes_the_files_with_it_that_its_first_run_owned(demo) -> None:
    first, second, strange = uuid7(), uuid7(), uuid7()
    mine, theirs, unnamed = put(first), put(strange), put(first)
    data = {"files": [mine.reference, theirs.reference, {"$blob": "no id"}]}

    assert blobs.hand_on(SCHEMA, first, second, data) == 1
    assert blobs.hand_on(SCHEMA, first, second, data) == 0
    assert blobs.hand_on(SCHEMA, first, second, {"files": []}) == 0

    owned = {str(row.id) for row in Blob.objects.filter(execution_id=second)}
    assert owned == {mine.id}
    assert unnamed.id not in owned
    with OwnedBlobs(SCHEMA, second).open(mine) as reader:
        assert reader.read() == RAW


def test_a_retry_reads_the_files_of_the_steps_that_it_keeps(remote) -> None:
    old = work_until_ended(begin(make_version(chain(bring(remote), send(remote))), {}))

    order = Retry(old.pk, start_at="node", node_id="send")
    new = work_until_ended(retry(order).execution_id)

    assert new.status == "completed"
    assert steps(new.pk)["bring"].copied_from == old.pk
    assert [seen.target for seen in remote.seen] == ["/file", "/in", "/in"]
    assert remote.seen[-1].body == RAW


def test_a_retry_from_the_start_reads_the_file_that_came_in(remote) -> None:
    first = uuid7()
    came = put(first)
    version = make_version(chain(send(remote, "{{ trigger.body }}")))
    work_until_ended(begin(version, {"body": came.reference}, execution_id=first))

    again = work_until_ended(retry(Retry(first)).execution_id)

    assert again.status == "completed"
    assert [seen.body for seen in remote.seen] == [RAW, RAW]


def test_a_workflow_that_is_called_reads_what_it_is_given_and_gives_back_what_it_brought(
    remote,
) -> None:
    called = callee(send(remote, "{{ trigger.file }}"), ("brought", *bring(remote)[1:]))
    config = {"workflow_id": str(called), "input": {"file": "{{ steps.bring.body }}"}}
    ask = ("ask", "control:sub_workflow", {"config": config})
    last = ("last", *send(remote, "{{ steps.ask.body }}")[1:])

    ended = work_until_ended(begin(make_version(chain(bring(remote), ask, last)), {}))

    assert ended.status == "completed"
    assert [seen.body for seen in remote.seen if seen.target == "/in"] == [RAW, RAW]
    (child,) = Execution.objects.filter(parent_id=ended.pk)
    assert Blob.objects.filter(execution_id=ended.pk).count() == 2
    assert Blob.objects.filter(execution_id=child.pk).count() == 2


def test_each_workflow_that_is_called_reads_its_own_item_and_no_other(remote) -> None:
    parent = uuid7()
    files = [put(parent, RAW[:size]) for size in (1, 2, 3)]
    called = callee(send(remote, "{{ trigger }}"))
    config = {
        "workflow_id": str(called),
        "mode": "for_each",
        "items": "{{ trigger.files }}",
        "concurrency": 1,
    }
    version = make_version(chain(("ask", "control:sub_workflow", {"config": config})))
    data = {"files": [file.reference for file in files]}

    ended = work_until_ended(begin(version, data, execution_id=parent))

    assert ended.status == "completed"
    assert [seen.body for seen in remote.seen] == [RAW[:1], RAW[:2], RAW[:3]]
    for file, child in zip(
        files, Execution.objects.filter(parent_id=parent).order_by("pk"), strict=True
    ):
        assert [str(row.id) for row in Blob.objects.filter(execution_id=child.pk)] == [file.id]


@pytest.mark.parametrize(("part", "node_id"), [("from", "send"), ("until", "first")])
def test_a_part_of_a_draft_reads_the_files_of_the_execution_whose_data_it_goes_on_from(
    owner, remote, part, node_id
) -> None:
    first = ("first", *send(remote, "{{ trigger.body }}")[1:])
    document = chain(first, bring(remote), send(remote))
    workflow_id = owner.post("/workflows", {"name": "w", "definition": document}).json()["id"]
    version = WorkflowVersion.objects.create(workflow_id=workflow_id, number=1, definition=document)
    old = uuid7()
    came = put(old, b"came")
    work_until_ended(begin(version, {"body": came.reference}, execution_id=old))
    before = len(remote.seen)

    body = {"draft": True, "part": part, "node_id": node_id, "execution_id": str(old)}
    answer = owner.post(f"/workflows/{workflow_id}/execute", body)
    ended = work_until_ended(UUID(answer.json()["execution_id"]))

    assert ended.status == "completed"
    sent = [seen.body for seen in remote.seen[before:]]
    assert sent == [RAW if part == "from" else b"came"]


def test_the_sweep_deletes_what_no_execution_owns_and_what_is_a_day_old(demo) -> None:
    live = begin(make_version(chain()), {})
    kept, orphan = put(live), put(uuid7())
    unrowed = put(live)
    Blob.objects.filter(id=unrowed.id).delete()

    assert blob_rounds.sweep() == 0
    grow_old()
    fresh = put(uuid7())

    assert blob_rounds.sweep() == 2
    assert [lies(each.id) for each in (kept, orphan, unrowed, fresh)] == [True, False, False, True]
    assert {str(row.id) for row in Blob.objects.all()} == {kept.id, fresh.id}


def test_a_file_that_two_executions_own_goes_with_the_last(demo) -> None:
    live = begin(make_version(chain()), {})
    gone = uuid7()
    blob = put(gone)
    blobs.hand_on(SCHEMA, gone, live, blob.reference)
    grow_old()

    assert blob_rounds.sweep() == 0
    assert lies(blob.id)


def test_the_doctor_finds_a_row_without_bytes(demo) -> None:
    execution_id = begin(make_version(chain()), {})
    put(execution_id)
    lost = put(execution_id)
    blobs.store().remove(Place(SCHEMA, UUID(lost.id)))

    found = [each for each in doctor.examine() if each.invariant == "blob_without_bytes"]

    assert [(each.schema, each.id, each.detail) for each in found] == [
        (SCHEMA, execution_id, lost.id)
    ]


def test_a_deleted_tenant_leaves_no_files(demo) -> None:
    from apps.core import events
    from apps.tenants.events import TenantGone

    blob = put(uuid7())
    assert lies(blob.id)

    events.announce(TenantGone(uuid7(), SCHEMA))
    events.announce(TenantGone(uuid7(), SCHEMA))

    assert not lies(blob.id)


def test_the_store_is_the_one_that_the_settings_name(demo, settings, monkeypatch) -> None:
    from apps.adapters.blobs.s3 import Objects

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    assert isinstance(blobs.store(), Files)
    settings.GORAX_BLOBS, settings.GORAX_BLOBS_BUCKET = "s3", "files"
    settings.GORAX_BLOBS_REGION = "eu-west-1"

    found = blobs.store()

    assert isinstance(found, Objects)
    assert blobs.store() is found
    found._client.close()


class Torn(io.BytesIO):
    """A file that opens, and cannot be read."""

    def read(self, *_: object) -> bytes:
        raise StoreFailedError


@pytest.mark.parametrize("size", [10, 1_000_000])
def test_a_file_that_fails_as_it_is_read_is_unavailable_and_closed(
    owner, monkeypatch, size
) -> None:
    execution_id = uuid7()
    blob = put(execution_id, b"x" * size)
    torn = Torn()
    monkeypatch.setattr("apps.executions.services.blobs.open_for_reader", lambda _: torn)

    answer = owner.get(f"/executions/{execution_id}/blobs/{blob.id}")

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert torn.closed
