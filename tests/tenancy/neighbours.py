"""Four tenants that look alike, hold rows with the same ids, and carry their own name in every text."""

import json
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from apps.accounts.models import User
from apps.schedules.services import firing
from apps.tenants import facade
from apps.tenants.facade import TenantInfo
from tests.tenants.browser import Browser, member, person, signed_in
from tests.workflows.documents import hook, node

SLUGS = ("a", "ab", "aa", "a-b")
PATH = "the-same-path-everywhere"
# In the order in which they refer to each other.
TABLES = (
    "workflows_workflow",
    "workflows_version",
    "workflows_trigger",
    "credentials_credential",
    "webhooks_webhook",
    "webhooks_event",
    "schedules_schedule",
    "schedules_firing",
    "executions_execution",
    "executions_step",
)
COPY = """
INSERT INTO {new}.{table}
SELECT made.* FROM {old}.{table} AS row,
LATERAL json_populate_record(NULL::{new}.{table}, replace(row_to_json(row)::text, %s, %s)::json) AS made
"""


@dataclass(frozen=True)
class Neighbour:
    """One of the four: its owner's browser, and the word that nobody else may read."""

    tenant: TenantInfo
    owner: User
    browser: Browser
    canary: str


def canary_of(slug: str) -> str:
    return f"canary-of-{slug}-only"


def settle() -> dict[str, Neighbour]:
    """Make the four tenants; the first one's rows are made by its API, the others' are copies with the same ids."""
    found = {}
    for slug in SLUGS:
        owner = person(f"owner@{slug}.test", name="Same Name")
        tenant = facade.provision(slug=slug, name=canary_of(slug), owner_id=owner.pk)
        found[slug] = Neighbour(tenant, owner, signed_in(owner, tenant), canary_of(slug))
    make_rows(found["a"])
    for slug in SLUGS[1:]:
        copy_rows(found["a"], found[slug])
    return found


def make_rows(neighbour: Neighbour) -> None:
    """Draw, publish and activate a workflow, let its schedule come once, and deliver to it once."""
    document = hook(path=PATH)
    document["nodes"][0]["data"]["notes"] = neighbour.canary
    document["nodes"].append(node("clock", "trigger:schedule", cron="@daily"))
    document["nodes"][-1]["data"]["name"] = neighbour.canary
    made = neighbour.browser.post(
        "/api/v1/workflows", {"name": neighbour.canary, "definition": document}
    )
    assert made.status_code == 201, made.content
    one = f"/api/v1/workflows/{made.json()['id']}"
    for step in ("publish", "activate"):
        assert neighbour.browser.post(f"{one}/{step}").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("UPDATE public.dispatch_alarm SET due_at = now() - interval '5 s'")
    assert firing.fire_due() == 1
    assert deliver(neighbour).status_code == 202
    keep_a_secret(neighbour, "key")


def keep_a_secret(neighbour: Neighbour, name: str) -> None:
    """Store a credential whose every text is the tenant's own word."""
    values = {"username": neighbour.canary, "password": f"secret-{neighbour.canary}"}
    body = {"name": name, "type": "basic_auth", "description": neighbour.canary, "values": values}
    assert neighbour.browser.post("/api/v1/credentials", body).status_code == 201


def deliver(neighbour: Neighbour) -> Any:
    return Browser(neighbour.browser.host).post(f"/webhooks/{PATH}", {"note": neighbour.canary})


def copy_rows(source: Neighbour, target: Neighbour) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        # A workflow and its live version refer to each other; a copy has to break the circle.
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in TABLES:
            statement = COPY.format(table=table, old=source.tenant.schema, new=target.tenant.schema)
            cursor.execute(statement, [source.canary, target.canary])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def ids_of(neighbour: Neighbour) -> dict[str, Any]:
    """Return what stands in the routes for this tenant's rows."""
    queries = {
        "workflow_id": "SELECT id FROM {s}.workflows_workflow ORDER BY id DESC LIMIT 1",
        "webhook_id": "SELECT id FROM {s}.webhooks_webhook ORDER BY id DESC LIMIT 1",
        "event_id": "SELECT id FROM {s}.webhooks_event ORDER BY id DESC LIMIT 1",
        "schedule_id": "SELECT id FROM {s}.schedules_schedule ORDER BY id DESC LIMIT 1",
        "credential_id": "SELECT id FROM {s}.credentials_credential ORDER BY id DESC LIMIT 1",
        "execution_id": "SELECT id FROM {s}.executions_execution ORDER BY id DESC LIMIT 1",
    }
    found: dict[str, Any] = {"number": 1, "kind": "trigger:webhook"}
    with connection.cursor() as cursor:
        for name, query in queries.items():
            cursor.execute(query.format(s=neighbour.tenant.schema))
            found[name] = cursor.fetchone()[0]
    return found


def rows_of(neighbour: Neighbour) -> dict[str, list[str]]:
    """Return every row of a tenant, to see that nothing has changed."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(
                f"SELECT row_to_json(row)::text FROM {neighbour.tenant.schema}.{table} AS row"  # noqa: S608 - our own names
            )
            found[table] = sorted(text for (text,) in cursor.fetchall())
    return found


def strangers_words(text: str, neighbour: Neighbour) -> list[str]:
    """Return the other tenants' words in `text`."""
    others = [canary_of(slug) for slug in SLUGS if canary_of(slug) != neighbour.canary]
    return [word for word in others if word in text]


def key_for(neighbour: Neighbour) -> str:
    body = {
        "name": "k",
        "scopes": ["workflow.read", "execution.read", "webhook.read", "credential.read"],
    }
    return json.loads(neighbour.browser.post("/api/v1/api-keys", body).content)["secret"]


def stranger_in(tenant: TenantInfo, role: str) -> Browser:
    return signed_in(member(tenant, role), tenant)
