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
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import psycopg

from gorax.stack import places, servers
from gorax.stack.programs import starter
from tests.chaos.documents import called

ROOT = Path(__file__).parents[2]
SCHEMA = "t_demo"
HOST = "demo.localhost"
RECOVERED_WITHIN_S = 20.0
# Many small processes on one server.
POOL = 8
# A success and a settled row are written once: what a database of ours could not say by itself, a trigger says.
WITNESS = """
CREATE TABLE public.chaos_success (
    execution_id uuid, node_id text, scope text, token uuid, at timestamptz DEFAULT clock_timestamp());
CREATE TABLE public.chaos_violation (what text, execution_id uuid, detail text, at timestamptz DEFAULT clock_timestamp());

CREATE FUNCTION public.chaos_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.status IN ('completed', 'failed', 'skipped', 'cancelled') THEN
        INSERT INTO public.chaos_violation (what, execution_id, detail)
        VALUES ('settled step changed', NEW.execution_id, format('%s %s -> %s', NEW.node_id, OLD.status, NEW.status));
    END IF;
    IF NEW.status = 'completed' AND (TG_OP = 'INSERT' OR OLD.status <> 'completed') THEN
        INSERT INTO public.chaos_success (execution_id, node_id, scope, token)
        VALUES (NEW.execution_id, NEW.node_id, NEW.scope, NEW.token);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.chaos_execution() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL THEN
        INSERT INTO public.chaos_violation (what, execution_id, detail)
        VALUES ('ended execution changed', NEW.id, format('%s -> %s', OLD.status, NEW.status));
    ELSIF NEW.seq <= OLD.seq THEN
        INSERT INTO public.chaos_violation (what, execution_id, detail)
        VALUES ('seq stood still', NEW.id, format('%s -> %s', OLD.seq, NEW.seq));
    END IF;
    RETURN NULL;
END $$;
"""
TRIGGERS = """
CREATE TRIGGER chaos AFTER INSERT OR UPDATE ON {s}.executions_step
    FOR EACH ROW EXECUTE FUNCTION public.chaos_step();
CREATE TRIGGER chaos AFTER UPDATE ON {s}.executions_execution
    FOR EACH ROW EXECUTE FUNCTION public.chaos_execution();
"""


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


class Stage:
    """Servers, settings, tenant and receiver; as a context manager, gone afterwards unless something was wrong."""

    def __init__(self, times: Times) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="gorax-chaos-"))
        self.folder.chmod(0o711)
        self.log = self.folder / "processes.log"
        self.received = self.folder / "received.jsonl"
        self.api_key = ""
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
            servers.urls(chosen)
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

    def install(self, definitions: Mapping[str, dict[str, Any]]) -> dict[str, str]:
        """Make the tenant and publish the workflows; return their ids by name. Leaves no connection open."""
        from django.db import connections

        from apps.core import tenancy
        from apps.credentials import facade as credentials
        from tests import baseline

        credentials.ensure_kek()
        baseline.migrate()
        self._let_in()
        with tenancy.entered(SCHEMA):
            for workflow_id, definition in called(self.url).items():
                _publish("called", definition, workflow_id=workflow_id)
            ids = {name: _publish(name, definition) for name, definition in definitions.items()}
        with self.session() as session:
            session.execute(WITNESS)
            session.execute(TRIGGERS.format(s=SCHEMA))
        for connection in connections.all():
            connection.close()
            connection.close_pool()
        return ids

    def _let_in(self) -> None:
        from apps.core.principals import PERMISSIONS_BY_ROLE
        from apps.tenants import facade as tenants
        from apps.tenants.models import EgressAllowance, Membership, Tenant

        tenant = Tenant.objects.get(schema_name=SCHEMA)
        EgressAllowance.objects.create(
            tenant=tenant, address="127.0.0.1", port=int(self.url.rpartition(":")[2])
        )
        tenants.forget()
        owner = Membership.objects.get(tenant=tenant)
        self.api_key = tenants.create_api_key(
            tenant_id=tenant.id,
            created_by=owner.user_id,
            name="chaos",
            scopes=PERMISSIONS_BY_ROLE["owner"],
            held=PERMISSIONS_BY_ROLE["owner"],
            expires_at=None,
        ).secret

    def session(self) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection of the observer's own, which no fault cuts."""
        return psycopg.connect(
            os.environ["GORAX_DATABASE_URL"], autocommit=True, application_name="observer"
        )

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

    def empty_redis(self) -> None:
        """Forget every bell, counter and door that Redis remembers."""
        import redis

        with redis.Redis.from_url(os.environ["GORAX_REDIS_URL"], socket_timeout=2) as client:
            client.flushall()

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
