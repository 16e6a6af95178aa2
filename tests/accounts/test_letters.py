"""Letters are rows of their cause: none is lost, none goes out for what was rolled back, and none holds a secret."""

import threading

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from apps.accounts import rules
from apps.accounts.models import Letter
from apps.accounts.rules import Wording
from apps.accounts.services import letters
from apps.adapters.errors import ConnectionLostError
from apps.adapters.letters import KeptPost
from tests.accounts.mailbox import Mailbox, text_of

pytestmark = pytest.mark.django_db

HELLO = Wording("Hello", ("One.", "<b>Two</b> & three."), "Go on", "https://x.test/a#b", "Bye.")


@pytest.fixture(autouse=True)
def _hello():
    letters.composes("hello", lambda _: HELLO)
    yield
    letters.composes("hello", lambda _: None)


class Broken:
    """A mail server that takes nothing."""

    def send(self, _message) -> None:
        raise ConnectionLostError("it is away")


def test_a_letter_comes_as_text_and_as_html_which_runs_nothing_that_names_hold(
    mailbox: Mailbox,
) -> None:
    letters.write("hello", "ada@x.test")

    (message,) = mailbox.letters()
    html = message.get_body(("html",)).get_content()
    assert (message["To"], message["Subject"], message["Auto-Submitted"]) == (
        "ada@x.test",
        "Hello",
        "auto-generated",
    )
    assert "<b>Two</b> & three." in text_of(message)
    assert "Go on:\nhttps://x.test/a#b" in text_of(message)
    assert "&lt;b&gt;Two&lt;/b&gt; &amp; three." in html
    assert '<a href="https://x.test/a#b"' in html


def test_nothing_goes_out_for_what_was_rolled_back(mailbox: Mailbox) -> None:
    with transaction.atomic():
        letters.write("hello", "ada@x.test")
        transaction.set_rollback(True)

    assert mailbox.letters() == []
    assert Letter.objects.count() == 0


def test_a_letter_that_is_not_taken_is_tried_again_later_under_the_same_id(
    mailbox: Mailbox,
) -> None:
    letters.write("hello", "ada@x.test")

    assert letters.deliver(Broken()) == 0
    row = Letter.objects.get()
    assert (row.attempts, row.ended_at, row.outcome) == (1, None, "")
    assert mailbox.letters() == []  # not due yet

    Letter.objects.update(due_at=Now())
    (message,) = mailbox.letters()
    assert message["Message-ID"] == f"<{row.pk}@localhost>"
    assert Letter.objects.get().outcome == "sent"
    assert letters.deliver(mailbox.post) == 0


def test_a_letter_that_nobody_takes_for_long_is_given_up() -> None:
    letters.write("hello", "ada@x.test")
    Letter.objects.update(attempts=letters.MOST_ATTEMPTS - 1)

    letters.deliver(Broken())

    assert Letter.objects.get().outcome == "given_up"


def test_what_is_no_longer_wanted_is_not_sent(mailbox: Mailbox) -> None:
    letters.composes("hello", lambda _: None)
    letters.write("hello", "ada@x.test")

    assert mailbox.letters() == []
    assert Letter.objects.get().outcome == "unwanted"


def test_a_kind_that_only_a_newer_release_can_word_waits_for_it() -> None:
    letters.write("of tomorrow", "ada@x.test")

    assert letters.deliver(Broken()) == 0

    assert Letter.objects.get().ended_at is None


def test_without_a_mail_server_letters_wait(settings) -> None:
    settings.GORAX_MAIL_HOST, settings.GORAX_MAIL_FOLDER = "", None
    letters.write("hello", "ada@x.test")

    assert letters.deliver() == 0

    assert (Letter.objects.get().attempts, Letter.objects.get().ended_at) == (0, None)


def test_old_letters_are_forgotten_and_waiting_ones_are_not(mailbox: Mailbox) -> None:
    letters.write("hello", "old@x.test")
    mailbox.letters()
    Letter.objects.update(ended_at=Now() - letters.KEPT_FOR * 2)
    letters.write("hello", "new@x.test")

    assert letters.forget_old() == 1

    assert [each.to for each in Letter.objects.all()] == ["new@x.test"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("Win at https://evil.example/x now", "Win at https evil example x now"),
        ("www.evil.example", "www evil example"),
        ("a\r\nBcc: victim@x.test", "a Bcc: victim x test"),
        ("x" * 200, "x" * 60),
        ("Dr. Ada O’Neil-Søn", "Dr. Ada O’Neil-Søn"),
    ],
)
def test_names_by_strangers_hold_no_address_and_one_line(name: str, shown: str) -> None:
    assert rules.tame(name) == shown


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_a_letter_once(tmp_path) -> None:
    for number in range(6):
        letters.write("hello", f"n{number}@x.test")
    taken: list[int] = []
    together = threading.Barrier(3)

    def send() -> None:
        together.wait()
        taken.append(letters.deliver(KeptPost(tmp_path)))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(taken) == 6
    assert set(Letter.objects.values_list("attempts", flat=True)) == {1}


def test_a_letter_that_cannot_be_worded_keeps_no_other_back(mailbox: Mailbox) -> None:
    def broken(_letter: Letter) -> Wording:
        raise KeyError("a fault of ours")

    letters.composes("broken", broken)
    letters.write("broken", "eve@x.test")
    letters.write("hello", "ada@x.test")

    assert [each["To"] for each in mailbox.letters()] == ["ada@x.test"]
    assert Letter.objects.get(kind="broken").ended_at is None
