"""The key of the installation: made once, kept private, missed loudly."""

import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from apps.engine.secret import Secret
from apps.keys import facade
from apps.keys.errors import SealError
from apps.keys.services import kek
from apps.keys.services.sealing import Kek

PLACE = "t_acme|webhook|0190|secret"


@pytest.fixture
def key_file(tmp_path: Path, settings) -> Path:
    """The path of a key file that does not exist yet, in a folder that does not either."""
    path = tmp_path / "private" / "kek"
    settings.GORAX_KEK_PATH = path
    settings.GORAX_KEK = Secret("")
    kek._read.cache_clear()
    return path


def refused() -> SealError:
    with pytest.raises(SealError) as failure:
        facade.seal(Secret("hunter2"), aad=PLACE)
    return failure.value


def test_the_first_start_makes_a_private_key_and_later_ones_keep_it(key_file: Path) -> None:
    first = kek.ensure_kek()
    content = key_file.read_bytes()
    kek._read.cache_clear()

    assert kek.ensure_kek() == first == Kek.from_text(content.decode()).id
    assert key_file.read_bytes() == content
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert key_file.parent.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in key_file.parent.iterdir()] == ["kek"]


def test_what_one_process_seals_the_next_one_opens(key_file: Path) -> None:
    kek.ensure_kek()
    stored = facade.seal(Secret("hunter2"), aad=PLACE).to_json()
    kek._read.cache_clear()

    assert facade.open_sealed(facade.Sealed.from_json(stored), aad=PLACE).reveal() == "hunter2"


def test_processes_that_start_together_agree_on_one_key(key_file: Path) -> None:
    program = (
        "import os, sys, django\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'gorax.settings.test'\n"
        "from django.conf import settings\n"
        "settings.GORAX_KEK_PATH = sys.argv[1]\n"
        "from apps.keys.services import kek\n"
        "print(kek.ensure_kek())\n"
    )

    def start(_: int) -> str:
        ended = subprocess.run(
            [sys.executable, "-c", program, str(key_file)],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return ended.stdout.strip()

    with ThreadPoolExecutor(4) as threads:
        ids = set(threads.map(start, range(4)))

    assert ids == {kek.ensure_kek()}
    assert [file.name for file in key_file.parent.iterdir()] == ["kek"]


def test_threads_that_make_the_key_at_once_agree_on_one(key_file: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: kek._make(key_file), range(32)))

    assert kek.ensure_kek() == Kek.from_text(key_file.read_text()).id
    assert [file.name for file in key_file.parent.iterdir()] == ["kek"]


def test_a_missing_key_is_named_and_never_replaced_on_the_quiet(key_file: Path) -> None:
    failure = refused()

    assert failure.code == "kek_missing"
    assert str(key_file) in failure.message
    assert "restore it from your backup" in failure.message
    assert not key_file.exists()


def test_a_lost_key_keeps_every_secret_shut_until_it_is_restored(key_file: Path) -> None:
    kek.ensure_kek()
    sealed = facade.seal(Secret("hunter2"), aad=PLACE)
    backup = key_file.read_bytes()
    key_file.unlink()
    kek._read.cache_clear()
    kek.ensure_kek()

    with pytest.raises(SealError) as failure:
        facade.open_sealed(sealed, aad=PLACE)
    key_file.write_bytes(backup)
    kek._read.cache_clear()

    assert failure.value.code == "kek_mismatch"
    assert sealed.key_id in failure.value.message
    assert facade.open_sealed(sealed, aad=PLACE).reveal() == "hunter2"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o777])
def test_a_key_that_others_can_read_is_refused(mode: int, key_file: Path) -> None:
    kek.ensure_kek()
    key_file.chmod(mode)
    kek._read.cache_clear()

    assert refused().code == "kek_exposed"
    with pytest.raises(SealError):
        kek.ensure_kek()


@pytest.mark.parametrize("content", [b"", b"short\n", b"\xff" * 44, b"A" * 100_000])
def test_a_key_file_that_holds_no_key_is_refused_and_left_alone(
    content: bytes, key_file: Path
) -> None:
    key_file.parent.mkdir()
    key_file.write_bytes(content)
    key_file.chmod(0o600)

    failure = refused()

    assert failure.code == "kek_malformed"
    assert str(key_file) in failure.message
    assert key_file.read_bytes() == content


def test_a_folder_in_place_of_the_key_is_refused(key_file: Path) -> None:
    key_file.mkdir(parents=True)

    assert refused().code == "kek_missing"


def test_the_key_of_the_environment_wins_and_makes_no_file(key_file: Path, settings) -> None:
    key = Kek.new()
    settings.GORAX_KEK = Secret(key.to_text())

    assert kek.ensure_kek() == key.id
    assert facade.seal(Secret("hunter2"), aad=PLACE).key_id == key.id
    assert not key_file.exists()


def test_a_malformed_key_of_the_environment_is_named_but_not_repeated(
    key_file: Path, settings
) -> None:
    settings.GORAX_KEK = Secret("canary-key")

    failure = refused()

    assert failure.code == "kek_malformed"
    assert failure.message.startswith("GORAX_KEK: ")
    assert "canary" not in failure.message


def test_nothing_is_logged_while_sealing_and_opening(
    key_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    kek.ensure_kek()
    facade.open_sealed(facade.seal(Secret("hunter2"), aad=PLACE), aad=PLACE)

    assert caplog.records == []
