"""Entries go out in the order of their chain, each at least once, whoever dies, fails or dawdles on the way."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now

from apps.accounts.models import Letter
from apps.accounts.services import letters
from apps.audit import facade as audit
from apps.core import clock, db, tenancy
from apps.core.failpoints import hooked
from apps.engine.secret import Secret
from apps.streams.models import Stream
from apps.streams.services import delivering, managing, sending
from apps.webhooks.rules.verification import Signed, refusal
from tests.entries import grow_old, link, recorded
from tests.streams.conftest import allow
from tests.tenants.browser import member, person


@pytest.fixture
def trail(tenant) -> None:
    record(5)


def record(count: int) -> None:
    for n in range(count):
        audit.record("workflow.saved", target=audit.Target("workflow", str(n)), after={"ü": n})
    link()


def row() -> Stream:
    return Stream.objects.get(name="siem")


def rest_over() -> None:
    Stream.objects.update(due_at=Now())


def test_a_webhook_gets_every_entry_in_order_and_later_only_what_is_new(
    tenant, trail, web, begin
) -> None:
    begin(web)

    assert sending.send_due() == 6
    assert web.seqs == [1, 2, 3, 4, 5, 6]
    assert sending.send_due() == 0
    record(2)
    assert sending.send_due() == 2
    assert web.seqs == list(range(1, 9))
    assert (row().sent_seq, row().lease, row().failures) == (8, None, 0)
    assert row().sent_at is not None


def test_an_entry_is_sent_as_an_export_has_it_with_its_links(tenant, trail, web, begin) -> None:
    begin(web)
    sending.send_due()

    first, second = recorded()[:2]
    sent = web.entries[1]
    assert (sent["id"], sent["seq"], sent["action"]) == (str(second.pk), 2, "workflow.saved")
    assert sent["after"] == {"ü": 1}
    assert sent["prev_hash"] == bytes(first.hash).hex()
    [(_, body)] = web.requests
    assert {name: value for name, value in json.loads(body).items() if name != "entries"} == {
        "type": "audit.entries",
        "chain": "t_demo",
    }


def test_a_delivery_is_signed_as_our_own_webhooks_are(tenant, trail, web, begin) -> None:
    made = begin(web)
    sending.send_due()

    [(headers, body)] = web.requests
    assert headers["webhook-id"] == f"{made.pk}.1-6"
    assert headers["content-type"] == "application/json"
    assert verdict(headers, body, made.secret) is None
    assert verdict(headers, body, Secret("whsec_" + "A" * 44)) == "signature_wrong"
    assert verdict(headers, body + b" ", made.secret) == "signature_wrong"


def verdict(headers: dict[str, str], body: bytes, secret: Secret) -> str | None:
    now_s = float(headers["webhook-timestamp"])
    return refusal("standard", Signed(headers, body, [secret], now_s))


def test_a_stream_may_begin_now_and_leave_out_what_was(tenant, trail, web, begin) -> None:
    begin(web, is_from_start=False)

    sending.send_due()
    assert [entry["action"] for entry in web.entries] == ["stream.created"]


def test_large_and_many_entries_go_in_several_deliveries(
    tenant, trail, web, begin, monkeypatch
) -> None:
    begin(web)
    monkeypatch.setattr(sending, "MOST_ENTRIES", 4)
    sending.send_due()
    assert [len(json.loads(body)["entries"]) for _, body in web.requests] == [4, 2]

    record(3)
    monkeypatch.setattr(sending, "MOST_BYTES", 10)
    sending.send_due()
    assert [len(json.loads(body)["entries"]) for _, body in web.requests[2:]] == [1, 1, 1]


def test_what_was_not_taken_is_sent_again_after_a_rest_that_grows(
    tenant, trail, web, begin
) -> None:
    begin(web)
    web.answers = [500, 302, 404]

    pauses = []
    for failures, error in ((1, "500"), (2, "302"), (3, "404")):
        assert sending.send_due() == 0
        assert sending.due() == []
        now = row()
        assert (now.failures, now.last_error) == (failures, f"it answered {error}")
        pauses.append(round((now.due_at - now.failing_since).total_seconds()))
        assert now.sent_seq == 0
        Stream.objects.update(due_at=Now(), failing_since=Now())
    assert pauses == [5, 10, 20]

    assert sending.send_due() == 6
    assert web.seqs == list(range(1, 7)) * 4
    assert (row().failures, row().failing_since, row().last_error) == (0, None, "")


def test_a_rest_is_never_longer_than_an_hour(tenant, trail, web, begin) -> None:
    begin(web)
    web.answers = [500]
    Stream.objects.update(failures=1_000)
    sending.send_due()

    [(pause,)] = Stream.objects.annotate(p=F("due_at") - F("failing_since")).values_list("p")
    assert round(pause.total_seconds()) == 3600


def test_a_receiver_that_is_down_and_comes_back_gets_everything(tenant, trail, web, begin) -> None:
    made = begin(web)
    port = web.port
    allow(1)
    Stream.objects.update(url="http://127.0.0.1:1/")
    sending.send_due()
    assert "Connection refused" in row().last_error

    Stream.objects.filter(pk=made.pk).update(url=f"http://127.0.0.1:{port}/")
    rest_over()
    assert sending.send_due() == 6
    assert web.seqs == list(range(1, 7))


def test_what_may_not_be_called_is_not_called(tenant, trail, web, begin) -> None:
    begin(web)
    with tenancy.entered(tenancy.PUBLIC), connection.cursor() as cursor:
        cursor.execute("DELETE FROM public.tenants_egressallowance")

    assert sending.send_due() == 0
    assert web.requests == []
    assert "it leads to an address that is not public" in row().last_error


def test_syslog_gets_one_message_for_each_entry(tenant, trail, logs, begin) -> None:
    made = begin(logs)
    assert made.secret is None

    assert sending.send_due() == 6
    assert [entry["seq"] for entry in logs.said] == list(range(1, 7))
    entry = recorded()[1]
    at = entry.at.isoformat(timespec="microseconds").replace("+00:00", "Z")
    head = f'<110>1 {at} demo.localhost gorax - workflow.saved [meta sequenceId="2"][origin software="gorax"] '
    assert logs.messages[1].startswith(head.encode())
    assert logs.said[1]["hash"] == bytes(entry.hash).hex()


def test_a_syslog_server_that_hangs_up_early_gets_it_again(tenant, trail, logs, begin) -> None:
    begin(logs)
    logs.deaf_for = 2

    for _ in range(2):
        assert sending.send_due() == 0
        assert "ended the connection before it had taken everything" in row().last_error
        rest_over()
    assert sending.send_due() == 6
    assert [entry["seq"] for entry in logs.said] == list(range(1, 7))


def test_what_has_left_the_trail_meanwhile_is_passed_over(
    tenant, trail, web, begin, settings, tmp_path
) -> None:
    settings.GORAX_BLOBS_DIR = tmp_path
    begin(web)
    grow_old(60, upto=3)
    audit.retain(audit.Terms(30, 30, 1000))
    link()

    sending.send_due()
    assert web.seqs == [4, 5, 6, 7]


def test_days_of_failing_end_a_stream_and_those_who_manage_it_are_told(
    tenant, trail, web, begin
) -> None:
    for role in ("owner", "admin", "editor"):
        member(tenant, role, person(f"{role}@x.test", email_verified_at=clock.now()))
    member(tenant, "admin", person("gone@x.test", is_active=False, email_verified_at=clock.now()))
    begin(web)
    web.answers = [500, 500, 500]

    sending.send_due()
    Stream.objects.update(failing_since=Now() - timedelta(days=6.9))
    rest_over()
    sending.send_due()
    assert row().disabled_at is None
    Stream.objects.update(failing_since=Now() - timedelta(days=7.1))
    rest_over()
    sending.send_due()
    link()

    assert row().disabled_at is not None
    [entry] = recorded("stream.disabled")
    assert (entry.severity, entry.outcome, entry.target_name) == ("error", "failure", "siem")
    assert entry.after == {"error": "it answered 500"}
    with tenancy.entered(tenancy.PUBLIC):
        written = list(Letter.objects.filter(kind="stream_disabled").order_by("to"))
        told = [letter.to for letter in written]
        message = letters.message_of(written[0], letters._composers["stream_disabled"](written[0]))
    assert [to for to in told if to.endswith("@x.test")] == ["admin@x.test", "owner@x.test"]
    text = message.get_body(("plain",)).get_content()
    assert "“siem” has not taken the entries" in text
    assert "it answered 500" in text
    rest_over()
    assert sending.send_due() == 0

    managing.update(row().pk, {"is_paused": False})
    link()
    assert letters._composers["stream_disabled"](written[0]) is None
    assert sending.send_due() > 0
    assert web.seqs[-1] == recorded()[-1].seq


def test_a_paused_stream_rests_and_goes_on_where_it_was(tenant, trail, web, begin) -> None:
    made = begin(web)
    managing.update(made.pk, {"is_paused": True})
    link()
    assert sending.send_due() == 0
    managing.update(made.pk, {"is_paused": False})
    link()

    sending.send_due()
    assert web.seqs == [entry.seq for entry in recorded()]


def test_the_installations_own_stream_has_the_platforms_trail_and_private_goals(
    tenant, web, settings
) -> None:
    settings.GORAX_AUDIT_STREAM_URL = web.url
    settings.GORAX_AUDIT_STREAM_SECRET = Secret("whsec_" + "QUJD" * 8)
    audit.record("tenant.changed", schema="public")
    link()

    # Nothing is allowed to any tenant: the operator's own choice needs no allowance.
    assert sending.send_due() == 1
    assert [entry["action"] for entry in web.entries] == ["tenant.changed"]
    [(headers, body)] = web.requests
    assert json.loads(body)["chain"] == "public"
    assert verdict(headers, body, settings.GORAX_AUDIT_STREAM_SECRET) is None

    web.answers = [500]
    audit.record("tenant.changed", schema="public")
    link()
    sending.send_due()
    Stream.objects.update(failing_since=Now() - timedelta(days=99), due_at=Now())
    web.answers = [500]
    sending.send_due()
    own = Stream.objects.get(chain="public")
    assert (own.disabled_at, own.failures) == (None, 2)
    settings.GORAX_AUDIT_STREAM_URL = ""
    rest_over()
    assert sending.due() == []


@pytest.mark.django_db(transaction=True)
def test_of_two_senders_one_sends_and_nothing_arrives_twice_or_out_of_order(web, begin) -> None:
    with tenancy.entered("t_demo"):
        begin(web)
        record(300)
    stop = threading.Event()

    def send() -> None:
        while not stop.is_set():
            sending.send_due()
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    with tenancy.entered("t_demo"):
        for _ in range(5):
            record(20)
        last = recorded()[-1].seq
    for _ in range(2_000):
        if web.seqs and web.seqs[-1] == last:
            break
        stop.wait(0.01)
    stop.set()
    for thread in threads:
        thread.join()

    assert web.seqs == list(range(1, last + 1))


@pytest.mark.django_db(transaction=True)
def test_who_slept_through_his_lease_moves_nothing_and_no_entry_comes_before_its_forerunner(
    web, begin
) -> None:
    with tenancy.entered("t_demo"):
        begin(web)
        record(5)

    def overtaken() -> None:
        # Another takes over while this one sleeps between looking and sending.
        Stream.objects.update(lease_until=Now() - timedelta(seconds=1))
        with tenancy.entered("t_demo"):
            record(3)
        assert sending.send_due() == 9

    with hooked("stream.before_send", overtaken):
        assert sending.send_due() == 0

    assert row().sent_seq == 9
    assert web.seqs == [*range(1, 10), *range(1, 7)]
    firsts = list(dict.fromkeys(web.seqs))
    assert firsts == sorted(firsts)
    db.give_back()


@pytest.mark.django_db(transaction=True)
def test_a_slow_receiver_holds_up_neither_the_product_nor_other_streams(web, logs, begin) -> None:
    with tenancy.entered("t_demo"):
        begin(web, name="slow")
        begin(logs)
        record(5)
    web.gate.clear()
    stopping = threading.Event()
    running = sending.start(stopping)
    assert web.came.wait(20)

    with tenancy.entered("t_demo"):
        record(5)
    for _ in range(2_000):
        if len(logs.messages) == 12:
            break
        stopping.wait(0.01)
    assert [entry["seq"] for entry in logs.said] == list(range(1, 13))
    assert web.requests == []
    stopping.set()
    web.gate.set()
    running.join(30)
    assert not running.is_alive()
    assert web.seqs[:7] == list(range(1, 8))


def test_no_way_is_forgotten_that_a_sealed_secret_takes(tenant, web, begin) -> None:
    made = begin(web)
    stored = Stream.objects.get(pk=made.pk)

    way = delivering.way_of("t_demo", stored.pk, stored.url, [stored.sealed_secret])
    assert way.secrets == (made.secret,)
    assert made.secret.reveal() not in json.dumps(stored.sealed_secret)
