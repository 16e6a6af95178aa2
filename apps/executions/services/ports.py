"""The doors that a tenant's nodes get: a guarded HTTP client, a way to mail servers, models, a sandbox, files, a clock, a log."""

import time
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

from django.conf import settings

from apps.adapters.addresses import Allowance
from apps.adapters.calls import Cancellation
from apps.adapters.code.sandbox import Sandbox, SandboxedCode, process_sandbox
from apps.adapters.destination import Policy
from apps.adapters.http import GuardedHttp
from apps.adapters.llm.line import Exit
from apps.adapters.llm.models import GuardedModels
from apps.adapters.llm.prices import Prices
from apps.adapters.mail import GuardedMail
from apps.engine.growing import Partial
from apps.engine.ports import Ports
from apps.engine.value import StepKey, split_key
from apps.executions.services.blobs import OwnedBlobs
from apps.executions.services.circuits import SharedCircuits
from apps.executions.services.lines import StepLines
from apps.executions.services.news import SHOWN_CHARACTERS, Growth, publisher
from apps.tenants import facade as tenants

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


CLOCK = SystemClock()


class Watched:
    """Growing texts of an execution's steps, for those who watch it."""

    def __init__(self, schema: str, execution_id: UUID) -> None:
        self._schema = schema
        self._execution_id = execution_id

    def show(self, key: StepKey, attempt: int, partial: Partial) -> None:
        """Show how far a step's text has come."""
        scope, node_id = split_key(key)
        text = partial.text[-SHOWN_CHARACTERS:]
        growth = Growth(self._execution_id, node_id, scope, attempt, text, partial.length)
        publisher.show(self._schema, growth)


def ports_for(schema: str, execution_id: UUID, cancellation: Cancellation) -> Ports:
    """Return the ports of an execution's steps; aborting `cancellation` ends its calls within milliseconds."""
    policy = _policy(schema, int(time.monotonic() / POLICY_AGE_S))
    models = GuardedModels(
        Exit(policy, owner=schema, cancellation=cancellation), Prices(settings.GORAX_LLM_PRICES)
    )
    return Ports(
        http=GuardedHttp(policy, owner=schema, cancellation=cancellation),
        clock=CLOCK,
        log=StepLines(),
        code=SandboxedCode(sandbox(), owner=schema, cancellation=cancellation),
        mail=GuardedMail(policy, cancellation=cancellation),
        chat=models,
        embedding=models,
        live=Watched(schema, execution_id),
        circuits=SharedCircuits(schema),
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
