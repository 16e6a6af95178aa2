"""Keys that a service keeps: secrets go through it, it is asked little, and when it is away everything waits and nothing opens."""

from collections.abc import Iterator

import pytest

from apps.adapters.keys import transit
from apps.core import db
from apps.credentials.services import store
from apps.engine.secret import Secret
from apps.keys.errors import KeyAwayError, SealError
from apps.keys.services import checking, ring
from apps.keys.services.sealing import Sealed
from tests.adapters.keys.vault_server import Vault, serving
from tests.executions.conftest import demo, receiver  # noqa: F401 - fixtures
from tests.executions.makers import begin, call, chain, execution, make_version, work_until_idle

PLACE = "t_demo|test|1"
KEY = "vault:transit/gorax"


@pytest.fixture
def vault(settings, monkeypatch) -> Iterator[Vault]:
    monkeypatch.setattr(transit, "FIRST_WAIT_S", 0.001)
    with serving(Vault(tokens={"good": 0})) as served:
        served.make("transit/gorax")
        settings.GORAX_KEKS = (KEY, "local")
        settings.GORAX_VAULT_ADDR = served.address
        settings.GORAX_VAULT_TOKEN = Secret("good")
        yield served
        ring.key_of(KEY).close()
    ring._transit.cache_clear()
    ring.forget_opened()


def code_of(sealed: Sealed, aad: str = PLACE) -> str:
    with pytest.raises(SealError) as failure:
        ring.open_sealed(sealed, aad=aad)
    assert "hunter2" not in str(failure.value)
    return failure.value.code


def test_what_is_sealed_names_key_and_version_and_opens_after_json(vault) -> None:
    stored = ring.seal(Secret("hunter2"), aad=PLACE).to_json()

    assert (stored["algorithm"], stored["key_id"], stored["nonce"]) == ("VAULT", f"{KEY}#1", "")
    assert ring.open_sealed(Sealed.from_json(stored), aad=PLACE).reveal() == "hunter2"


def test_what_was_opened_is_not_asked_for_again_within_a_minute_and_then_it_is(
    vault, monkeypatch
) -> None:
    sealed = ring.seal(Secret("hunter2"), aad=PLACE)
    for _ in range(3):
        ring.open_sealed(sealed, aad=PLACE)
    asked = "POST transit/decrypt/gorax"
    assert vault.asked.count(asked) == 1
    assert ring.OPENED_KEPT_S == 60

    now = ring.time.monotonic()
    monkeypatch.setattr(ring.time, "monotonic", lambda: now + 59)
    ring.open_sealed(sealed, aad=PLACE)
    assert vault.asked.count(asked) == 1
    monkeypatch.setattr(ring.time, "monotonic", lambda: now + 61)
    ring.open_sealed(sealed, aad=PLACE)
    assert vault.asked.count(asked) == 2
    assert len(ring._opened._found) == 1


def test_nothing_that_was_opened_stands_for_another_place(vault) -> None:
    sealed = ring.seal(Secret("hunter2"), aad=PLACE)
    ring.open_sealed(sealed, aad=PLACE)

    assert code_of(sealed, "t_other|test|1") == "seal_broken"


def test_a_service_that_is_away_opens_nothing_and_seals_nothing(vault) -> None:
    sealed = ring.seal(Secret("hunter2"), aad=PLACE)
    vault.is_sealed = True

    assert code_of(sealed) == "kek_away"
    with pytest.raises(KeyAwayError) as away:
        ring.seal(Secret("hunter2"), aad=PLACE)
    assert away.value.is_retryable


def test_another_key_or_a_token_that_is_refused_is_for_people(vault, settings) -> None:
    sealed = ring.seal(Secret("hunter2"), aad=PLACE)

    settings.GORAX_KEKS = ("local",)
    assert code_of(sealed) == "kek_mismatch"
    settings.GORAX_KEKS = (KEY,)
    vault.tokens.clear()
    assert code_of(sealed) == "kek_refused"
    assert checking.problems() == [f"{KEY}: {KEY} refuses (403) (kek_refused)"]


def test_what_a_service_cannot_hold_is_refused_before_it_is_sent(vault) -> None:
    for text in ("", "x" * 4097, "\ud800"):
        with pytest.raises(SealError) as failure:
            ring.seal(Secret(text), aad=PLACE)
        assert failure.value.code == "secret_malformed"
    assert "POST transit/encrypt/gorax" not in vault.asked


def test_a_step_waits_for_a_service_that_is_away_and_then_goes_on(vault, receiver) -> None:  # noqa: F811 - pytest hands the fixture over by its name
    store.create(name="acme", type_name="secret", values={"value": "s3cr3t-s3cr3t"}, actor_id=None)
    headers = {"X-Key": "{{ credentials.acme }}"}
    version = make_version(
        chain(("one", "action:http", call(f"{receiver.url}/ok", headers=headers)))
    )
    vault.is_sealed = True
    execution_id = begin(version, {})

    work_until_idle()

    assert execution(execution_id).ended_at is None
    ((crashes, waits),) = db.fetch(
        "SELECT crash_count, due_at > clock_timestamp() FROM public.dispatch_ticket"
    )
    assert (crashes, waits) == (0, True)
    assert receiver.book.read(None)["requests"] == []
    vault.is_sealed = False
    db.execute("UPDATE public.dispatch_ticket SET due_at = clock_timestamp()")
    work_until_idle()
    assert execution(execution_id).status == "completed"
    (asked,) = receiver.book.read(None)["requests"]
    assert asked["headers"]["x-key"] == "s3cr3t-s3cr3t"


def test_a_step_whose_key_is_another_one_fails_and_nothing_is_sent(
    vault,
    receiver,  # noqa: F811 - pytest hands the fixture over by its name
    settings,
) -> None:
    store.create(name="acme", type_name="secret", values={"value": "s3cr3t-s3cr3t"}, actor_id=None)
    headers = {"X-Key": "{{ credentials.acme }}"}
    version = make_version(
        chain(("one", "action:http", call(f"{receiver.url}/ok", headers=headers)))
    )
    settings.GORAX_KEKS = ("local",)

    execution_id = begin(version, {})
    work_until_idle()

    error = execution(execution_id).error
    assert (error["code"], "(kek_mismatch)" in error["message"]) == ("credential_missing", True)
    assert receiver.book.read(None)["requests"] == []
