"""Entries: in the transaction of their cause, in a chain, and there to stay."""

from threading import Barrier, Thread
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from apps.audit import facade as audit
from apps.audit.models import Entry, Head, Pending
from apps.audit.rules import chain
from apps.core import request_context, tenancy
from apps.core.ids import uuid7
from apps.core.request_context import Asker
from apps.engine.secret import Secret
from tests.entries import recorded

WHO = Asker(
    kind="user",
    user_id=UUID(int=7),
    email="ada@demo.test",
    role="admin",
    session_id=UUID(int=9),
    address="192.0.2.7",
    user_agent="a browser",
)


def test_an_entry_says_who_did_what_to_what_from_where(tenant) -> None:
    target = audit.Target("workflow", UUID(int=3), "Orders")
    with request_context.asked_by(WHO), request_context.bound(request_id="request-1"):
        audit.record("workflow.changed", target=target, before={"a": 1}, after={"a": 2})

    [entry] = recorded()
    assert (entry.chain, entry.seq, entry.action, entry.category) == (
        "t_demo", 1, "workflow.changed", "workflow",
    )  # fmt: skip
    assert (entry.severity, entry.outcome) == ("info", "success")
    assert (entry.actor_kind, entry.actor_id, entry.actor_email, entry.actor_role) == (
        "user", UUID(int=7), "ada@demo.test", "admin",
    )  # fmt: skip
    assert (entry.session_id, entry.api_key_id) == (UUID(int=9), None)
    assert (entry.ip, entry.user_agent, entry.request_id) == (
        "192.0.2.7", "a browser", "request-1",
    )  # fmt: skip
    assert (entry.target_kind, entry.target_id, entry.target_name) == (
        "workflow", str(UUID(int=3)), "Orders",
    )  # fmt: skip
    assert (entry.before, entry.after) == ({"a": 1}, {"a": 2})


def test_outside_of_requests_the_system_itself_is_the_actor(tenant) -> None:
    audit.record("retention.applied")

    [entry] = recorded()
    assert (entry.actor_kind, entry.actor_id, entry.ip, entry.request_id) == (
        "system",
        None,
        "",
        "",
    )
    assert (entry.target_kind, entry.target_id, entry.before, entry.after) == ("", "", None, None)


def test_each_entry_hangs_on_the_one_before_it(tenant) -> None:
    audit.record("workflow.created")
    audit.record(
        "workflow.deleted", after={"ü": ["🚀", 1.5, None, True], "n": 12345678901234567890123}
    )

    first, second = recorded()
    assert [first.seq, second.seq] == [1, 2]
    assert bytes(first.prev_hash) == chain.ROOT
    assert bytes(second.prev_hash) == bytes(first.hash)
    for entry in (first, second):
        body = chain.body_text(vars(entry))
        made = chain.link("t_demo", entry.seq, entry.at, bytes(entry.prev_hash), body)
        assert made == bytes(entry.hash)
    head = Head.objects.get()
    assert (head.seq, bytes(head.hash)) == (2, bytes(second.hash))
    assert Pending.objects.count() == 0


def test_the_platforms_entries_are_a_chain_of_their_own(tenant) -> None:
    audit.record("tenant.suspended", schema="public")
    audit.record("workflow.created")

    [platform] = recorded(schema="public")
    [mine] = recorded()
    assert (platform.chain, platform.seq) == ("public", 1)
    assert (mine.chain, mine.seq) == ("t_demo", 1)
    assert bytes(platform.hash) != bytes(mine.hash)


def test_what_is_rolled_back_was_never_done(tenant) -> None:
    def fail() -> None:
        audit.record("workflow.deleted")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        fail()

    audit.record("workflow.created")
    assert [(entry.seq, entry.action) for entry in recorded()] == [(1, "workflow.created")]


def test_a_schema_without_a_trail_refuses_and_never_writes_or_reads_that_of_public(tenant) -> None:
    audit.record("tenant.suspended", schema="public")
    assert len(recorded(schema="public")) == 1
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA t_bare")

    with tenancy.entered("t_bare"):
        assert list(Entry.objects.here()) == []
        with pytest.raises(DatabaseError, match=r"t_bare\.audit_pending"), transaction.atomic():
            audit.record("workflow.created")
    assert len(recorded(schema="public")) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE t_demo.audit_entry SET action = 'x.y'",
        "DELETE FROM t_demo.audit_entry",
        "TRUNCATE t_demo.audit_entry",
        "UPDATE t_demo.audit_head SET seq = 0",
        "DELETE FROM t_demo.audit_head",
        "TRUNCATE t_demo.audit_head",
        "INSERT INTO t_demo.audit_entry SELECT * FROM t_demo.audit_entry",
    ],
)
def test_nobody_changes_an_entry_or_takes_one_away(tenant, statement: str) -> None:
    audit.record("workflow.created")
    before = [vars(entry) | {"_state": None} for entry in recorded()]

    with (
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
    ):
        cursor.execute(statement)

    assert [vars(entry) | {"_state": None} for entry in recorded()] == before


def test_no_secret_and_nothing_large_is_written_down(tenant) -> None:
    after = {
        "token": "hush",
        "deep": {"password": "hush", "held": Secret("hush")},
        "text": "x" * 5_000,
        "list": list(range(60)),
        "id": UUID(int=1),
        "odd": "a\0b\ud800",
        "far": float("inf"),
    }
    audit.record("workflow.changed", after=after)

    [entry] = recorded()
    assert entry.after["token"] == "[REDACTED]"
    assert entry.after["deep"] == {"password": "[REDACTED]", "held": "[REDACTED]"}
    assert entry.after["text"] == "x" * 1_000 + "… 4000 more"
    assert entry.after["list"] == [*range(50), "… 10 more"]
    assert entry.after["id"] == str(UUID(int=1))
    assert entry.after["odd"] == "a�b?"
    assert entry.after["far"] == "inf"


def test_a_document_that_is_large_all_over_says_how_large_it_was(tenant) -> None:
    audit.record("workflow.changed", after={str(n): "x" * 900 for n in range(40)})
    audit.record(
        "workflow.changed", after={"small": 1, "large": {str(n): "x" * 900 for n in range(40)}}
    )

    everywhere, once = recorded()
    assert everywhere.after.keys() == {"omitted_bytes"}
    assert once.after["small"] == 1
    assert once.after["large"].keys() == {"omitted_bytes"}


def test_what_a_stranger_sends_is_cut_to_what_the_table_holds(tenant) -> None:
    who = Asker(kind="anonymous", address="x" * 99, user_agent="\0" * 999)
    with request_context.asked_by(who):
        audit.record("session.refused", target=audit.Target("user", "y" * 999, "z\ud800" * 999))

    [entry] = recorded()
    assert (entry.ip, len(entry.user_agent), len(entry.target_id)) == ("x" * 45, 300, 200)
    assert entry.target_name == "z?" * 100


@pytest.mark.parametrize(
    "given",
    [
        {"action": "deleted"},
        {"action": "Workflow.deleted"},
        {"action": f"workflow.{'x' * 60}"},
        {"action": "workflow.deleted", "severity": "grave"},
        {"action": "workflow.deleted", "outcome": "maybe"},
        {"action": "workflow.deleted", "category": "misc"},
    ],
)
def test_words_that_the_trail_does_not_know_are_refused(tenant, given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="is no"):
        audit.record(**given)


def test_only_what_differs_is_said_of_a_change() -> None:
    old = {"name": "a", "same": [1], "gone": 1}
    assert audit.changed(old, {"name": "b", "same": [1], "new": 2}) == (
        {"name": "a", "gone": 1},
        {"name": "b", "new": 2},
    )


@pytest.mark.django_db(transaction=True)
def test_transactions_that_commit_at_once_make_one_chain_without_gaps() -> None:
    together = Barrier(8)

    def work() -> None:
        together.wait()
        for _ in range(10):
            with tenancy.entered("t_demo"), transaction.atomic():
                audit.record("workflow.created", target=audit.Target("workflow", uuid7()))
                audit.record("workflow.published")
        connection.close()

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with tenancy.entered("t_demo"):
        entries = recorded()
    assert [entry.seq for entry in entries] == list(range(1, 161))
    links = [bytes(entry.prev_hash) for entry in entries]
    assert links == [chain.ROOT, *(bytes(entry.hash) for entry in entries[:-1])]
    assert sorted(entries, key=lambda entry: entry.at) == entries
