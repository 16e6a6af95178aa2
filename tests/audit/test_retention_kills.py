"""A process that archives a trail is killed anywhere: nothing is lost, nothing is archived twice, and the next one ends it."""

import os
import subprocess
import sys

import pytest
from django.db import transaction

from apps.audit import facade as audit
from apps.audit.models import Checkpoint
from apps.audit.rules.tiers import Terms
from apps.audit.services import archiving, retaining
from apps.core import tenancy
from apps.core.failpoints import NAMES
from tests.entries import grow_old, recorded

pytestmark = pytest.mark.django_db(transaction=True)

PLACES = sorted(name for name in NAMES if name.startswith("retain."))
MANY = 20
DAYS = {f"GORAX_AUDIT_{tier}_DAYS": "30" for tier in ("HOT", "WARM", "COLD")}


@pytest.mark.parametrize("place", PLACES)
def test_who_is_killed_anywhere_loses_nothing_and_the_next_one_ends_it(
    settings, tmp_path, monkeypatch, place
) -> None:
    settings.GORAX_BLOBS_DIR = tmp_path
    with tenancy.entered("t_demo"), transaction.atomic():
        for n in range(MANY):
            audit.record("workflow.saved", after={"n": n})
        grow_old(60)

    given = os.environ | DAYS | {"GORAX_FAILPOINTS": f"{place}:kill", "GORAX_BLOBS_DIR": tmp_path}
    command = [sys.executable, "manage.py", "retain_audit", "--tenant", "demo"]
    killed = subprocess.run(command, env=given, capture_output=True, check=False)

    assert killed.returncode == -9, killed.stderr
    with tenancy.entered("t_demo"):
        everything = {entry.seq for entry in recorded("workflow.saved")}
        archived = Checkpoint.objects.here().filter(archive_left_at=None)
        everything |= {n for each in archived for n in range(each.first_seq, each.last_seq + 1)}
        assert place == "retain.after_mark" or everything == set(range(1, MANY + 1))
        assert audit.verify(opens_archives=True).problem == ""

    monkeypatch.setattr(retaining, "YOUNG_S", 0.0)
    with tenancy.entered("t_demo"):
        audit.retain(Terms(30, 30, 30))
        [point] = Checkpoint.objects.here()
        assert (point.first_seq, point.last_seq) == (1, MANY)
        assert [entry.action for entry in recorded()] == [
            "retention.archived",
            "retention.archive_removed",
        ]
        assert list(archiving.store().stored("t_demo")) == []
        assert audit.verify(opens_archives=True).problem == ""
