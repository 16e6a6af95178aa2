"""What a member may do with a workflow: the whole rule, held against a slower telling of it."""

from itertools import combinations, product

import pytest

from apps.core.principals import ALL, PERMISSIONS_BY_ROLE
from apps.workflows.rules.sharing import PERMISSIONS_BY_LEVEL, SHARE, Level, Place, permitted

GIVEN = [frozenset(each) for size in range(3) for each in combinations(Level, size)]
PLACES = [Place(is_restricted, given) for is_restricted in (False, True) for given in GIVEN]
HELD = [
    *PERMISSIONS_BY_ROLE.values(),
    frozenset(),
    frozenset({"workflow.read"}),
    frozenset({"workflow.read", SHARE}),
    frozenset({"credential.read", "execution.read"}),
]


def told(held: frozenset[str], places: list[Place]) -> frozenset[str] | None:
    """Return what the rule says of somebody who is no manager, one permission after the other."""
    walls = [index for index, place in enumerate(places) if place.is_restricted]
    heard = places[: walls[0] + 1] if walls else places
    levels = {level for place in heard for level in place.given}
    if walls and not levels:
        return None
    may = set()
    for permission in held:
        is_given = any(permission in PERMISSIONS_BY_LEVEL[level] for level in levels)
        is_open = not walls and (permission != SHARE or Level.OWNER in levels)
        if (is_given and walls) or is_open:
            may.add(permission)
    return frozenset(may)


def test_the_rule_says_what_is_told_of_a_workflow_and_of_one_in_a_folder() -> None:
    ways = [[place] for place in PLACES] + [list(pair) for pair in product(PLACES, PLACES)]
    wrong = [
        (held, places)
        for held in HELD
        for places in ways
        if permitted(held, places, is_manager=False) != told(held, places)
    ]

    assert wrong == []
    assert len(ways) == len(PLACES) + len(PLACES) ** 2


def test_owners_and_admins_of_the_tenant_are_kept_out_of_nothing() -> None:
    assert {
        permitted(held, [place], is_manager=True) == held for held in HELD for place in PLACES
    } == {True}


def test_a_share_lifts_nobody_above_their_role() -> None:
    for held, place in product(HELD, PLACES):
        may = permitted(held, [place], is_manager=False)
        assert may is None or may <= held


@pytest.mark.parametrize(
    ("lower", "higher"), list(zip(list(Level), list(Level)[1:], strict=False)), ids=str
)
def test_each_level_holds_what_the_one_before_it_holds(lower: Level, higher: Level) -> None:
    assert PERMISSIONS_BY_LEVEL[lower] < PERMISSIONS_BY_LEVEL[higher] <= ALL


def test_the_innermost_restricted_place_decides_who_comes_in() -> None:
    held = PERMISSIONS_BY_ROLE["editor"]
    folder = Place(is_restricted=True, given=frozenset({Level.EDITOR}))
    closed, opened = Place(is_restricted=True), Place(is_restricted=False)

    assert permitted(held, [closed, folder], is_manager=False) is None
    assert (
        permitted(held, [opened, folder], is_manager=False) == held & PERMISSIONS_BY_LEVEL["editor"]
    )


def test_what_is_open_is_shared_by_its_owners_alone() -> None:
    held = PERMISSIONS_BY_ROLE["editor"]
    mine = Place(is_restricted=False, given=frozenset({Level.OWNER}))

    assert permitted(held, [mine], is_manager=False) == held
    assert permitted(held, [Place(is_restricted=False)], is_manager=False) == held - {SHARE}
