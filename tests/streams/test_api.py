"""Streams over HTTP: made, changed, tried, deleted by who manages the trail; secrets are shown once."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.audit import facade as audit
from apps.core.ids import uuid7
from apps.streams.models import Stream
from apps.streams.services import managing, sending
from tests.callers import make_caller
from tests.entries import link, recorded
from tests.streams.conftest import allow

pytestmark = pytest.mark.usefixtures("redis_server")

HOOK = {"name": "siem", "url": "https://siem.example.com/in?token=t0k3n"}
LOGS = {"name": "logs", "url": "syslog+tls://logs.example.com"}


@pytest.fixture
def owner(tenant):
    return make_caller(tenant, "owner")


def made(owner, body: dict) -> dict:
    link()
    answer = owner.post("/audit/streams", body)
    assert answer.status_code == 201, answer.content
    link()
    return answer.json()


def test_a_stream_is_made_and_its_secret_shown_once(owner) -> None:
    stream = made(owner, HOOK)

    secret = stream.pop("secret")
    assert secret.startswith("whsec_")
    seq = recorded()[-1].seq
    assert stream == {
        "id": stream["id"],
        "name": "siem",
        "url": HOOK["url"],
        "state": "sending",
        "has_secret": True,
        "before_until": None,
        "sent_seq": seq - 1,
        "sent_at": None,
        "behind": 0,
        "behind_since": None,
        "failures": 0,
        "failing_since": None,
        "last_error": "",
        "disabled_at": None,
        "created_at": stream["created_at"],
    }
    shown = owner.get(f"/audit/streams/{stream['id']}")
    # The entry that tells of it is the first that it sends.
    [entry] = recorded("stream.created")
    at = entry.at.isoformat().replace("+00:00", "Z")
    assert shown.json() == stream | {"behind": 1, "behind_since": at}
    assert secret not in shown.content.decode() + repr([each.after for each in recorded()])
    assert entry.after == {
        "name": "siem",
        "to": "https://siem.example.com",
        "is_paused": False,
        "from_start": False,
    }
    assert "t0k3n" not in repr([(each.before, each.after) for each in recorded()])


def test_the_secret_of_a_webhook_is_renewed_and_syslog_has_none(owner) -> None:
    hook, logs = made(owner, HOOK), made(owner, LOGS)
    assert (logs["secret"], logs["has_secret"]) == ("", False)

    renewed = owner.post(f"/audit/streams/{hook['id']}/regenerate-secret")
    assert renewed.status_code == 200
    assert renewed.json()["secret"] not in {"", hook["secret"]}
    refused = owner.post(f"/audit/streams/{logs['id']}/regenerate-secret")
    assert (refused.status_code, refused.json()["code"]) == (409, "stream_has_no_secret")
    assert len(recorded("stream.secret_renewed")) == 1


def test_lists_and_lags_take_the_same_queries_however_many_there_are(owner) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert owner.get("/audit/streams").status_code == 200
        return len([each for each in queries if "streams_stream" in each["sql"]])

    made(owner, HOOK)
    assert asked() == 1
    for n in range(4):
        made(owner, LOGS | {"name": f"logs {n}"})
    assert asked() == 1
    names = [row["name"] for row in owner.get("/audit/streams").json()["results"]]
    assert names == ["logs 3", "logs 2", "logs 1", "logs 0", "siem"]


def test_a_stream_is_paused_changed_and_deleted(owner) -> None:
    path = f"/audit/streams/{made(owner, HOOK)['id']}"

    paused = owner.patch(path, {"is_paused": True, "name": "other"}).json()
    assert (paused["state"], paused["name"], paused["url"]) == ("paused", "other", HOOK["url"])
    Stream.objects.update(disabled_at="2026-01-01T00:00Z", failures=9, last_error="x")
    assert owner.get(path).json()["state"] == "disabled"
    on = owner.patch(path, {"is_paused": False}).json()
    assert (on["state"], on["failures"], on["last_error"]) == ("sending", 0, "")
    moved = owner.patch(path, {"url": "https://other.example.com/"}).json()
    assert moved["url"] == "https://other.example.com/"
    [first, _, last] = [(each.before, each.after) for each in recorded("stream.changed")]
    assert first == (
        {"name": "siem", "is_paused": False},
        {"name": "other", "is_paused": True},
    )
    assert last == ({"to": "https://siem.example.com"}, {"to": "https://other.example.com"})
    assert owner.delete(path).status_code == 204
    assert owner.get(path).status_code == 404
    assert len(recorded("stream.deleted")) == 1


@pytest.mark.parametrize(
    ("change", "status", "place"),
    [
        ({"url": "ftp://example.com"}, 422, "/url"),
        ({"url": "https://"}, 422, "/url"),
        ({"url": "https://127.0.0.1/"}, 422, "/url"),
        ({"url": "http://2130706433/"}, 422, "/url"),
        ({"url": "https://localhost/"}, 422, "/url"),
        ({"url": "https://demo.localhost/webhooks/x"}, 422, "/url"),
        ({"url": "https://a@example.com/"}, 422, "/url"),
        ({"url": "https://example.com:5432/"}, 422, "/url"),
        ({"url": "syslog+tcp://169.254.169.254:514"}, 422, "/url"),
        ({"url": "syslog+tcp://[::1]:601"}, 422, "/url"),
        ({"url": "syslog+tls://logs.example.com:5432"}, 422, "/url"),
        ({"url": "syslog+tls://logs.example.com:x"}, 422, "/url"),
        ({"url": "syslog+tls://logs.example.com/path"}, 422, "/url"),
        ({"url": "syslog+udp://logs.example.com"}, 422, "/url"),
        ({"url": "syslog+tls://"}, 422, "/url"),
        ({"url": ""}, 422, "/url"),
        ({"url": "x" * 2049}, 422, "/url"),
        ({"url": 5, "name": []}, 422, "/name"),
        ({"name": "x" * 81}, 422, "/name"),
        ({"name": ""}, 422, "/name"),
        ({"sent_seq": 0}, 422, "/sent_seq"),
        ({"chain": "public"}, 422, "/chain"),
        ({"name": "siem"}, 409, "/name"),
    ],
)
def test_what_is_no_stream_is_refused_by_its_place_and_changes_nothing(
    owner, change, status: int, place: str
) -> None:
    made(owner, HOOK)
    other = made(owner, HOOK | {"name": "other"})
    before = list(Stream.objects.order_by("id").values()), len(recorded())

    for answer in (
        owner.post("/audit/streams", HOOK | {"name": "third"} | change),
        owner.patch(f"/audit/streams/{other['id']}", change),
    ):
        assert answer.status_code == status, answer.content
        assert answer.json()["errors"][0]["path"] == place
    assert (list(Stream.objects.order_by("id").values()), len(recorded())) == before


def test_a_webhook_does_not_become_syslog_or_the_other_way_round(owner) -> None:
    for body, url in ((HOOK, LOGS["url"]), (LOGS, HOOK["url"])):
        answer = owner.patch(f"/audit/streams/{made(owner, body)['id']}", {"url": url})
        assert (answer.status_code, answer.json()["code"]) == (422, "stream_refused")


def test_a_tenant_has_ten_at_most(owner, monkeypatch) -> None:
    assert managing.MOST_STREAMS == 10
    monkeypatch.setattr(managing, "MOST_STREAMS", 1)
    made(owner, HOOK)
    answer = owner.post("/audit/streams", LOGS)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_streams")


def test_a_test_says_whether_the_other_side_takes_it_and_sends_no_entry(owner, web, logs) -> None:
    allow(web.port)
    allow(logs.port)
    hook = made(owner, HOOK | {"url": web.url})
    plain = made(owner, LOGS | {"url": f"syslog+tcp://127.0.0.1:{logs.port}"})
    web.answers = [204, 401]

    said = [owner.post(f"/audit/streams/{hook['id']}/test").json() for _ in range(2)]
    assert said == [
        {"is_ok": True, "code": "", "problem": ""},
        {"is_ok": False, "code": "not_taken", "problem": "it answered 401"},
    ]
    assert json.loads(web.requests[0][1])["entries"] == []
    assert "webhook-signature" in web.requests[0][0]
    assert owner.post(f"/audit/streams/{plain['id']}/test").json()["is_ok"] is True
    assert logs.messages[0].endswith(b'[origin software="gorax"] {"type":"audit.test"}')
    assert b" demo.localhost gorax - stream.test " in logs.messages[0]
    assert Stream.objects.filter(failures=0, sent_at=None).count() == 2

    answers = [owner.post(f"/audit/streams/{hook['id']}/test") for _ in range(9)]
    assert (answers[-1].status_code, answers[-1].json()["code"]) == (429, "too_many_stream_tests")


@pytest.mark.parametrize("role", ["editor", "operator", "viewer"])
def test_only_who_manages_the_trail_sees_or_touches_its_streams(tenant, owner, role: str) -> None:
    stream = made(owner, HOOK)
    caller = make_caller(tenant, role)
    before = list(Stream.objects.values())

    path = f"/audit/streams/{stream['id']}"
    for method, where, body in (
        ("GET", "/audit/streams", None),
        ("POST", "/audit/streams", LOGS),
        ("GET", path, None),
        ("PATCH", path, {"is_paused": True}),
        ("DELETE", path, None),
        ("POST", f"{path}/test", None),
        ("POST", f"{path}/regenerate-secret", None),
    ):
        assert caller.call(method, where, body).status_code == 403, (method, where)
    assert list(Stream.objects.values()) == before


def test_a_stream_of_another_trail_is_not_found(owner, web, settings) -> None:
    settings.GORAX_AUDIT_STREAM_URL = web.url
    audit.record("tenant.changed", schema="public")
    link()
    sending.due()
    own = Stream.objects.get(chain="public")

    assert owner.get("/audit/streams").json()["results"] == []
    for stream_id in (own.pk, uuid7()):
        path = f"/audit/streams/{stream_id}"
        for method, where in (
            ("GET", path),
            ("PATCH", path),
            ("DELETE", path),
            ("POST", f"{path}/test"),
            ("POST", f"{path}/regenerate-secret"),
        ):
            answer = owner.call(method, where, {} if method == "PATCH" else None)
            assert (answer.status_code, answer.json()["code"]) == (404, "stream_not_found")
    assert Stream.objects.filter(pk=own.pk).exists()
