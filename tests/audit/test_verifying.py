"""The walk over a chain finds whatever somebody with the database's own rights does to it."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from apps.audit import facade as audit
from apps.audit.models import Anchor, Entry
from apps.audit.services import verifying
from apps.core import tenancy
from apps.tenants import tasks
from tests.entries import recorded

ENTRIES = 7


@pytest.fixture
def trail(tenant, monkeypatch) -> list[Entry]:
    """Seven entries, walked in pieces of three; the guard is taken away, as an intruder would."""
    monkeypatch.setattr(verifying, "PIECE", 3)
    for n in range(ENTRIES):
        audit.record("workflow.saved", target=audit.Target("workflow", str(n)), after={"n": n})
    rows = recorded()
    run("ALTER TABLE t_demo.audit_entry DISABLE TRIGGER USER")
    run("ALTER TABLE t_demo.audit_head DISABLE TRIGGER USER")
    return rows


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def found() -> tuple[int, int | None, str]:
    verdict = audit.verify()
    return verdict.entries, verdict.at_seq, verdict.problem


def test_a_sound_chain_is_walked_to_its_head(trail) -> None:
    verdict = audit.verify()

    assert (verdict.chain, verdict.entries, verdict.problem) == ("t_demo", ENTRIES, "")
    assert (verdict.seq, verdict.hash) == (ENTRIES, bytes(trail[-1].hash).hex())


def test_an_empty_chain_is_sound(tenant) -> None:
    assert found() == (0, None, "")


@pytest.mark.parametrize(
    "change",
    [
        "actor_email = 'mallory@demo.test'",
        "action = 'workflow.created'",
        "after = '{\"n\": 99}'",
        "before = '{}'",
        "ip = '192.0.2.66'",
        "at = at + interval '1 microsecond'",
        "id = gen_random_uuid()",
        "outcome = 'failure'",
        "hash = sha256('x')",
    ],
)
def test_a_changed_entry_is_named(trail, change: str) -> None:
    run(f"UPDATE t_demo.audit_entry SET {change} WHERE seq = 4")  # noqa: S608 - our own words

    assert found() == (3, 4, "entry 4 is not as it was written")


def test_a_deleted_entry_is_named(trail) -> None:
    run("DELETE FROM t_demo.audit_entry WHERE seq = 5")

    assert found() == (4, 5, "entry 5 is missing")


def test_the_first_entry_cannot_go_either(trail) -> None:
    run("DELETE FROM t_demo.audit_entry WHERE seq = 1")

    assert found() == (0, 1, "entry 1 is missing")


def test_two_swapped_entries_are_named(trail) -> None:
    run("UPDATE t_demo.audit_entry SET seq = -seq WHERE seq IN (3, 4)")
    run("UPDATE t_demo.audit_entry SET seq = 7 + seq WHERE seq < 0")

    assert found() == (2, 3, "entry 3 does not hang on the one before it")


def test_a_deleted_entry_whose_gap_was_closed_is_named(trail) -> None:
    run("DELETE FROM t_demo.audit_entry WHERE seq = 3")
    run("UPDATE t_demo.audit_entry SET seq = -seq WHERE seq > 3")
    run("UPDATE t_demo.audit_entry SET seq = -seq - 1 WHERE seq < 0")

    assert found() == (2, 3, "entry 3 does not hang on the one before it")


def test_an_end_that_was_cut_off_is_seen_by_the_head(trail) -> None:
    run("DELETE FROM t_demo.audit_entry WHERE seq > 5")

    assert found() == (5, 6, "the chain ends at entry 5, and its head says 7")


def cut_with_its_head(trail: list[Entry]) -> None:
    run("DELETE FROM t_demo.audit_entry WHERE seq > 5")
    run(
        "UPDATE t_demo.audit_head SET seq = 5, hash = (SELECT hash FROM t_demo.audit_entry WHERE seq = 5)"
    )


def test_an_end_that_was_cut_off_with_its_head_is_seen_by_the_days_anchor(trail) -> None:
    audit.anchor()
    cut_with_its_head(trail)

    assert found() == (5, 6, "the chain ends at entry 5, and an anchor says 7")


def test_a_chain_that_was_written_anew_is_seen_by_an_anchor(trail) -> None:
    known = (4, "0" * 64)

    verdict = audit.verify(known)

    assert (verdict.at_seq, verdict.problem) == (4, "entry 4 is another one than its anchor says")
    assert audit.verify((4, bytes(trail[3].hash).hex().upper())).problem == ""


def test_without_any_anchor_an_end_cut_off_with_its_head_is_not_seen_and_the_command_takes_one(
    trail,
) -> None:
    end = f"7:{bytes(trail[-1].hash).hex()}"
    cut_with_its_head(trail)
    assert found() == (5, None, "")

    with pytest.raises(CommandError, match="Broken: t_demo"):
        call_command("verify_audit", tenant="demo", anchor=end, stdout=StringIO())


def test_a_chain_that_was_put_in_the_place_of_another_is_named(trail) -> None:
    run("CREATE SCHEMA t_copy")
    for table in ("entry", "head", "anchor"):
        run(f"CREATE TABLE t_copy.audit_{table} (LIKE t_demo.audit_{table} INCLUDING ALL)")
        run(f"INSERT INTO t_copy.audit_{table} SELECT * FROM t_demo.audit_{table}")  # noqa: S608 - our own names
    run("UPDATE t_copy.audit_entry SET chain = 't_copy'")

    with tenancy.entered("t_copy"):
        assert found() == (0, 1, "entry 1 is not as it was written")


def test_an_anchor_is_kept_each_day_and_told_to_the_logs(trail, caplog) -> None:
    with caplog.at_level("INFO"):
        tasks.anchor_trails()
        tasks.anchor_trails()

    [kept] = Anchor.objects.all()
    assert (kept.seq, bytes(kept.hash)) == (7, bytes(trail[-1].hash))
    [line] = [each for each in caplog.records if each.message == "audit.anchored"]
    assert (line.chain, line.seq, line.hash) == ("t_demo", 7, bytes(trail[-1].hash).hex())


def test_the_command_walks_every_trail_and_tells_where_each_ends(trail) -> None:
    audit.record("tenant.changed", schema="public")
    [platform] = recorded(schema="public")
    said = StringIO()

    call_command("verify_audit", all=True, stdout=said)

    assert said.getvalue().splitlines() == [
        f"public: 1 entries sound, ends at 1:{bytes(platform.hash).hex()}",
        f"t_demo: 7 entries sound, ends at 7:{bytes(trail[-1].hash).hex()}",
    ]


def test_the_command_fails_and_names_the_place(trail) -> None:
    run("UPDATE t_demo.audit_entry SET ip = 'x' WHERE seq = 2")
    said = StringIO()

    with pytest.raises(CommandError, match="Broken: t_demo"):
        call_command("verify_audit", tenant="demo", stdout=said)

    assert (
        said.getvalue() == "t_demo: BROKEN: entry 2 is not as it was written; 1 sound before it\n"
    )


@pytest.mark.parametrize(
    "given",
    [
        {"tenant": "nobody"},
        {"tenant": "demo", "anchor": "x"},
        {"all": True, "anchor": "1:" + "0" * 64},
    ],
)
def test_the_command_refuses_what_names_nothing(trail, given) -> None:
    with pytest.raises(CommandError, match=r"no such tenant|An anchor is"):
        call_command("verify_audit", **given, stdout=StringIO())
