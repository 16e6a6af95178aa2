"""What chaos breaks: servers of its own that keep every commit on disk, a tenant, its workflows, a receiver."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import psycopg

from gorax.stack import places, servers
from gorax.stack.programs import starter
from tests.chaos import fleet, witness
from tests.chaos.documents import HOME, Kind, called

ROOT = Path(__file__).parents[2]
RECOVERED_WITHIN_S = 20.0
# Many small processes on one server.
POOL = 8


@dataclass(frozen=True, slots=True)
class Times:
    """Lease, renewal and sweep in seconds, and when a ticket counts as poison."""

    lease_s: float = 2.0
    renew_s: float = 0.6
    sweep_s: float = 0.3
    poison_crashes: int = 1_000

    def environment(self) -> dict[str, str]:
        return {
            "GORAX_LEASE_S": str(self.lease_s),
            "GORAX_RENEW_S": str(self.renew_s),
            "GORAX_SWEEP_S": str(self.sweep_s),
            "GORAX_POISON_CRASHES": str(self.poison_crashes),
        }


def schema_of(tenant: str) -> str:
    """Where a tenant's rows lie."""
    return f"t_{tenant}"


def host_of(tenant: str) -> str:
    """Where a tenant is served."""
    return f"{tenant}.localhost"


class Stage:
    """Servers, settings, tenant and receiver; as a context manager, gone afterwards unless something was wrong."""

    def __init__(self, times: Times) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="gorax-chaos-"))
        self.folder.chmod(0o711)
        self.log = self.folder / "processes.log"
        self.received = self.folder / "received.jsonl"
        self.api_keys: dict[str, str] = {}
        self._times = times
        self._undo = ExitStack()
        self._servers: servers.Running | None = None

    def __enter__(self) -> Self:
        try:
            self._set_up()
        except BaseException:
            self._undo.close()
            raise
        return self

    def __exit__(self, *failure: object) -> None:
        self._undo.close()

    def forget(self) -> None:
        """Delete the logs too."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _set_up(self) -> None:
        chosen = places.choose(self.folder / "servers")
        for name in [name for name in os.environ if name.startswith("GORAX_")]:
            del os.environ[name]
        os.environ |= (
            servers.urls_of_two_roles(chosen)
            | self._times.environment()
            | {
                "DJANGO_SETTINGS_MODULE": "gorax.settings.test",
                "GORAX_SECRET_KEY": secrets.token_urlsafe(48),
                "GORAX_KEK_PATH": str(self.folder / "kek"),
                "GORAX_POOL_MAX": str(POOL),
                "GORAX_WEB_THREADS": "16",
                "GORAX_ROLE": "chaos",
            }
        )
        self._owner_url = os.environ["GORAX_MIGRATION_DATABASE_URL"]
        self._servers = servers.Running(chosen, is_durable=True)
        self._undo.callback(places.remove, self.folder / "servers")
        self._undo.enter_context(self._servers)
        self.url = self._start_receiver()
        import django

        django.setup()

    def _start_receiver(self) -> str:
        command = [
            sys.executable,
            "-m",
            "gorax.stack.receiver",
            "--port",
            "0",
            "--log",
            str(self.received),
        ]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self._undo.callback(_end, process)
        assert process.stdout is not None
        return process.stdout.readline().split()[-1]

    @property
    def schemas(self) -> list[str]:
        """Where the tenants' executions lie."""
        return [schema_of(tenant) for tenant in self.api_keys]

    def install(self, kinds: Sequence[Kind]) -> dict[str, str]:
        """Make the tenants and publish the workflows; return their ids by name. Leaves no connection open."""
        from django.core.management import call_command
        from django.db import connections

        from apps.core import owner, tenancy
        from apps.keys import facade as keys
        from apps.tenants.services import grants
        from tests import baseline

        keys.ensure_kek()
        with owner.owning():
            grants.make_role()
            baseline.migrate()
            call_command("migrate_tenants", verbosity=0)
        ids: dict[str, str] = {}
        for tenant in dict.fromkeys(kind.tenant for kind in kinds):
            self._let_in(tenant)
            with tenancy.entered(schema_of(tenant)):
                for workflow_id, definition in called(self.url).items():
                    _publish("called", definition, workflow_id=workflow_id)
                for kind in kinds:
                    if kind.tenant == tenant:
                        ids[kind.name] = _publish(kind.name, kind.definition)
        with self.session() as session:
            session.execute(witness.statements(self.schemas))
        for connection in connections.all():
            connection.close()
            connection.close_pool()
        fleet.warm_up()
        return ids

    def _let_in(self, slug: str) -> None:
        from apps.core.principals import PERMISSIONS_BY_ROLE
        from apps.tenants import facade as tenants
        from apps.tenants.models import EgressAllowance, Membership, Tenant

        if slug != HOME:
            owner_id = Membership.objects.get(tenant__schema_name=schema_of(HOME)).user_id
            tenants.provision(slug=slug, name=slug, owner_id=owner_id)
        tenant = Tenant.objects.get(schema_name=schema_of(slug))
        EgressAllowance.objects.create(
            tenant=tenant, address="127.0.0.1", port=int(self.url.rpartition(":")[2])
        )
        tenants.forget()
        owner = Membership.objects.get(tenant=tenant)
        self.api_keys[slug] = tenants.create_api_key(
            tenant_id=tenant.id,
            created_by=owner.user_id,
            name="chaos",
            scopes=PERMISSIONS_BY_ROLE["owner"],
            held=PERMISSIONS_BY_ROLE["owner"],
            expires_at=None,
        ).secret

    def session(self) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection of the observer's own, as the owner of the tables, which no fault cuts."""
        return psycopg.connect(self._owner_url, autocommit=True, application_name="observer")

    def ask(self, statement: str, **params: Any) -> list[tuple[Any, ...]]:
        """Run a statement as the observer, who waits for a database that is recovering."""
        over_at = time.monotonic() + RECOVERED_WITHIN_S
        while True:
            try:
                with self.session() as session:
                    return session.execute(statement, params).fetchall()
            except psycopg.OperationalError:
                if time.monotonic() > over_at:
                    raise
                threading.Event().wait(0.05)

    def empty_redis(self) -> bool:
        """Forget every bell, counter and door that Redis remembers. False: it is just starting, and empty."""
        import redis

        with redis.Redis.from_url(os.environ["GORAX_REDIS_URL"], socket_timeout=2) as client:
            try:
                client.flushall()
            except redis.ConnectionError:
                return False
        return True

    def stop_redis(self) -> None:
        """Stop Redis, as a restart or a failure does."""
        assert self._servers is not None
        process = self._servers._processes[1]
        process.send_signal(signal.SIGKILL)
        process.wait()

    def start_redis(self) -> None:
        """Start Redis again, empty."""
        assert self._servers is not None
        plan = self._servers.places.folder / "plan.json"
        for dump in self._servers.places.redis.glob("*.rdb"):
            dump.unlink()
        with self.log.open("ab") as log:
            self._servers._processes[1] = subprocess.Popen(
                starter(plan, "redis"), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def requests(self) -> list[dict[str, Any]]:
        """What the receiver was sent, in the order of arrival."""
        lines = self.received.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]


def _publish(name: str, definition: dict[str, Any], *, workflow_id: str | None = None) -> str:
    from apps.workflows.models import Workflow
    from apps.workflows.services import publish

    known = {"id": workflow_id} if workflow_id else {}
    workflow = Workflow.objects.create(**known, name=name, draft=definition)
    publish.publish(workflow.pk, actor_id=None)
    publish.activate(workflow.pk)
    return str(workflow.pk)


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.wait(10)
