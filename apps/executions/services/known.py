"""What an execution has come to, read from the database when somebody first asks: outputs, and what passes were given."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TypeAlias, TypeVar
from uuid import UUID

from apps.credentials import facade as credentials
from apps.engine.container import Open, PassFacts
from apps.engine.credential import Vault
from apps.engine.failure import Failure
from apps.engine.program import Program
from apps.engine.render import sources_of
from apps.engine.sight import key_in_sight, place_of
from apps.engine.value import (
    Json,
    ScopeKey,
    StepKey,
    frames_of,
    outer_scope,
    split_key,
    step_key,
)
from apps.executions.queries import owning
from apps.executions.services.acting import Actor, member_of
from apps.keys import facade as keys
from apps.keys.errors import KeyAwayError

V = TypeVar("V")
Read: TypeAlias = Callable[[str, UUID, list[StepKey]], dict[StepKey, V]]

# So much JSON of large values stays at hand, and at least the newest of them.
MOST_HEAVY_BYTES = 4 * 2**20


class Shelf(Mapping[StepKey, V]):
    """Values by step, read when they are first asked for, and forgotten scope by scope.

    `heavy` says how large some are that can be read again; `lighten` forgets the oldest of them.
    """

    def __init__(
        self,
        schema: str,
        execution_id: UUID,
        read: Read[V],
        heavy: dict[StepKey, int] | None = None,
    ) -> None:
        self.heavy: dict[StepKey, int] = {} if heavy is None else heavy
        self._schema = schema
        self._id = execution_id
        self._read = read
        self._known: dict[ScopeKey, dict[StepKey, V]] = {}
        self._absent: dict[ScopeKey, set[StepKey]] = {}

    def put(self, key: StepKey, value: V) -> None:
        """Remember a value that is being recorded."""
        self._known.setdefault(split_key(key)[0], {})[key] = value

    def fetch(self, keys: Iterable[StepKey]) -> None:
        """Read several at once, before somebody asks for them one by one."""
        missing = [key for key in keys if not self._is_told(key)]
        if not missing:
            return
        found = self._read(self._schema, self._id, missing)
        for key in missing:
            if key in found:
                self.put(key, found[key])
            else:
                self._absent.setdefault(split_key(key)[0], set()).add(key)

    def look_again(self, key: StepKey) -> None:
        """Forget that there was nothing: somebody else has recorded it meanwhile."""
        self._absent.get(split_key(key)[0], set()).discard(key)

    def _is_told(self, key: StepKey) -> bool:
        scope = split_key(key)[0]
        return key in self._known.get(scope, ()) or key in self._absent.get(scope, ())

    def forget(self, scope: ScopeKey) -> None:
        """Let go of a scope in which nothing is open any more, so that a long loop takes no more room than a short one."""
        self._known.pop(scope, None)
        self._absent.pop(scope, None)

    def lighten(self) -> None:
        """Let go of large values, the oldest first, until the others are few: an execution may have a thousand.

        The newest stays, whatever its size: it is what the next step reads, and its parts may be shared, which no
        longer holds of what is read again.
        """
        while len(self.heavy) > 1 and sum(self.heavy.values()) > MOST_HEAVY_BYTES:
            key = next(iter(self.heavy))
            del self.heavy[key]
            self._known.get(split_key(key)[0], {}).pop(key, None)

    def __getitem__(self, key: StepKey) -> V:
        scope = split_key(key)[0]
        known = self._known.get(scope)
        if known is None or key not in known:
            self.fetch([key])
            known = self._known.get(scope, {})
        return known[key]

    def __iter__(self) -> Iterator[StepKey]:
        return (key for known in self._known.values() for key in known)

    def __len__(self) -> int:
        return sum(len(known) for known in self._known.values())


Outputs: TypeAlias = Shelf[Json]
Given: TypeAlias = Shelf[PassFacts]


def outputs(schema: str, execution_id: UUID) -> Outputs:
    """Return the outputs of settled steps."""
    heavy: dict[StepKey, int] = {}
    return Shelf(schema, execution_id, partial(owning.outputs, heavy=heavy), heavy)


def given(schema: str, execution_id: UUID) -> Given:
    """Return what each pass was given, by its key."""
    return Shelf(schema, execution_id, owning.items)


def bring(
    program: Program, key: StepKey, taken: Sequence[int], outputs: Outputs, given: Given
) -> None:
    """Read what a step that came by the edges `taken` reads, all at once: a node that runs holds no connection.

    Done before the step is recorded as running: a store that is away then leaves no step of which nobody knows
    whether it ran.

    Raises:
        BlobGoneError, StoreFailedError: a large output cannot be read.
    """
    given.fetch(passes_around(key))
    outputs.fetch(read_by(program, key, taken, given))


def vault(schema: str, program: Program, key: StepKey, execution_id: UUID, acts_as: Actor) -> Vault:
    """Return the credentials that a step names, opened, by one query, or by none if it names none; and what it looks up."""
    needs = program.needs(split_key(key)[1])
    if not (needs.credentials or needs.lookups):
        return {}
    reader = credentials.Reader("run", execution_id)
    acting_id = member_of(acts_as)
    return credentials.opened(schema, needs.credentials, reader, needs.lookups, acts_as=acting_id)


def reach(schema: str, program: Program, key: StepKey, acts_as: Actor) -> None:
    """Have what a step names opened once in time, as `bring`, if a key service must be asked: it may be away.

    Raises:
        KeyAwayError: it is; the step waits for it.
    """
    names = program.needs(split_key(key)[1]).credentials
    if names and keys.has_services():
        credentials.opened(schema, names, acts_as=member_of(acts_as))


def failed_for(away: KeyAwayError, *, acts: bool) -> Failure:
    """Return the failure of a step that was recorded as running before its key service went away; nothing was sent.

    Raises:
        KeyAwayError: it was not, since it does not act: it waits like any other.
    """
    if not acts:
        raise away
    return Failure("credential_away", away.message, is_retryable=True)


def list_of(answer: Open) -> Json:
    """Return what is stored of a container's answer; nothing if it has no items."""
    if not answer.items:
        return None
    keys: dict[str, Json] = {} if answer.keys is None else {"keys": list(answer.keys)}
    return {"items": list(answer.items), **keys}


def passes_around(key: StepKey) -> list[StepKey]:
    """Return the keys of the passes that a step lies in, the outermost first."""
    scope = split_key(key)[0]
    frames = enumerate(frames_of(scope), 1)
    return [step_key(outer_scope(scope, depth), node_id) for depth, (node_id, _) in frames]


def read_by(
    program: Program, key: StepKey, taken: Sequence[int], given: Mapping[StepKey, PassFacts]
) -> set[StepKey]:
    """Return the steps whose outputs must be at hand before a step can be rendered."""
    graph, (scope, node_id) = program.graph, split_key(key)
    needs = program.needs(node_id)
    names = graph.nodes if needs.steps is None else needs.steps
    wanted: set[StepKey] = set()
    if names:
        here = place_of(graph, key)
        seen = (key_in_sight(graph, scope, here, name) for name in names if name in graph.nodes)
        wanted = {each for each in seen if each is not None}
    if needs.has_input:
        wanted |= sources_of(program, scope, taken, given)
    return wanted
