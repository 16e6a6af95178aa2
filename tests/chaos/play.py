"""One run: processes are forked and broken, executions are asked for over and over until their door has answered."""

import heapq
import itertools
import json
import selectors
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.chaos import errands, fleet
from tests.chaos.documents import Kind
from tests.chaos.errands import NOT_NOW, Errand
from tests.chaos.fleet import Process
from tests.chaos.stage import Stage, host_of, schema_of

# So many workers that some live long enough between two faults to do anything.
CREW = (("worker", 6), ("web", 2), ("dispatcher", 2), ("doctor", 1))
# Whom a fault has taken is replaced after this long, as a supervisor does.
REPLACED_AFTER_S = 0.2
ASKED_AGAIN_AFTER_S = 0.3
MOST_ASKED_AT_ONCE = 6
LOOK_EVERY_S = 0.02
UNENDED = "SELECT count(*) FROM {s}.executions_execution WHERE ended_at IS NULL"


@dataclass
class Play:
    """The parent's loop: one thread, so that it may fork at any time."""

    stage: Stage
    kinds: Sequence[Kind]
    workflow_ids: dict[str, str]
    processes: list[Process] = field(default_factory=list)
    accepted: dict[int, str] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    is_replacing: bool = True
    errands: dict[int, Errand] = field(default_factory=dict)
    visits: dict[int, tuple[Errand, ...]] = field(default_factory=dict)
    pauses: list[Errand] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    looks: int = 0
    pauses_by: int | None = None  # the seed that says which executions are paused; None: none
    over_at: float = 0.0  # when the last fault comes, by our own clock
    _todo: list[int] = field(default_factory=list)
    _later: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _order: Any = field(default_factory=itertools.count)
    _errand: Any = field(default_factory=itertools.count)
    _lines: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Call `act` from the loop, `seconds` from now."""
        heapq.heappush(self._later, (time.monotonic() + seconds, next(self._order), act))

    def start(self, role: str, failpoints: str = "") -> Process:
        """Fork one process."""
        process = fleet.fork(role, self.stage.log, failpoints=failpoints)
        self.processes.append(process)
        self._lines.register(process.line, selectors.EVENT_READ, process)
        return process

    def ask(self, number: int) -> None:
        """Have execution `number` accepted, however often that must be asked for."""
        self._todo.append(number)

    def send(self, errand: Errand) -> int:
        """Send an errand until a door has answered it; return its number in `errands`, where it stays until then."""
        number = -1 - next(self._errand)
        self.errands[number] = errand
        self._todo.append(number)
        return number

    def run(self, is_over: Callable[[], bool], *, for_s: float) -> bool:
        """Turn until `is_over`; False if it is not after `for_s` seconds."""
        over_at = time.monotonic() + for_s
        while not is_over():
            if time.monotonic() > over_at:
                return False
            self.turn()
        return True

    def turn(self) -> None:
        """Do once what is to be done: timers, deaths, answers, questions."""
        while self._later and self._later[0][0] <= time.monotonic():
            heapq.heappop(self._later)[2]()
        for process in fleet.ended(self.processes):
            self._bury(process)
        self._send()
        for key, _ in self._lines.select(LOOK_EVERY_S):
            self._hear(key.data)

    def _bury(self, process: Process) -> None:
        self._drain(process)
        self._lines.unregister(process.line)
        process.line.close()
        self.processes.remove(process)
        self._todo += process.asked
        if self.is_replacing:
            self.later(REPLACED_AFTER_S, lambda: self._replace(process.role))

    def _replace(self, role: str) -> None:
        if self.is_replacing:
            self.start(role)

    def _send(self) -> None:
        webs = [each for each in self.processes if each.role == "web"]
        for web in webs:
            while self._todo and len(web.asked) < MOST_ASKED_AT_ONCE:
                number = self._todo.pop(0)
                try:
                    web.line.send(json.dumps(self.request(number)).encode())
                except OSError:  # it is dying, or its line is full
                    self._todo.insert(0, number)
                    break
                web.asked[number] = {}

    def request(self, number: int) -> dict[str, Any]:
        """The request for execution `number`: every second one an order by API, the others deliveries.

        Errands have negative numbers.
        """
        if number in self.errands:
            return self._of_errand(number, self.errands[number])
        kind = self.kind(number)
        headers = {"Host": host_of(kind.tenant), "Idempotency-Key": f"chaos-{number}"}
        config = kind.definition["nodes"][1]["data"]["config"]
        if config.get("mode") == "sync" or number % 2:
            path, body = f"/webhooks/{config['path']}", kind.payload(number)
            return {"n": number, "path": path, "headers": headers, "body": body}
        path = f"/api/v1/workflows/{self.workflow_ids[kind.name]}/execute"
        headers["Authorization"] = f"Bearer {self.stage.api_keys[kind.tenant]}"
        body = {"input": kind.payload(number)}
        return {"n": number, "path": path, "headers": headers, "body": body}

    def _of_errand(self, number: int, errand: Errand) -> dict[str, Any]:
        headers = {"Host": host_of(errand.tenant)} | errand.headers
        if errand.is_signed:
            headers["Authorization"] = f"Bearer {self.stage.api_keys[errand.tenant]}"
        return {"n": number, "path": errand.path, "headers": headers, "body": errand.body}

    def kind(self, number: int) -> Kind:
        """Return of which kind execution `number` is."""
        return self.kinds[number % len(self.kinds)]

    def _hear(self, process: Process) -> None:
        try:
            message = process.line.recv(fleet.LARGEST_MESSAGE)
        except OSError:
            return
        if not message:
            return
        said = json.loads(message)
        if "findings" in said:
            self.looks += 1
            self.findings += said["findings"]
            return
        number, status = said["n"], said["status"]
        process.asked.pop(number, None)
        self.statuses[status] += 1
        if number in self.errands:
            self._answered(number, said)
        elif said["execution_id"] and status < 300:
            self._accepted(number, said["execution_id"])
        elif number not in self.accepted:
            self._ask_again(number, said, NOT_NOW)

    def _accepted(self, number: int, execution_id: str) -> None:
        is_news = number not in self.accepted
        self.accepted[number] = execution_id
        if not is_news:
            return
        kind = self.kind(number)
        errands.visit(self, kind, number, execution_id, schema_of(kind.tenant))
        if self.pauses_by is not None:
            errands.pause(self, kind.tenant, number, execution_id, self.pauses_by)

    def _answered(self, number: int, said: dict[str, Any]) -> None:
        errand = self.errands[number]
        errand.answers.append(said["status"])
        if not errand.is_over(said["status"]):
            self._ask_again(number, said, errand.again)
            return
        del self.errands[number]
        if errand.after is not None:
            errand.after(errand)

    def _ask_again(self, number: int, said: dict[str, Any], expected: frozenset[int]) -> None:
        if said["status"] not in expected:
            self.errors.append(f"{number}: {said}")
        self.later(ASKED_AGAIN_AFTER_S, lambda: self._todo.append(number))

    def _drain(self, process: Process) -> None:
        """Hear what a process said before it died."""
        before = -1
        while before != len(process.asked):
            before = len(process.asked)
            self._hear(process)

    @property
    def unanswered(self) -> int:
        """How many executions were asked for and not yet accepted."""
        return len(self._todo) + sum(len(each.asked) for each in self.processes) + len(self._later)

    def unended(self) -> int:
        """How many executions have not ended."""
        return sum(
            int(self.stage.ask(UNENDED.format(s=schema))[0][0]) for schema in self.stage.schemas
        )

    def end(self) -> None:
        """Let every process go gracefully."""
        self.is_replacing = False
        fleet.end_all(self.processes)
        self.processes.clear()
        self._lines.close()
