"""Archives and holds over HTTP: read by who may read the trail, held by who manages it."""

import gzip
import hashlib

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.adapters.blobs.store import Place, StoreFailedError
from apps.audit import facade as audit
from apps.audit.models import Checkpoint
from apps.audit.services import archiving
from apps.core.ids import uuid7
from tests.callers import make_caller
from tests.entries import grow_old, recorded

pytestmark = pytest.mark.usefixtures("redis_server")


@pytest.fixture
def owner(tenant):
    return make_caller(tenant, "owner")


@pytest.fixture
def archive(owner, settings, tmp_path) -> Checkpoint:
    settings.GORAX_BLOBS_DIR = tmp_path
    audit.record("workflow.saved")
    grow_old(60)
    audit.retain(audit.Terms(30, 100, 1000))
    return Checkpoint.objects.here().get()


def test_an_archive_is_listed_shown_and_downloaded_as_it_is_stored(owner, archive) -> None:
    with CaptureQueriesContext(connection) as asked:
        [listed] = owner.get("/audit/archives").json()["results"]
    assert len([each for each in asked if "audit_checkpoint" in each["sql"]]) == 1
    assert owner.get(f"/audit/archives/{archive.pk}").json() == listed
    assert listed == {
        "id": str(archive.pk),
        "first_seq": 1,
        "last_seq": archive.last_seq,
        "entries": archive.last_seq,
        "first_at": archive.first_at.isoformat().replace("+00:00", "Z"),
        "last_at": archive.last_at.isoformat().replace("+00:00", "Z"),
        "prev_hash": "0" * 64,
        "last_hash": bytes(archive.last_hash).hex(),
        "sha256": bytes(archive.sha256).hex(),
        "bytes": archive.bytes,
        "made_at": archive.made_at.isoformat().replace("+00:00", "Z"),
        "archive_left_at": None,
    }

    answer = owner.get(f"/audit/archives/{archive.pk}/content")
    got = answer.getvalue()
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/gzip")
    name = f"audit.1-{archive.last_seq}.ndjson.gz"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert hashlib.sha256(got).hexdigest() == listed["sha256"]
    assert len(gzip.decompress(got).splitlines()) == listed["entries"]
    [entry] = recorded("audit.archive_downloaded")
    assert (entry.target_id, entry.actor_email) == (str(archive.pk), "owner@demo.test")


def test_an_archive_that_is_not_there_is_not_found_and_leaves_no_entry(owner, archive) -> None:
    for archive_id in (uuid7(), archiving.manifest_id(archive.pk)):
        for path in (f"/audit/archives/{archive_id}", f"/audit/archives/{archive_id}/content"):
            answer = owner.get(path)
            assert (answer.status_code, answer.json()["code"]) == (404, "archive_not_found")
    archiving.store().remove(Place(archive.chain, archive.pk))
    assert owner.get(f"/audit/archives/{archive.pk}/content").status_code == 404
    audit.retain(audit.Terms(30, 50, 50))
    gone = owner.get(f"/audit/archives/{archive.pk}").json()
    assert gone["archive_left_at"] is not None
    assert owner.get(f"/audit/archives/{archive.pk}/content").status_code == 404
    assert recorded("audit.archive_downloaded") == []


def test_a_store_that_is_away_is_said_to_be(owner, archive, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise StoreFailedError

    monkeypatch.setattr(archiving.store(), "open", fail)
    answer = owner.get(f"/audit/archives/{archive.pk}/content")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert recorded("audit.archive_downloaded") == []


def test_the_ages_that_hold_are_shown_and_a_hold_is_put_and_lifted(owner) -> None:
    terms = {"hot_days": 90, "warm_days": 365, "cold_days": 2555}
    assert owner.get("/audit/retention").json() == {"terms": terms, "hold": None}

    held = owner.call("PUT", "/audit/hold", {"because": "a court asks for it"})
    assert held.status_code == 200
    assert held.json() == owner.get("/audit/retention").json()
    assert held.json()["hold"]["because"] == "a court asks for it"
    assert held.json()["hold"]["by_email"] == "owner@demo.test"
    assert owner.call("PUT", "/audit/hold", {"because": "another one"}).status_code == 200
    assert owner.get("/audit/retention").json()["hold"]["because"] == "another one"
    assert [owner.delete("/audit/hold").status_code for _ in range(2)] == [204, 204]
    assert owner.get("/audit/retention").json()["hold"] is None
    assert [(entry.after, entry.severity) for entry in recorded("retention.held")] == [
        ({"because": "a court asks for it"}, "warning"),
        ({"because": "another one"}, "warning"),
    ]
    assert len(recorded("retention.resumed")) == 1


@pytest.mark.parametrize(
    "body", [{}, {"because": ""}, {"because": " "}, {"because": "x" * 501}, {"because": 1, "x": 2}]
)
def test_a_hold_without_a_reason_is_refused_and_changes_nothing(owner, body) -> None:
    answer = owner.call("PUT", "/audit/hold", body)

    assert answer.status_code == 422, answer.content
    assert answer.json()["errors"][0]["path"] in {"/because", "/x"}
    assert audit.held() is None
    assert recorded("retention.held") == []


@pytest.mark.parametrize("role", ["editor", "operator", "viewer"])
def test_others_neither_see_archives_nor_hold_the_trail(tenant, archive, role: str) -> None:
    caller = make_caller(tenant, role)

    for path in ("", f"/{archive.pk}", f"/{archive.pk}/content"):
        assert caller.get(f"/audit/archives{path}").status_code == 403
    assert caller.get("/audit/retention").status_code == 403
    assert caller.call("PUT", "/audit/hold", {"because": "mine"}).status_code == 403
    assert caller.delete("/audit/hold").status_code == 403
    assert audit.held() is None
