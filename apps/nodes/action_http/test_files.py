"""Files sent and brought by calls: streamed, named, refused."""

from __future__ import annotations

from email import message_from_bytes

import pytest

from apps.engine.blob_memory import BlobsInMemory
from apps.engine.errors import PortError
from apps.engine.failure import Failure
from apps.engine.node import Result
from apps.engine.ports import HttpReply, HttpRequest, Stream
from apps.engine.secret import Secret
from apps.engine.testing import Given, problems_in, secret_named, try_node
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


def form(parts: list[dict], blobs: BlobsInMemory, **given: object):
    """Return what came of a multipart form, and what was sent."""
    sent: list[HttpRequest] = []

    def take(request: HttpRequest) -> HttpReply:
        sent.append(request)
        return HttpReply(200, {}, b"ok")

    config = {"url": URL, "method": "POST", "body_type": "multipart", "parts": parts}
    return try_node(NODE, config, Given(handler=take, blobs=blobs, **given)), sent


def read_form(request: HttpRequest) -> list[tuple[str, str | None, str, bytes]]:
    """Return (name, filename, content type, bytes) of each part, as a strict reader sees them."""
    assert isinstance(request.body, Stream)
    with request.body.open() as file:
        raw = file.read()
    assert len(raw) == request.body.size_bytes
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    return [
        (
            str(part.get_param("name", header="content-disposition")),
            part.get_filename(),
            part.get_content_type(),
            part.get_payload(decode=True),
        )
        for part in message_from_bytes(head + raw).get_payload()
    ]


def test_a_part_is_a_file_with_its_own_name_and_type_or_those_that_are_written() -> None:
    blobs = BlobsInMemory()
    picture = blobs.put(b"\x89PNG\r\n\x00", "image/png", 'a".png')
    table = blobs.put(b"a,b\n", "application/octet-stream")

    tried, sent = form(
        [
            {"name": "title", "value": "{{ trigger }}"},
            {"name": "picture", "file": "{{ steps.made }}"},
            {
                "name": "table",
                "file": table.reference,
                "filename": "t.csv",
                "content_type": "text/csv",
            },
            {"name": "bare", "file": table.reference},
        ],
        blobs,
        trigger="Ada",
        steps={"made": picture.reference},
    )

    assert isinstance(tried.answer, Result)
    assert read_form(sent[0]) == [
        ("title", None, "text/plain", b"Ada"),
        ("picture", "a%22.png", "image/png", b"\x89PNG\r\n\x00"),
        ("table", "t.csv", "text/csv", b"a,b\n"),
        ("bare", "file", "application/octet-stream", b"a,b\n"),
    ]


def test_a_form_with_files_is_the_same_at_every_attempt_and_when_a_redirect_repeats_it() -> None:
    blobs = BlobsInMemory()
    parts = [{"name": "a", "file": blobs.put(b"abc").reference}, {"name": "b", "value": "c"}]

    (first,), (second,) = form(parts, blobs)[1], form(parts, blobs)[1]

    assert first.headers == second.headers
    assert read_form(first) == read_form(first) == read_form(second)


def test_no_file_can_hold_the_line_that_ends_it() -> None:
    blobs = BlobsInMemory()
    _, (first,) = form([{"name": "a", "file": blobs.put(b"abc").reference}], blobs)
    boundary = first.headers["Content-Type"].rpartition("=")[2]
    forged = f"\r\n--{boundary}--\r\n".encode()

    _, (second,) = form([{"name": "a", "file": blobs.put(forged).reference}], blobs)

    assert boundary not in second.headers["Content-Type"]
    assert [raw for *_, raw in read_form(second)] == [forged]


def test_a_secret_beside_a_file_is_sent_and_shown_nowhere() -> None:
    blobs = BlobsInMemory()
    parts = [
        {"name": "pin", "value": "{{ credentials.pin }}"},
        {"name": "a", "file": blobs.put(b"abc").reference},
    ]

    tried, (request,) = form(
        parts, blobs, credentials={"pin": secret_named("pin", "hunter2-hunter2")}
    )

    assert [raw for *_, raw in read_form(request)] == [b"hunter2-hunter2", b"abc"]
    assert "hunter2" not in f"{tried.shown_config} {request!r}"


@pytest.mark.parametrize(
    "file", ["a text", {"$blob": "00000000-0000-0000-0000-000000000009"}, "{{ trigger }}"]
)
def test_a_part_that_refers_to_no_file_of_this_execution_is_not_sent_as_nothing(file) -> None:
    blobs = BlobsInMemory()

    tried, sent = form([{"name": "a", "file": file}], blobs, trigger=None)

    assert (tried.answer.code, tried.answer.is_retryable, sent) == ("blob_not_found", False, [])


def test_a_part_is_a_value_or_a_file() -> None:
    both = {"name": "a", "value": "x", "file": "{{ trigger }}"}
    config = {"url": URL, "method": "POST", "body_type": "multipart", "parts": [both]}

    assert problems_in(NODE, config) == [("parts[0].file", "field_choice")]


def test_a_part_whose_text_is_half_a_character_cannot_be_sent_beside_a_file() -> None:
    blobs = BlobsInMemory()
    parts = [{"name": "\ud800", "value": "x"}, {"name": "a", "file": blobs.put(b"abc").reference}]

    tried, sent = form(parts, blobs)

    assert (tried.answer.code, sent) == ("bad_config", [])
