"""Keys in Vault: over its own protocol, with a server that refuses, sleeps, forgets tokens and counts versions."""

from collections.abc import Iterator

import pytest

from apps.adapters.keys import transit
from apps.adapters.keys.keeper import (
    KeeperAwayError,
    KeeperBrokenError,
    KeeperRefusedError,
    Wrapped,
)
from apps.adapters.keys.transit import Server, TransitKey
from tests.adapters.keys.vault_server import Vault, serving
from tests.eventually import eventually

GOOD = "good"
BOUND = {"place": "t_acme|credential|1|1|/key"}


@pytest.fixture(autouse=True)
def _hasty(monkeypatch) -> None:
    monkeypatch.setattr(transit, "FIRST_WAIT_S", 0.001)


@pytest.fixture
def vault() -> Iterator[Vault]:
    with serving(Vault(tokens={"good": 0})) as served:
        served.make("transit/gorax")
        yield served


@pytest.fixture
def key(vault: Vault) -> Iterator[TransitKey]:
    with_token = key_of(vault)
    yield with_token
    with_token.close()


def key_of(vault: Vault, token: str = GOOD, namespace: str = "") -> TransitKey:
    return TransitKey("transit/gorax", Server(vault.address, lambda: token, namespace))


def test_what_one_process_seals_another_opens_and_vault_names_the_version(vault, key) -> None:
    sealed = key.wrap(b"data key", BOUND)

    assert sealed.key_id == key.current() == "vault:transit/gorax#1"
    assert sealed.ciphertext.startswith(b"vault:v1:")
    other = key_of(vault)
    assert other.unwrap(sealed, BOUND) == b"data key"
    other.close()


def test_a_new_version_seals_and_the_old_one_still_opens(vault, key, monkeypatch) -> None:
    monkeypatch.setattr(transit, "VERSION_KNOWN_S", 0.0)
    old = key.wrap(b"data key", BOUND)
    vault.make("transit/gorax")

    assert key.current() == "vault:transit/gorax#2"
    assert key.wrap(b"data key", BOUND).key_id == "vault:transit/gorax#2"
    assert key.unwrap(old, BOUND) == b"data key"
    assert key.has("vault:transit/gorax#1")
    assert not key.has("vault:transit/other#1")
    vault.least["transit/gorax"] = 2
    with pytest.raises(KeeperBrokenError):
        key.unwrap(old, BOUND)


def test_what_was_altered_or_is_bound_elsewhere_fails_in_the_same_words(vault, key) -> None:
    sealed = key.wrap(b"data key", BOUND)
    vault.make("transit/other")
    text = sealed.ciphertext.decode()
    at = len(text) - 4
    altered = f"{text[:at]}{'A' if text[at] != 'A' else 'B'}{text[at + 1 :]}"
    said = set()

    for wrapped, bound in [
        (sealed, {"place": "t_other|credential|1|1|/key"}),
        (Wrapped(sealed.key_id, altered.encode()), BOUND),
        (Wrapped(sealed.key_id, b"vault:v1:no base64!"), BOUND),
        (Wrapped(sealed.key_id, text.replace("v1", "v2").encode()), BOUND),
        (Wrapped("vault:transit/gorax#2", sealed.ciphertext), BOUND),
        (Wrapped(sealed.key_id, b"\xff"), BOUND),
    ]:
        with pytest.raises(KeeperBrokenError) as failure:
            key.unwrap(wrapped, bound)
        said.add(str(failure.value))

    assert said == {"the sealed value does not open"}


def test_one_that_is_sealed_or_stands_by_is_asked_again_and_then_is_away(vault, key) -> None:
    sealed = key.wrap(b"data key", BOUND)
    assert eventually(lambda: "GET auth/token/lookup-self" in vault.asked)
    vault.away = [503, 429]
    assert key.unwrap(sealed, BOUND) == b"data key"

    vault.is_sealed = True
    vault.asked.clear()
    with pytest.raises(KeeperAwayError, match=r"vault:transit/gorax does not answer \(503\)"):
        key.unwrap(sealed, BOUND)
    assert vault.asked == ["POST transit/decrypt/gorax"] * 3


def test_one_that_nobody_reaches_is_away() -> None:
    with serving(Vault(tokens={"good": 0})) as vault:
        pass
    key = key_of(vault)

    with pytest.raises(KeeperAwayError, match="does not answer"):
        key.current()
    key.close()


@pytest.mark.parametrize("who", [{"token": "bad"}, {"namespace": "ours"}])
def test_a_token_or_a_namespace_that_is_not_ours_is_refused_for_good(vault, who) -> None:
    key = key_of(vault, **who)

    with pytest.raises(KeeperRefusedError, match=r"refuses \(403\)") as failure:
        key.wrap(b"data key", BOUND)
    assert not failure.value.is_retryable
    key.close()


def test_a_key_that_does_not_exist_is_refused(vault) -> None:
    key = TransitKey("transit/nothing", Server(vault.address, lambda: "good"))

    with pytest.raises(KeeperRefusedError, match=r"vault:transit/nothing refuses \(404\)"):
        key.current()
    key.close()


def test_the_namespace_goes_along(vault) -> None:
    vault.namespace = "team/a"
    key = key_of(vault, namespace="team/a")

    assert key.current() == "vault:transit/gorax#1"
    key.close()


def test_a_token_that_an_agent_has_renewed_is_read_anew(vault) -> None:
    tokens = ["old", "good"]
    key = TransitKey("transit/gorax", Server(vault.address, lambda: tokens.pop(0)))

    assert key.current() == "vault:transit/gorax#1"
    assert tokens == []
    key.close()


def test_a_token_is_renewed_before_it_ends(vault) -> None:
    vault.tokens["short"] = 1
    key = key_of(vault, token="short")

    key.current()

    assert eventually(lambda: vault.asked.count("POST auth/token/renew-self") >= 1)
    assert "GET auth/token/lookup-self" in vault.asked
    key.close()
