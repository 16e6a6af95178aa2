"""Take over what an older version left: read it by the API, load its frontiers, then let workers go on with it.

Its argument says in JSON what is known of the fixture, its environment names the upgraded database. What was seen is
written as JSON.
"""

import json
import sys

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from apps.core import db, tenancy
from apps.engine import stored
from apps.executions.models import Execution
from apps.executions.services import dispatcher, doctor, loop, worker
from apps.tenants import facade as tenants
from apps.tenants.models import Tenant
from tests.callers import Caller
from tests.eventually import eventually
from tests.executions.makers import SCHEMA
from tests.webhooks.deliveries import github

# A stop of months is longer than any timeout, and the fixture grows older: here it was only an instant.
JUST_STOPPED = """
UPDATE {s}.executions_execution SET frontier = regexp_replace(
    frontier::text, '"active_since":"[^"]+"',
    '"active_since":"' || to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"') || '"'
)::json WHERE frontier IS NOT NULL
"""
WAIT_IS_OVER = """
UPDATE {s}.executions_execution SET frontier = regexp_replace(
    frontier::text, '"wake_at":"[^"]+"', '"wake_at":"2020-01-01T00:00:00+00:00"'
)::json WHERE id = %(id)s
"""
OF_THE_NEXT = """
SELECT table_schema, table_name FROM information_schema.columns
WHERE column_name = 'of_the_next' AND table_name !~ '_(default|y[0-9]+m[0-9]+)$' ORDER BY 1, 2
"""
DUE_NOW = "UPDATE public.dispatch_ticket SET due_at = clock_timestamp() WHERE id = %(id)s"


def applied(schema):
    with tenancy.entered(schema):
        return set(MigrationRecorder(connection).applied_migrations())


def missing():
    """The migrations on disk that no schema has seen."""
    seen = applied(tenancy.PUBLIC) | applied(SCHEMA)
    return sorted(".".join(each) for each in set(MigrationLoader(None).disk_migrations) - seen)


def stale():
    """The tenants whose schemas are not at the newest state."""
    return [each.slug for each in Tenant.objects.exclude(migration_state=tenants.newest_state())]


def shown(owner, execution_id):
    """One execution with its steps, as the API shows it."""
    answer = owner.get(f"/executions/{execution_id}?include=steps")
    assert answer.status_code == 200, answer.content
    return answer.json()


def redelivered(known):
    """What the sender of the old version's delivery is answered when it tries again."""
    push = {"ref": "refs/heads/main", "deleted": True}
    sent = github(known["webhook_secret"], push, delivery=known["delivery"])
    answer = Client(HTTP_HOST="demo.localhost").post("/webhooks/github", **sent)
    return [answer.status_code, answer.json()]


def frontiers():
    """What is open in each stored frontier, by execution; one that cannot be loaded raises."""
    with tenancy.entered(SCHEMA):
        rows = Execution.objects.exclude(frontier=None)
        loaded = {str(row.pk): stored.load(row.frontier) for row in rows}
    return {each: sorted(found.steps) for each, found in loaded.items()}


def has_ended():
    """Work once as a worker does, the sweep beside it."""
    dispatcher.sweep(works=True)
    loop.work("threads")
    return db.fetch("SELECT count(*) FROM public.dispatch_ticket")[0][0] == 0


def main(known):
    owner = Caller(known["api_key"])
    executions, waiting = known["executions"], {"id": known["executions"]["waiting"]}
    saw = {
        "missing": missing(),
        "stale": stale(),
        "of_the_next": db.fetch(OF_THE_NEXT),
        "listed": owner.get("/executions?limit=100").json()["results"],
        "before": {name: shown(owner, each) for name, each in executions.items()},
        "redelivered": redelivered(known),
        "frontiers": frontiers(),
    }
    db.execute(db.in_schema(JUST_STOPPED, SCHEMA))
    db.execute(db.in_schema(WAIT_IS_OVER, SCHEMA), waiting)
    db.execute(DUE_NOW, waiting)
    assert eventually(has_ended, within_s=60)
    worker.shut_down()
    return saw | {
        "after": {name: shown(owner, each) for name, each in executions.items()},
        "findings": [each.invariant for each in doctor.examine()],
    }


if __name__ == "__main__":
    json.dump(main(json.loads(sys.argv[1])), sys.stdout)
