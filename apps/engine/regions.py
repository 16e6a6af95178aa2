"""Which nodes stand inside of which: every handle of a container owns the region of nodes that it leads to.

A node that several handles of one container lead to belongs to none of them and hangs on its exit: the edges that
come to it from inside count as edges of the container. Every other edge that crosses a border is trouble.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from apps.engine.value import NodeId

# A container and one of its handles.
Frame: TypeAlias = tuple[NodeId, str]
# What a node stands in, the outermost first.
Place: TypeAlias = tuple[Frame, ...]
# An edge: from where, by which port, to where.
Way: TypeAlias = tuple[NodeId, str, NodeId]

OUTSIDE: Place = ()


@dataclass(frozen=True, slots=True)
class Trespass:
    """An edge (by its index) that crosses the border of a region; `container` is the one whose region it is."""

    index: int
    container: NodeId
    is_leaving: bool


@dataclass(frozen=True, slots=True)
class Regions:
    """Where every node stands, which edges hang on which container instead, and which cross a border."""

    places: Mapping[NodeId, Place] = field(default_factory=dict)
    hanging: Mapping[int, NodeId] = field(default_factory=dict)
    trespasses: tuple[Trespass, ...] = ()


NO_REGIONS = Regions()


def regions_of(
    order: Sequence[NodeId], ways: Sequence[Way], handles: Mapping[NodeId, tuple[str, ...]]
) -> Regions:
    """Return the regions of a graph whose nodes stand in topological order.

    `handles` names the ports of each container that open a region; its other ports are exits.
    """
    if not handles:
        return Regions(dict.fromkeys(order, OUTSIDE))
    reach = _Reach(order, ways)
    places, shared = _places(reach, order, handles)
    hanging: dict[int, NodeId] = {}
    trespasses: list[Trespass] = []
    for index, (source, port, target) in enumerate(ways):
        expected = places[source]
        if port in handles.get(source, ()):
            expected = (*expected, (source, port))
        if places[target] == expected:
            continue
        # The last frame's container: where the edge begins, unless it begins outside of everything.
        inner = expected[-1][0] if expected and places[target] == expected[:-1] else None
        if inner is not None and reach.has(shared[inner], target):
            hanging[index] = inner
        else:
            trespasses.append(_trespass(index, expected, places[target]))
    return Regions(places, hanging, tuple(trespasses))


def _places(
    reach: _Reach, order: Sequence[NodeId], handles: Mapping[NodeId, tuple[str, ...]]
) -> tuple[dict[NodeId, Place], dict[NodeId, int]]:
    places: dict[NodeId, Place] = dict.fromkeys(order, OUTSIDE)
    shared: dict[NodeId, int] = {}
    for container in filter(handles.__contains__, order):
        own, shared[container] = reach.split(container, handles[container])
        here = places[container]
        for handle, members in own.items():
            for node_id in reach.nodes(members):
                # Whoever stands elsewhere already is reached over a border, which its edge tells.
                if places[node_id] == here:
                    places[node_id] = (*here, (container, handle))
    return places, shared


def _trespass(index: int, expected: Place, found: Place) -> Trespass:
    if expected[: len(found)] == found:
        return Trespass(index, expected[-1][0], is_leaving=True)
    stranger = next(
        frame for place, frame in enumerate(found) if expected[place : place + 1] != (frame,)
    )
    return Trespass(index, stranger[0], is_leaving=False)


class _Reach:
    """What can be reached from where. Sets of nodes are bits, so that a thousand nodes cost a thousand numbers."""

    def __init__(self, order: Sequence[NodeId], ways: Sequence[Way]) -> None:
        self._order = order
        self._place = {node_id: place for place, node_id in enumerate(order)}
        self._ways: dict[NodeId, list[tuple[str, NodeId]]] = {node_id: [] for node_id in order}
        for source, port, target in ways:
            self._ways[source].append((port, target))
        self._from: dict[NodeId, int] = {}
        for node_id in reversed(order):
            self._from[node_id] = self._together(target for _, target in self._ways[node_id]) | (
                1 << self._place[node_id]
            )

    def _together(self, targets: Iterable[NodeId]) -> int:
        bits = 0
        for target in targets:
            bits |= self._from[target]
        return bits

    def split(self, container: NodeId, handles: tuple[str, ...]) -> tuple[dict[str, int], int]:
        """Return what each handle alone leads to, and what several of them, or one and an exit, lead to."""
        seen = self._together(
            target for port, target in self._ways[container] if port not in handles
        )
        shared = 0
        by_handle: dict[str, int] = {}
        for handle in handles:
            bits = self._together(
                target for port, target in self._ways[container] if port == handle
            )
            shared |= seen & bits
            seen |= bits
            by_handle[handle] = bits
        return {handle: bits & ~shared for handle, bits in by_handle.items()}, shared

    def has(self, bits: int, node_id: NodeId) -> bool:
        return bool(bits >> self._place[node_id] & 1)

    def nodes(self, bits: int) -> Iterator[NodeId]:
        while bits:
            lowest = bits & -bits
            yield self._order[lowest.bit_length() - 1]
            bits ^= lowest
