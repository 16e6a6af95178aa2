"""Files sent and brought by calls: streamed, named, refused."""

from __future__ import annotations

import pytest

from apps.engine.blob_memory import BlobsInMemory
from apps.engine.errors import PortError
from apps.engine.failure import Failure
from apps.engine.node import Result
from apps.engine.ports import HttpReply, HttpRequest, Stream
from apps.engine.secret import Secret
from apps.engine.testing import Given, try_node
from apps.nodes.action_http.files import filename_of, name_in
from apps.nodes.action_http.node import NODE

URL = "https://files.test/reports/may%20report.pdf?x=1"


def bring(reply: HttpReply, blobs: BlobsInMemory | None = None, **config: object):
    given = Given(handler=lambda _: reply, blobs=blobs or BlobsInMemory())
    config = {"url": URL, "response_type": "file", **config}
    return try_node(NODE, config, given).answer


def send(body: object, blobs: BlobsInMemory, sent: list[HttpRequest], **given: object):
    def take(request: HttpRequest) -> HttpReply:
        sent.append(request)
        return HttpReply(200, {}, b"ok")

    config = {"url": URL, "method": "PUT", "body_type": "file", "body": body}
    return try_node(NODE, config, Given(handler=take, blobs=blobs, **given)).answer


def test_an_answer_becomes_a_file_with_the_name_and_type_that_the_server_says() -> None:
    blobs = BlobsInMemory()
    headers = {
        "content-type": "application/PDF; charset=binary",
        "content-disposition": 'attachment; filename="../../May \\"best\\".pdf"',
    }

    answer = bring(HttpReply(200, headers, b"%PDF"), blobs)

    assert isinstance(answer, Result)
    reference = answer.output["body"]
    assert blobs.read(reference) == b"%PDF"
    assert reference == {
        "$blob": reference["$blob"],
        "media_type": "application/pdf",
        "filename": 'May "best".pdf',
        "size_bytes": 4,
        "sha256": blobs.find(reference).sha256,
    }
    assert answer.output["status_code"] == 200


def test_a_file_without_a_name_is_called_as_its_address_ends() -> None:
    answer = bring(HttpReply(200, {}, b"x"))

    assert answer.output["body"]["filename"] == "may report.pdf"
    assert answer.output["body"]["media_type"] == "application/octet-stream"


def test_an_empty_answer_is_an_empty_file() -> None:
    assert bring(HttpReply(200, {}, b"")).output["body"]["size_bytes"] == 0


@pytest.mark.proves("refusal", "retryable")
def test_a_refusal_is_told_as_ever_and_leaves_no_file() -> None:
    blobs = BlobsInMemory()

    answer = bring(HttpReply(503, {}, b"later"), blobs)

    assert isinstance(answer, Failure)
    assert (answer.code, answer.details, answer.is_retryable) == (
        "http_status",
        {"body": "later"},
        True,
    )
    assert blobs.kept == {}


def test_an_accepted_refusal_is_a_file_too() -> None:
    answer = bring(HttpReply(404, {}, b"none"), accept_status=[404])

    assert answer.output["body"]["size_bytes"] == 4


def test_an_answer_that_is_asked_for_once_more_leaves_nothing_of_the_first() -> None:
    blobs, begun = BlobsInMemory(), []

    def answer_twice(request: HttpRequest) -> HttpReply:
        begun.append(request.sink.choose(200, {}))
        begun[0](b"first")
        return HttpReply(200, {}, b"second")

    config = {"url": URL, "response_type": "file"}
    output = try_node(NODE, config, Given(handler=answer_twice, blobs=blobs)).output

    assert blobs.read(output["body"]) == b"second"
    assert (len(blobs.kept), begun[0].__self__.raw) == (1, b"")


@pytest.mark.proves("fault")
def test_an_answer_that_is_too_large_for_the_store_fails_for_good_and_leaves_no_file() -> None:
    blobs = BlobsInMemory(most_bytes=3)

    answer = bring(HttpReply(200, {}, b"four"), blobs)

    assert (answer.code, answer.is_retryable) == ("blob_too_large", False)
    assert blobs.kept == {}


def test_a_connection_that_is_lost_leaves_no_file() -> None:
    blobs = BlobsInMemory()

    def lose(request: HttpRequest) -> HttpReply:
        into = request.sink.choose(200, {})
        into(b"half")
        raise PortError("connection_lost", "lost", is_retryable=True)

    answer = try_node(
        NODE, {"url": URL, "response_type": "file"}, Given(handler=lose, blobs=blobs)
    ).answer

    assert (answer.code, answer.is_retryable) == ("connection_lost", True)
    assert blobs.kept == {}


def test_a_file_is_sent_as_a_stream_of_its_size_and_type() -> None:
    blobs, sent = BlobsInMemory(), []
    blob = blobs.put(b"a,b\n1,2\n", "text/csv", "table.csv")

    answer = send("{{ steps.made }}", blobs, sent, steps={"made": blob.reference})

    assert isinstance(answer, Result)
    (request,) = sent
    assert isinstance(request.body, Stream)
    assert request.body.size_bytes == 8
    # A redirect that repeats the body reads it again.
    for _ in range(2):
        with request.body.open() as file:
            assert file.read() == b"a,b\n1,2\n"
    assert request.headers["Content-Type"] == "text/csv"


@pytest.mark.proves("refusal")
@pytest.mark.parametrize(
    "body",
    [
        "a text",
        {"$blob": "00000000-0000-0000-0000-000000000009"},
        {"$blob": 7},
        {"$blob": "../../etc/passwd", "size_bytes": 1},
        [{"$blob": "00000000-0000-0000-0000-000000000001"}],
    ],
)
def test_what_refers_to_no_file_of_this_execution_is_refused_and_nothing_is_sent(body) -> None:
    blobs, sent = BlobsInMemory(), []
    blobs.put(b"mine")

    answer = send(body, blobs, sent)

    assert (answer.code, answer.is_retryable) == ("blob_not_found", False)
    assert sent == []


def test_what_a_sender_writes_like_a_reference_is_data_unless_the_author_says_file() -> None:
    blobs, sent = BlobsInMemory(), []
    forged = {"$blob": blobs.put(b"mine").id}

    def take(request: HttpRequest) -> HttpReply:
        sent.append(request.body)
        return HttpReply(200, {}, b"")

    config = {"url": URL, "method": "POST", "body": "{{ trigger.body }}"}
    try_node(NODE, config, Given(trigger={"body": forged}, handler=take, blobs=blobs))

    assert sent == ['{"$blob":"00000000-0000-0000-0000-000000000001"}']


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("", ""),
        ("attachment", ""),
        ("attachment; filename=plain.txt", "plain.txt"),
        ('inline; FileName = "with blank.txt"; size=3', "with blank.txt"),
        (
            "attachment; filename=\"fallback.txt\"; filename*=UTF-8''%e2%82%ac%20rates.txt",
            "€ rates.txt",
        ),
        ('attachment; filename="' + "x" * 10_000 + '"', ""),
    ],
)
def test_the_name_of_a_file_stands_in_its_disposition(header: str, name: str) -> None:
    assert filename_of(header) == name


def test_a_secret_address_gives_no_file_its_name() -> None:
    assert name_in(Secret("https://files.test/secret-name")) == ""
    assert name_in("https://files.test/a/b.txt?c=/d.e") == "b.txt"
