"""A webhook's secret is replaced without a gap: for a time both sign, so that a receiver may learn the new one when it likes."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now

from apps.audit import facade as audit
from apps.engine.secret import Secret
from apps.keys import facade as keys
from apps.keys.services import rotation
from apps.streams.models import Stream
from apps.streams.services import managing, sending
from gorax.stack.checkout import ROOT
from tests.callers import make_caller
from tests.entries import link, recorded
from tests.streams.test_sending import verdict


def send_one(web) -> tuple[dict[str, str], bytes]:
    """Have one more delivery made, and return it."""
    audit.record("workflow.saved", target=audit.Target("workflow", "1"))
    link()
    assert sending.send_due() > 0
    return web.requests[-1]


def good(delivery: tuple[dict[str, str], bytes], *secrets: Secret) -> list[bool]:
    headers, body = delivery
    return [verdict(headers, body, each) is None for each in secrets]


def over() -> None:
    Stream.objects.update(before_until=Now() - timedelta(seconds=1))


def test_for_a_time_both_sign_and_afterwards_the_new_one_alone(tenant, web, begin) -> None:
    made = begin(web)
    old = made.secret
    assert len(send_one(web)[0]["webhook-signature"].split()) == 1

    row, new = managing.renew_secret(made.pk)

    both = send_one(web)
    assert good(both, new, old) == [True, True]
    newest, before = both[0]["webhook-signature"].split()
    alone = ({**both[0], "webhook-signature": newest}, both[1])
    assert good(alone, new, old) == [True, False]
    assert good(({**both[0], "webhook-signature": before}, both[1]), new, old) == [False, True]
    left_s = Stream.objects.filter(before_until__gt=Now() + timedelta(hours=23))
    assert left_s.get() == row

    over()
    assert good(send_one(web), new, old) == [True, False]


def test_what_the_manual_tells_receivers_to_do_takes_either_secret(tenant, web, begin) -> None:
    manual = (ROOT / "docs/how-to/stream-your-audit-log.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", manual, re.DOTALL)
    told: dict[str, Any] = {}
    exec(code, told)  # noqa: S102 - our own page
    made = begin(web)
    _, new = managing.renew_secret(made.pk)

    headers, body = send_one(web)

    strange = Secret("whsec_" + "A" * 44)
    assert [
        told["is_genuine"](each.reveal(), headers, body) for each in (new, made.secret, strange)
    ] == [True, True, False]


def test_what_is_over_is_not_kept(tenant, web, begin) -> None:
    made = begin(web)
    managing.renew_secret(made.pk)
    send_one(web)
    assert Stream.objects.get().sealed_before is not None

    over()
    send_one(web)

    row = Stream.objects.get()
    assert (row.sealed_before, row.before_until) == (None, None)


def test_a_secret_that_others_know_is_replaced_at_once(tenant, web, begin) -> None:
    made = begin(web)
    managing.renew_secret(made.pk)

    row, new = managing.renew_secret(made.pk, overlap_s=0)

    assert (row.sealed_before, row.before_until) == (None, None)
    assert good(send_one(web), new, made.secret) == [True, False]
    said = [entry.after for entry in recorded("stream.secret_renewed")]
    assert said == [{"overlap_s": 86_400}, {"overlap_s": 0}]


def test_of_three_the_oldest_signs_no_more(tenant, web, begin) -> None:
    made = begin(web)
    _, second = managing.renew_secret(made.pk)
    _, third = managing.renew_secret(made.pk)

    assert good(send_one(web), third, second, made.secret) == [True, True, False]


def test_a_test_is_signed_as_a_delivery_is(tenant, web, begin) -> None:
    made = begin(web)
    _, new = managing.renew_secret(made.pk)

    assert managing.try_out(made.pk).is_ok
    assert good(web.requests[-1], new, made.secret) == [True, True]

    over()
    assert managing.try_out(made.pk).is_ok
    assert good(web.requests[-1], new, made.secret) == [True, False]


def test_whoever_asks_says_how_long_and_sees_until_when(tenant, redis_server, web, begin) -> None:
    made = begin(web)
    owner = make_caller(tenant, "owner")
    path = f"/audit/streams/{made.pk}"
    assert owner.get(path).json()["before_until"] is None

    answer = owner.post(f"{path}/regenerate-secret", {"overlap_s": 3600}).json()

    assert answer["secret"].startswith("whsec_")
    assert answer["before_until"] == owner.get(path).json()["before_until"] is not None
    row = Stream.objects.filter(
        before_until__gt=Now() + timedelta(minutes=59), before_until__lt=Now() + timedelta(hours=1)
    )
    assert row.exists()
    text = owner.get(path).content.decode() + owner.get("/audit/streams").content.decode()
    assert answer["secret"] not in text
    assert "sealed" not in text


@pytest.mark.parametrize("overlap_s", [-1, 30 * 86_400 + 1, "soon", None, 1.5])
def test_what_is_no_time_is_refused_and_nothing_changes(
    tenant, redis_server, web, begin, overlap_s
) -> None:
    made = begin(web)
    before = Stream.objects.values().get()

    answer = make_caller(tenant, "owner").post(
        f"/audit/streams/{made.pk}/regenerate-secret", {"overlap_s": overlap_s}
    )

    assert answer.status_code == 422
    assert [each["path"] for each in answer.json()["errors"]] == ["/overlap_s"]
    assert Stream.objects.values().get() == before


@pytest.mark.django_db(transaction=True)
def test_both_go_along_when_the_installations_key_is_replaced(
    web, begin, tmp_path, settings
) -> None:
    from apps.core import tenancy

    with tenancy.entered("t_demo"):
        made = begin(web)
        _, new = managing.renew_secret(made.pk)
        second = tmp_path / "second"
        second.touch(mode=0o600)
        second.write_text(keys.Kek.new().to_text())
        settings.GORAX_KEKS = (f"file:{second}", "local")

        assert rotation.go_on(rotation.begin("kek")).is_ended

        settings.GORAX_KEKS = (f"file:{second}",)
        assert good(send_one(web), new, made.secret) == [True, True]
    connection.close()
