"""Who was at work: each function of ours with what it called, and alone."""

from tests.bench.profiles import Cost, costs

STACKS = """\
process 7;main (celery/app.py:1);work (apps/executions/tasks.py:9);decide (apps/engine/plan.py:120);loads (json/decoder.py:3) 30
process 7;main (celery/app.py:1);work (apps/executions/tasks.py:9);decide (apps/engine/plan.py:120) 20
process 7;main (celery/app.py:1);work (apps/executions/tasks.py:9) 10
process 7;main (celery/app.py:1);poll (/usr/lib/kombu/async.py:4) 40

a line that is none
"""


def test_what_others_did_for_a_function_of_ours_is_its_own_and_its_callers() -> None:
    assert costs(STACKS) == [
        Cost("apps/executions/tasks.py work", whole=0.6, own=0.1),
        Cost("apps/engine/plan.py decide", whole=0.5, own=0.5),
    ]


def test_a_function_that_calls_itself_counts_once() -> None:
    assert costs("walk (apps/engine/visit.py:4);walk (apps/engine/visit.py:4) 3\n") == [
        Cost("apps/engine/visit.py walk", whole=1.0, own=1.0)
    ]


def test_a_function_is_the_same_under_the_full_path_of_a_copy() -> None:
    stacks = "run (/tmp/gorax-bench-1/c/apps/engine/plan.py:1) 3\nrun (apps/engine/plan.py:1) 1\n"

    assert costs(stacks) == [Cost("apps/engine/plan.py run", whole=1.0, own=1.0)]


def test_no_samples_are_no_costs() -> None:
    assert costs("") == []
