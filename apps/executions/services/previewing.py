"""What an expression or a template would give, over data of the past: evaluated as in a step, and nothing is called."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast
from uuid import UUID

from apps.core import clock, tenancy
from apps.core.errors import FieldProblem, InvalidError
from apps.engine.container import PassFacts, roots_of_pass
from apps.engine.errors import NodeError, PortError
from apps.engine.expressions import ExpressionError, Scope, Seed, compile_expression
from apps.engine.graph import Container
from apps.engine.node import input_of
from apps.engine.problem import pointer
from apps.engine.program import Program
from apps.engine.render import Known, inputs_of
from apps.engine.secret import REDACTED, Sealed, Secret, secrets_in, without_secrets
from apps.engine.sight import Steps
from apps.engine.template import compile_template, problems_of
from apps.engine.value import (
    DEFAULT_LIMITS,
    Json,
    NodeId,
    ScopeKey,
    StepKey,
    pass_scope,
    split_key,
    step_key,
)
from apps.executions.errors import ExecutionNotFoundError
from apps.executions.models import Execution
from apps.executions.queries import samples
from apps.executions.queries.samples import Sample, Wanted
from apps.executions.services.sampling import shortened
from apps.workflows import facade as workflows

MOST_VALUE_BYTES = 64 << 10
_KINDS: dict[type, str] = {
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    Secret: "string",
    list: "array",
    type(None): "null",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be evaluated, and as whom it sees: an expression, or a template. `steps` and `trigger` go before stored data."""

    workflow_id: UUID
    expression: str | None = None
    template: Json = None
    node_id: str = ""
    execution_id: UUID | None = None
    steps: Mapping[str, Json] = field(default_factory=dict)
    trigger: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """Why there is no value. `position` counts characters of the text at `place`, a JSON pointer into the template."""

    code: str
    message: str
    position: int | None = None
    path: str | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Previewed:
    """What it gives, or why it gives nothing. Credentials are never opened: where one would stand, `[REDACTED]` does."""

    value: Json = None
    type: str | None = None
    has_secret: bool = False
    is_truncated: bool = False
    error: Fault | None = None


def preview(asked: Asked) -> Previewed:
    """Evaluate an expression or a template as the node `node_id` of the draft would.

    A value that is too large to be shown is shortened. What the expression gets wrong is part of the answer.

    Raises:
        WorkflowNotFoundError: there is no such workflow, or it lies in the bin.
        ExecutionNotFoundError: this tenant has no such execution.
        InvalidError: it is one of another workflow.
    """
    _refuse_strange(asked)
    draft = workflows.draft(asked.workflow_id)
    try:
        return _shown(_evaluated(asked, draft))
    except ExpressionError as error:
        place = _place(asked, draft.node_ids)
        return Previewed(
            error=Fault(error.code, str(error), error.position, error.path, pointer(*place))
        )
    except (NodeError, PortError) as failure:
        return Previewed(error=Fault(failure.code, str(failure)))


def _refuse_strange(asked: Asked) -> None:
    if asked.execution_id is None:
        return
    rows = Execution.objects.filter(pk=asked.execution_id)
    workflow_id = rows.values_list("workflow_id", flat=True).first()
    if workflow_id is None:
        raise ExecutionNotFoundError("There is no such execution here.")
    if workflow_id != asked.workflow_id:
        message = "This execution is one of another workflow."
        problem = FieldProblem("/execution_id", "other_workflow", message)
        raise InvalidError(message, code="other_workflow", errors=[problem])


def _evaluated(asked: Asked, draft: workflows.DraftInfo) -> Sealed:
    # The draft's own set, and no other: what is compiled is kept by it.
    node_ids = draft.node_ids
    wanted = Wanted(asked.workflow_id, asked.execution_id, DEFAULT_LIMITS.output_bytes)
    data = _Data(wanted, draft, asked.steps)
    if asked.expression is not None:
        expression = compile_expression(asked.expression, node_ids=node_ids)
        scope = _scope(asked, draft, data, set(expression.paths))
        return cast("Sealed", expression.evaluate(scope))
    template = compile_template(asked.template, node_ids=node_ids, secret_ok=True)
    return template.render(_scope(asked, draft, data, set(template.paths)))


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where a node of the draft runs: in the first pass of all that is around it. `names` are what these show."""

    program: Program
    key: StepKey
    passes: Mapping[StepKey, PassFacts]
    names: Mapping[str, Json]


def _scope(
    asked: Asked,
    draft: workflows.DraftInfo,
    data: "_Data",
    paths: Collection[tuple[Any, ...]],
) -> Scope:
    """Return what the paths of an expression need: what is named is read at once, what is not known is not there."""
    read, now = {path[0] for path in paths}, clock.now()
    data.fetch({str(path[1]) for path in paths if path[0] == "steps" and len(path) > 1})
    standing = _standing(draft.program, NodeId(asked.node_id), data.wanted)
    steps: Mapping[str, Any] = data
    roots: dict[str, Any] = {}
    if standing is not None:
        roots |= standing.names
        steps = Steps(standing.program.graph, standing.key, _ByKey(data), standing.names)
        roots |= _input(standing, data) if "input" in read else {}
    roots |= _trigger(asked, data) if "trigger" in read else {}
    roots |= {
        "steps": steps,
        "vars": draft.variables,
        "credentials": _Credentials(),
        "env": {
            "tenant_id": tenancy.current_schema(),
            "workflow_id": str(asked.workflow_id),
            "execution_id": str(asked.execution_id or ""),
            "current_timestamp": now.isoformat(),
        },
    }
    key = StepKey("preview") if standing is None else standing.key
    zone = "UTC" if draft.program is None else draft.program.settings.timezone
    on_missing = "error" if draft.program is None else draft.program.on_missing
    return Scope(roots, Seed(str(asked.execution_id or ""), key, now, zone), on_missing)


def _standing(program: Program | None, node_id: NodeId, wanted: Wanted) -> _Standing | None:
    if program is None or node_id not in program.graph.nodes:
        return None
    graph, scope = program.graph, ScopeKey("")
    place = graph.place(node_id)
    known = samples.passes(wanted, graph) if place else {}
    passes: dict[StepKey, PassFacts] = {}
    names: dict[str, Json] = {}
    for container, handle in place:
        node = graph.nodes[container]
        index = 0 if node.container is Container.LOOP else node.handles.index(handle)
        scope = pass_scope(step_key(scope, container), index)
        if container in known:
            # By which edges the container was come to is another question in the draft than it was then.
            taken: list[Json] = [edge.index for edge in graph.incoming[container]]
            passes[step_key(scope, container)] = {**known[container], "taken": taken}
            names |= roots_of_pass(node, program.containers[container], known[container])
    return _Standing(program, step_key(scope, node_id), passes, names)


def _input(standing: _Standing, data: "_Data") -> dict[str, Json]:
    """Return what comes in by all edges of a node, as far as it is known."""
    scope, node_id = split_key(standing.key)
    incoming = standing.program.graph.incoming[node_id]
    data.fetch({edge.source for edge in incoming})
    known = Known(_ByKey(data), standing.passes)
    try:
        inputs = inputs_of(standing.program, scope, [each.index for each in incoming], known)
    except KeyError:
        return {}
    return {"input": input_of(inputs)} if inputs else {}


def _trigger(asked: Asked, data: "_Data") -> dict[str, Json]:
    """Return what the caller gives, or else what last started an execution."""
    if asked.trigger:
        return {"trigger": asked.trigger[0]}
    newest = max(data.started.values(), key=lambda each: str(each.execution_id), default=None)
    return {} if newest is None else {"trigger": _whole(newest).output}


class _Data(Mapping[str, Any]):
    """Outputs by node: what the caller gives, else its pin, else the last one that is stored. Read when first asked for."""

    def __init__(
        self, wanted: Wanted, draft: workflows.DraftInfo, given: Mapping[str, Json]
    ) -> None:
        self.wanted = wanted
        self._given = given
        self._unread = set(draft.node_ids) - set(given)
        self._starts = () if draft.program is None else draft.program.graph.triggers
        self._node_ids = draft.node_ids
        self._known: dict[str, Sample] = {}

    @cached_property
    def started(self) -> Mapping[str, Sample]:
        """What each trigger last started an execution with."""
        return samples.triggers(self.wanted, self._node_ids)

    def fetch(self, names: Collection[str]) -> None:
        """Read some at once."""
        missing = self._unread.intersection(names)
        if not missing:
            return
        self._unread -= missing
        pins = samples.pins(self.wanted, missing)
        self._known |= samples.outputs(self.wanted, missing - pins.keys()) | pins
        if missing.intersection(self._starts):
            self._known |= {name: each for name, each in self.started.items() if name in missing}

    def __getitem__(self, name: str) -> Any:
        if name in self._given:
            return self._given[name]
        if name in self._unread:
            # A name that was computed: whoever asks for one may ask for all.
            self.fetch(set(self._unread))
        sample = self._known[name]
        sample = self._known[name] = _whole(sample)
        return sample.output

    def __iter__(self) -> Iterator[str]:
        return iter({**self._given, **self._known})

    def __len__(self) -> int:
        return len({**self._given, **self._known})


def _whole(sample: Sample) -> Sample:
    """Return a sample with its output, out of the store if it lies there.

    Raises:
        ExpressionError: `data_too_large`.
        PortError: the store does not give it.
    """
    if sample.has_output:
        return sample
    size = samples.sizes([sample]).get(sample.node_id)
    if size is None or size > DEFAULT_LIMITS.output_bytes:
        message = f"The output of “{sample.node_id}” is too large to be looked at here."
        raise ExpressionError("data_too_large", message)
    return samples.read(sample)


class _ByKey(Mapping[StepKey, Any]):
    """The same by step: in whatever pass a node runs, its last output stands for it."""

    def __init__(self, data: _Data) -> None:
        self._data = data

    def __getitem__(self, key: StepKey) -> Any:
        return self._data[split_key(key)[1]]

    def __iter__(self) -> Iterator[StepKey]:
        return (StepKey(name) for name in self._data)

    def __len__(self) -> int:
        return len(self._data)


class _Credentials(Mapping[str, Any]):
    """Every name is a credential with every value, and none of them is known."""

    def __getitem__(self, name: str) -> "_Credential":
        return _Credential()

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class _Credential(_Credentials):
    def __getitem__(self, name: str) -> Any:
        return Secret(REDACTED)

    def whole(self) -> Secret:
        """Return what stands for it as a whole."""
        return Secret(REDACTED)


def _place(asked: Asked, node_ids: frozenset[str]) -> tuple[str | int, ...]:
    """Return where in a template the first text stands that cannot be compiled."""
    if asked.expression is not None or isinstance(asked.template, str):
        return ()
    problems = problems_of(asked.template, node_ids=node_ids, secret_ok=True)
    return problems[0].place if problems else ()


def _shown(value: Sealed) -> Previewed:
    has_secret = bool(secrets_in(value))
    shown, is_truncated = shortened(without_secrets(value), MOST_VALUE_BYTES)
    return Previewed(shown, _KINDS.get(type(value), "object"), has_secret, is_truncated)
