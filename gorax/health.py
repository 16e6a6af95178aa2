"""Whether this process lives and whether the installation is ready: for probes, Prometheus and `make up`."""

import hmac
import logging
from collections.abc import Callable

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django_prometheus.exports import ExportToDjangoView

from apps.core.api.errors import not_found, safe_only
from apps.core.redis_client import client
from apps.dispatch import facade as dispatch
from apps.tenants import facade as tenants

log = logging.getLogger(__name__)

OK = "ok"
# At full load a quarter of an hour; the queue then holds a million dead rows among its few living ones.
OLDEST_SNAPSHOT_TRANSACTIONS = 1_000_000


@safe_only
@never_cache
def alive(request: HttpRequest) -> JsonResponse:
    """Public: a probe is nobody. This process answers; it says nothing of what stands behind it."""
    return JsonResponse({"status": OK})


@safe_only
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Public: a probe is nobody. 200 when executions would run, else 503; `checks` names what is missing.

    `warnings` names what will hurt later; it makes nothing unready.
    """
    checks = {name: _answer(name, check) for name, check in _CHECKS.items()}
    is_ready = all(answer == OK for answer in checks.values())
    warnings = {name: said for name, look in _LOOKS.items() if (said := _answer(name, look)) != OK}
    body = {
        "status": "ready" if is_ready else "not_ready",
        "checks": checks,
        "warnings": warnings,
    }
    return JsonResponse(body, status=200 if is_ready else 503)


@safe_only
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Public: Prometheus shows the installation's token instead; without one there is nothing here."""
    token = settings.GORAX_METRICS_TOKEN
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(shown.encode(), token.encode()):
        return not_found(request)
    exported: HttpResponse = ExportToDjangoView(request)
    return exported


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


def _broker() -> str:
    if settings.CELERY_BROKER_URL.startswith("sqs"):
        return OK  # asking SQS costs money and a second; a dead broker only makes bells late
    client().ping()
    return OK


def _migrations() -> str:
    # `public` records the migrations of every app; what each tenant has, its row says.
    missing = set(MigrationLoader(None).disk_migrations) - set(
        MigrationRecorder(connection).applied_migrations()
    )
    if missing:
        return f"not applied: {', '.join(f'{label}.{name}' for label, name in sorted(missing))}"
    return OK


def _worker() -> str:
    return OK if dispatch.polling_workers() else "no worker has looked for work in the last 30 s"


def _dispatcher() -> str:
    return OK if dispatch.sweeping_dispatchers() else "no dispatcher sweeps"


_CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "broker": _broker,
    "migrations": _migrations,
    "worker": _worker,
    "dispatcher": _dispatcher,
}


def _snapshot() -> str:
    age = dispatch.oldest_snapshot()
    if age <= OLDEST_SNAPSHOT_TRANSACTIONS:
        return OK
    return f"a snapshot is {age} transactions old: vacuum cannot clean the queue; find it in pg_stat_activity"


def _tenants() -> str:
    # One whose migration failed must not take the others' door away. And after a newer version has migrated, whoever is
    # still of the old one goes on serving: what it does not know is ahead of it.
    if tenants.newer_migrations():
        return OK
    # A number, because a probe is nobody and tenants' names are theirs.
    behind = len(tenants.stale_schemas(tenants.newest_state()))
    return f"{behind} tenants are behind: run `migrate`" if behind else OK


_LOOKS: dict[str, Callable[[], str]] = {"snapshot": _snapshot, "tenants": _tenants}


def _answer(name: str, check: Callable[[], str]) -> str:
    try:
        return check()
    except (DatabaseError, redis.RedisError) as failure:
        log.warning("readiness.failed", extra={"check": name, "reason": str(failure)})
        return "does not answer"
