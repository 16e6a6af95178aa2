"""A process that sends a trail is killed anywhere: the next one begins at the cursor, and nothing is missing."""

import os
import subprocess
import sys

import pytest
from django.db.models.functions import Now

from apps.audit import facade as audit
from apps.core import tenancy
from apps.core.failpoints import NAMES
from apps.streams.models import Stream
from apps.streams.services import sending

pytestmark = pytest.mark.django_db(transaction=True)

PLACES = sorted(name for name in NAMES if name.startswith("stream."))
MANY = sending.MOST_ENTRIES + 20
FIRST = list(range(1, sending.MOST_ENTRIES + 1))
# What had come when the first sender died, and what the next one sends.
BEFORE = {"stream.before_send": [], "stream.after_send": FIRST, "stream.after_mark": FIRST}
BEGINS = {"stream.before_send": 1, "stream.after_send": 1, "stream.after_mark": FIRST[-1] + 1}


@pytest.mark.parametrize("place", PLACES)
def test_who_is_killed_anywhere_leaves_the_rest_to_the_next_one(web, begin, place: str) -> None:
    with tenancy.entered("t_demo"):
        for n in range(MANY - 1):
            audit.record("workflow.saved", after={"n": n})
        begin(web)
    command = [sys.executable, "manage.py", "send_audit"]
    given = os.environ | {"GORAX_FAILPOINTS": f"{place}:kill"}

    killed = subprocess.run(command, env=given, capture_output=True, check=False)

    assert killed.returncode == -9, killed.stderr
    assert web.seqs == BEFORE[place]
    assert sending.due() == []  # its lease outlives it
    Stream.objects.update(lease_until=Now())
    assert sending.send_due() == MANY - BEGINS[place] + 1
    assert web.seqs == [*BEFORE[place], *range(BEGINS[place], MANY + 1)]
    assert Stream.objects.get().sent_seq == MANY
