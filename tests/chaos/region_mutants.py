"""Rules of loops, tries, retry and parallel blocks, each broken on purpose."""

from dataclasses import replace

import pytest

from tests.chaos.breaking import breaks

PASSES = "tests/engine/test_passes.py"
DURABLE = "tests/executions/test_regions.py"


@breaks(
    "a pass belongs to its own container",
    f"{DURABLE}::test_passes_inside_of_a_pass_are_not_taken_for_those_of_the_outer_loop",
)
def passes_of_anybody(patch: pytest.MonkeyPatch) -> None:
    from apps.engine.value import opener_of, pass_key, split_key
    from apps.executions.services import moves

    def is_pass(key: str, opener: str) -> bool:
        return key.startswith(f"{opener}[") and pass_key(*opener_of(split_key(key)[0])) == key

    patch.setattr(moves, "_is_pass_of", is_pass)


@breaks(
    "what a later owner goes on with is a piece of the list",
    f"{DURABLE}::test_a_later_owner_reads_a_piece_of_the_list",
)
def pieces_from_the_start(patch: pytest.MonkeyPatch) -> None:
    from apps.executions.queries import owning

    read = owning.piece
    patch.setattr(
        owning, "piece", lambda schema, each, opener, _first: read(schema, each, opener, 0)
    )


@breaks(
    "passes are judged in order",
    f"{PASSES}::test_passes_are_judged_in_order_and_later_ones_are_left_out",
)
def judged_as_they_come(patch: pytest.MonkeyPatch) -> None:
    from apps.engine import blocks

    def judged(block: blocks.Block, index: int, *, is_break: bool) -> blocks.Block:
        ending = blocks.COMPLETED if is_break else None
        return replace(block, judged=index + 1, broke_at=index if is_break else None, ending=ending)

    patch.setattr(blocks, "_judged", judged)


@breaks(
    "needless passes are told to stop",
    f"{PASSES}::test_needless_passes_are_told_to_stop",
)
def needless_go_on(patch: pytest.MonkeyPatch) -> None:
    from apps.engine import passes

    needless = passes._needless
    patch.setattr(passes, "_needless", lambda ending: replace(needless(ending), is_aborting=False))


@breaks(
    "only so many passes are under way",
    f"{PASSES}::test_only_so_many_passes_begin_as_may_be_under_way",
)
def all_at_once(patch: pytest.MonkeyPatch) -> None:
    from apps.engine import passes

    begun = passes.begun
    patch.setattr(passes, "begun", lambda block: begun(replace(block, concurrency=0)))


@breaks(
    "a retry block waits before it tries again",
    f"{PASSES}::test_a_retry_waits_before_it_tries_again",
)
def tried_at_once(patch: pytest.MonkeyPatch) -> None:
    from apps.engine import blocks, passes

    def passed(*args: object, **named: float) -> blocks.Passed:
        return replace(blocks.passed(*args, **named), wait_s=0.0)

    patch.setattr(passes, "passed", passed)


@breaks(
    "finally runs after a catch, too",
    f"{PASSES}::test_finally_runs_after_a_catch_too",
)
def no_finally_after_a_catch(patch: pytest.MonkeyPatch) -> None:
    from apps.engine import blocks

    tried = blocks._tried

    def careless(block: blocks.Block, index: int, end: blocks.PassEnd) -> blocks.Passed:
        return tried(
            replace(block, has_finally=False) if index == blocks.CAUGHT else block, index, end
        )

    patch.setattr(blocks, "_tried", careless)


@breaks(
    "when a block's time is up, what is under way is aborted",
    f"{PASSES}::test_when_the_time_of_a_block_is_up_it_fails_and_what_is_under_way_is_aborted",
)
def late_passes_go_on(patch: pytest.MonkeyPatch) -> None:
    from apps.engine import passes
    from apps.engine.edit import Edit

    end = Edit.end_block
    patch.setattr(
        passes.Edit,
        "end_block",
        lambda self, key, ending: end(self, key, replace(ending, is_aborting=False)),
    )


@breaks(
    "a failed pass fails its loop",
    f"{PASSES}::test_a_failed_pass_fails_the_loop_and_others_get_no_further_attempt",
)
def failures_are_borne(patch: pytest.MonkeyPatch) -> None:
    from apps.engine import passes

    begin = passes.passed
    patch.setattr(
        passes,
        "passed",
        lambda block, index, end, *, chance: begin(
            replace(block, is_patient=True), index, end, chance=chance
        ),
    )
