"""Four workers open credentials while the key is replaced and whoever replaces it is killed again and again.

`ROTATION_EXECUTIONS=1000` is the whole size, which runs at night.
"""

import os
import subprocess
import sys
from itertools import cycle, islice

from apps.core import tenancy
from apps.credentials.services import store
from apps.engine.secret import Secret
from apps.executions.models import Execution
from apps.executions.services.worker import Worker
from apps.keys.services import ring
from tests.eventually import eventually
from tests.executions.conftest import demo, receiver  # noqa: F401 - fixtures
from tests.executions.crew import Beside, work
from tests.executions.makers import SCHEMA, begin, call, chain, make_version
from tests.keys.test_rotation import PLACES, sealed_anywhere_under

EXECUTIONS = int(os.environ.get("ROTATION_EXECUTIONS", "40"))
WORKERS = 4
CREDENTIALS = 20
WITHIN_S = 60 + EXECUTIONS
# Each kill costs a process that starts Django: a second and a half.
KILLS = 4 if EXECUTIONS < 1000 else 20


def value_of(number: int) -> str:
    return f"s3cr3t-number-{number}"


def versions_that_open(url: str) -> list:
    made = []
    for number in range(CREDENTIALS):
        values = {"value": value_of(number)}
        store.create(name=f"c{number}", type_name="secret", values=values, actor_id=None)
        config = call(f"{url}/ok", headers={"X-Key": f"{{{{ credentials.c{number} }}}}"})
        made.append(make_version(chain(("one", "action:http", config))))
    return made


def work_on_all() -> None:
    """Let four workers do whatever there is."""
    crew = [Worker() for _ in range(WORKERS)]

    def toil(worker: Worker) -> None:
        assert eventually(
            lambda: (
                not work(worker)
                and not worker._held
                and not Execution.objects.filter(ended_at__isnull=True).exists()
            ),
            within_s=WITHIN_S,
        )

    toilers = [Beside(lambda worker=worker: toil(worker)) for worker in crew]
    for toiler in toilers:
        toiler.join_it(WITHIN_S)


def rotator(keks: str, failpoint: str = "") -> int:
    given = os.environ | {"GORAX_KEKS": keks, "GORAX_FAILPOINTS": failpoint}
    command = [sys.executable, "manage.py", "rotate_kek", "--batch", "2"]
    return subprocess.run(command, env=given, capture_output=True, check=False).returncode


def rotate_dying(keks: str) -> list[int]:
    """Rotate; be killed at one place after the other, and come to the end at last."""
    places = islice(cycle(PLACES), KILLS)
    return [*(rotator(keks, f"{place}:kill") for place in places), rotator(keks)]


def test_no_execution_fails_while_the_key_is_replaced_nor_when_the_old_one_is_gone(
    receiver,  # noqa: F811 - the fixture
    second,
    settings,
) -> None:
    versions = versions_that_open(receiver.url)
    old = ring.id_of(ring.writer())
    settings.GORAX_KEKS = (second, "local")
    begun = [begin(version, {}) for version in islice(cycle(versions), EXECUTIONS)]

    rotating = Beside(lambda: rotate_dying(f"{second},local"))
    with tenancy.entered(SCHEMA):
        work_on_all()
    codes = rotating.join_it(WITHIN_S)

    assert codes == [-9] * KILLS + [0]
    assert sealed_anywhere_under(old) == []
    settings.GORAX_KEKS = (second,)
    begun += [begin(version, {}) for version in versions]
    with tenancy.entered(SCHEMA):
        work_on_all()
    statuses = Execution.objects.filter(pk__in=begun).values_list("status", flat=True)
    assert (len(statuses), set(statuses)) == (EXECUTIONS + CREDENTIALS, {"completed"})
    asked = [entry["headers"]["x-key"] for entry in receiver.book.read(None)["requests"]]
    assert set(asked) <= {value_of(number) for number in range(CREDENTIALS)}


def test_under_a_wrong_key_every_execution_fails_and_nothing_is_sent(
    receiver,  # noqa: F811 - the fixture
    second,
    settings,
) -> None:
    versions = versions_that_open(receiver.url)[:3]
    settings.GORAX_KEKS = (second,)
    begun = [begin(version, {}) for version in versions]

    with tenancy.entered(SCHEMA):
        work_on_all()

    errors = [row.error for row in Execution.objects.filter(pk__in=begun)]
    assert [error["code"] for error in errors] == ["credential_missing"] * 3
    assert all("(kek_mismatch)" in error["message"] for error in errors)
    assert Secret(value_of(0)).reveal() not in repr(errors)
    assert receiver.book.read(None)["requests"] == []
