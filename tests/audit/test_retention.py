"""Entries grow old: they are archived, then leave, and the chain stays whole over what has left."""

import gzip
import hashlib
import json
from collections.abc import Iterator
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from apps.adapters.blobs.store import Place
from apps.audit import facade as audit
from apps.audit.errors import ChainBrokenError
from apps.audit.models import Checkpoint, Entry
from apps.audit.rules.tiers import Terms
from apps.audit.services import archiving, retaining
from apps.core import tenancy
from apps.core.failpoints import hooked
from apps.tenants import facade as tenants
from apps.tenants import tasks
from apps.tenants.errors import TrailHeldError
from tests.entries import grow_old, link, recorded

TERMS = Terms(hot_days=30, warm_days=100, cold_days=1000)
# Saved and started are routine, what is about people lasts, and so does what fails.
DEEDS = ("workflow.saved", "membership.changed", "execution.started", "role.created")


@pytest.fixture
def trail(tenant, monkeypatch, settings, tmp_path) -> Iterator[list[Entry]]:
    """Nine entries of which the first eight are 60 days old; archives of at most five, looked at by threes."""
    settings.GORAX_BLOBS_DIR = tmp_path
    monkeypatch.setattr(retaining, "MOST_ENTRIES", 5)
    monkeypatch.setattr(retaining, "PIECE", 3)
    for n in range(7):
        audit.record(DEEDS[n % 4], target=audit.Target("thing", str(n)), after={"n": n, "ü": 1.5})
    audit.record("execution.failed", outcome="failure", severity="error")
    audit.record("workflow.saved")
    grow_old(60, upto=8)
    yield recorded()
    # A plan is remembered for a while, and the test's was rolled back.
    tenants.forget()


def seqs() -> list[int]:
    return [entry.seq for entry in recorded() if not entry.action.startswith("retention.")]


def lines(point: Checkpoint) -> list[dict]:
    with archiving.store().open(Place(point.chain, point.pk)) as file:
        return [json.loads(line) for line in gzip.decompress(file.read()).splitlines()]


def points() -> list[Checkpoint]:
    return list(Checkpoint.objects.here().order_by("first_seq"))


def found(**options) -> tuple[int, int, int, str]:
    verdict = audit.verify(**options)
    return verdict.entries, verdict.archived, verdict.opened, verdict.problem


def test_old_entries_are_archived_and_only_routine_leaves_at_once(trail) -> None:
    done = audit.retain(TERMS)

    assert (done.archived, done.left, done.archives_left) == (8, 4, 0)
    assert seqs() == [2, 4, 6, 8, 9]
    assert [(each.first_seq, each.last_seq) for each in points()] == [(1, 5), (6, 8)]
    kept = [line for point in points() for line in lines(point)]
    assert [line["seq"] for line in kept] == list(range(1, 9))
    assert [line["hash"] for line in kept] == [bytes(each.hash).hex() for each in trail[:8]]
    assert kept[0]["after"] == {"n": 0, "ü": 1.5}


def test_the_chain_is_whole_over_what_has_left_and_archives_prove_it(trail) -> None:
    audit.retain(TERMS)
    link()

    # Those that stayed, the one that was young, and the two that tell of the archives.
    assert found() == (7, 8, 0, "")
    assert found(opens_archives=True) == (7, 8, 2, "")


def test_the_chain_itself_names_each_archive_and_its_digest(trail) -> None:
    audit.retain(TERMS)

    for point, entry in zip(points(), recorded("retention.archived"), strict=True):
        with archiving.store().open(Place(point.chain, point.pk)) as file:
            stored = file.read()
        assert entry.target_id == str(point.pk)
        assert entry.after == {
            "first_seq": point.first_seq,
            "last_seq": point.last_seq,
            "sha256": hashlib.sha256(stored).hexdigest(),
        }
        assert (point.bytes, bytes(point.sha256)) == (len(stored), hashlib.sha256(stored).digest())


def test_the_manifest_beside_an_archive_says_what_it_must_hold(trail) -> None:
    audit.retain(TERMS)

    point = points()[1]
    with archiving.store().open(Place(point.chain, archiving.manifest_id(point.pk))) as file:
        said = json.loads(file.read())
    assert said == {
        "form": "gorax-audit-archive-1",
        "id": str(point.pk),
        "chain": "t_demo",
        "first_seq": 6,
        "last_seq": 8,
        "entries": 3,
        "first_at": trail[5].at.isoformat(),
        "last_at": trail[7].at.isoformat(),
        "prev_hash": bytes(trail[4].hash).hex(),
        "last_hash": bytes(trail[7].hash).hex(),
        "sha256": bytes(point.sha256).hex(),
        "bytes": point.bytes,
    }


def test_twice_is_once(trail) -> None:
    audit.retain(TERMS)

    assert audit.retain(TERMS) == audit.Retained()
    assert len(points()) == 2


def test_whole_weeks_leave_together(trail) -> None:
    terms = Terms(hot_days=60, warm_days=100, cold_days=1000)

    assert audit.retain(terms) == audit.Retained()
    grow_old(7, upto=8)
    assert audit.retain(terms).archived == 8


def test_what_lasts_leaves_when_it_is_no_longer_warm_and_its_archive_when_it_is_cold(trail) -> None:
    audit.retain(TERMS)

    # As if years had gone by.
    assert audit.retain(Terms(30, 50, 1000)) == audit.Retained(left=4)
    assert seqs() == [9]
    assert audit.retain(Terms(30, 50, 55)) == audit.Retained(archives_left=2)

    assert [each.archive_left_at is None for each in points()] == [False, False]
    assert list(archiving.store().stored("t_demo")) == []
    assert [entry.after for entry in recorded("retention.archive_removed")] == [
        {"first_seq": 1, "last_seq": 5},
        {"first_seq": 6, "last_seq": 8},
    ]
    assert found(opens_archives=True) == (5, 8, 0, "")


@pytest.mark.parametrize(
    "days", [(0, 1, 1), (2, 1, 3), (1, 3, 2)], ids=["zero", "hot-warm", "warm-cold"]
)
def test_terms_are_in_order(days) -> None:
    with pytest.raises(ValueError, match="are no terms"):
        Terms(*days)


def test_nothing_is_kept_longer_than_a_plan_says() -> None:
    assert TERMS.within(None) == TERMS
    assert TERMS.within(50) == Terms(30, 50, 50)
    assert TERMS.within(7) == Terms(7, 7, 7)


def test_a_trail_that_is_held_keeps_everything_until_the_hold_is_lifted(trail) -> None:
    audit.hold("a court asks for it")

    assert audit.retain(TERMS) == audit.Retained(is_held=True)
    assert (seqs(), points()) == (list(range(1, 10)), [])
    assert (audit.lift(), audit.lift()) == (True, False)
    assert audit.retain(TERMS).archived == 8


def test_a_hold_in_the_middle_of_a_round_stops_the_rest_of_it(trail) -> None:
    with hooked("retain.after_batch", lambda: audit.hold("now")):
        done = audit.retain(TERMS)

    # The first three were looked at, two of them routine.
    assert (done.archived, done.left) == (8, 2)
    assert seqs() == [2, 4, 5, 6, 7, 8, 9]


def test_the_database_itself_lets_nothing_leave_that_is_not_archived_or_that_is_held(trail) -> None:
    def leave(places: str) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('gorax.audit_leaving', 't_demo', true)")
            cursor.execute(f"DELETE FROM t_demo.audit_entry WHERE seq {places}")  # noqa: S608 - our own words
            cursor.execute("SELECT set_config('gorax.audit_leaving', '', true)")

    with pytest.raises(DatabaseError, match="append-only"):
        leave("= 1")
    audit.retain(TERMS)
    with pytest.raises(DatabaseError, match="append-only"):
        leave("= 9")
    audit.hold("a court asks for it")
    with pytest.raises(DatabaseError, match="append-only"):
        leave("= 2")
    audit.lift()
    leave("= 2")
    assert seqs() == [4, 6, 8, 9]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM t_demo.audit_checkpoint",
        "TRUNCATE t_demo.audit_checkpoint",
        "UPDATE t_demo.audit_checkpoint SET sha256 = sha256('x')",
        "UPDATE t_demo.audit_checkpoint SET archive_left_at = now()",
        "INSERT INTO t_demo.audit_checkpoint SELECT gen_random_uuid(), chain, last_seq + 1, last_seq + 1, first_at, last_at,"
        " last_hash, sha256('x'), sha256, bytes FROM t_demo.audit_checkpoint ORDER BY last_seq DESC LIMIT 1",
    ],
)
def test_no_checkpoint_is_made_up_changed_or_taken_away(trail, statement: str) -> None:
    audit.retain(TERMS)
    before = [vars(point) | {"_state": None} for point in points()]

    with (
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
    ):
        cursor.execute(statement)

    assert [vars(point) | {"_state": None} for point in points()] == before


def run(*statements: str) -> None:
    """As an intruder who owns the database."""
    with connection.cursor() as cursor:
        for table in ("entry", "checkpoint"):
            cursor.execute(f"ALTER TABLE t_demo.audit_{table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        (
            "DELETE FROM t_demo.audit_checkpoint WHERE first_seq = 1",
            "the checkpoint of entries 6 to 8 does not hang on what is before it",
        ),
        (
            "UPDATE t_demo.audit_checkpoint SET last_hash = sha256('x') WHERE first_seq = 1",
            "the checkpoint of entries 6 to 8 does not hang on what is before it",
        ),
        (
            "UPDATE t_demo.audit_checkpoint SET last_hash = sha256('x') WHERE first_seq = 6",
            "entry 8 is another one than its checkpoint says",
        ),
        (
            "UPDATE t_demo.audit_checkpoint SET prev_hash = sha256('x') WHERE first_seq = 6",
            "the checkpoint of entries 6 to 8 does not hang on what is before it",
        ),
        ("UPDATE t_demo.audit_entry SET ip = 'x' WHERE seq = 4", "entry 4 is not as it was written"),
        ("DELETE FROM t_demo.audit_entry WHERE seq = 9", "entry 9 is missing"),
    ],
)  # fmt: skip
def test_whoever_changes_checkpoints_or_what_stayed_is_found(trail, statement, problem) -> None:
    audit.retain(TERMS)
    link()
    run(statement)

    assert found()[3] == problem


@pytest.mark.parametrize(
    ("harm", "problem"),
    [
        (lambda packed: packed[:-9], "it is not as it was stored"),
        (lambda packed: b"", "it is not as it was stored"),
        (lambda packed: gzip.compress(gzip.decompress(packed), mtime=7), "it is not as it was stored"),
        (None, "it is not in the store"),
    ],
)  # fmt: skip
def test_an_archive_that_is_not_as_it_was_stored_is_found(trail, harm, problem: str) -> None:
    audit.retain(TERMS)
    link()
    point = points()[1]
    place = Place(point.chain, point.pk)
    with archiving.store().open(place) as file:
        packed = file.read()
    archiving.store().remove(place)
    if harm is not None:
        put(place, harm(packed))

    assert found() == (7, 8, 0, "")
    verdict = audit.verify(opens_archives=True)
    assert verdict.problem == f"the archive {point.pk} of entries 6 to 8: {problem}"
    assert (verdict.at_seq, verdict.opened) == (6, 1)


def put(place: Place, data: bytes) -> None:
    upload = archiving.store().upload(place)
    upload.write(data)
    upload.commit()


def test_an_archive_that_somebody_wrote_anew_with_its_digest_is_found(trail) -> None:
    audit.retain(TERMS)
    link()
    point = points()[1]
    changed = [line | {"ip": "192.0.2.66"} for line in lines(point)]
    packed = gzip.compress(b"".join(f"{json.dumps(line)}\n".encode() for line in changed))
    put(Place(point.chain, point.pk), packed)
    digest = hashlib.sha256(packed)
    run(
        "UPDATE t_demo.audit_checkpoint"  # noqa: S608 - our own digest
        f" SET sha256 = decode('{digest.hexdigest()}', 'hex'), bytes = {len(packed)} WHERE first_seq = 6"
    )
    said = archiving.documents.canonical(archiving.manifest(points()[1]))
    put(Place(point.chain, archiving.manifest_id(point.pk)), said.encode())

    problem = audit.verify(opens_archives=True).problem
    assert problem.endswith("of entries 6 to 8: entry 6 of it is not as it was written")


def test_an_anchor_proves_an_entry_that_has_left(trail) -> None:
    audit.retain(TERMS)
    link()
    third = (3, bytes(trail[2].hash).hex())

    assert audit.verify(third, opens_archives=True).problem == ""
    problem = audit.verify((3, "0" * 64), opens_archives=True).problem
    assert problem.endswith("entry 3 of it is another one than the trail or an anchor says")


def test_retention_is_no_way_to_lose_what_was_changed(trail) -> None:
    run("UPDATE t_demo.audit_entry SET ip = 'x' WHERE seq = 3")

    with pytest.raises(ChainBrokenError, match="entry 3 is not as it was written"):
        audit.retain(TERMS)

    assert (seqs(), points()) == (list(range(1, 10)), [])
    assert list(archiving.store().stored("t_demo")) == []


def test_of_two_rounds_at_once_one_archives_and_nothing_is_left_over(trail) -> None:
    with hooked("retain.after_upload", lambda: audit.retain(TERMS)):
        done = audit.retain(TERMS)

    assert done == audit.Retained()
    assert [(each.first_seq, each.last_seq) for each in points()] == [(1, 5), (6, 8)]
    assert seqs() == [2, 4, 6, 8, 9]
    assert len(list(archiving.store().stored("t_demo"))) == 4


def test_what_a_dead_process_left_in_the_store_is_swept_when_it_is_a_day_old(
    trail, monkeypatch
) -> None:
    stray = Place("t_demo", uuid4())
    put(stray, b"x")
    audit.retain(TERMS)
    assert stray.id in {each.id for each in archiving.store().stored("t_demo")}

    monkeypatch.setattr(retaining, "YOUNG_S", 0.0)
    audit.retain(TERMS)

    assert stray.id not in {each.id for each in archiving.store().stored("t_demo")}
    assert found(opens_archives=True)[3] == ""


def test_a_tenants_plan_and_the_settings_say_how_long(trail, tenant, settings) -> None:
    settings.GORAX_AUDIT_HOT_DAYS = 50
    tasks.retain_trails()
    assert seqs() == [2, 4, 6, 8, 9]

    tenants.set_plan(tenant.id, plan="unlimited", agreed={"audit_days": 55})
    tasks.retain_trails()
    assert seqs()[0] == 9
    assert [each.archive_left_at is None for each in points()] == [False, False]


def test_the_commands_retain_hold_and_prove(trail, settings) -> None:
    settings.GORAX_AUDIT_HOT_DAYS = 30

    def said(name: str, **options) -> str:
        out = StringIO()
        call_command(name, tenant="demo", stdout=out, **options)
        return out.getvalue()

    assert said("hold_audit", because="a court asks for it") == "t_demo: held\n"
    assert said("retain_audit") == "t_demo: held, nothing leaves\n"
    assert said("hold_audit", lift=True) == "t_demo: not held any more\n"
    assert said("hold_audit", lift=True) == "t_demo: was not held\n"
    assert said("retain_audit") == (
        "t_demo: 8 entries archived, 4 left the trail, 0 archives deleted\n"
    )
    link()
    proof = said("verify_audit", archives=True)
    assert proof.startswith("t_demo: 9 entries sound, 8 behind checkpoints, 2 archives read, ends")
    with pytest.raises(CommandError, match="a hold has a reason"):
        said("hold_audit", because=" ")
    with pytest.raises(CommandError, match="no such tenant"):
        call_command("retain_audit", tenant="nobody", stdout=StringIO())


def test_a_tenant_whose_trail_is_held_is_not_deleted_and_archives_go_with_it(
    trail, tenant, django_capture_on_commit_callbacks
) -> None:
    audit.retain(TERMS)
    audit.hold("a court asks for it")
    with tenancy.entered(tenancy.PUBLIC), pytest.raises(TrailHeldError):
        tenants.delete(tenant.id)
    assert len(points()) == 2

    audit.lift()
    with django_capture_on_commit_callbacks(execute=True), tenancy.entered(tenancy.PUBLIC):
        tenants.delete(tenant.id)
    assert list(archiving.store().stored("t_demo")) == []
