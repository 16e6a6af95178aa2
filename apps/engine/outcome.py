"""How an execution in memory went: its status, its way, and what every step was given and gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from apps.engine.container import PassFacts
from apps.engine.problem import Problem
from apps.engine.state import ExecutionStatus, StepStatus
from apps.engine.value import Json, NodeId, StepKey
from apps.engine.weight import Excess, omitted, weigh

# How much of an outcome is shown: one request holds it all.
SHOWN_BYTES = 8 * 1024 * 1024


@dataclass(slots=True)
class StepRecord:
    """What is known of one step, or of one pass with what it was given: the same facts that a stored step has."""

    status: StepStatus
    input: Mapping[str, Json] = field(default_factory=dict)
    output: Json = None
    has_output: bool = False
    error: Mapping[str, Json] | None = None
    attempts: int = 0
    facts: PassFacts | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an execution went. `path` are the node ids in the order in which they ran, the trigger first."""

    status: ExecutionStatus
    path: tuple[NodeId, ...]
    steps: Mapping[StepKey, StepRecord]
    output: Json = None
    response: Mapping[str, Json] | None = None
    error: Mapping[str, Json] | None = None
    problems: tuple[Problem, ...] = ()
    had_errors: bool = False
    ended_at: datetime | None = None

    def facts(self, most_bytes: int = SHOWN_BYTES) -> dict[str, Json]:
        """Return the outcome as JSON, as a dry run shows it.

        What its nodes were given and gave takes `most_bytes` at most; of what does not fit any more stands that it
        was left out. The end counts before the steps, and those in their order.
        """
        shown = _Shown(most_bytes, most_bytes)
        return {
            "status": str(self.status),
            "path": list(self.path),
            "output": shown.of(self.output),
            "response": shown.of(None if self.response is None else dict(self.response)),
            "error": shown.of(None if self.error is None else dict(self.error)),
            "steps": {
                key: {
                    "status": str(step.status),
                    "input": shown.of(dict(step.input)),
                    "output": shown.of(step.output),
                    "error": shown.of(None if step.error is None else dict(step.error)),
                    "attempts": step.attempts,
                }
                for key, step in self.steps.items()
            },
            "problems": [problem.facts() for problem in self.problems],
            "had_errors": self.had_errors,
        }


@dataclass(slots=True)
class _Shown:
    """What may still be shown."""

    most: int
    left: int

    def of(self, value: Json) -> Json:
        """Return the value if it still fits, else a word in its place."""
        weight = weigh(value, self.left)
        if isinstance(weight, Excess):
            return omitted(self.most)
        self.left -= weight
        return value
