"""Mail is handed to real servers, encrypted, once, and to nobody whom the tenant may not reach."""

import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from email import message_from_bytes
from email.policy import default as email_policy
from io import BytesIO
from ipaddress import ip_address

import pytest

from apps.adapters.blobs.store import StoreFailedError
from apps.adapters.calls import Cancellation
from apps.adapters.destination import Policy
from apps.adapters.errors import HttpError
from apps.adapters.mail import MAX_HEARD_BYTES, GuardedMail, _stuffed
from apps.adapters.transport import Transport
from apps.engine.blob_memory import BlobsInMemory
from apps.engine.credential import Credential
from apps.engine.errors import PortError
from apps.engine.joined import joined
from apps.engine.ports import MailRequest, Stream
from apps.engine.secret import Secret
from apps.engine.testing import Given, try_node
from apps.nodes.action_email.node import NODE
from tests.adapters.conftest import Network, allowing
from tests.adapters.mail_servers import Box, RealServer, ScriptedServer
from tests.adapters.test_tls import certificate
from tests.eventually import eventually

NAME = "mail.example.com"
MESSAGE = b"Subject: Hi\r\n\r\nHello\r\n.\r\n..dots\r\nBye\r\n"
REQUEST = MailRequest(
    host="127.0.0.1",
    port=25,
    security="none",
    sender="shop@example.com",
    recipients=("ada@example.com", "bob@example.com"),
    message=MESSAGE,
    timeout_s=20,
)
SIGNED = {"username": "shop", "password": Secret("s3cret päss")}


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def tls(tmp_path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The server's side and the client's, for a certificate of mail.example.com."""
    public, private = certificate(tmp_path, NAME)
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(public, private)
    return server_side, ssl.create_default_context(cafile=str(public))


@pytest.fixture
def transport(tls) -> Iterator[Transport]:
    made = Transport(resolve=lambda _name, _port: (ip_address("127.0.0.1"),), tls=tls[1])
    yield made
    made.close()


def send(server, transport=None, cancellation=None, **changed):
    mail = GuardedMail(allowing(server.port), transport=transport, cancellation=cancellation)
    return mail.send(replace(REQUEST, **{"port": server.port, **changed}))


def refused(*given, **changed) -> HttpError:
    with pytest.raises(HttpError) as caught:
        send(*given, **changed)
    return caught.value


def test_a_message_arrives_byte_for_byte(box) -> None:
    with RealServer(box) as server:
        reply = send(server)

    (taken,) = box.taken
    assert reply.answer == "2.0.0 Ok: queued as 1"
    assert (taken.sender, taken.recipients) == (REQUEST.sender, list(REQUEST.recipients))
    assert taken.content == MESSAGE


def test_a_message_without_a_last_line_break_gets_one(box) -> None:
    with RealServer(box) as server:
        send(server, message=b"Subject: x\r\n\r\nBye")

    assert box.taken[0].content == b"Subject: x\r\n\r\nBye\r\n"


@pytest.mark.parametrize("piece_bytes", [1, 2, 3, 7, 1_000])
def test_a_message_that_is_read_while_it_is_sent_arrives_byte_for_byte(
    box, monkeypatch, piece_bytes
) -> None:
    monkeypatch.setattr("apps.adapters.streams.PIECE_BYTES", piece_bytes)
    message = b".first\r\n" + MESSAGE + b".\r\n...\r\n"

    with RealServer(box) as server:
        send(server, message=Stream(len(message), lambda: BytesIO(message)))
        send(server, message=Stream(len(message) - 2, lambda: BytesIO(message[:-2])))

    assert [taken.content for taken in box.taken] == [message, message]


def test_an_empty_piece_does_not_make_a_line_forget_its_start() -> None:
    assert list(_stuffed([b"", b".a\r\n", b"", b".\r\n"])) == [b"", b"..a\r\n", b"", b"..\r\n"]


def test_a_message_whose_file_breaks_off_is_not_taken_and_may_be_sent_again(box) -> None:
    def gone() -> BytesIO:
        raise StoreFailedError

    body = joined([MESSAGE, Stream(10, gone)])
    with RealServer(box) as server:
        with pytest.raises(PortError) as caught:
            send(server, message=body)
        send(server)

    assert (caught.value.code, caught.value.is_retryable) == ("blob_store_failed", True)
    assert [taken.content for taken in box.taken] == [MESSAGE]


def test_the_node_sends_a_file_of_the_store_to_a_real_server(box, tls, transport) -> None:
    raw, blobs = bytes(range(256)) * 1_000, BlobsInMemory()
    picture = blobs.put(raw, "image/png", "a.png")
    with RealServer(box, starttls=tls[0]) as server:
        mail = GuardedMail(allowing(server.port), transport=transport)
        values = {"host": NAME, "port": str(server.port), "from": "shop@example.com"}
        config = {
            "credential": "post",
            "to": "ada@example.com",
            "subject": "Hi",
            "body": "Hello",
            "attachments": [{"file": picture.reference}],
        }
        tried = try_node(
            NODE,
            config,
            Given(
                credentials={"post": Credential("post", "smtp", values)},
                deliver=mail.send,
                blobs=blobs,
            ),
        )

    assert tried.output["answer"] == "2.0.0 Ok: queued as 1"
    letter = message_from_bytes(box.taken[0].content, policy=email_policy)
    (file,) = letter.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == ("a.png", "image/png")
    assert file.get_payload(decode=True) == raw


def test_starttls_encrypts_before_anybody_signs_in(box, tls, transport) -> None:
    with RealServer(box, starttls=tls[0], auth_required=True) as server:
        send(server, transport, host=NAME, security="starttls", **SIGNED)

    assert box.signed_in == [(b"shop", "s3cret päss".encode())]
    assert [taken.was_encrypted for taken in box.taken] == [True]


def test_tls_encrypts_from_the_first_byte(box, tls, transport) -> None:
    with RealServer(box, tls=tls[0], auth_require_tls=False) as server:
        send(server, transport, host=NAME, security="tls", **SIGNED)

    assert box.signed_in == [(b"shop", "s3cret päss".encode())]
    assert len(box.taken) == 1


def test_login_is_spoken_where_plain_is_not(box, tls, transport) -> None:
    only_login = {"auth_require_tls": False, "auth_exclude_mechanism": ["PLAIN"]}
    with RealServer(box, tls=tls[0], **only_login) as server:
        send(server, transport, host=NAME, security="tls", **SIGNED)

    assert box.signed_in == [(b"shop", "s3cret päss".encode())]


def test_a_wrong_password_is_told_and_not_shown(box, tls, transport) -> None:
    wrong = {"username": "shop", "password": Secret("hunter2-hunter2")}
    with RealServer(box, starttls=tls[0]) as server:
        failure = refused(server, transport, host=NAME, security="starttls", **wrong)

    assert (failure.code, failure.is_retryable) == ("mail_auth_failed", False)
    assert "535" in failure.message
    assert "hunter2" not in failure.message
    assert box.taken == []


def test_what_a_server_says_is_shown_in_its_own_letters_so_that_a_secret_in_it_is_known_again() -> (
    None
):
    said = "550 5.1.1 no “s3cret päss”\x07here\x85"
    with ScriptedServer({"RCPT": said}) as server:
        failure = refused(server)

    assert "no “s3cret päss” here" in failure.message


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_for_another_name_is_not_trusted(box, tls, transport, security) -> None:
    side = {"starttls": tls[0]} if security == "starttls" else {"tls": tls[0]}
    with RealServer(box, **side) as server:
        failure = refused(server, transport, host="other.example.com", security=security, **SIGNED)

    assert (failure.code, failure.is_retryable) == ("tls_failed", False)
    assert (box.taken, box.signed_in) == ([], [])


def test_a_server_without_encryption_gets_neither_password_nor_message(box, transport) -> None:
    with RealServer(box) as server:
        failure = refused(server, transport, host=NAME, security="starttls", **SIGNED)

    assert (failure.code, box.signed_in, box.taken) == ("tls_failed", [], [])


def test_a_password_is_never_sent_in_the_clear(box) -> None:
    with RealServer(box, auth_require_tls=False) as server:
        failure = refused(server, **SIGNED)

    assert (failure.code, box.signed_in) == ("mail_auth_failed", [])


def test_what_was_smuggled_in_before_the_encryption_is_not_heard(transport) -> None:
    smuggled = "220 go on\r\n250-mail\r\n250 AUTH PLAIN"
    with ScriptedServer({"EHLO": "250-mail\r\n250 STARTTLS", "STARTTLS": smuggled}) as server:
        failure = refused(
            server, transport, host=NAME, security="starttls", timeout_s=0.5, **SIGNED
        )

    assert failure.code in {"tls_failed", "timeout", "connection_lost"}
    assert [line for line in server.heard if line.startswith(("AUTH", "MAIL"))] == []


def test_all_get_it_or_none(box) -> None:
    box.refused = {"bob@example.com": "550 no such user"}
    with RealServer(box) as server:
        failure = refused(server)

    assert box.taken == []
    assert (failure.code, failure.is_retryable) == ("mail_refused", False)
    assert "bob@example.com (550 no such user)" in failure.message
    assert "ada@example.com" not in failure.message


@pytest.mark.parametrize(
    ("answers", "code", "is_retryable"),
    [
        ({"": "421 too busy"}, "mail_refused", True),
        ({"": "554 go away"}, "mail_refused", False),
        ({"": "hello"}, "bad_reply", False),
        ({"": "250 hello"}, "bad_reply", False),
        ({"": None}, "connection_lost", True),
        ({"EHLO": "502 what?"}, "mail_refused", False),
        ({"MAIL": "451 later"}, "mail_refused", True),
        ({"MAIL": "552 too large"}, "mail_refused", False),
        ({"RCPT": "450 greylisted"}, "mail_refused", True),
        ({"RCPT TO:<BOB": "550 unknown", "RCPT": "450 greylisted"}, "mail_refused", False),
        ({"DATA": "452 no room"}, "mail_refused", True),
        ({"DATA": None}, "connection_lost", True),
        ({".": "451 later"}, "mail_refused", True),
        ({".": "554 spam"}, "mail_refused", False),
        ({".": None}, "mail_unknown", False),
        ({".": "what?"}, "mail_unknown", False),
    ],
)
def test_a_server_that_does_not_take_it_says_whether_to_come_back(
    answers, code, is_retryable
) -> None:
    with ScriptedServer(answers) as server:
        failure = refused(server)

    assert (failure.code, failure.is_retryable) == (code, is_retryable)
    assert server.heard.count(".") == ("." in answers)


@pytest.mark.parametrize(
    ("silent_after", "code", "is_retryable"),
    [("MAIL", "timeout", True), ("DATA", "timeout", True), (".", "mail_unknown", False)],
)
def test_a_server_that_falls_silent_is_left_in_time(silent_after, code, is_retryable) -> None:
    with ScriptedServer({silent_after: ""}) as server:
        failure = refused(server, timeout_s=0.3)

    assert (failure.code, failure.is_retryable) == (code, is_retryable)


def test_a_cancelled_execution_hangs_up_at_once() -> None:
    cancellation = Cancellation()
    with ScriptedServer({"MAIL": ""}) as server, ThreadPoolExecutor(1) as pool:
        sending = pool.submit(refused, server, None, cancellation)
        eventually(lambda: len(server.heard) == 2)
        cancellation.abort()

        assert sending.result(timeout=10).code == "aborted"


@pytest.mark.parametrize(
    ("host", "port"),
    [
        ("127.0.0.1", 25),
        ("localhost", 25),
        ("10.0.0.7", 587),
        ("[::1]", 465),
        ("169.254.169.254", 25),
        ("2130706433", 25),
        ("0x7f.1", 587),
        ("intern", 25),
        ("mail.corp", 25),
        ("rebound.example.com", 25),
        ("mail.example.com", 6379),
        ("mail.example.com", 22),
        ("mail.example.com", 80),
        ("own.gorax.test", 587),
    ],
)
def test_nothing_is_dialled_that_is_not_a_public_mail_server(network, host, port) -> None:
    names = {"rebound.example.com": [["127.0.0.1"]], "mail.example.com": [["93.184.216.34"]]}
    home = network({**names, "localhost": [["127.0.0.1"]]})
    mail = GuardedMail(Policy(refused_hosts=(".gorax.test",)), transport=home.transport)

    with pytest.raises(HttpError) as caught:
        mail.send(replace(REQUEST, host=host, port=port))

    assert (caught.value.code, caught.value.is_retryable) == ("blocked_destination", False)
    assert home.dialled == []


@pytest.mark.parametrize("port", [25, 465, 587, 2525])
def test_public_mail_servers_are_reached_at_their_ports(box, network, port) -> None:
    with RealServer(box) as server:
        home: Network = network({NAME: [["93.184.216.34"]]}, server.port)
        GuardedMail(transport=home.transport).send(replace(REQUEST, host=NAME, port=port))

    assert home.dialled == [("93.184.216.34", port)]
    assert len(box.taken) == 1


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"host": ""}, "bad_url"),
        ({"host": "mail.example.com\r\nX"}, "bad_url"),
        ({"host": "a b"}, "bad_url"),
        ({"host": "user@mail.example.com"}, "bad_url"),
        ({"port": 0}, "bad_url"),
        ({"port": 70000}, "bad_url"),
        ({"security": "ssl"}, "bad_request"),
        ({"timeout_s": 0}, "bad_request"),
        ({"sender": "a@b.test> SIZE=1"}, "bad_request"),
        ({"sender": "a@b.test>X:<"}, "bad_request"),
        ({"recipients": ()}, "bad_request"),
        ({"recipients": ("a@b.test\r\nDATA",)}, "bad_request"),
        ({"recipients": ("ä@b.test",)}, "bad_request"),
    ],
)
def test_what_could_say_something_else_to_a_server_is_never_sent(network, changed, code) -> None:
    home = network({NAME: [["93.184.216.34"]]})

    with pytest.raises(HttpError) as caught:
        GuardedMail(transport=home.transport).send(replace(REQUEST, **{"host": NAME, **changed}))

    assert caught.value.code == code
    assert home.dialled == []


@pytest.mark.parametrize(
    ("word", "code"), [("", "bad_reply"), ("EHLO", "bad_reply"), (".", "mail_unknown")]
)
def test_a_server_that_talks_without_end_is_not_listened_to(word: str, code: str) -> None:
    line = f"250-{'x' * 1_000}\r\n".replace("250", "250" if word else "220")
    endless = line * (MAX_HEARD_BYTES // len(line) + 1) + line.replace("-", " ").strip()
    with ScriptedServer({word: endless}) as server:
        assert refused(server).code == code
