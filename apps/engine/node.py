"""What a node type promises, what it is given when it runs, and what it may answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from apps.engine.config import Config
from apps.engine.container import Open, Passes
from apps.engine.credential import Credential
from apps.engine.errors import NodeError
from apps.engine.fields import Field, FieldProblem, Kind
from apps.engine.fields import describe as describe_field
from apps.engine.graph import ERROR_PORT, MAIN_PORT, Effect, OnError, OnUnknown
from apps.engine.growing import Partial
from apps.engine.llm import Chat, Embedding
from apps.engine.ports import Blobs, Circuits, Clock, Code, Http, Log, Mail, Ports
from apps.engine.secret import Secret
from apps.engine.state import Reason
from apps.engine.swift import swift
from apps.engine.value import Json, NodeId, StepKey

# A node that says nothing of its own is given up after this long, and never waited for longer than an hour.
DEFAULT_TIMEOUT_S = 300.0
LONGEST_TIMEOUT_S = 3600.0


@swift(frozen=True, slots=True)
class Result:
    """The node succeeded and leaves by `port`; None is its default port."""

    output: Json = None
    port: str | None = None


@dataclass(frozen=True, slots=True)
class Respond:
    """The node answers the caller of the execution; `body`, of a file the reference to it, is also its output."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Json = None
    is_file: bool = False

    @property
    def response(self) -> dict[str, Json]:
        """The answer as it is stored: status, headers, body, and whether that is a file."""
        file: dict[str, Json] = {"is_file": True} if self.is_file else {}
        return {"status": self.status, "headers": dict(self.headers), "body": self.body, **file}


@dataclass(frozen=True, slots=True)
class Wait:
    """The node lets go until `seconds` have passed or `until` has come, and is then run again with `ctx.woken`.

    With neither it waits until somebody comes back to it. `note` is a little JSON for the node itself: its `ctx.note`.
    """

    seconds: float | None = None
    until: datetime | None = None
    reason: Reason = Reason.DELAY
    note: Json = None


@dataclass(frozen=True, slots=True)
class Stop:
    """The node ends the whole execution as completed, with `output`; what is in flight is cancelled."""

    output: Json = None
    has_error: bool = False


class CallMode(StrEnum):
    SYNC = "sync"
    ASYNC = "async"
    FOR_EACH = "for_each"


@dataclass(frozen=True, slots=True)
class Call:
    """The node starts another workflow, once for each of `inputs`, which are what its trigger is fired with.

    `async`: it goes on at once. Otherwise it waits, holding nobody, and is not run again: what the workflow leaves is
    its output. With `for_each` at most `concurrency` are under way, and if it is not `is_patient` the first failure
    ends it. After `timeout_s` the node is run once more with `ctx.woken`, and whatever is under way is cancelled.
    """

    workflow_id: str
    inputs: Sequence[Json]
    mode: CallMode = CallMode.SYNC
    concurrency: int = 1
    is_patient: bool = False
    timeout_s: float | None = None


Answer: TypeAlias = Result | Respond | Wait | Stop | Open | Call


def output_of(answer: Answer) -> Json:
    """Return what the step leaves behind for others; a wait leaves nothing, an opened container or a call nothing yet."""
    if isinstance(answer, Wait | Open | Call):
        return None
    return answer.body if isinstance(answer, Respond) else answer.output


@swift(frozen=True, slots=True)
class Input:
    """The output of one taken predecessor."""

    node_id: NodeId
    value: Json


@dataclass(frozen=True, slots=True)
class Heard:
    """What a waiting step was told: the call, when it came, and whose word it is (None: whoever knows the address)."""

    said: Mapping[str, Json]
    at: datetime
    author: Mapping[str, Json] | None = None


@swift(frozen=True, slots=True)
class Context:
    """All that a running node has. `inputs` stand in the order of the document's edges.

    `arrived` counts the edges that were taken, also those from disabled nodes, which bring no input.
    `attempt` counts from 1. `idempotency_key` is the same for every attempt, also after a crash. `timeout_s` is what is left for the node.
    `woken` is the reason of the wait that is over, `note` what the node wrote down when it began to wait, `heard` what it was told meanwhile (None: its time
    ran out). `zone` is where the workflow's dates are shown. `roots` is what its expressions read, without credentials; `steps` holds those its config names.
    `credentials` are those that its fields name, by field; `hidden` the secrets that came up while it ran.
    """

    node_id: NodeId
    step_key: StepKey
    config: Config
    ports: Ports
    inputs: Sequence[Input] = ()
    trigger: Json = None
    roots: Mapping[str, Any] = field(default_factory=dict)
    attempt: int = 1
    idempotency_key: str = ""
    timeout_s: float = DEFAULT_TIMEOUT_S
    started_at: datetime | None = None
    woken: Reason | None = None
    note: Json = None
    heard: Heard | None = None
    zone: str = "UTC"
    arrived: int = 0
    credentials: Mapping[str, Credential] = field(default_factory=dict)
    hidden: list[Secret] = field(default_factory=list)

    def hide(self, secret: Secret) -> None:
        """Let nothing that the step leaves behind show a secret that came up while it ran, as a token made for it."""
        self.hidden.append(secret)

    def credential(self, field_name: str) -> Credential | None:
        """Return the credential that a field of the kind `credential` names; None: the field is empty."""
        return self.credentials.get(field_name)

    @property
    def http(self) -> Http:
        """The guarded client for calls to the world."""
        return self.ports.http

    @property
    def code(self) -> Code:
        """Where scripts run that nobody trusts."""
        return self.ports.code

    @property
    def mail(self) -> Mail:
        """The guarded way to mail servers."""
        return self.ports.mail

    @property
    def chat(self) -> Chat:
        """The models that answer in words."""
        return self.ports.chat

    @property
    def embedding(self) -> Embedding:
        """The models that turn texts into vectors."""
        return self.ports.embedding

    def show(self, partial: Partial) -> None:
        """Show those who watch how far the step's text has come; nothing of it is stored."""
        self.ports.live.show(self.step_key, self.attempt, partial)

    @property
    def circuits(self) -> Circuits:
        """The circuits that all executions of the tenant share."""
        return self.ports.circuits

    @property
    def blobs(self) -> Blobs:
        """The binary data of this execution, to be read and written in pieces."""
        return self.ports.blobs

    @property
    def clock(self) -> Clock:
        """The process's clock, for measuring, never for deciding."""
        return self.ports.clock

    @property
    def log(self) -> Log:
        """The lines of this step."""
        return self.ports.log

    @property
    def input(self) -> Json:
        """The output of the taken predecessor; with several, an object by node id; without any, null."""
        return input_of(self.inputs)


def input_of(inputs: Sequence[Input]) -> Json:
    """Return what the root `input` is: one output as it is, several as an object by node id."""
    if len(inputs) == 1:
        return inputs[0].value
    return {item.node_id: item.value for item in inputs} if inputs else None


Run: TypeAlias = Callable[[Context], Answer]
Raw: TypeAlias = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Hearing:
    """How somebody outside comes back to a node that waits. All of it reads the config as it is written.

    `methods` are those of the call; `judge` finds what is wrong with a call, an object with `method`, `headers`, `query`
    and `body`; `reply` is what the caller is answered: status, headers, body; `port_of` is the port by which an output
    leaves that stands for running the node.
    """

    methods: Callable[[Raw], tuple[str, ...]]
    judge: Callable[[Raw, Mapping[str, Json]], Iterable[FieldProblem]]
    reply: Callable[[Raw], Mapping[str, Json]]
    port_of: Callable[[Json], str | None]


def _one_try(_config: Raw) -> int:
    return 1


def _all_edges(_config: Raw) -> int | None:
    return None


def _for_ever(_config: Raw) -> float | None:
    return None


def _no_problems(_config: Raw) -> Iterable[FieldProblem]:
    return ()


def _no_scripts(_config: Raw) -> Iterable[Script]:
    return ()


def _nobody(_config: Raw) -> str | None:
    return None


def _usual_time(_config: Raw) -> float:
    return DEFAULT_TIMEOUT_S


@dataclass(frozen=True, slots=True)
class Script:
    """A script in a node's config: the field it stands in, its language, its text."""

    place: str
    language: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeType:
    """A kind of node, described in data. `ports` may be a function of the config (the cases of a switch).

    `attempts` says how often the type is tried when its author said nothing; `acts_again`: a second run does a
    second time what the first one did, and its attempts are for failures that came before. `check` finds what single
    fields cannot show. `reads_input` asks for the outputs of the predecessors though no expression names
    them. `needs_port` refuses edges that do not say by which port they leave. `passes` makes it a container, whose
    handles are ports too; `wants` says how many taken edges are enough to run it (None: all are waited for), `wait_s`
    for how long it waits for the others once the first has come. `scripts` finds the scripts of a config, to be read
    before they are ever run; `languages` are those in which it may be written. `calls` names the workflow that a node
    with this config starts. `hears` lets somebody outside come back to a step that waits.
    """

    type: str
    title: str
    description: str
    category: str
    run: Run | None
    version: int = 1
    icon: str = ""
    doc: str = ""
    examples: Sequence[Mapping[str, Json]] = ()
    ports: tuple[str, ...] | Callable[[Raw], tuple[str, ...]] = (MAIN_PORT,)
    default_port: str | None = None
    needs_port: bool = False
    fields: tuple[Field, ...] = ()
    effect: Effect = Effect.PURE
    on_unknown: OnUnknown = OnUnknown.RERUN
    attempts: Callable[[Raw], int] = _one_try
    acts_again: bool = False
    timeout_s: Callable[[Raw], float] = _usual_time
    check: Callable[[Raw], Iterable[FieldProblem]] = _no_problems
    passes: Passes | None = None
    wants: Callable[[Raw], int | None] = _all_edges
    wait_s: Callable[[Raw], float | None] = _for_ever
    scripts: Callable[[Raw], Iterable[Script]] = _no_scripts
    languages: tuple[str, ...] = ()
    calls: Callable[[Raw], str | None] = _nobody
    hears: Hearing | None = None
    is_trigger: bool = False
    is_response: bool = False
    reads_input: bool = False
    output_schema: Mapping[str, Json] = field(default_factory=dict)

    @property
    def credentials(self) -> tuple[str, ...]:
        """The types of credentials that its fields take, each once."""
        fields = (spec for spec in self.fields if spec.kind is Kind.CREDENTIAL)
        return tuple(dict.fromkeys(option for spec in fields for option in spec.options))

    def field(self, name: str) -> Field | None:
        """Return the field of that name, if the type has it."""
        return next((spec for spec in self.fields if spec.name == name), None)

    def ports_of(self, config: Raw, on_error: OnError) -> tuple[str, ...]:
        """Return the ports that a node with this config has, handles first; `error` only if failures branch."""
        ports = self.ports(config) if callable(self.ports) else self.ports
        ports = (*self.handles_of(config), *ports)
        return (*ports, ERROR_PORT) if on_error is OnError.BRANCH else ports

    def handles_of(self, config: Raw) -> tuple[str, ...]:
        """Return the ports that open regions; a node that is no container has none."""
        return () if self.passes is None else self.passes.handles_of(config)

    def default_port_of(self, config: Raw) -> str:
        """Return the port that is taken when nothing chooses one: the named one, else the first that is no handle."""
        return (
            self.default_port or self.ports_of(config, OnError.STOP)[len(self.handles_of(config))]
        )

    def timeout_of(self, config: Raw) -> float:
        """Return the seconds that one attempt may take, at most an hour."""
        return min(self.timeout_s(config), LONGEST_TIMEOUT_S)


def run_of(kind: NodeType) -> Run:
    """Return what runs a node of this type.

    Raises:
        NodeError: `not_runnable`, it is a trigger, which is fired and never run.
    """
    if kind.run is None:
        raise NodeError(
            "not_runnable", f"“{kind.title}” starts workflows and cannot be run itself."
        )
    return kind.run


def describe(kind: NodeType) -> dict[str, Json]:
    """Return the type as JSON for the catalogue: form, palette, docs page and validation read this."""
    return {
        "type": kind.type,
        "title": kind.title,
        "description": kind.description,
        "category": kind.category,
        "version": kind.version,
        "icon": kind.icon,
        "doc": kind.doc,
        "examples": [
            {"title": example["title"], "config": example["config"]} for example in kind.examples
        ],
        "ports": list(kind.ports_of(_defaults(kind), OnError.STOP)),
        "handles": list(kind.handles_of(_defaults(kind))),
        "has_dynamic_ports": callable(kind.ports)
        or (kind.passes is not None and callable(kind.passes.handles)),
        "needs_port": kind.needs_port,
        "fields": [describe_field(spec) for spec in kind.fields],
        "credentials": list(kind.credentials),
        "effect": str(kind.effect),
        "on_unknown": str(kind.on_unknown),
        "is_trigger": kind.is_trigger,
        "is_response": kind.is_response,
        "output_schema": dict(kind.output_schema),
    }


def _defaults(kind: NodeType) -> dict[str, Json]:
    return {spec.name: spec.default for spec in kind.fields}
