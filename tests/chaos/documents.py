"""The workflows that run while everything breaks, and what each of them must come to."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from apps.engine import runner
from apps.engine.calling import Callee
from apps.engine.node import Heard
from apps.engine.outcome import Outcome
from apps.engine.ports import HttpReply, HttpRequest
from apps.engine.program import load
from apps.engine.runner import Order, Trial
from apps.engine.testing import in_memory_ports
from apps.engine.value import NodeId
from apps.nodes import catalogue

# Where an execution's number comes from: a delivery's body, or the input of an order. So does its tenant's own word.
NUMBER = "(trigger.body.n ?? trigger.n)"
WORD = "(trigger.body.word ?? trigger.word ?? '')"
RETRY = {"attempts": 8, "backoff": "fixed", "first_wait_s": 0.1}
ABREAST = 6
# Workflows that others start have ids that documents can name before they are stored.
CALLED_ID = "0197d5a0-0000-7000-8000-000000000001"
TOLD_ID = "0197d5a0-0000-7000-8000-000000000002"
# The node that waits until it is called, and the one that waits until somebody has decided.
CALLED_BACK, ASKED = "wait", "person"
# Two tenants that know nothing of each other; the first one has every workflow.
HOME, OTHER = "demo", "other"


def node(node_id: str, kind: str, config: dict[str, Any] | None = None, **data: Any) -> dict:
    """One node of a document."""
    return {
        "id": node_id,
        "type": kind,
        "position": {"x": 0, "y": 0},
        "data": {"name": node_id, "config": config or {}, **data},
    }


def call(node_id: str, url: str, **data: Any) -> dict:
    """A call whose body says which execution makes it, and is the same however often it is made."""
    body = {
        "n": f"{{{{ {NUMBER} }}}}",
        "at": "{{ now() }}",
        "id": "{{ uuid() }}",
        "word": f"{{{{ {WORD} }}}}",
    }
    return node(node_id, "action:http", {"method": "POST", "url": url, "body": body}, **data)


def formula(node_id: str, expression: str) -> dict:
    """A pure node."""
    return node(node_id, "action:formula", {"expression": expression})


def wired(nodes: list[dict], *lines: str, hook: dict[str, Any] | None = None) -> dict:
    """A document of `nodes` and lines such as `a > b` or `a:port > b`, begun by an order or by a delivery."""
    begins = [node("start", "trigger:manual"), node("hook", "trigger:webhook", hook)]
    pairs = [line.split(" > ") for line in lines]
    first = nodes[0]["id"]
    edges = []
    for source, target in [*(("start", first), ("hook", first)), *pairs]:
        name, _, port = source.partition(":")
        edge = {"id": f"e{len(edges)}", "source": name, "target": target}
        edges.append(edge | ({"sourceHandle": port} if port else {}))
    return {"nodes": [*begins, *nodes], "edges": edges, "settings": {}}


def chain(nodes: list[dict], **more: Any) -> dict:
    """A document whose nodes follow one another."""
    names = [each["id"] for each in nodes]
    lines = [f"{a} > {b}" for a, b in pairwise(names)]
    return wired(nodes, *lines, **more)


def pure(url: str, hook: dict[str, Any]) -> dict:
    steps = [formula("f0", f"{NUMBER} * 2")]
    steps += [formula(f"f{index}", f"steps.f{index - 1} + 1") for index in range(1, 7)]
    return chain(
        [*steps, node("end", "action:respond", {"body": {"f": "{{ steps.f6 }}"}})], hook=hook
    )


def calls_in_a_row(url: str, hook: dict[str, Any]) -> dict:
    made = [call(f"c{index}", f"{url}/slow/{80 * index + 40}") for index in range(4)]
    total = " + ".join(f"steps.c{index}.status_code" for index in range(4))
    return chain([*made, formula("sum", f"{total} + {NUMBER}")], hook=hook)


def calls_abreast(url: str, hook: dict[str, Any]) -> dict:
    names = [f"c{index}" for index in range(ABREAST)]
    made = [call(name, f"{url}/slow/{100 * (index + 1)}") for index, name in enumerate(names)]
    total = " + ".join(f"steps.{name}.status_code" for name in names)
    return wired(
        [
            node("fork", "control:no_op"),
            *made,
            node("join", "control:merge", {"mode": "append"}),
            formula("sum", f"{total} + {NUMBER}"),
        ],
        *(f"fork > {name}" for name in names),
        *(f"{name} > join" for name in names),
        "join > sum",
        hook=hook,
    )


def retried_calls(url: str, hook: dict[str, Any]) -> dict:
    lone = call("lone", f"{url}/flaky/2", retry=RETRY)
    pair = [call(name, f"{url}/flaky/1", retry=RETRY) for name in ("left", "right")]
    return wired(
        [
            lone,
            *pair,
            node("join", "control:merge", {"mode": "append"}),
            formula("end", f"{NUMBER} + steps.left.status_code"),
        ],
        "lone > left",
        "lone > right",
        "left > join",
        "right > join",
        "join > end",
        hook=hook,
    )


def short_delays(url: str, hook: dict[str, Any]) -> dict:
    wait = {"duration": "400ms"}
    return chain(
        [
            call("before", f"{url}/ok"),
            node("rest", "control:delay", wait),
            formula("between", f"{NUMBER} + 1"),
            node("again", "control:delay", wait),
            call("after", f"{url}/slow/40"),
            formula("end", "steps.between + steps.after.status_code"),
        ],
        hook=hook,
    )


def branches(url: str, hook: dict[str, Any]) -> dict:
    #  odd? ─true─► refused ─error─► rescued ─┐
    #      └─false─► even ────────────────────┴─► join ─► end
    return wired(
        [
            node("odd", "control:if", {"condition": f"{NUMBER} % 2 == 1"}),
            call("refused", f"{url}/status/404", on_error="branch"),
            formula("never", "1"),
            formula("rescued", "steps.refused.error.status"),
            call("even", f"{url}/slow/60"),
            node("join", "control:merge", {"mode": "append"}),
            formula("end", f"{NUMBER} * 10"),
        ],
        "odd:true > refused",
        "odd:false > even",
        "refused:main > never",
        "refused:error > rescued",
        "rescued > join",
        "even > join",
        "join > end",
        hook=hook,
    )


def failing(url: str, hook: dict[str, Any]) -> dict:
    made = chain(
        [call("fine", f"{url}/slow/30"), call("bad", f"{url}/status/400"), formula("never", "1")],
        hook=hook,
    )
    return made | {"settings": {"error_workflow_id": TOLD_ID}}


def regions(url: str, hook: dict[str, Any]) -> dict:
    #  loop ─body─► try ─try───► c (refused for the middle item)
    #   │               └catch─► mend
    #   └done─► retry ─body─► flaky ─► rest
    #              └done─► end
    return wired(
        [
            node("loop", "control:loop", {"source": [1, 2, 3, 4], "concurrency": 2}),
            node("try", "control:try"),
            call("c", f"{url}/{{{{ item == 2 ? 'status/400' : 'slow/60' }}}}"),
            formula("mend", "error.status + item"),
            node("retry", "control:retry", {"attempts": 4, "first_wait_s": 0.1}),
            call("flaky", f"{url}/flaky/1"),
            node("rest", "control:delay", {"duration": "200ms"}),
            formula("end", f"{NUMBER} + steps.loop.iteration_count"),
        ],
        "loop:body > try",
        "try:try > c",
        "try:catch > mend",
        "loop:done > retry",
        "retry:body > flaky",
        "flaky > rest",
        "retry:done > end",
        hook=hook,
    )


def called_back(url: str, hook: dict[str, Any]) -> dict:
    address = f"{{{{ resumeUrl('{CALLED_BACK}') }}}}"
    body = {"back": address, "n": f"{{{{ {NUMBER} }}}}", "word": f"{{{{ {WORD} }}}}"}
    told = {"method": "POST", "url": f"{url}/ok", "body": body}
    return chain(
        [
            node("tell", "action:http", told),
            node("rest", "control:wait_until", {"until": "{{ addHours(now(), 0.0001) }}"}),
            node(CALLED_BACK, "control:wait_for_webhook", {"timeout_s": 3600}),
            formula("end", f"steps.{CALLED_BACK}.body.n + 1"),
        ],
        hook=hook,
    )


def limited(url: str, hook: dict[str, Any]) -> dict:
    """At most three at a time, one of each key: whoever begins waits before the gate."""
    document = chain([call("slow", f"{url}/slow/60"), formula("end", f"{NUMBER} + 7")], hook=hook)
    document["settings"] = {"max_concurrency": 3, "concurrency_key": f"{NUMBER} % 5"}
    return document


def answered_at_once(url: str, hook: dict[str, Any]) -> dict:
    return pure(url, hook | {"mode": "sync", "timeout_s": 20})


def answered_late(url: str, hook: dict[str, Any]) -> dict:
    steps = [
        call("ask", f"{url}/slow/30"),
        node("end", "action:respond", {"body": {"n": f"{{{{ {NUMBER} }}}}"}}),
    ]
    return chain(steps, hook=hook | {"mode": "sync", "timeout_s": 20})


def callers(url: str, hook: dict[str, Any]) -> dict:
    """Calls that are waited for, one after the other and side by side, and one that is not."""
    called = {"workflow_id": CALLED_ID}
    item = {"n": f"{{{{ {NUMBER} }}}}", "word": f"{{{{ {WORD} }}}}"}
    items = [item, item | {"is_bad": True}, item]
    each = {"mode": "for_each", "items": items, "concurrency": 2, "on_item_error": "continue"}
    return chain(
        [
            node("once", "control:sub_workflow", called | {"input": item}),
            node("each", "control:sub_workflow", called | each),
            node("aside", "control:sub_workflow", called | {"mode": "async", "input": item}),
            call("after", f"{url}/ok"),
            formula("end", "steps.once + steps.each.failed_count + steps.after.status_code"),
        ],
        hook=hook,
    )


def called(url: str) -> dict[str, dict[str, Any]]:
    """The workflows that others start, by id."""
    called_one = chain(
        [
            call("c", f"{url}/{{{{ trigger.is_bad ?? false ? 'status/400' : 'slow/30' }}}}"),
            formula("end", f"{NUMBER} * 10"),
        ],
        hook={"auth_type": "none"},
    )
    told = chain([formula("end", "trigger.execution.id")], hook={"auth_type": "none"})
    told["nodes"][0]["type"] = "trigger:error"
    return {CALLED_ID: called_one, TOLD_ID: told}


MAKERS: tuple[Callable[[str, dict[str, Any]], dict], ...] = (
    pure,
    calls_in_a_row,
    calls_abreast,
    retried_calls,
    short_delays,
    branches,
    failing,
    regions,
    callers,
    called_back,
    limited,
    answered_at_once,
    answered_late,
)


@dataclass(frozen=True)
class Kind:
    """One workflow of the run, and the model's answer for every number it may be started with.

    `is_race`: two ways run against each other to a join, and either may win.
    """

    name: str
    definition: dict[str, Any]
    others: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    tenant: str = HOME
    is_race: bool = False
    _plays: dict[tuple[Any, ...], tuple[Outcome, Counter[str]]] = field(
        default_factory=dict, compare=False, repr=False
    )

    @property
    def waits_at(self) -> str:
        """The node at which its executions wait for somebody; empty: at none."""
        ids = {each["id"] for each in self.definition["nodes"]}
        return next((node_id for node_id in (CALLED_BACK, ASKED) if node_id in ids), "")

    def payload(self, number: int) -> dict[str, Any]:
        """What execution `number` is started with."""
        return {"n": number, "word": word_of(self.tenant)}

    def rivals(self, number: int) -> tuple[dict[str, Any], ...]:
        """What those say who come to execution `number` while it waits, all at once: one of them is heard."""
        if self.waits_at == CALLED_BACK:
            return {"n": number}, {"n": -number}
        if self.waits_at == ASKED:
            return (
                {"decision": "approved", "data": {"n": number}},
                {"decision": "rejected", "data": {}},
            )
        return ()

    @cached_property
    def program(self):
        return load(self.definition, catalogue())

    @cached_property
    def callees(self) -> dict[str, Callee]:
        """What it may call."""
        return {
            workflow_id: Callee(load(definition, catalogue()), "start")
            for workflow_id, definition in self.others.items()
        }

    def expected(
        self,
        trigger: str,
        payload: Any,
        *,
        before: int = 0,
        heard: int = 0,
        order: Order = runner.first_come,
    ) -> Outcome:
        """What the in-memory runner makes of it, with the receiver's part played by a function.

        `before`: how many requests of each key the receiver has had of a worker that died before it wrote the answer down.
        `heard`: which of the rivals is heard. `order`: who of those under way is the next to come to an end.
        """
        return self._played(trigger, payload, before, heard, order)[0]

    def calls(self, trigger: str, payload: Any) -> Counter[str]:
        """How often the model sends each idempotency key."""
        return self._played(trigger, payload)[1]

    def _played(
        self,
        trigger: str,
        payload: Any,
        before: int = 0,
        heard: int = 0,
        order: Order = runner.first_come,
    ) -> tuple[Outcome, Counter[str]]:
        play = (trigger, json.dumps(payload), before, heard, order)
        if play not in self._plays:
            self._plays[play] = self._run(trigger, payload, before, heard, order)
        return self._plays[play]

    def _run(
        self, trigger: str, payload: Any, before: int, heard: int, order: Order
    ) -> tuple[Outcome, Counter[str]]:
        seen: Counter[str] = Counter()

        def answer(request: HttpRequest) -> HttpReply:
            key = str(request.headers["Idempotency-Key"])
            seen[key] += 1
            return reply(urlsplit(str(request.url)).path, before + seen[key])

        trial = Trial(
            heard={
                NodeId(self.waits_at): Heard({"body": said}, runner.DAWN)
                for said in self.rivals(payload.get("n", 0))[heard : heard + 1]
            },
            find=lambda workflow_id, _given: self.callees[workflow_id],
            order=order,
        )
        return runner.run(self.program, trigger, payload, in_memory_ports(answer), trial), seen


def word_of(tenant: str) -> str:
    """What stands in every delivery to a tenant, and nowhere else."""
    return f"word-of-{tenant}-only"


def reply(path: str, count: int) -> HttpReply:
    """What the receiver answers to the `count`th request of one key."""
    word, _, argument = path.strip("/").partition("/")
    status = 200
    if word == "status":
        status = int(argument)
    elif word == "flaky" and count <= int(argument):
        status = 503
    body = json.dumps({"received": status < 400}).encode()
    return HttpReply(status, {"content-type": "application/json"}, body)


def kinds(url: str) -> list[Kind]:
    """Every workflow of the run, calling the receiver at `url`."""
    others = called(url)
    return [
        Kind(make.__name__, make(url, {"path": f"chaos-{index}", "auth_type": "none"}), others)
        for index, make in enumerate(MAKERS)
    ]
