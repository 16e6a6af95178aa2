"""Large files that are delivered: streamed into the store once they are known to be genuine, and nothing left of others."""

import hashlib
import hmac
import json
import threading
import tracemalloc
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from apps.core import strict_json
from apps.core.api.bodies import MOST_FILE_BYTES
from apps.core.api.wsgi import Handler
from apps.engine.blob import id_of
from apps.executions.models import Blob, Execution
from apps.executions.services.blobs import OwnedBlobs
from apps.webhooks.models import WebhookEvent
from apps.webhooks.services import replay
from apps.webhooks.services.replay import Replay
from tests.callers import make_caller
from tests.core.test_bodies import Input, send
from tests.webhooks.deliveries import HOST
from tests.webhooks.test_door import make_github
from tests.workflows.documents import hook

SCHEMA = "t_demo"
RAW = bytes(range(256)) * 24_000  # 5.9 MiB


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, redis_server) -> Path:
    settings.GORAX_BLOBS_DIR = tmp_path / "blobs"
    return settings.GORAX_BLOBS_DIR


def deliver(sender, path: str, raw: bytes = RAW, **headers: str):
    content_type = headers.pop("content_type", "image/png")
    return sender.post(f"/webhooks/{path}", data=raw, content_type=content_type, headers=headers)


def signature(secret: str, raw: bytes = RAW) -> str:
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def files(folder: Path) -> list[Path]:
    return [each for each in folder.rglob("*") if each.is_file()]


def test_a_large_file_is_stored_and_the_trigger_refers_to_it(tenant, sender, live, folder) -> None:
    live(hook(path="in"))

    answer = deliver(sender, "in")

    assert answer.status_code == 202
    execution = Execution.objects.get(pk=answer.json()["execution_id"])
    reference = execution.trigger["body"]
    assert reference == {
        "$blob": id_of(reference),
        "media_type": "image/png",
        "filename": "",
        "size_bytes": len(RAW),
        "sha256": hashlib.sha256(RAW).hexdigest(),
    }
    event = WebhookEvent.objects.get()
    assert (event.trigger, event.size_bytes) == (execution.trigger, len(RAW))
    owned = OwnedBlobs(SCHEMA, execution.pk)
    with owned.open(owned.find(reference)) as reader:
        assert reader.read() == RAW
    assert len(files(folder)) == 1


def test_multipart_is_such_a_file_too(tenant, sender, live) -> None:
    live(hook(path="in"))

    answer = deliver(sender, "in", content_type="multipart/form-data; boundary=x")

    body = Execution.objects.get(pk=answer.json()["execution_id"]).trigger["body"]
    assert (body["media_type"], body["size_bytes"]) == ("multipart/form-data", len(RAW))


def test_a_signature_is_verified_over_the_whole_of_it(tenant, sender, folder) -> None:
    secret = make_github(tenant)

    wrong = deliver(sender, "hub", X_Hub_Signature_256=signature(secret, RAW[:-1]))
    left = files(folder)
    right = deliver(sender, "hub", X_Hub_Signature_256=signature(secret))

    assert (wrong.status_code, wrong.json()["code"]) == (401, "webhook_unverified")
    assert left == []
    assert right.status_code == 202
    assert len(files(folder)) == 1
    assert WebhookEvent.objects.count() == 1


def test_a_delivery_that_comes_again_is_known_and_leaves_one_file(tenant, sender, folder) -> None:
    secret = make_github(tenant)
    known = {"X_Hub_Signature_256": signature(secret), "X_GitHub_Delivery": "d-1"}

    first = deliver(sender, "hub", **known)
    again = deliver(sender, "hub", **known)
    other = deliver(
        sender,
        "hub",
        RAW + b"!",
        X_Hub_Signature_256=signature(secret, RAW + b"!"),
        X_GitHub_Delivery="d-1",
    )

    assert [each.status_code for each in (first, again, other)] == [202, 200, 409]
    assert again.json()["execution_id"] == first.json()["execution_id"]
    assert Blob.objects.filter(execution_id=first.json()["execution_id"]).count() == 1
    assert Blob.objects.count() == len(files(folder)) == 1


def test_what_nobody_wants_leaves_no_file(tenant, sender, live, folder) -> None:
    live(hook(path="in", filters=[{"path": "$.body.size_bytes", "operator": "equals", "value": 1}]))

    answer = deliver(sender, "in")

    assert answer.json()["filtered"] is True
    assert Blob.objects.count() == len(files(folder)) == 0


def test_a_filter_reads_what_the_reference_says(tenant, sender, live) -> None:
    filters = [{"path": "$.body.media_type", "operator": "equals", "value": "image/png"}]
    live(hook(path="in", filters=filters))

    assert deliver(sender, "in").status_code == 202


def test_a_file_that_is_replayed_belongs_to_both_executions(tenant, sender, live) -> None:
    live(hook(path="in"))
    first = UUID(deliver(sender, "in").json()["execution_id"])

    second = replay.replay(Replay(WebhookEvent.objects.get().pk)).execution_id

    reference = Execution.objects.get(pk=second).trigger["body"]
    assert second != first
    assert OwnedBlobs(SCHEMA, second).find(reference) == OwnedBlobs(SCHEMA, first).find(reference)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/vnd.x+json",
        "application/x-www-form-urlencoded",
        "text/csv",
        "application/xml; charset=utf-8",
    ],
)
def test_what_is_read_as_text_has_the_old_bound(tenant, sender, live, content_type) -> None:
    live(hook(path="in"))

    assert deliver(sender, "in", content_type=content_type).status_code == 413


def arrive(body: object, **meta: str) -> tuple[int, dict, bytes]:
    return send(
        Handler(),
        body,
        PATH_INFO="/webhooks/in",
        HTTP_HOST=HOST,
        CONTENT_TYPE="image/png",
        **meta,
    )


def test_a_file_at_the_bound_is_asked_for_and_one_past_it_is_not(tenant_committed, live) -> None:
    live(hook(path="in"))
    read: list[int] = []

    at_bound = arrive(Input(lambda: read.append(1), b""), CONTENT_LENGTH=str(MOST_FILE_BYTES))
    asked = len(read)
    past = arrive(Input(lambda: read.append(1), b""), CONTENT_LENGTH=str(MOST_FILE_BYTES + 1))

    assert (at_bound[0], asked) == (400, 1)
    assert (past[0], len(read)) == (413, 1)


def test_a_file_that_does_not_say_its_size_has_the_old_bound(tenant, live) -> None:
    live(hook(path="in"))
    body = BytesIO(b"x" * (strict_json.MAX_BYTES + 1))

    assert arrive(body, HTTP_TRANSFER_ENCODING="chunked")[0] == 413


def test_a_connection_that_breaks_leaves_nothing(tenant_committed, live, folder) -> None:
    live(hook(path="in"))

    status, _, said = arrive(BytesIO(RAW[:-1]), CONTENT_LENGTH=str(len(RAW)))

    assert (status, b"body_incomplete" in said) == (400, True)
    assert files(folder) == []
    assert WebhookEvent.objects.count() == 0


@pytest.mark.parametrize("path", ["/webhooks/nowhere", "/webhooks/-/token", "/api/v1/workflows"])
def test_where_nobody_listens_no_byte_is_read(tenant_committed, live, path) -> None:
    live(hook(path="in"))
    read: list[int] = []
    meta = {"PATH_INFO": path, "HTTP_HOST": HOST, "CONTENT_TYPE": "image/png"}

    status, _, _ = send(
        Handler(), Input(lambda: read.append(1), RAW), CONTENT_LENGTH=str(len(RAW)), **meta
    )

    assert status == (404 if "nowhere" in path else 413)
    assert read == []


@pytest.mark.django_db(transaction=True)
def test_no_connection_is_held_while_a_file_is_on_its_way(tenant_committed, live) -> None:
    live(hook(path="in"))
    held: list[object] = []
    done: list[int] = []

    def other_thread() -> None:
        body = Input(lambda: held.append(connection.connection), RAW)
        done.append(arrive(body, CONTENT_LENGTH=str(len(RAW)))[0])
        connection.close()

    thread = threading.Thread(target=other_thread)
    thread.start()
    thread.join()

    assert done == [202]
    assert set(held) == {None}


@pytest.mark.django_db(transaction=True)
def test_senders_of_slow_files_leave_threads_for_the_others(
    tenant_committed, live, settings
) -> None:
    from tests.eventually import eventually

    live(hook(path="in"))
    settings.GORAX_WEB_THREADS = 3
    handler, over, reading = Handler(), threading.Event(), []

    def ask(body: object, before: Callable[[], None] = lambda: None) -> int:
        before()
        meta = {"PATH_INFO": "/webhooks/in", "HTTP_HOST": HOST, "CONTENT_TYPE": "image/png"}
        status = send(handler, body, CONTENT_LENGTH=str(len(RAW)), **meta)[0]
        connection.close()
        return status

    def stall() -> None:
        reading.append(1)
        over.wait(30)

    slow = threading.Thread(target=ask, args=[Input(stall, RAW)])
    slow.start()
    assert eventually(lambda: len(reading) == 1)
    try:
        refused = ask(BytesIO(RAW))
    finally:
        over.set()
        slow.join()

    assert refused == 503
    assert ask(BytesIO(RAW)) == 202


class Endless(BytesIO):
    """A server's input stream of zeros, as long as somebody asks."""

    def read(self, size: int | None = -1) -> bytes:
        return bytes(size or 0)


def test_a_file_of_fifty_megabytes_comes_and_goes_in_pieces(tenant_committed, live) -> None:
    live(hook(path="in"))
    size = 50_000_000
    tracemalloc.start()
    try:
        came = arrive(Endless(), CONTENT_LENGTH=str(size))
        execution_id = json.loads(came[2])["execution_id"]
        reference = Execution.objects.get(pk=execution_id).trigger["body"]
        owner = make_caller(tenant_committed, "owner")
        answer = owner.get(f"/executions/{execution_id}/blobs/{reference['$blob']}")
        sent = sum(map(len, answer.streaming_content))
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert (came[0], reference["size_bytes"], sent) == (202, size, size)
    assert peak_bytes < 10_000_000
