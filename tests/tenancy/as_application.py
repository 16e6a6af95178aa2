"""The product as the application's role at the database, which owns nothing: performed by test_roles.py.

    live    somebody signs up, makes a workflow, runs it; months of a later year are made
    age     as the owner: what the trail holds becomes old
    leave   the trail is anchored; what is old is archived and leaves the trail; the tenant is deleted

What was seen is written as JSON.
"""

import json
import sys

from django.db import connection

from apps.accounts.models import User
from apps.audit import facade as audit
from apps.audit.rules.tiers import Terms
from apps.core import db, owner, partitions, tenancy
from apps.executions.services import worker
from apps.tenants import facade as tenants
from apps.tenants.services import maintenance
from tests.entries import grow_old
from tests.executions.makers import chain, work_until_ended
from tests.tenants.browser import PASSWORD, Browser, follow

SCHEMA, GONE = "t_acme", "t_gone"
NEW = {"email": "ada@acme.test", "password": PASSWORD, "name": "Ada", "tenant_name": "Acme"}
LATER = tuple(partitions.Month(2031, month) for month in (3, 4))
WORDS = chain(("say", "action:set", {"config": {"values": {"said": "hello"}}}))


def live() -> dict[str, object]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('is_superuser')")
        who = cursor.fetchone()
    public = Browser()
    signed = public.post("/api/v1/auth/sign-up", NEW)
    assert signed.status_code == 201, signed.content
    browser = follow(
        public.post("/api/v1/auth/cross", {"tenant": "acme"}).json()["redirect"], public
    )
    made = browser.post("/api/v1/workflows", {"name": "Words", "definition": WORDS})
    assert made.status_code == 201, made.content
    path = f"/api/v1/workflows/{made.json()['id']}"
    for step in ("publish", "activate"):
        assert browser.post(f"{path}/{step}", {}).status_code == 200
    begun = browser.post(f"{path}/execute", {})
    assert begun.status_code == 202, begun.content
    with tenancy.entered(SCHEMA):
        execution = work_until_ended(begun.json()["execution_id"])
    worker.shut_down()
    partitions.months = lambda: LATER
    report = maintenance.maintain_partitions()
    later, _ = (
        tenants.provision(slug=slug, name=slug, owner_id=User.objects.get().pk)
        for slug in ("later", "gone")
    )
    again = maintenance.maintain_partitions()
    shown = browser.get(f"/api/v1/executions/{execution.pk}?include=steps").json()
    return {
        "who": list(who),
        "status": execution.status,
        "said": shown["steps"][-1]["output"],
        "months": [report.created, again.created, list(again.postponed)],
        "later": sorted(names(later.schema)),
        "owns": owner.is_at_work(),
    }


def names(schema: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace"
            " AND relname ~ '^executions_execution_y' AND relkind = 'r'",
            [schema],
        )
        return [name for (name,) in cursor.fetchall()]


def leave() -> dict[str, object]:
    terms = Terms(hot_days=30, warm_days=30, cold_days=1000)
    maintenance.anchor_trails()
    with tenancy.entered(GONE):
        before = audit.verify()
        done = audit.retain(terms)
        after = audit.verify(opens_archives=True)
    tenants.delete(tenants.by_slug("gone").id)
    return {
        "entries": before.entries,
        "archived": done.archived,
        "left": done.left,
        "problem": [before.problem, after.problem],
        "exists": db.fetch("SELECT to_regnamespace(%(s)s) IS NOT NULL", {"s": GONE})[0][0],
    }


def age() -> dict[str, object]:
    grow_old(60, schema=GONE)
    return {}


if __name__ == "__main__":
    json.dump({"live": live, "age": age, "leave": leave}[sys.argv[1]](), sys.stdout)
