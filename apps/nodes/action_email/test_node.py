"""A letter becomes one message, the same at every attempt, and nothing that comes in can change where it goes."""

from __future__ import annotations

import email
import email.policy
from datetime import timedelta
from email.header import decode_header, make_header
from email.utils import getaddresses

import pytest

from apps.engine.credential import Credential
from apps.engine.errors import PortError
from apps.engine.graph import Effect
from apps.engine.ports import MailReply
from apps.engine.secret import Secret
from apps.engine.testing import (
    DAWN,
    Given,
    examples_beside,
    play,
    problems_in,
    promised,
    try_node,
)
from apps.nodes.action_email.addresses import mailboxes_of
from apps.nodes.action_email.message import Letter, message_id_of, message_of
from apps.nodes.action_email.node import NODE

SERVER = {"host": "mail.example.com", "from": "Shop <shop@example.com>", "username": "shop"}
PASSWORD = Secret("hunter2-hunter2")
GOOD = {"credential": "post", "to": "ada@example.com", "subject": "Hi", "body": "Hello"}


def send(config=None, *, server=None, deliver=None, **given):
    """Send a letter by a server that takes everything."""
    values = {**SERVER, "password": PASSWORD, **(server or {})}
    found = Given(
        credentials={"post": Credential("post", "smtp", values)},
        deliver=deliver or (lambda _: MailReply("2.0.0 Ok")),
        **given,
    )
    return try_node(NODE, {**GOOD, **(config or {})}, found)


def read(tried):
    """The message that was handed over, read by somebody else's rules."""
    return email.message_from_bytes(tried.mails[0].message, policy=email.policy.default)


def words(part):
    return part.get_content().replace("\r\n", "\n")


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def test_a_letter_is_handed_over_as_it_was_written() -> None:
    tried = send(
        {
            "to": 'Ada <ada@example.com>, "Lovelace, A." <a.l@example.org>',
            "cc": ["bob@example.com"],
            "bcc": "{{ trigger.boss }}",
            "reply_to": "help@example.com",
            "subject": "Größe – “ok”? 🎉",
            "body": "Hello Ada,\n\n.\nBye",
        },
        trigger={"boss": "Boss <boss@example.com>"},
    )

    (mail,) = tried.mails
    message = read(tried)
    assert (mail.host, mail.port, mail.security) == ("mail.example.com", 587, "starttls")
    assert (mail.username, mail.password, mail.sender) == ("shop", PASSWORD, "shop@example.com")
    everybody = ("ada@example.com", "a.l@example.org", "bob@example.com", "boss@example.com")
    assert mail.recipients == everybody
    assert message["From"] == "Shop <shop@example.com>"
    assert message["To"] == 'Ada <ada@example.com>, "Lovelace, A." <a.l@example.org>'
    assert (message["Cc"], message["Reply-To"]) == ("bob@example.com", "help@example.com")
    assert message["Subject"] == "Größe – “ok”? 🎉"
    assert message["Date"].datetime == DAWN
    assert words(message) == "Hello Ada,\n\n.\nBye\n"
    assert tried.output == {
        "message_id": message["Message-ID"],
        "recipients": list(everybody),
        "answer": "2.0.0 Ok",
    }


def test_blind_copies_stand_in_no_header() -> None:
    assert b"boss" not in send({"bcc": "boss@example.com"}).mails[0].message


def test_every_attempt_is_the_same_message_and_every_step_another() -> None:
    config = {"body_html": "<b>Hi</b>", "attachments": [{"filename": "a", "content": "x"}]}

    first, again = (send(config).mails[0].message for _ in range(2))

    assert first == again
    assert b"=_" in first
    assert message_id_of("one", "example.com") != message_id_of("two", "example.com")


def test_text_and_html_are_alternatives_and_files_stand_beside_them() -> None:
    tried = send(
        {
            "body": "Hi Ä",
            "body_html": "<p>Hi Ä</p>",
            "attachments": [
                {"filename": "größe.csv", "content": "a;b\n1;2", "content_type": "text/csv"},
                {"filename": "dot.png", "content": "iVBO Rw0K", "encoding": "base64", "content_type": "Image/PNG"},
                {"filename": "raw", "content": "AAE=", "encoding": "base64"},
                {"filename": "note.txt", "content": "{{ trigger }}"},
            ],
        },
        trigger="Ünicode",
    )  # fmt: skip

    message = read(tried)
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/csv",
        "image/png",
        "application/octet-stream",
        "text/plain",
    ]
    files = {
        part.get_filename(): part.get_payload(decode=True) for part in message.iter_attachments()
    }
    assert files == {
        "größe.csv": b"a;b\n1;2",
        "dot.png": b"\x89PNG\r\n"[:6],
        "raw": b"\x00\x01",
        "note.txt": "Ünicode".encode(),
    }
    assert words(message.get_body(("html",))) == "<p>Hi Ä</p>\n"


def test_html_alone_is_no_alternative() -> None:
    message = read(send({"body": None, "body_html": "<p>Hi</p>"}))

    assert (message.get_content_type(), words(message)) == ("text/html", "<p>Hi</p>\n")


@pytest.mark.parametrize(
    "text",
    [
        'Plain words, and <some> (signs) of “their” own; "quoted" \\ @ too',
        "=?utf-8?q?evil?= stays what it is",
        "ß" * 150,
        "a" * 150,
        "🎉 " * 60 + "e\u0301 \u202e",
    ],
)
def test_names_and_subjects_are_read_as_they_were_written(text) -> None:
    name = text.replace("\\", "\\\\").replace('"', '\\"')

    tried = send({"subject": text, "to": f'"{name}" <ada@example.com>'})

    assert read(tried)["Subject"] == text.rstrip()
    # The newer reader of the library puts blanks between two encoded words of a name.
    (shown, address), *_ = getaddresses([email.message_from_bytes(tried.mails[0].message)["To"]])
    assert str(make_header(decode_header(shown))) == text.rstrip()
    assert address == "ada@example.com"


@pytest.mark.parametrize("unit", ["ß", "a", "a ", "(", '\\"', "=?", "\u202e"])
def test_the_longest_names_and_subjects_still_make_short_lines(unit) -> None:
    names = [f'"{unit * (150 // len(unit))}" <a{number}@example.com>' for number in range(100)]

    message = send({"to": "{{ trigger }}", "subject": unit * 400}, trigger=names).mails[0].message

    assert max(map(len, message.split(b"\r\n"))) <= 998


def test_a_message_is_seven_bits_wide_in_short_lines() -> None:
    message = send({"body": "Ä" * 5000, "subject": "ß" * 900}).mails[0].message

    assert message.isascii()
    assert max(map(len, message.split(b"\r\n"))) <= 998
    assert b"\n" not in message.replace(b"\r\n", b"")


@pytest.mark.proves("refusal", "retryable")
@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({"to": ["{{ trigger }}"]}, "bad_address"),
        ({"cc": "{{ trigger }}"}, "bad_address"),
        ({"bcc": ["{{ trigger }}"]}, "bad_address"),
        ({"reply_to": "{{ trigger }}"}, "bad_address"),
        ({"from": "{{ trigger }}"}, "bad_address"),
        ({"subject": "{{ trigger }}"}, "bad_config"),
        ({"attachments": [{"filename": "{{ trigger }}", "content": "x"}]}, "bad_config"),
        (
            {"attachments": [{"filename": "a", "content": "x", "content_type": "{{ trigger }}"}]},
            "bad_config",
        ),
    ],
)
@pytest.mark.parametrize("breaking", ["\r\n", "\n", "\r", "\x0b", "\u2028", "\x85"])
def test_no_value_can_add_a_header(config, code, breaking) -> None:
    tried = send(config, trigger=f"a@example.com{breaking}Bcc: everybody@example.com")

    assert (tried.answer.code, tried.answer.is_retryable) == (code, False)
    assert tried.mails == []


@pytest.mark.parametrize(
    "address",
    [
        "ada",
        "@example.com",
        "ada@",
        "ada@exa mple.com",
        "a..b@example.com",
        "<ada@example.com",
        "ada@-example.com",
        "ada@@example.com",
        "Ada <ada@example.com> Bob",
        "(x)ada@example.com",
        "ädä@example.com",
        f"{'a' * 65}@example.com",
        f"a@{'b' * 64}.com",
        f"{'x' * 201} <ada@example.com>",
        "a@example.com," * 10_000,
        7,
        {"address": "ada@example.com"},
    ],
)
def test_what_is_no_address_is_never_written_to(address) -> None:
    tried = send({"to": "{{ trigger }}"}, trigger=address)

    assert (tried.answer.code, tried.mails) == ("bad_address", [])


def test_an_entry_of_a_list_is_one_address_whatever_a_stranger_writes() -> None:
    stranger = "a@example.com, b@example.com"

    assert send({"to": ["{{ trigger }}"]}, trigger=stranger).answer.code == "bad_address"
    assert send({"to": "{{ trigger }}"}, trigger=stranger).mails[0].recipients == (
        "a@example.com",
        "b@example.com",
    )


def test_a_name_in_another_script_is_written_so_that_servers_understand_it() -> None:
    tried = send({"to": "Ädä <ada@bücher.example>"})

    assert tried.mails[0].recipients == ("ada@xn--bcher-kva.example",)
    assert read(tried)["To"].addresses[0].display_name == "Ädä"


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({"to": "{{ trigger.none }}"}, "recipients_missing"),
        ({"to": "{{ trigger.many }}"}, "too_many_recipients"),
        ({"body": "{{ trigger.none }}"}, "bad_config"),
        ({"body": "{{ trigger.object }}"}, "bad_config"),
        ({"body": "{{ trigger.half }}"}, "bad_config"),
        ({"subject": "{{ trigger.half }}"}, "bad_config"),
        ({"to": "{{ trigger.half }} <ada@example.com>"}, "bad_config"),
        ({"from": "{{ trigger.two }}"}, "bad_address"),
        ({"attachments": [{"filename": "../a", "content": "x"}]}, "bad_config"),
        ({"attachments": [{"filename": " ", "content": "x"}]}, "bad_config"),
        ({"attachments": [{"filename": "a", "content": "?", "encoding": "base64"}]}, "bad_config"),
        ({"attachments": [{"filename": "a", "content": "{{ trigger.half }}"}]}, "bad_config"),
        (
            {"attachments": [{"filename": "a", "content": "x", "content_type": "message/rfc822"}]},
            "bad_config",
        ),
        (
            {"attachments": [{"filename": "a", "content": "x", "content_type": "text"}]},
            "bad_config",
        ),
    ],
)
def test_a_letter_that_cannot_be_sent_is_not_sent(config, code) -> None:
    trigger = {
        "none": "",
        "many": [f"a{number}@example.com" for number in range(101)],
        "object": {},
        "half": "\ud800",
        "two": "a@example.com, b@example.com",
    }

    tried = send(config, trigger=trigger)

    assert (tried.answer.code, tried.mails) == (code, [])


def test_one_person_gets_one_letter_however_often_named() -> None:
    tried = send({"cc": "Ada <ada@EXAMPLE.com>", "bcc": "ada@example.com"})

    assert tried.mails[0].recipients == ("ada@example.com",)


@pytest.mark.parametrize(
    ("server", "port", "security"),
    [
        ({}, 587, "starttls"),
        ({"security": "tls"}, 465, "tls"),
        ({"security": "none"}, 25, "none"),
        ({"security": "tls", "port": "2525"}, 2525, "tls"),
    ],
)
def test_the_server_is_called_as_its_credential_says(server, port, security) -> None:
    (mail,) = send(server=server).mails

    assert (mail.port, mail.security) == (port, security)


@pytest.mark.parametrize(
    ("server", "code"),
    [
        ({"port": "smtp"}, "bad_credential"),
        ({"port": "999999"}, "bad_credential"),
        ({"from": ""}, "bad_address"),
        ({"from": "shop"}, "bad_address"),
    ],
)
def test_a_credential_that_is_no_mail_server_is_told(server, code) -> None:
    assert send(server=server).answer.code == code


def test_another_sender_may_be_named() -> None:
    tried = send({"from": "Ada <ada@example.org>"})

    assert tried.mails[0].sender == "ada@example.org"
    assert read(tried)["Message-ID"].endswith("@example.org>")


@pytest.mark.proves("fault", "retryable")
@pytest.mark.parametrize(
    ("code", "is_retryable"), [("mail_refused", True), ("mail_unknown", False)]
)
def test_what_the_server_does_not_take_fails_as_the_port_says(code, is_retryable) -> None:
    def refuse(_request):
        raise PortError(code, "no", is_retryable=is_retryable)

    failure = send(deliver=refuse).answer

    assert (failure.code, failure.is_retryable) == (code, is_retryable)


@pytest.mark.proves("masking")
def test_the_password_is_given_to_the_port_and_shown_nowhere() -> None:
    def echo(request):
        return MailReply(f"welcome, {request.password.reveal()}")

    tried = send(deliver=echo)

    assert tried.output["answer"] == "welcome, [REDACTED]"
    assert "hunter2" not in repr(tried)


def test_it_acts_on_the_world_and_a_second_time_if_run_again() -> None:
    assert (NODE.effect, NODE.acts_again, NODE.attempts({})) == (Effect.EXTERNAL, True, 3)


def test_the_moment_of_a_letter_is_the_first_start_of_its_step() -> None:
    (sender,) = mailboxes_of("From", "a@example.com")
    letter = Letter(sender, (sender,), (), (), "Hi", "Hello", None, ())

    assert message_of(letter, "key", DAWN) == message_of(letter, "key", DAWN)
    assert message_of(letter, "key", DAWN) != message_of(letter, "key", DAWN + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"credential": 7}, ("credential", "field_type")),
        ({"credential": ""}, ("credential", "field_required")),
        ({"to": ""}, ("to", "field_required")),
        ({"to": "ada"}, ("to", "bad_address")),
        ({"to": ["ada@example.com", "ada"]}, ("to", "bad_address")),
        ({"cc": "ada@"}, ("cc", "bad_address")),
        ({"bcc": "@ada"}, ("bcc", "bad_address")),
        ({"reply_to": "a b"}, ("reply_to", "bad_address")),
        ({"from": "Ada <ada>"}, ("from", "bad_address")),
        ({"subject": "x" * 999}, ("subject", "field_length")),
        ({"body": ""}, ("body", "field_required")),
        ({"body": "{{ trigger."}, ("body", "syntax_error")),
        ({"body_html": "{{ trigger."}, ("body_html", "syntax_error")),
        ({"attachments": "a.txt"}, ("attachments", "field_type")),
        ({"attachments": [{"content": "x"}]}, ("attachments[0].filename", "field_required")),
        ({"attachments": [{"filename": "x"}]}, ("attachments[0].content", "field_required")),
        (
            {"attachments": [{"filename": "x", "content": "x", "encoding": "hex"}]},
            ("attachments[0].encoding", "field_choice"),
        ),
        (
            {"attachments": [{"filename": "x", "content": "x", "content_type": "{{ a."}]},
            ("attachments[0].content_type", "syntax_error"),
        ),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problems_in(NODE, {**GOOD, **config}) == [problem]
