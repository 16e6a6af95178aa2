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
from uuid import UUID

from apps.engine.value import StepKey
from tests.chaos import fleet
from tests.chaos.documents import CALLED_BACK, Kind, called_with
from tests.chaos.fleet import Process
from tests.chaos.stage import HOST, SCHEMA, Stage

CREW = (("worker", 4), ("web", 2), ("dispatcher", 1))
# Whom a fault has taken is replaced after this long, as a supervisor does.
REPLACED_AFTER_S = 0.2
ASKED_AGAIN_AFTER_S = 0.3
MOST_ASKED_AT_ONCE = 6
LOOK_EVERY_S = 0.02
# Under this number minus its own an execution is called back.
CALLS_FROM = -1_000_000
UNENDED = f"SELECT count(*) FROM {SCHEMA}.executions_execution WHERE ended_at IS NULL"  # noqa: S608 - a constant


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
    others: dict[int, dict[str, Any]] = field(default_factory=dict)
    _todo: list[int] = field(default_factory=list)
    _later: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _order: Any = field(default_factory=itertools.count)
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

        `others` holds requests of another kind, under negative numbers.
        """
        if number in self.others:
            return self.others[number] | {"n": number}
        index = number % len(self.kinds)
        kind = self.kinds[index]
        headers = {"Host": HOST, "Idempotency-Key": f"chaos-{number}"}
        config = kind.definition["nodes"][1]["data"]["config"]
        if config.get("mode") == "sync" or number % 2:
            path, body = f"/webhooks/{config['path']}", {"n": number}
            return {"n": number, "path": path, "headers": headers, "body": body}
        path = f"/api/v1/workflows/{self.workflow_ids[kind.name]}/execute"
        headers["Authorization"] = f"Bearer {self.stage.api_key}"
        return {"n": number, "path": path, "headers": headers, "body": {"input": {"n": number}}}

    def _hear(self, process: Process) -> None:
        try:
            message = process.line.recv(fleet.LARGEST_MESSAGE)
        except OSError:
            return
        if not message:
            return
        said = json.loads(message)
        number, status = said["n"], said["status"]
        process.asked.pop(number, None)
        self.statuses[status] += 1
        if number in self.others and (status < 300 or status == 409):
            self.others.pop(number)
            return
        if said["execution_id"] and status < 300:
            self.accepted[number] = said["execution_id"]
            self._call_back(number)
            return
        if status not in {429, 503}:
            self.errors.append(f"{number}: {said}")
        self.later(ASKED_AGAIN_AFTER_S, lambda: self._todo.append(number))

    def _call_back(self, number: int) -> None:
        """Call an execution that waits for it, perhaps before it does; until somebody says that it was heard."""
        if number < 0 or not self.kinds[number % len(self.kinds)].is_called:
            return
        from apps.executions.services.links import PATH, token_of

        token = token_of(SCHEMA, UUID(self.accepted[number]), StepKey(CALLED_BACK))
        asked = {"path": f"{PATH}{token}", "headers": {"Host": HOST}, "body": called_with(number)}
        self.others[CALLS_FROM - number] = asked
        self._todo.append(CALLS_FROM - number)

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
        return int(self.stage.ask(UNENDED)[0][0])

    def end(self) -> None:
        """Let every process go gracefully."""
        self.is_replacing = False
        fleet.end_all(self.processes)
        self.processes.clear()
        self._lines.close()
