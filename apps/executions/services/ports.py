"""The doors that a tenant's nodes get: a guarded HTTP client, a sandbox for scripts, a store of files, a clock, a log."""

import logging
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

from django.conf import settings

from apps.adapters.addresses import Allowance
from apps.adapters.calls import Cancellation
from apps.adapters.code.sandbox import Sandbox, SandboxedCode, process_sandbox
from apps.adapters.destination import Policy
from apps.adapters.http import GuardedHttp
from apps.engine.ports import Ports
from apps.engine.value import Json
from apps.executions.services.blobs import OwnedBlobs
from apps.tenants import facade as tenants

logger = logging.getLogger("gorax.node")

LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
# How long a withdrawn allowance may still be used, and how long a new one may be unknown.
POLICY_AGE_S = 5.0


class SystemClock:
    """This process's clocks."""

    def monotonic_s(self) -> float:
        """Return seconds that only grow."""
        return time.monotonic()

    def now(self) -> datetime:
        """Return the time of day, UTC."""
        return datetime.now(UTC)


class StepLog:
    """A node's own lines, as log lines of this process; they carry facts, never payloads."""

    def write(self, level: str, message: str, facts: Mapping[str, Json]) -> None:
        """Write one line."""
        logger.log(LEVELS.get(level, logging.INFO), "%s", message, extra={"facts": dict(facts)})


CLOCK = SystemClock()
LOG = StepLog()


def ports_for(schema: str, execution_id: UUID, cancellation: Cancellation) -> Ports:
    """Return the ports of one step of a tenant's execution; aborting `cancellation` ends its calls within milliseconds."""
    policy = _policy(schema, int(time.monotonic() / POLICY_AGE_S))
    return Ports(
        http=GuardedHttp(policy, owner=schema, cancellation=cancellation),
        clock=CLOCK,
        log=LOG,
        code=SandboxedCode(sandbox(), owner=schema, cancellation=cancellation),
        blobs=OwnedBlobs(schema, execution_id),
    )


def sandbox() -> Sandbox:
    """Return this process's sandbox."""
    return process_sandbox(settings.GORAX_CODE_SLOTS, settings.GORAX_CODE_LANGUAGES)


@lru_cache(maxsize=1024)
def _policy(schema: str, _age: int) -> Policy:
    """Read the tenant's allowances anew every few seconds."""
    found = tenants.egress_allowances(schema)
    return Policy(
        allowances=tuple(Allowance(str(each.address), each.port) for each in found),
        # A workflow that calls its own installation is a loop.
        refused_hosts=(f".{settings.GORAX_PUBLIC_HOST}", settings.GORAX_SINGLE_HOST),
    )
