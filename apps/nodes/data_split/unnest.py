"""A list inside each entry becomes entries of its own."""

from __future__ import annotations

from collections.abc import Sequence

from apps.engine.errors import NodeError
from apps.engine.expressions.kinds import called
from apps.engine.rows import bounded, row_path
from apps.engine.value import DEFAULT_LIMITS, Json
from apps.engine.weight import Excess, weigh


def names_in(path: str) -> list[str]:
    """Return the names of a path; numbers are names too, because only objects are led through.

    Raises:
        NodeError: `bad_path`, it is none, or it is empty.
    """
    names = [str(segment) for segment in row_path(path)]
    if not names:
        raise NodeError("bad_path", "“path” must name the field in which the list lies.")
    return names


def elements_of(rows: Sequence[Json], names: Sequence[str], *, is_bare: bool) -> list[Json]:
    """Return one entry per element: the element alone, or the entry with the element in the place of its list.

    Raises:
        NodeError: `bad_entry`, the path leads through something that is no object; `too_many_entries`;
            `output_too_large`, told before anything large is made.
    """
    made: list[Json] = []
    left = DEFAULT_LIMITS.output_bytes
    for place, row in enumerate(rows):
        parents = _parents(row, names, place)
        found = parents[-1].get(names[-1]) if parents else None
        elements: list[Json] = found if isinstance(found, list) else [found]
        if found is None or not elements:
            continue
        if not is_bare:
            # Each element comes with a copy of what stands beside it.
            left -= len(elements) * _weight_beside(parents, names, left)
            if left < 0:
                raise _too_large()
        made.extend(element if is_bare else _with(parents, names, element) for element in elements)
        bounded(made, "path")
    return made


def _parents(row: Json, names: Sequence[str], place: int) -> list[dict[str, Json]]:
    """Return the objects that the names lead through, the entry first; none if the path leads nowhere."""
    parents: list[dict[str, Json]] = []
    value = row
    for name in names:
        if value is None:
            return []
        if not isinstance(value, dict):
            raise NodeError(
                "bad_entry",
                f"“path” leads into {called(value)} in entry {place}; every name but the last"
                " must be one of an object.",
            )
        parents.append(value)
        value = value.get(name)
    return parents


def _weight_beside(
    parents: Sequence[dict[str, Json]], names: Sequence[str], most_bytes: int
) -> int:
    beside = _with(parents, names, None)
    weight = weigh(beside, most_bytes)
    if isinstance(weight, Excess):
        raise _too_large()
    return weight


def _with(parents: Sequence[dict[str, Json]], names: Sequence[str], value: Json) -> Json:
    for parent, name in zip(reversed(parents), reversed(names), strict=True):
        value = {**parent, name: value}
    return value


def _too_large() -> NodeError:
    return NodeError(
        "output_too_large",
        f"The elements under “path” with what stands beside them take more than {DEFAULT_LIMITS.output_bytes}"
        " bytes. Take only the elements.",
    )
