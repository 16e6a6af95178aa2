"""Rules of workflows that call others, and of error workflows, each broken on purpose."""

from typing import Any

import pytest

from tests.chaos.breaking import breaks

EACH = "tests/executions/test_for_each.py"


@breaks(
    "children begin with the commit that records their call",
    f"{EACH}::test_a_worker_that_dies_before_it_has_written_a_start_leaves_nothing_of_it",
)
def children_outside_the_transaction(patch: pytest.MonkeyPatch) -> None:
    from apps.executions.services import children
    from tests.executions.crew import beside

    begun = children._begin
    patch.setattr(children, "_begin", lambda *what: beside(lambda: begun(*what)))


@breaks(
    "a child's end and the poke of its parent are one commit",
    f"{EACH}::test_a_worker_killed_after_the_end_of_a_child_has_left_the_poke_that_wakes_its_parent",
)
def parent_poked_after_the_commit(patch: pytest.MonkeyPatch) -> None:
    from apps.executions.services import children, turn

    poke, conclude = children.poke_parents, turn.conclude
    owed: list[Any] = []

    def conclude_then_poke(*args: Any) -> Any:
        left = conclude(*args)
        poke(owed)
        return left

    patch.setattr(children, "poke_parents", owed.extend)
    patch.setattr(turn, "conclude", conclude_then_poke)


@breaks(
    "a waiting parent looks again by itself",
    "tests/executions/test_calls.py::test_a_waiting_parent_holds_nobody",
)
def parents_rest_until_they_are_poked(patch: pytest.MonkeyPatch) -> None:
    from apps.executions.services import turn

    patch.setattr(turn, "is_called", lambda _step: False)


@breaks(
    "children are asked to end before their parent does",
    "tests/executions/test_calls.py::test_cancelling_a_parent_cancels_whatever_it_waits_for",
)
def children_are_left_alone(patch: pytest.MonkeyPatch) -> None:
    from apps.executions.services import children

    patch.setattr(children, "under_way", lambda *_args: [])


@breaks(
    "an error workflow starts with the commit that ends the failed execution",
    "tests/executions/test_error_workflow.py::test_the_failure_and_the_start_of_the_other_are_one_commit",
)
def error_workflow_outside_the_transaction(patch: pytest.MonkeyPatch) -> None:
    from apps.executions.services import following
    from tests.executions.crew import beside

    started = following.start
    patch.setattr(following, "start", lambda what: beside(lambda: started(what)))
