"""How a document is edited: by operations, each the smallest fact, a batch of them whole or not at all.

The screen applies the same operations by the same rules before it sends them, so `tests/contracts/operations.json` binds both.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from apps.engine.problem import pointer
from apps.engine.value import NODE_ID, Json
from apps.workflows.rules.pointers import PointerError, copied, drop, put, tokens_of

MOST = 500
LONGEST_NAME = 255
LONGEST_DESCRIPTION = 10_000
# The engine reads the first two, the screen alone the last.
META = frozenset({"settings", "variables", "editor"})
# Of each operation: what it must say, and what it may.
_FIELDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "node.add": (frozenset({"node"}), frozenset({"at"})),
    "node.move": (frozenset({"id", "x", "y"}), frozenset()),
    "node.patch": (frozenset({"id"}), frozenset({"set", "unset"})),
    "node.remove": (frozenset({"id"}), frozenset()),
    "edge.add": (frozenset({"edge"}), frozenset({"at"})),
    "edge.patch": (frozenset({"id"}), frozenset({"set", "unset"})),
    "edge.remove": (frozenset({"id"}), frozenset()),
    "meta.patch": (frozenset(), frozenset({"set", "unset"})),
    "workflow.patch": (frozenset({"set"}), frozenset()),
}


class OperationError(Exception):
    """An operation that cannot be applied. `path` is a JSON pointer into the list of operations."""

    def __init__(self, code: str, message: str, *place: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.index = 0
        self.place: tuple[str | int, ...] = place

    @property
    def path(self) -> str:
        """Return where it stands."""
        return pointer(self.index, *self.place)


@dataclass(frozen=True, slots=True)
class Applied:
    """What a batch leads to: the document, and the name and description of the workflow if it sets them."""

    document: dict[str, Json]
    texts: dict[str, str] = field(default_factory=dict)


def normalised(document: Json) -> dict[str, Json]:
    """Return the document with both lists, and an id of its own for every edge; nodes stay as they are.

    An edge without an id, or with one that an earlier edge has, is called after its index: `edge-0`, or `edge-0-2` if
    there is one of that name.
    """
    return _Draft(document).whole


def apply(document: Json, operations: Sequence[Json]) -> Applied:
    """Return what operations, one after the other, make of a document; neither of them is touched.

    Raises:
        OperationError: one cannot be applied; says which, and why.
    """
    draft = _Draft(document)
    for index, operation in enumerate(operations):
        try:
            _apply(draft, operation)
        except OperationError as refusal:
            refusal.index = index
            raise
    return Applied(draft.whole, draft.texts)


class _Draft:
    """A copy of a document that operations may change in place."""

    def __init__(self, document: Json) -> None:
        whole = copied(document)
        self.whole: dict[str, Json] = whole if isinstance(whole, dict) else {}
        self.texts: dict[str, str] = {}
        self._known: dict[str, dict[str, dict[str, Json]]] = {}
        self._has_twins: dict[str, bool] = {}
        # What is no list of nodes or edges holds none.
        self.nodes, self.edges = self._list("nodes"), self._list("edges")
        self._name_edges()

    def _list(self, part: str) -> list[Json]:
        found = self.whole.get(part)
        listed = found if isinstance(found, list) else []
        self.whole[part] = listed
        return listed

    def listed(self, part: str) -> list[Json]:
        """Return the nodes or the edges."""
        return self.nodes if part == "nodes" else self.edges

    def _name_edges(self) -> None:
        edges = [each for each in self.edges if isinstance(each, dict)]
        taken = {each["id"] for each in edges if _is_name(each.get("id"))}
        seen: set[Json] = set()
        for index, edge in enumerate(self.edges):
            if not isinstance(edge, dict):
                continue
            if not _is_name(edge.get("id")) or edge["id"] in seen:
                edge["id"] = _free(f"edge-{index}", taken)
                taken.add(edge["id"])
            seen.add(edge["id"])

    def known(self, part: str) -> dict[str, dict[str, Json]]:
        """Return the nodes or the edges by their ids; of two with one id the first."""
        if part not in self._known:
            is_id = _is_node_id if part == "nodes" else _is_name
            found = [
                each
                for each in self.listed(part)
                if isinstance(each, dict) and is_id(each.get("id"))
            ]
            self._known[part] = {str(each["id"]): each for each in reversed(found)}
            self._has_twins[part] = len(self._known[part]) < len(found)
        return self._known[part]

    def insert(self, part: str, one: dict[str, Json], at: int | None) -> None:
        """Put a node or an edge, of an id that none has yet, at an index, by default at the end.

        Raises:
            OperationError: the index lies beyond the end.
        """
        listed = self.listed(part)
        if at is not None and at > len(listed):
            raise OperationError("operation_invalid", "The list is not that long.", "at")
        listed.insert(len(listed) if at is None else at, one)
        self.known(part)[str(one["id"])] = one

    def remove(self, part: str, name: Json) -> None:
        """Take out one node or edge; of two with one id the first.

        Raises:
            OperationError: there is none of that id.
        """
        found, listed = self.one(part, name), self.listed(part)
        del listed[next(index for index, each in enumerate(listed) if each is found)]
        self._forget(part, [name])

    def cut(self, node_id: Json) -> None:
        """Take out the edges that a node has."""
        gone = [
            each
            for each in self.edges
            if isinstance(each, dict) and node_id in (each.get("source"), each.get("target"))
        ]
        if gone:
            ends = {id(each) for each in gone}
            self.edges[:] = [each for each in self.edges if id(each) not in ends]
            self._forget("edges", [each["id"] for each in gone])

    def _forget(self, part: str, names: Iterable[Json]) -> None:
        # With a batch of hundreds each look at the whole list counts; only behind a twin there is another one to be found.
        if self._has_twins.get(part):
            del self._known[part], self._has_twins[part]
        elif part in self._known:
            for name in names:
                self._known[part].pop(str(name), None)

    def one(self, part: str, name: Json) -> dict[str, Json]:
        """Return a node or an edge by its id.

        Raises:
            OperationError: there is none.
        """
        found = self.known(part).get(name) if isinstance(name, str) else None
        if found is None:
            what = part.removesuffix("s")
            raise OperationError(f"{what}_unknown", f"There is no {what} of this id.", "id")
        return found


def _apply(draft: _Draft, operation: Json) -> None:
    name = operation.get("op") if isinstance(operation, dict) else None
    if not isinstance(operation, dict) or not isinstance(name, str) or name not in _FIELDS:
        raise OperationError("operation_invalid", "There is no such operation.", "op")
    must, may = _FIELDS[name]
    for each in [*sorted(must - set(operation)), *sorted(set(operation) - must - may - {"op"})]:
        word = "needs" if each in must else "has no"
        raise OperationError("operation_invalid", f"“{name}” {word} “{each[:64]}”.", each)
    _APPLIERS[name](draft, operation)


def _add_node(draft: _Draft, operation: Mapping[str, Json]) -> None:
    node = _object(operation, "node")
    if not _is_node_id(node.get("id")):
        message = "A node needs an id of 1 to 64 letters, digits, hyphens or underscores."
        raise OperationError("operation_invalid", message, "node", "id")
    if node["id"] in draft.known("nodes"):
        raise OperationError("node_exists", "There is a node of this id already.", "node", "id")
    draft.insert("nodes", _copied(node), _at(operation))


def _move(draft: _Draft, operation: Mapping[str, Json]) -> None:
    for axis in ("x", "y"):
        if isinstance(operation[axis], bool) or not isinstance(operation[axis], int | float):
            raise OperationError("operation_invalid", "This must be a number.", axis)
    node = draft.one("nodes", operation["id"])
    node["position"] = {"x": operation["x"], "y": operation["y"]}


def _patch_node(draft: _Draft, operation: Mapping[str, Json]) -> None:
    changes = _changes(operation)
    node = draft.one("nodes", operation["id"])
    changes.apply(node, lambda tokens: tokens[0] not in {"id", "position"})


def _remove_node(draft: _Draft, operation: Mapping[str, Json]) -> None:
    draft.remove("nodes", operation["id"])
    draft.cut(operation["id"])


def _add_edge(draft: _Draft, operation: Mapping[str, Json]) -> None:
    edge = _object(operation, "edge")
    if not _is_name(edge.get("id")):
        raise OperationError("operation_invalid", "An edge needs an id.", "edge", "id")
    if edge["id"] in draft.known("edges"):
        raise OperationError("edge_exists", "There is an edge of this id already.", "edge", "id")
    _refuse_loose(draft, edge, "edge")
    draft.insert("edges", _copied(edge), _at(operation))


def _patch_edge(draft: _Draft, operation: Mapping[str, Json]) -> None:
    changes = _changes(operation)
    edge = draft.one("edges", operation["id"])
    changes.apply(edge, lambda tokens: tokens[0] != "id")
    _refuse_loose(draft, edge)


def _remove_edge(draft: _Draft, operation: Mapping[str, Json]) -> None:
    draft.remove("edges", operation["id"])


def _patch_meta(draft: _Draft, operation: Mapping[str, Json]) -> None:
    _changes(operation).apply(draft.whole, lambda tokens: tokens[0] in META and len(tokens) > 1)


def _patch_workflow(draft: _Draft, operation: Mapping[str, Json]) -> None:
    texts = _object(operation, "set")
    for name, value in texts.items():
        text = value.strip() if isinstance(value, str) and name == "name" else value
        most = {"name": LONGEST_NAME, "description": LONGEST_DESCRIPTION}.get(name, -1)
        is_fit = isinstance(text, str) and len(text) <= most and (text or name != "name")
        if not is_fit:
            message = (
                "A workflow has a name (1 to 255 characters) and a description (at most 10,000)."
            )
            raise OperationError("operation_invalid", message, "set", name)
        draft.texts[name] = str(text)


_APPLIERS: dict[str, Callable[[_Draft, Mapping[str, Json]], None]] = {
    "node.add": _add_node,
    "node.move": _move,
    "node.patch": _patch_node,
    "node.remove": _remove_node,
    "edge.add": _add_edge,
    "edge.patch": _patch_edge,
    "edge.remove": _remove_edge,
    "meta.patch": _patch_meta,
    "workflow.patch": _patch_workflow,
}


@dataclass(frozen=True, slots=True)
class _Changes:
    """What a patch says: what is set, in the order in which it says so, and then what is taken out."""

    set: Mapping[str, Json]
    unset: tuple[str, ...]

    def apply(self, whole: dict[str, Json], may: Callable[[tuple[str, ...]], bool]) -> None:
        for text, value in self.set.items():
            with _Placed("set", text):
                put(whole, _tokens(text, may), copied(value))
        for index, text in enumerate(self.unset):
            with _Placed("unset", str(index)):
                drop(whole, _tokens(text, may))


class _Placed:
    """Turns the refusal of a pointer into that of its operation."""

    def __init__(self, *place: str) -> None:
        self._place = place

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: object, reason: BaseException | None, trace: object) -> None:
        """Say where the pointer stands."""
        if isinstance(reason, PointerError):
            raise OperationError("pointer_invalid", str(reason), *self._place) from reason


def _tokens(text: str, may: Callable[[tuple[str, ...]], bool]) -> tuple[str, ...]:
    tokens = tokens_of(text)
    if not may(tokens):
        raise PointerError("What lies there is not patched.")
    return tokens


def _changes(operation: Mapping[str, Json]) -> _Changes:
    unset = operation.get("unset", [])
    if not isinstance(unset, list) or not all(isinstance(each, str) for each in unset):
        raise OperationError("operation_invalid", "This must be a list of pointers.", "unset")
    values = _object(operation, "set") if "set" in operation else {}
    return _Changes(values, tuple(str(each) for each in unset))


def _copied(one: dict[str, Json]) -> dict[str, Json]:
    return {name: copied(value) for name, value in one.items()}


def _object(operation: Mapping[str, Json], name: str) -> dict[str, Json]:
    found = operation[name]
    if not isinstance(found, dict):
        raise OperationError("operation_invalid", "This must be an object.", name)
    return found


def _at(operation: Mapping[str, Json]) -> int | None:
    """Return at which index something is to stand, None for the end."""
    if "at" not in operation:
        return None
    at = operation["at"]
    if isinstance(at, bool) or not isinstance(at, int | float) or at < 0 or at % 1 != 0:
        raise OperationError("operation_invalid", "An index is a whole number from 0.", "at")
    return int(at)


def _refuse_loose(draft: _Draft, edge: Mapping[str, Json], *place: str) -> None:
    """Let an edge be whose ends are nodes.

    Raises:
        OperationError: one is not.
    """
    for end in ("source", "target"):
        if not isinstance(edge.get(end), str) or edge[end] not in draft.known("nodes"):
            message = "An edge leads from one node to another; there is none of this id."
            raise OperationError("edge_end_unknown", message, *place, *((end,) if place else ()))


def _is_name(value: Json) -> bool:
    return isinstance(value, str) and value != ""


def _is_node_id(value: Json) -> bool:
    return isinstance(value, str) and NODE_ID.fullmatch(value) is not None


def _free(name: str, taken: set[Json]) -> str:
    """Return `name`, or the first of `name-2`, `name-3`… that is free."""
    if name not in taken:
        return name
    number = 2
    while f"{name}-{number}" in taken:
        number += 1
    return f"{name}-{number}"
