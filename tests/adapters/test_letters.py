"""The platform's own letters reach a real mail server, also on a private network: the operator chose it."""

from email.message import EmailMessage

import pytest

from apps.adapters.errors import HttpError
from apps.adapters.letters import KeptPost, SmtpPost
from apps.engine.secret import Secret
from tests.adapters.mail_servers import Box, RealServer

LETTER_ID = "01a22b40-f562-76a9-839d-344b9c5d0a96"


def letter() -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Hello"
    message["From"] = "gorax <no-reply@gorax.example>"
    message["To"] = "ada@example.com"
    message["Message-ID"] = f"<{LETTER_ID}@gorax.example>"
    message.set_content("Grüße\n")
    return message


def post(port: int) -> SmtpPost:
    return SmtpPost("127.0.0.1", port, "none", "", Secret(""))


def test_a_letter_is_handed_to_the_server_of_the_settings() -> None:
    box = Box()
    with RealServer(box) as server:
        post(server.port).send(letter())

    (taken,) = box.taken
    assert (taken.sender, taken.recipients) == ("no-reply@gorax.example", ["ada@example.com"])
    assert b"Subject: Hello\r\n" in taken.content


def test_a_server_that_is_not_there_is_told() -> None:
    with RealServer(Box()) as server:
        port = server.port

    with pytest.raises(HttpError):
        post(port).send(letter())


def test_a_kept_letter_is_read_as_it_was_and_only_by_its_id(tmp_path) -> None:
    kept = KeptPost(tmp_path / "mail")
    assert list(kept.newest()) == []

    kept.send(letter())
    kept.send(letter())

    ((name, read),) = kept.newest()
    assert (name, read["Subject"], read.get_content().strip()) == (LETTER_ID, "Hello", "Grüße")
    assert (kept.one("../mail/" + LETTER_ID), kept.one("nothing")) == (None, None)
    assert (tmp_path / "mail").stat().st_mode & 0o077 == 0
