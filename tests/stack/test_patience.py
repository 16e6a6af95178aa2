"""How long a session may think, and how a snapshot that nobody closes is told."""

import os

import psycopg
import pytest
from django.db import transaction
from django.test import Client

from apps.core import db
from gorax import health
from gorax.settings import base
from tests.tenants.browser import person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("role", "statement", "idle"),
    [
        ("web", "30s", "1min"),
        ("live", "30s", "1min"),
        ("worker", "0", "1min"),
        ("dispatcher", "0", "1min"),
        ("prepare", "0", "1min"),
        ("", "0", "1min"),
    ],
)
def test_only_readers_over_http_have_a_bound_for_a_statement(role, statement, idle) -> None:
    options = base.session_options(role, "-c application_name=mine")

    with psycopg.connect(os.environ["GORAX_DATABASE_URL"], options=options) as session:
        shown = [
            session.execute(f"SHOW {name}").fetchone()[0]
            for name in (
                "statement_timeout",
                "idle_in_transaction_session_timeout",
                "application_name",
            )
        ]

    assert shown == [statement, idle, "mine"]


def test_the_sessions_of_this_process_carry_the_bounds() -> None:
    assert db.fetch("SHOW idle_in_transaction_session_timeout") == [("1min",)]


def test_a_statement_of_provisioning_has_no_bound_of_its_own() -> None:
    from apps.core import tenancy
    from apps.tenants.services import provisioning

    seen = []
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        db.execute("SET LOCAL statement_timeout = '30s'")
        provisioning.provision(slug="patient", name="Patient", owner_id=person().pk)
        seen += db.fetch("SHOW statement_timeout")
        transaction.set_rollback(True)

    assert seen == [("0",)]


def test_an_old_snapshot_is_a_warning_and_makes_nothing_unready(redis_server, monkeypatch) -> None:
    monkeypatch.setattr(health, "OLDEST_SNAPSHOT_TRANSACTIONS", 3)
    asker = Client(HTTP_HOST="localhost")
    before = asker.get("/readyz").json()
    assert before["warnings"] == {}

    with psycopg.connect(os.environ["GORAX_DATABASE_URL"]) as session:
        session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        session.execute("SELECT 1")
        for _ in range(5):
            db.fetch("SELECT pg_current_xact_id()")
        after = asker.get("/readyz")

    assert list(after.json()["warnings"]) == ["snapshot"]
    assert after.json()["checks"] == before["checks"]
