"""Two people, or two processes, at the same moment."""

import threading
from collections.abc import Callable

import pytest

from apps.core import tenancy
from apps.core.errors import GoraxError
from apps.core.ids import uuid7
from apps.workflows.errors import PathTakenError, RevisionOldError
from apps.workflows.models import Trigger, Workflow, WorkflowVersion
from apps.workflows.services import drafts, operations, publish
from tests.workflows.documents import hook, manual


@pytest.fixture
def at_once(transactional_db) -> Callable[..., list]:
    """Call functions in threads of their own, all at once; their answers or refusals."""
    from django.db import connection

    def run(*functions: Callable[[], object]) -> list:
        barrier = threading.Barrier(len(functions))
        found: list = [None] * len(functions)

        def call(index: int, function: Callable[[], object]) -> None:
            try:
                with tenancy.entered("t_demo"):
                    barrier.wait(timeout=10)
                    found[index] = function()
            except GoraxError as refusal:
                found[index] = refusal
            finally:
                connection.close()

        threads = [threading.Thread(target=call, args=each) for each in enumerate(functions)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return found

    return run


def make(document, name: str = "w") -> Workflow:
    with tenancy.entered("t_demo"):
        return drafts.create(name=name, description="", draft=document, actor_id=None)


def test_of_many_saves_on_one_revision_one_wins(at_once) -> None:
    workflow = make(manual())

    found = at_once(
        *(lambda n=n: drafts.save(workflow.pk, {"name": f"save {n}"}, revision=1) for n in range(6))
    )

    refused = [each for each in found if isinstance(each, RevisionOldError)]
    saved = [each for each in found if isinstance(each, Workflow)]
    assert (len(saved), len(refused)) == (1, 5)
    with tenancy.entered("t_demo"):
        stored = Workflow.objects.get()
    assert (stored.name, stored.draft_revision) == (saved[0].name, 2)


def test_of_many_batches_on_one_revision_one_wins_and_the_others_are_told_what_it_did(
    at_once,
) -> None:
    workflow = make(manual())
    batches = [
        [{"op": "node.move", "id": "start", "x": number, "y": number}] for number in range(6)
    ]

    found = at_once(
        *(
            lambda batch=batch: operations.edit(
                workflow.pk, batch, batch_id=uuid7(), revision=1, actor_id=None
            )
            for batch in batches
        )
    )

    refused = [each for each in found if isinstance(each, RevisionOldError)]
    (winner,) = [each for each in found if isinstance(each, operations.Edited)]
    assert len(refused) == 5
    told = [each.facts["batches"] for each in refused]
    assert [len(each) for each in told] == [1] * 5
    assert {each[0]["batch_id"] for each in told} == {str(winner.batch_id)}
    won = batches[found.index(winner)]
    assert {repr(each[0]["operations"]) for each in told} == {repr(won)}
    with tenancy.entered("t_demo"):
        stored = Workflow.objects.get()
    assert stored.draft["nodes"][0]["position"] == {"x": won[0]["x"], "y": won[0]["y"]}
    assert stored.draft_revision == 2


def test_one_batch_sent_twice_at_once_is_applied_once(at_once) -> None:
    workflow, batch_id = make(manual()), uuid7()
    batch = [{"op": "node.add", "node": {"id": "new", "type": "control:no_op"}}]

    found = at_once(
        *(
            lambda: operations.edit(
                workflow.pk, batch, batch_id=batch_id, revision=1, actor_id=None
            )
            for _ in range(4)
        )
    )

    assert {each.revision for each in found} == {2}
    with tenancy.entered("t_demo"):
        stored = Workflow.objects.get()
    assert [each["id"] for each in stored.draft["nodes"]] == ["start", "answer", "new"]
    assert stored.draft_revision == 2


def test_publishing_at_once_makes_one_version(at_once) -> None:
    workflow = make(manual())

    at_once(*(lambda: publish.publish(workflow.pk, actor_id=None) for _ in range(4)))

    with tenancy.entered("t_demo"):
        assert list(WorkflowVersion.objects.values_list("number", flat=True)) == [1]
        assert Trigger.objects.count() == 1


def test_of_two_workflows_that_choose_one_path_at_once_one_gets_it(at_once) -> None:
    workflows = [make(hook(path="orders"), name) for name in ("a", "b")]

    found = at_once(
        *(lambda each=each: publish.publish(each.pk, actor_id=None) for each in workflows)
    )

    assert sorted(type(each).__name__ for each in found) == [PathTakenError.__name__, "Workflow"]
    with tenancy.entered("t_demo"):
        assert Trigger.objects.count() == 1
        assert Workflow.objects.filter(live_version__isnull=True).count() == 1


def test_activating_and_deleting_at_once_leaves_no_live_trigger_in_the_bin(at_once) -> None:
    workflow = make(hook(path="orders"))
    with tenancy.entered("t_demo"):
        publish.publish(workflow.pk, actor_id=None)

    at_once(
        lambda: publish.activate(workflow.pk),
        lambda: drafts.throw_away(workflow.pk),
    )

    with tenancy.entered("t_demo"):
        assert Workflow.objects.get().deleted_at is not None
        assert Trigger.objects.get().is_active is False
