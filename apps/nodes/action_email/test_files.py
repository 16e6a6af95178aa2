"""Files of the store go along with a letter: named, typed, and read while the letter is sent."""

from __future__ import annotations

import base64
import email
import email.policy
import hashlib
from io import BytesIO

import pytest

from apps.engine.blob_memory import BlobsInMemory
from apps.engine.credential import Credential
from apps.engine.ports import MailReply, Stream
from apps.engine.testing import DAWN, Given, Tried, problems_in, try_node
from apps.nodes.action_email.addresses import mailboxes_of
from apps.nodes.action_email.encoding import in_base64
from apps.nodes.action_email.message import Attachment, Letter, message_of
from apps.nodes.action_email.node import NODE

GOOD = {"credential": "post", "to": "ada@example.com", "subject": "Hi", "body": "Hello"}


def send(attachments: list[dict], blobs: BlobsInMemory, **given: object) -> Tried:
    """Send a letter by a server that takes everything."""
    values = {"host": "mail.example.com", "from": "shop@example.com"}
    found = Given(
        credentials={"post": Credential("post", "smtp", values)},
        deliver=lambda _: MailReply("2.0.0 Ok"),
        blobs=blobs,
        **given,
    )
    return try_node(NODE, {**GOOD, "attachments": attachments}, found)


def raw_of(message: bytes | Stream) -> bytes:
    """The bytes of a message, as many as it announces."""
    if isinstance(message, bytes):
        return message
    with message.open() as file:
        raw = file.read()
    assert len(raw) == message.size_bytes
    return raw


def files_in(message: bytes | Stream) -> list[tuple[str | None, str, bytes]]:
    """Return (name, type, bytes) of each file that goes along, as somebody else's rules read them."""
    read = email.message_from_bytes(raw_of(message), policy=email.policy.default)
    return [
        (part.get_filename(), part.get_content_type(), part.get_payload(decode=True))
        for part in read.iter_attachments()
    ]


def test_a_file_goes_along_under_its_own_name_and_type_or_those_that_are_written() -> None:
    blobs = BlobsInMemory()
    picture = blobs.put(bytes(range(256)), "image/png", "größe.png")
    table = blobs.put(b"a;b\n")

    tried = send(
        [
            {"file": "{{ steps.made }}"},
            {"filename": "note.txt", "content": "between"},
            {"file": table.reference, "filename": "t.csv", "content_type": "text/csv"},
            {"file": table.reference},
        ],
        blobs,
        steps={"made": picture.reference},
    )

    assert isinstance(tried.mails[0].message, Stream)
    assert files_in(tried.mails[0].message) == [
        ("größe.png", "image/png", bytes(range(256))),
        ("note.txt", "text/plain", b"between"),
        ("t.csv", "text/csv", b"a;b\n"),
        ("file", "text/plain", b"a;b\n"),
    ]


@pytest.mark.parametrize("size", [0, 1, 2, 3, 56, 57, 58, 114, 57 * 2_048, 57 * 2_048 + 5])
def test_a_file_of_any_size_arrives_whole_in_lines_that_every_server_takes(size) -> None:
    blobs, raw = BlobsInMemory(), bytes(number % 251 for number in range(size))

    tried = send([{"file": blobs.put(raw).reference}], blobs)

    assert [found for *_, found in files_in(tried.mails[0].message)] == [raw]
    lines = raw_of(tried.mails[0].message).split(b"\r\n")
    assert max(map(len, lines)) <= 78
    assert not any(b"\n" in line for line in lines)


def test_base64_is_read_in_pieces_and_its_file_is_closed() -> None:
    opened = BytesIO(b"x" * 100)
    file = in_base64(Stream(100, lambda: opened)).open()

    read = b"".join(iter(lambda: file.read(7), b""))
    file.close()

    assert base64.b64decode(read) == b"x" * 100
    assert opened.closed


def test_every_attempt_is_the_same_message() -> None:
    blobs = BlobsInMemory()
    file = {"file": blobs.put(b"abc").reference}

    first, again = (raw_of(send([file], blobs).mails[0].message) for _ in range(2))

    assert first == again


def test_nobody_can_write_what_stands_for_a_file() -> None:
    blobs = BlobsInMemory()
    blob = blobs.put(b"abc", "image/png")
    (sender,) = mailboxes_of("From", "a@example.com")
    # What would stand for the file, by somebody who knows the step's key and the file.
    mark = hashlib.sha384(f"key 0 0 {blob.sha256}".encode()).digest()
    forged = Attachment("forged", "application/octet-stream", mark)
    body = Stream(blob.size_bytes, lambda: blobs.open(blob))
    file = Attachment("file", "image/png", body, blob.sha256)

    for attachments in ((forged, file), (file, forged)):
        letter = Letter(sender, (sender,), (), (), "Hi", "Hello", None, attachments)
        found = {name: raw for name, _, raw in files_in(message_of(letter, "key", DAWN))}
        assert found == {"forged": mark, "file": b"abc"}


@pytest.mark.proves("refusal")
@pytest.mark.parametrize(
    "file", ["a text", {"$blob": "00000000-0000-0000-0000-000000000009"}, "{{ trigger }}"]
)
def test_what_refers_to_no_file_of_this_execution_sends_no_letter(file) -> None:
    tried = send([{"file": file}], BlobsInMemory(), trigger=None)

    assert (tried.answer.code, tried.answer.is_retryable) == ("blob_not_found", False)
    assert tried.mails == []


@pytest.mark.parametrize(
    ("attachment", "problem"),
    [
        ({"file": "{{ trigger }}", "content": "x"}, ("attachments[0].file", "field_choice")),
        ({"file": "{{ trigger."}, ("attachments[0].file", "syntax_error")),
    ],
)
def test_an_attachment_is_a_content_or_a_file(attachment, problem) -> None:
    assert problems_in(NODE, {**GOOD, "attachments": [attachment]}) == [problem]
