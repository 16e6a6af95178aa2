"""In-memory ports, and nodes that are tried by themselves: without a network or a database."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from apps.engine.blob_memory import BlobsInMemory
from apps.engine.builder import Builder
from apps.engine.circuit import HEALTHY, Circuit, CircuitPolicy, asked, told
from apps.engine.container import Open
from apps.engine.credential import Credential, Vault
from apps.engine.document import read
from apps.engine.errors import EngineError, PortError
from apps.engine.failure import Failure, failure_of
from apps.engine.fake_models import FakeLive, FakeModels, scripted
from apps.engine.frontier import OpenStep
from apps.engine.node import Answer, Call, Context, Heard, NodeType, Result, output_of
from apps.engine.ports import (
    Circuits,
    ClosedCircuits,
    Code,
    CodeFault,
    CodeReply,
    CodeRequest,
    HttpReply,
    HttpRequest,
    MailReply,
    MailRequest,
    Ports,
)
from apps.engine.problem import Report
from apps.engine.program import compile_document, load
from apps.engine.registry import Registry
from apps.engine.render import Facts, Known, prepare
from apps.engine.runner import DAWN
from apps.engine.secret import Secret
from apps.engine.state import Reason, StepStatus
from apps.engine.value import Json, NodeId, StepKey
from apps.engine.wrap import wrapped

Handler: TypeAlias = Callable[[HttpRequest], HttpReply]
Deliver: TypeAlias = Callable[[MailRequest], MailReply]
Interpret: TypeAlias = Callable[[CodeRequest], CodeReply]


def nobody_home(request: HttpRequest) -> HttpReply:
    """Answer no call at all, as a machine that is off.

    Raises:
        PortError: `connect_failed`, always.
    """
    raise PortError("connect_failed", "nobody answers here", is_retryable=True)


@dataclass(slots=True)
class FakeHttp:
    """A client whose world is one function; it keeps every request it was asked to send."""

    handler: Handler = nobody_home
    requests: list[HttpRequest] = field(default_factory=list)

    def send(self, request: HttpRequest) -> HttpReply:
        """Hand the request to the handler, and the reply's body to the request's sink."""
        self.requests.append(request)
        reply = self.handler(request)
        sink = request.sink
        into = None if sink is None else sink.choose(reply.status, reply.headers)
        if into is None:
            return reply
        into(reply.body)
        return replace(reply, body=b"")


def no_interpreter(request: CodeRequest) -> CodeReply:
    """Run no script at all, as a machine on which every language is off."""
    return CodeReply(fault=CodeFault("code_unavailable", f"{request.language} is off here."))


@dataclass(slots=True)
class FakeCode:
    """An interpreter that is one function; it keeps every script it was asked to run."""

    interpret: Interpret = no_interpreter
    requests: list[CodeRequest] = field(default_factory=list)

    def run(self, request: CodeRequest) -> CodeReply:
        """Hand the script to the function."""
        self.requests.append(request)
        return self.interpret(request)


def no_mail_server(request: MailRequest) -> MailReply:
    """Take no message at all, as a machine that is off.

    Raises:
        PortError: `connect_failed`, always.
    """
    raise PortError("connect_failed", f"nobody answers at {request.host}", is_retryable=True)


@dataclass(slots=True)
class FakeMail:
    """A mail server that is one function; it keeps every message it was given."""

    deliver: Deliver = no_mail_server
    requests: list[MailRequest] = field(default_factory=list)

    def send(self, request: MailRequest) -> MailReply:
        """Hand the message to the function."""
        self.requests.append(request)
        return self.deliver(request)


@dataclass(slots=True)
class FakeClock:
    """A clock that stands still until it is moved."""

    moment: datetime = DAWN
    seconds: float = 0.0

    def monotonic_s(self) -> float:
        """Return the seconds it was moved."""
        return self.seconds

    def now(self) -> datetime:
        """Return the moment it was set to."""
        return self.moment


@dataclass(slots=True)
class FakeCircuits:
    """Circuits in memory; their time is that of `clock`."""

    clock: FakeClock = field(default_factory=FakeClock)
    known: dict[str, Circuit] = field(default_factory=dict)

    def ask(self, name: str, policy: CircuitPolicy, who: str) -> datetime | None:
        """Ask for a pass to go through."""
        verdict = asked(self.known.get(name, HEALTHY), policy, who, self.clock.now())
        self.known[name] = verdict.circuit
        return verdict.retry_at

    def tell(self, name: str, policy: CircuitPolicy, who: str, *, is_fine: bool | None) -> None:
        """Say how a pass ended."""
        before = self.known.get(name, HEALTHY)
        self.known[name] = told(before, policy, who, self.clock.now(), is_fine=is_fine)


@dataclass(slots=True)
class FakeLog:
    """Keeps every line."""

    lines: list[tuple[str, str, Mapping[str, Json]]] = field(default_factory=list)

    def write(self, level: str, message: str, facts: Mapping[str, Json]) -> None:
        """Keep one line."""
        self.lines.append((level, message, facts))


def in_memory_ports(
    handler: Handler = nobody_home, code: Code | None = None, circuits: Circuits | None = None
) -> Ports:
    """Return ports that touch nothing: calls go to `handler`, scripts to `code`, the clock stands still.

    Circuits are closed unless others are given, whose time stands still, too: nobody should wait for those.
    """
    return Ports(
        *(FakeHttp(handler), FakeClock(), FakeLog(), code or FakeCode()),
        blobs=BlobsInMemory(),
        circuits=circuits or ClosedCircuits(),
    )


def secret_named(name: str, text: str) -> Credential:
    """Return a credential that is one secret and nothing else."""
    return Credential(name, "secret", {"value": Secret(text)})


def revealed(value: str | Secret | bytes | None) -> str:
    """Return what a port would put on the wire."""
    if isinstance(value, Secret):
        return value.reveal()
    return value.decode() if isinstance(value, bytes) else value or ""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of running one node by itself: its answer or failure, and what it touched."""

    answer: Answer | Failure
    requests: list[HttpRequest]
    shown_config: Mapping[str, Json]
    lines: list[tuple[str, str, Mapping[str, Json]]] = field(default_factory=list)
    mails: list[MailRequest] = field(default_factory=list)

    @property
    def output(self) -> Json:
        """What the node leaves behind.

        Raises:
            AssertionError: it failed.
        """
        if isinstance(self.answer, Failure):
            raise AssertionError(f"the node failed: {self.answer}")
        return output_of(self.answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a node tried by itself finds: the execution's trigger, other steps, its inputs, the world."""

    trigger: Json = None
    steps: Mapping[str, Json] = field(default_factory=dict)
    inputs: Mapping[str, Json] = field(default_factory=dict)
    variables: Mapping[str, Json] = field(default_factory=dict)
    credentials: Vault = field(default_factory=dict)
    handler: Handler = nobody_home
    code: Code = field(default_factory=FakeCode)
    deliver: Deliver = no_mail_server
    models: FakeModels = field(default_factory=FakeModels)
    live: FakeLive = field(default_factory=FakeLive)
    circuits: Circuits = field(default_factory=FakeCircuits)
    blobs: BlobsInMemory = field(default_factory=BlobsInMemory)
    woken: Reason | None = None
    clock: FakeClock = field(default_factory=FakeClock)
    heard: Heard | None = None


def try_node(kind: NodeType, config: Mapping[str, Json], given: Given | None = None) -> Tried:
    """Run one node by itself, as a worker would: compiled, rendered, wrapped.

    Raises:
        DocumentError: the config has problems.
    """
    found = given or Given()
    node_id, key = NodeId("node"), StepKey("node")
    before = list(found.inputs)
    builder = Builder().variables(found.variables)
    for name in dict.fromkeys([*before, *found.steps]):
        builder.node(name, STAND_IN.type)
    builder.node(node_id, kind.type, **config)
    for name in before:
        builder.edge(name, node_id)
    program = load(builder.build(), Registry([kind, STAND_IN]))
    http = FakeHttp(found.handler)
    step = OpenStep(
        status=StepStatus.RUNNING,
        taken=tuple(range(len(before))),
        attempt=1,
        first_start=DAWN,
        woken=found.woken,
    )
    facts = Facts(
        "execution-1", "tenant-1", "workflow-1", found.trigger, credentials=found.credentials
    )
    known = Known(
        {StepKey(name): value for name, value in {**found.steps, **found.inputs}.items()},
        heard={} if found.heard is None else {key: found.heard},
    )
    log = FakeLog()
    mail, models = FakeMail(found.deliver), found.models
    ports = Ports(
        *(http, found.clock, log, found.code),
        blobs=found.blobs,
        chat=models,
        embedding=models,
        live=found.live,
        mail=mail,
        circuits=found.circuits,
    )
    try:
        prepared = prepare(program, facts, key, step, known, ports)
    except EngineError as error:
        return Tried(failure_of(error), http.requests, {})
    run = wrapped(kind, program.graph.nodes[node_id].ports, prepared.mask)
    return Tried(
        run(prepared.context).answer, http.requests, prepared.masked, log.lines, mail.requests
    )


def problems_in(kind: NodeType, config: Mapping[str, Json]) -> list[tuple[str | None, str]]:
    """Return (field, code) of everything wrong with a node's config."""
    report = Report()
    node: Json = {"id": "node", "type": kind.type, "data": {"config": dict(config)}}
    compile_document(read({"nodes": [node]}, report), Registry([kind]), report)
    return [(problem.field, problem.code) for problem in report.problems]


def play(kind: NodeType, example: Mapping[str, Any], code: Code | None = None) -> dict[str, Json]:
    """Return what comes of an entry of examples.json, under the words by which the entry promises it.

    An entry has `title` and `config`; `given` (trigger, steps, inputs, variables, credentials, files, woken, heard) and
    `reply` are what the node finds, `mail` is what a mail server says when it takes a message, `model` what models answer,
    and `code` runs its scripts. A credential is a text, or has a `type`, open `values` and `secrets`.
    `output` and `port`, `failure`, the `passes` that a container opens, or the `call` of another workflow are what
    comes of it.
    """
    given = dict(example.get("given", {}))
    vault = {name: _credential(name, said) for name, said in given.pop("credentials", {}).items()}
    woken = Reason(given.pop("woken")) if "woken" in given else None
    heard = Heard(given.pop("heard"), DAWN) if "heard" in given else None
    blobs = BlobsInMemory()
    for file in given.pop("files", ()):
        blobs.put(file["text"].encode(), file["media_type"], file["filename"])
    reply: dict[str, Any] = example.get("reply", {})

    def answer(_request: HttpRequest) -> HttpReply:
        return HttpReply(reply["status"], reply["headers"], reply["body"].encode())

    found = Given(
        **given,
        credentials=vault,
        woken=woken,
        heard=heard,
        handler=answer if reply else nobody_home,
        deliver=(lambda _: MailReply(example["mail"])) if "mail" in example else no_mail_server,
        code=code or FakeCode(),
        models=scripted(example["model"]) if "model" in example else FakeModels(),
        blobs=blobs,
    )
    tried = try_node(kind, example["config"], found)
    if isinstance(tried.answer, Failure):
        return {"failure": {"code": tried.answer.code, "message": tried.answer.message}}
    if isinstance(tried.answer, Open):
        passes: dict[str, Json] = {"items": list(tried.answer.items)}
        return {"passes": passes | ({"keys": list(tried.answer.keys)} if tried.answer.keys else {})}
    if isinstance(tried.answer, Call):
        call = tried.answer
        return {"call": {"workflow_id": call.workflow_id, "inputs": list(call.inputs)}}
    port = getattr(tried.answer, "port", None)
    return {"output": tried.output} | ({} if port is None else {"port": port})


def _credential(name: str, said: str | Mapping[str, Any]) -> Credential:
    if isinstance(said, str):
        return secret_named(name, said)
    secrets = {field: Secret(text) for field, text in said.get("secrets", {}).items()}
    return Credential(name, said["type"], {**said.get("values", {}), **secrets})


def promised(example: Mapping[str, Any]) -> dict[str, Json]:
    """Return what an entry of examples.json promises."""
    return {
        name: example[name]
        for name in ("output", "port", "failure", "passes", "call")
        if name in example
    }


def examples_beside(path: str) -> list[Any]:
    """Return the entries of the examples.json that stands beside a test file."""
    entries: list[Any] = json.loads(
        Path(path).with_name("examples.json").read_text(encoding="utf-8")
    )
    return entries


def _pass_on(ctx: Context) -> Result:
    return Result(ctx.input)


STAND_IN = NodeType(
    type="test:stand_in",
    title="Stand-in",
    description="Takes the place of any other node.",
    category="test",
    run=_pass_on,
)
