"""Whoever deletes a tenant is killed anywhere: before the commit nothing has happened, after it the next one goes on."""

import os
import subprocess
import sys
from uuid import UUID

import pytest
from django.db import connection
from django.db.models.functions import Now

from apps.core import db, tenancy
from apps.core.failpoints import NAMES
from apps.core.ids import uuid7
from apps.executions.services import blobs
from apps.executions.services.blobs import OwnedBlobs
from apps.tenants import facade
from apps.tenants.models import Tenant
from apps.tenants.services import departure
from tests.tenants.browser import person

pytestmark = pytest.mark.django_db(transaction=True)

PLACES = sorted(name for name in NAMES if name.startswith("leave."))
# Status, whether the schema is there, and how many files, after who deletes was killed.
AFTER = {
    "leave.before_commit": ("leaving", True, 1),
    "leave.after_commit": ("deleted", False, 1),
    "leave.after_files": ("deleted", False, 0),
}


def state(tenant_id: UUID) -> tuple[str, bool, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace('t_leaver') IS NOT NULL")
        (has_schema,) = cursor.fetchone()
    files = len(list(blobs.store().stored("t_leaver")))
    return str(Tenant.objects.get(pk=tenant_id).status), has_schema, files


@pytest.mark.parametrize("place", PLACES)
def test_who_is_killed_anywhere_leaves_the_rest_to_the_next_one(place: str) -> None:
    made = facade.provision(slug="leaver", name="Leaver", owner_id=person().pk)
    with tenancy.entered("t_leaver"):
        _put_a_file()
    departure.leave(made.id, slug="leaver")
    Tenant.objects.filter(pk=made.id).update(gone_after=Now())
    command = [sys.executable, "manage.py", "delete_due_tenants"]
    given = os.environ | {"GORAX_FAILPOINTS": f"{place}:kill"}

    killed = subprocess.run(command, env=given, capture_output=True, check=False)

    assert killed.returncode == -9, killed.stderr
    assert state(made.id) == AFTER[place]
    assert departure.finish_due() == (place == "leave.before_commit")
    assert state(made.id) == ("deleted", False, 0)
    assert db.fetch("SELECT count(*) FROM public.dispatch_fair WHERE schema = 't_leaver'") == [(0,)]


def _put_a_file() -> None:
    with OwnedBlobs("t_leaver", uuid7()).create("text/plain") as writer:
        writer.write(b"ours")
        writer.finish()
