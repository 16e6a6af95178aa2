"""Three tenants, their people and rows, and a way to call as each of them that leaves no trace."""

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now
from django.http import HttpResponse

from apps.accounts.models import Passkey, User
from apps.audit import facade as audit
from apps.audit.models import Checkpoint
from apps.core import clock, tenancy
from apps.core.ids import uuid7
from apps.core.principals import PERMISSIONS
from apps.executions.services.blobs import OwnedBlobs
from apps.sso.models import Identity
from apps.sso.services import domains
from apps.tenants import facade
from apps.tenants.facade import TenantInfo
from apps.tenants.models import ApiKey
from apps.tenants.services import acting, api_keys, sessions
from tests.entries import grow_old, link
from tests.matrix.operations import SAFE, Operation, declared, filled, objects
from tests.matrix.principals import KEYS, ROLES, WORDS, scopes_of
from tests.tenants.browser import PUBLIC, Browser, follow, member, person, signed_in
from tests.tenants.desk import seated
from tests.workflows.documents import hook, node

# Written since the transaction began, savepoints that were rolled back included. What is audited may be a refusal.
WRITTEN = """
SELECT coalesce(sum(pg_stat_get_xact_tuples_inserted(c.oid) + pg_stat_get_xact_tuples_updated(c.oid)
                    + pg_stat_get_xact_tuples_deleted(c.oid)), 0)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND (n.nspname = 'public' OR n.nspname LIKE 't\\_%') AND c.relname NOT LIKE 'audit\\_%'
"""
# Not who is alive: a worker says so when it likes, whatever is asked meanwhile.
TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND (n.nspname = 'public' OR n.nspname = %s)
AND c.relname !~ '^(django_|auth_|tenants_provisioningscript|dispatch_worker)' ORDER BY 1, 2
"""
SAMPLES = {
    "number": "1",
    "kind": "control:if",
    "node_id": "hook",
    "host": "id.acme.test",
    "role": "viewer",
}


class World:
    """`demo` is ours, `strangers` is foreign, `stopped` is suspended; the first two have the same kinds of rows."""

    def __init__(self, redis: Any) -> None:
        self.redis = redis
        self.demo = _known("demo")
        owner = person("owner@strangers.test", email_verified_at=clock.now())
        self.strangers = facade.provision(slug="strangers", name="Strangers", owner_id=owner.pk)
        self.stopped = facade.provision(slug="stopped", name="Stopped", owner_id=owner.pk)
        self.people = self._people(owner)
        self.owner = self.people["owner"]
        self.on_public = {
            name: signed_in(_user_of(browser), None)
            for name, browser in self.people.items()
            if name != "acting"
        }
        _close(_user_of(self.people["closed"]))
        facade.suspend(self.stopped.id)
        self.ids = rows_of(self.demo, self.owner)
        self.foreign_ids = rows_of(self.strangers, signed_in(owner, self.strangers))
        self.jars = {browser: browser.copy().client.cookies for browser in self._browsers()}
        self.expired_key = self._expired_key()
        wanted = {scopes_of(each, name) for each in declared() for name in KEYS}
        self.keys = keys_of(self.demo, _user_of(self.owner), wanted)
        # A key notes its use once a minute: these are never due, so that a refused call with one writes nothing.
        ApiKey.objects.update(last_used_at=Now() + timedelta(days=1))

    def _people(self, owner: User) -> dict[str, Browser]:
        people = {
            role: signed_in(member(self.demo, role, _named(role)), self.demo)
            for role in (*ROLES, "owner")
        }
        foreign = member(self.strangers, "admin", _named("foreign"))
        boss = User.objects.create_superuser("acting@matrix.test", "x")
        return people | {
            "acting": acting_as(boss, self.demo, _user_of(people["owner"])),
            "foreign": signed_in(foreign, self.strangers),
            "suspended": signed_in(
                member(self.stopped, "admin", _named("suspended")), self.stopped
            ),
            "closed": signed_in(member(self.demo, "admin", _named("closed")), self.demo),
        }

    def _browsers(self) -> list[Browser]:
        return [*self.people.values(), *self.on_public.values()]

    def _expired_key(self) -> str:
        made = new_key(self.owner, PERMISSIONS)
        ApiKey.objects.filter(pk=made["id"]).update(expires_at=Now() - timedelta(seconds=1))
        return str(made["secret"])

    def call(
        self,
        operation: Operation,
        principal: str,
        *,
        method: str = "",
        ids: dict[str, str] | None = None,
        **given: Any,
    ) -> HttpResponse:
        """Return what `principal` is answered; the session and its cookies are as before afterwards."""
        browser, headers = self._caller(operation, principal)
        ids = self.ids if ids is None else ids
        body = given.get("body", filled(operation.body, ids))
        method = method or operation.calls[0]
        jar = self.jars.get(browser)
        self.redis.flushall()
        try:
            return browser.send(
                method,
                filled(operation.sample or operation.path, ids),
                None if method in SAFE else body,
                **{**operation.headers, **headers},
            )
        finally:
            if jar is not None:
                browser.client.cookies = SimpleCookie(jar.output(header="", sep=";"))

    def _caller(self, operation: Operation, principal: str) -> tuple[Browser, dict[str, str]]:
        is_public = operation.host == "public"
        host = PUBLIC if is_public else "demo.localhost"
        if principal == "anonymous":
            return Browser(host), {}
        if principal == "key_expired":
            return Browser(host), {"authorization": f"Bearer {self.expired_key}"}
        if principal in KEYS:
            key = self.keys[scopes_of(operation, principal)]
            return Browser(host), {"authorization": f"Bearer {key}"}
        if principal == "intruder" or (is_public and principal == "acting"):
            guest = self.people["foreign" if principal == "intruder" else principal].copy()
            guest.host = host
            return guest, {}
        return (self.on_public if is_public else self.people)[principal], {}


def acting_as(boss: User, tenant: TenantInfo, user: User) -> Browser:
    """Let an operator act as a member, and return the browser in which they do."""
    reason = "To see what the member sees"
    way = acting.begin(UUID(str(boss.pk)), tenant.id, user.pk, reason=reason, minutes=60)
    return follow(f"http://{way.host}/auth/cross?code={way.code}", seated(Browser(PUBLIC), boss))


def _known(slug: str) -> TenantInfo:
    tenant = facade.by_slug(slug)
    assert tenant is not None
    return tenant


def _named(name: str) -> User:
    return person(f"{name}@matrix.test", name=name, email_verified_at=clock.now())


def _user_of(browser: Browser) -> User:
    from apps.tenants.services import tokens

    tenant = facade.by_host(browser.host)
    claims = tokens.read_access(str(browser.cookie("__Host-gorax_access")), tenant and tenant.id)
    return User.objects.get(pk=claims.user_id)


def _close(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def new_key(owner: Browser, scopes: tuple[str, ...]) -> dict[str, Any]:
    made = owner.post("/api/v1/api-keys", {"name": "k", "scopes": list(scopes)})
    assert made.status_code == 201, made.content
    return dict(made.json())


def keys_of(
    tenant: TenantInfo, owner: User, wanted: Collection[tuple[str, ...]]
) -> dict[tuple[str, ...], str]:
    """Return a key for each set of scopes; not by the API, for they are dozens."""
    with tenancy.entered(tenant.schema):
        return {
            scopes: api_keys.create(
                tenant_id=tenant.id,
                created_by=owner.pk,
                name="k",
                scopes=scopes,
                held=frozenset(PERMISSIONS),
                expires_at=None,
            ).secret
            for scopes in sorted(wanted)
        }


def rows_of(tenant: TenantInfo, owner: Browser) -> dict[str, str]:
    """Make one of everything that a route names, and return the ids."""
    ids = (
        {"tenant_id": str(tenant.id)} | SAMPLES | flow_of(tenant, owner, f"orders-of-{tenant.slug}")
    )
    ids["archive_id"] = archive_of(tenant)
    ids["entry_id"] = first(owner, "/api/v1/audit")
    ids["user_id"] = str(member(tenant, "viewer").pk)
    for name, how in objects().items():
        ids[name] = made(owner, filled(how["post"], ids), filled(how.get("body"), ids))[how["take"]]
    return ids | {"identity_id": identity_in(tenant, ids)} | ids_of_somebody(tenant)


def flow_of(tenant: TenantInfo, owner: Browser, path: str) -> dict[str, str]:
    """Make an active workflow and one of everything that hangs on it, and return the ids."""
    document = hook(path=path)
    document["nodes"].append(node("clock", "trigger:schedule", cron="@daily"))
    workflow = made(owner, "/api/v1/workflows", {"name": tenant.slug, "definition": document})["id"]
    for step in ("publish", "activate"):
        assert owner.post(f"/api/v1/workflows/{workflow}/{step}").status_code == 200
    batch_id = str(uuid7())
    edit = {"batch_id": batch_id, "operations": [{"op": "node.move", "id": "end", "x": 9, "y": 9}]}
    one = f"/api/v1/workflows/{workflow}"
    assert owner.post(f"{one}/operations", edit, **{"if-match": '"1"'}).status_code == 200
    sent = Browser(owner.host).post(f"/webhooks/{path}", {"note": tenant.slug})
    execution = sent.json()["execution_id"]
    with OwnedBlobs(tenant.schema, UUID(execution)).create("text/plain") as writer:
        writer.write(b"ours")
        blob = writer.finish().id
    wish = owner.post("/api/v1/executions/wishes/cancel", {})
    assert wish.status_code == 202, wish.content
    return {
        "workflow_id": workflow,
        "batch_id": batch_id,
        "execution_id": execution,
        "event_id": sent.json()["event_id"],
        "blob_id": blob,
        "wish_id": wish.json()["id"],
        "webhook_id": first(owner, "/api/v1/webhooks"),
        "schedule_id": first(owner, "/api/v1/schedules"),
    }


def archive_of(tenant: TenantInfo) -> str:
    """Let what the trail has so far be old, and archive it."""
    with tenancy.entered(tenant.schema):
        grow_old(60)
        audit.retain(audit.Terms(30, 3650, 3650))
        link()
        return str(Checkpoint.objects.here().get().pk)


def identity_in(tenant: TenantInfo, ids: dict[str, str]) -> str:
    """Let a provider know somebody, and prove its mail domain."""
    domains.approve(UUID(ids["domain_id"]))
    known = Identity.objects.create(
        connection_id=ids["connection_id"],
        issuer="https://id.localhost",
        subject=tenant.slug,
        user=member(tenant, "viewer"),
    )
    return str(known.pk)


def ids_of_somebody(tenant: TenantInfo) -> dict[str, str]:
    """Let a member have a session and a passkey, and lose a letter: nobody who calls is this person."""
    user = member(tenant, "viewer")
    opened = sessions.open_session(user.pk, None)
    key = Passkey.objects.create(
        user=user, name="k", credential_id=tenant.slug.encode(), public_data=b"k"
    )
    return {
        "root": str(opened.session_id),
        "passkey_id": str(key.pk),
        "letter_id": str(uuid7()),
    }


def made(owner: Browser, path: str, body: Any) -> dict[str, Any]:
    answer = owner.post(path, body)
    assert answer.status_code in {200, 201}, (path, answer.content)
    return dict(answer.json())


def first(owner: Browser, path: str) -> str:
    return str(owner.get(path).json()["results"][0]["id"])


def nobodys(ids: dict[str, str]) -> dict[str, str]:
    """Return ids that nobody has; words stay."""
    return {name: value if name in WORDS else str(uuid7()) for name, value in ids.items()}


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever the block writes."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def written() -> int:
    """Return how many rows this transaction has written so far."""
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        return int(cursor.fetchone()[0])


def is_left(tenant: TenantInfo, ask: Callable[[], object]) -> bool:
    """Say whether a call leaves other rows than there were, once what it took back itself is gone."""
    with undone():
        before = unaudited(tenant)
        ask()
        return unaudited(tenant) != before


def unaudited(tenant: TenantInfo) -> dict[str, list[dict[str, Any]]]:
    """Return every row but the trail's: a refusal may be written down."""
    return {name: rows for name, rows in snapshot(tenant).items() if '"audit_' not in name}


class Rows:
    """Counts what is written from one look to the next: one question for each, and not one before and one after."""

    def __init__(self) -> None:
        self._seen = written()

    def new(self) -> int:
        """Return how many rows were written since the last look."""
        now = written()
        new, self._seen = now - self._seen, now
        return new


def snapshot(tenant: TenantInfo) -> dict[str, list[dict[str, Any]]]:
    """Return every row of `public` and of the tenant, by table."""
    with tenancy.entered(tenancy.PUBLIC), connection.cursor() as cursor:
        cursor.execute(TABLES, [tenant.schema])
        names = [f'"{schema}"."{table}"' for schema, table in cursor.fetchall()]
        parts = [f"SELECT '{name}', row_to_json(r)::text FROM {name} r" for name in names]  # noqa: S608 - our own names
        cursor.execute(" UNION ALL ".join(parts))
        rows: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
        for name, text in cursor.fetchall():
            rows[name].append(_parsed(text))
    return rows


def _parsed(text: str) -> dict[str, Any]:
    return dict(json.loads(text))
