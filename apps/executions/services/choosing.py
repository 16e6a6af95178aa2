"""What a field may be, asked of the service itself: a node type that lists it, run once with the credential that the node names.

It runs as it would in an execution: by the same client, to the same addresses, and nothing that it says holds a secret.
"""

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

from apps.adapters.calls import Cancellation
from apps.core import db, rate_limit, tenancy
from apps.core.errors import FieldProblem
from apps.core.rate_limit import Limit
from apps.credentials import facade as credentials
from apps.credentials.facade import Reader
from apps.engine.credential import NOT_THERE, Credential, Unusable
from apps.engine.errors import EngineError, RegistryError
from apps.engine.failure import Failure, failure_of
from apps.engine.fields import Field, Kind, Source, is_templated
from apps.engine.frontier import OpenStep
from apps.engine.node import NodeType, Result
from apps.engine.ports import Ports
from apps.engine.program import load
from apps.engine.render import Facts, Known, prepare
from apps.engine.state import StepStatus
from apps.engine.value import Json, StepKey
from apps.engine.wrap import run_prepared
from apps.executions.errors import ChoicesMissingError, ChoicesRefusedError, ChoicesUnknownError
from apps.executions.services.ports import ports_for
from apps.nodes import catalogue

MOST = 200
TIMEOUT_S = 10.0
# A form asks when somebody opens it, and again when they come back.
KEPT_S = 30.0
MOST_KEPT = 500
PER_ASKER = Limit(burst=20, per_s=0.5)
PER_TENANT = Limit(burst=120, per_s=3)
LONGEST_LABEL = 200
# What is longer is no name of anything; kept by the hundred, it would fill the memory of whoever asks for it.
LONGEST_VALUE = 500
NODE = "choices"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which field of which node type, and what stands in the node beside it. `acts_as` has to be let use its credential."""

    type: str
    field: str
    config: Mapping[str, Json]
    acts_as: UUID | None


@dataclass(frozen=True, slots=True)
class Choice:
    """What is written into the field, and what people call it."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What a service says the field may be."""

    choices: tuple[Choice, ...]
    has_more: bool


_kept: OrderedDict[str, tuple[float, Choices]] = OrderedDict()
_lock = threading.Lock()


def choices(wanted: Wanted) -> Choices:
    """Return what a service says that a field may be, at most so many; what it said a moment ago is not asked again.

    Raises:
        ChoicesUnknownError: there is no such field, or nobody knows its choices.
        ChoicesMissingError: the node names no credential yet, or not what else is needed; names every place.
        ChoicesRefusedError: the credential cannot be used, or the service does not say; says what to do next.
        RateLimitedError: this one asks too much.
    """
    schema = tenancy.current_schema()
    source, account = _source(wanted)
    given = _given(wanted, source, account)
    credential = _credential(schema, wanted, account)
    key = json.dumps([schema, credential.mark, source.type, source.value, source.label, given])
    known = _remembered(key)
    if known is not None:
        return known
    _bounded(schema)
    # A service may take its ten seconds; the database is not kept waiting for it.
    db.let_go()
    kind = catalogue().get(source.type)
    found = _listed(
        source, _run(schema, kind, {account.name: credential.name, **given}, credential)
    )
    _remember(key, found)
    return found


def _source(wanted: Wanted) -> tuple[Source, Field]:
    try:
        kind = catalogue().get(wanted.type)
    except RegistryError as unknown:
        raise ChoicesUnknownError from unknown
    spec = next((spec for spec in kind.fields if spec.name == wanted.field), None)
    account = next((spec for spec in kind.fields if spec.kind is Kind.CREDENTIAL), None)
    if spec is None or spec.source is None or account is None:
        raise ChoicesUnknownError
    return spec.source, account


def _given(wanted: Wanted, source: Source, account: Field) -> dict[str, Json]:
    """Return what goes along, if it is known before the workflow runs."""
    values = {name: wanted.config.get(name) for name in (account.name, *source.needs)}
    problems = [
        FieldProblem(f"/config/{name}", "field_required", f"Fill in “{name}” first.")
        for name, value in values.items()
        if value is None or value == "" or is_templated(value)
    ]
    if problems:
        raise ChoicesMissingError(problems)
    return {name: values[name] for name in source.needs}


def _credential(schema: str, wanted: Wanted, account: Field) -> Credential:
    name = str(wanted.config[account.name])
    vault = credentials.opened(schema, [name], Reader("api"), acts_as=wanted.acts_as)
    found = vault.get(name, Unusable(NOT_THERE))
    if isinstance(found, Unusable):
        raise ChoicesRefusedError(found.message, place=f"/config/{account.name}")
    if found.type not in account.options:
        fitting = " or ".join(account.options)
        sentence = f"This credential is of the type {found.type}; choose one of {fitting}."
        raise ChoicesRefusedError(sentence, place=f"/config/{account.name}")
    return found


def _bounded(schema: str) -> None:
    words = "Too many questions; try again in a moment."
    rate_limit.hold_back("choices", schema, asker=PER_ASKER, tenant=PER_TENANT, words=words)


def _run(
    schema: str, kind: NodeType, config: Mapping[str, Json], credential: Credential
) -> Mapping[str, Json]:
    """Run the node that lists, by itself and bounded in time, and return what it gives."""
    cancellation = Cancellation()
    patience = threading.Timer(TIMEOUT_S, cancellation.abort)
    patience.daemon = True
    patience.start()
    try:
        answer = _answered(kind, config, credential, ports_for(schema, uuid4(), cancellation))
    finally:
        patience.cancel()
    if isinstance(answer, Result) and isinstance(answer.output, dict):
        return answer.output
    sentence = answer.message if isinstance(answer, Failure) else "It gives no list."
    if cancellation.is_aborted:
        sentence = f"It takes longer than {TIMEOUT_S:g} s."
    raise ChoicesRefusedError(f"{sentence} Mend that and ask again, or write the value by hand.")


def _answered(
    kind: NodeType, config: Mapping[str, Json], credential: Credential, ports: Ports
) -> object:
    data: Json = {"config": {**config, "limit": MOST}}
    program_of: Json = {"nodes": [{"id": NODE, "type": kind.type, "data": data}], "edges": []}
    facts = Facts(str(uuid4()), credentials={credential.name: credential})
    step = OpenStep(status=StepStatus.RUNNING, attempt=1, first_start=datetime.now(UTC))
    try:
        program = load(program_of, catalogue())
        prepared = prepare(program, facts, StepKey(NODE), step, Known({}), ports)
    except EngineError as error:
        return failure_of(error)
    hasty = replace(prepared.context, timeout_s=TIMEOUT_S)
    return run_prepared(program, replace(prepared, context=hasty))


def _listed(source: Source, output: Mapping[str, Json]) -> Choices:
    entries = output.get("items")
    found = [
        Choice(value, str(entry.get(source.label) or value)[:LONGEST_LABEL])
        for entry in (entries if isinstance(entries, list) else [])
        if isinstance(entry, dict)
        and entry.get(source.value) not in (None, "")
        and len(value := str(entry[source.value])) <= LONGEST_VALUE
    ]
    return Choices(tuple(found[:MOST]), output.get("has_more") is True or len(found) > MOST)


def _remembered(key: str) -> Choices | None:
    with _lock:
        at, found = _kept.get(key, (0.0, None))
        return found if found is not None and time.monotonic() - at < KEPT_S else None


def _remember(key: str, found: Choices) -> None:
    with _lock:
        _kept[key] = (time.monotonic(), found)
        _kept.move_to_end(key)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)


def forget() -> None:
    """Ask everybody anew."""
    with _lock:
        _kept.clear()
