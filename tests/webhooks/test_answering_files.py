"""Senders that wait and are answered with a file: its bytes, as its row describes them, and nobody else's."""

import hashlib
import io
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from uuid import UUID
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.db import OperationalError, connection

from apps.adapters.blobs.store import Place, StoreFailedError
from apps.core.api.wsgi import Handler
from apps.core.ids import uuid7
from apps.engine.blob import Blob
from apps.executions.models import Execution
from apps.executions.services import blobs
from apps.executions.services.blobs import OwnedBlobs
from tests.callers import make_caller
from tests.eventually import eventually
from tests.executions import makers
from tests.executions.crew import Beside
from tests.webhooks.deliveries import HOST
from tests.workflows.documents import edge, hook, node

SCHEMA = "t_demo"
PAGE = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, redis_server):
    settings.GORAX_BLOBS_DIR = tmp_path


def answering(**respond) -> dict:
    #  hook ──► make ──► say
    document = hook(path="ask", mode="sync", timeout_s=20)
    made = {"operation": "write", "text": PAGE, "filename": "ü.html", "media_type": "text/html"}
    say = {"body_type": "file", "body": "{{ steps.make }}", **respond}
    return {
        "nodes": [
            document["nodes"][0],
            node("make", "data:file", **made),
            node("say", "action:respond", **say),
        ],
        "edges": [edge("hook", "make"), edge("make", "say")],
    }


def body_of(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def ask(sender, body: object = None):
    """Deliver JSON, and return the answer with its bytes."""

    def deliver():
        answer = sender.post("/webhooks/ask", data=body or {}, content_type="application/json")
        return answer, body_of(answer)

    return worked(deliver)


def worked(deliver):
    """Let a worker do what is to be done while somebody waits for it; return what came of the wait."""
    waiter = Beside(deliver)
    assert eventually(Execution.objects.exists)
    makers.work_until_idle()
    found = waiter.join_it()
    makers.forget_worker()
    return found


@pytest.mark.django_db(transaction=True)
def test_a_file_is_the_answer_with_its_type_its_length_and_its_name(
    tenant_committed, sender, live
) -> None:
    live(answering(status=201, headers={"X-Mine": "1"}))

    answer, raw = ask(sender)

    assert (answer.status_code, raw) == (201, PAGE.encode())
    assert (answer["Content-Type"], answer["Content-Length"]) == ("text/html", str(len(PAGE)))
    assert answer["Content-Disposition"] == "inline; filename*=utf-8''%C3%BC.html"
    assert (answer["X-Mine"], answer["X-Content-Type-Options"]) == ("1", "nosniff")
    # It is served from our host, and may be a page that a stranger wrote.
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    execution = Execution.objects.get()
    assert answer["X-Gorax-Execution"] == str(execution.pk)
    assert execution.output["$blob"] == execution.response["body"]["$blob"]


@pytest.mark.django_db(transaction=True)
def test_headers_of_the_answer_go_before_what_the_file_says(tenant_committed, sender, live) -> None:
    written = {"content-type": "text/plain", "Content-Disposition": "attachment"}
    live(answering(headers={**written, "Content-Length": "1"}))

    answer, raw = ask(sender)

    assert (answer["Content-Type"], answer["Content-Disposition"]) == ("text/plain", "attachment")
    assert (answer["Content-Length"], raw) == (str(len(PAGE)), PAGE.encode())


@pytest.mark.django_db(transaction=True)
def test_a_status_without_a_body_sends_no_file(tenant_committed, sender, live) -> None:
    live(answering(status=204))

    answer, raw = ask(sender)

    assert (answer.status_code, raw) == (204, b"")
    assert "Content-Type" not in answer.headers


@pytest.mark.parametrize("kind", ["another's", "none", "no id"])
@pytest.mark.django_db(transaction=True)
def test_a_reference_that_the_sender_wrote_opens_nothing(
    tenant_committed, sender, live, kind
) -> None:
    live(answering(body="{{ trigger.body }}"))
    with OwnedBlobs(SCHEMA, uuid7()).create("text/plain") as writer:
        writer.write(b"theirs")
        theirs = writer.finish()
    written = {"another's": theirs.id, "none": str(uuid7()), "no id": "../../etc/passwd"}[kind]

    answer, _ = ask(sender, {"$blob": written})

    assert (answer.status_code, answer.json()["code"]) == (502, "answer_missing")
    assert Execution.objects.get().status == "completed"


@pytest.mark.django_db(transaction=True)
def test_a_file_whose_bytes_are_gone_is_told_as_a_failure_behind_us(
    tenant_committed, sender, live, monkeypatch
) -> None:
    live(answering())
    real = blobs.get

    def lost(execution_id: UUID, blob_id: UUID):
        blobs.store().remove(Place(SCHEMA, blob_id))
        return real(execution_id, blob_id)

    monkeypatch.setattr("apps.executions.facade.get_blob", lost)

    answer, _ = ask(sender)

    assert (answer.status_code, answer.json()["code"]) == (502, "answer_missing")


class Torn(io.BytesIO):
    """A file that opens, and cannot be read."""

    def __init__(self, failure: Exception) -> None:
        super().__init__()
        self.failure = failure

    def read(self, *_: object) -> bytes:
        raise self.failure


@pytest.mark.parametrize("failure", [StoreFailedError(), OSError("EIO")])
@pytest.mark.parametrize("size", [10, 1_000_000])
@pytest.mark.django_db(transaction=True)
def test_a_file_that_fails_as_it_is_read_is_told_as_a_failure_behind_us(
    tenant_committed, sender, live, monkeypatch, failure, size
) -> None:
    live(answering())
    torn = Torn(failure)
    blob = Blob("00000000-0000-7000-8000-000000000001", "text/plain", "", size, "")
    monkeypatch.setattr("apps.executions.facade.get_blob", lambda *_: blob)
    monkeypatch.setattr("apps.executions.facade.open_blob", lambda _: torn)

    answer, _ = ask(sender)

    assert (answer.status_code, answer.json()["code"]) == (502, "answer_missing")
    assert torn.closed


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_when_the_file_is_looked_up_is_a_failure_behind_us(
    tenant_committed, sender, live, monkeypatch
) -> None:
    live(answering())

    def away(*_: object):
        raise OperationalError("the connection is gone")

    monkeypatch.setattr("apps.executions.facade.get_blob", away)

    answer, _ = ask(sender)

    assert (answer.status_code, answer.json()["code"]) == (502, "answer_missing")


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served() -> Iterator[int]:
    """The product behind a real socket; its port."""

    def serve() -> None:
        server.serve_forever(poll_interval=0.02)
        connection.close()

    with make_server("127.0.0.1", 0, Handler(), handler_class=Quiet) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.django_db(transaction=True)
def test_a_large_file_that_was_delivered_goes_back_in_pieces(tenant_committed, live) -> None:
    live(answering(body="{{ trigger.body }}"))
    raw = bytes(range(256)) * 80_000  # 20 MB

    def deliver():
        digest = hashlib.sha256()
        client = HTTPConnection("127.0.0.1", port, timeout=30)
        client.request("POST", "/webhooks/ask", raw, {"Host": HOST, "Content-Type": "image/png"})
        answer = client.getresponse()
        tracemalloc.start()
        try:
            while piece := answer.read(100_000):
                digest.update(piece)
            return answer, digest.digest(), tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
            client.close()

    with served() as port:
        answer, digest, peak_bytes = worked(deliver)

    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/png")
    assert answer.headers["Content-Length"] == str(len(raw))
    assert "Content-Disposition" not in answer.headers
    assert digest == hashlib.sha256(raw).digest()
    assert peak_bytes < 3_000_000


@pytest.mark.django_db(transaction=True)
def test_a_trial_shows_of_a_file_its_type_alone(tenant_committed, live) -> None:
    live(answering(status=201, headers={"content-type": "text/plain"}))
    owner = make_caller(tenant_committed, "owner")
    webhook = owner.get("/webhooks").json()["results"][0]["id"]

    answer = worked(lambda: owner.post(f"/webhooks/{webhook}/test-delivery", {}).json())

    assert (answer["status"], answer["content_type"]) == (201, "text/plain")
    assert (answer["body"], answer["is_whole"]) == ("", False)
    assert answer["execution_id"] == str(Execution.objects.get().pk)
