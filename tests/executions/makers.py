"""Workflows made of plain documents, and one worker that lives in the test's process."""

import threading
from itertools import pairwise
from uuid import UUID

from django.db import transaction

from apps.core import db
from apps.dispatch import facade as dispatch
from apps.executions import facade as executions
from apps.executions.models import Execution, Step
from apps.executions.services import loop, worker
from apps.workflows.models import Workflow, WorkflowVersion
from apps.workflows.services import drafts, publish

SCHEMA = "t_demo"


def forget_worker() -> None:
    """Let the next piece of work be done by a new worker, as after a restart."""
    if worker._current is not None:
        worker._current.shut_down()
        worker._current = None
    loop.due_list.__init__()


def nodes(*parts: tuple[str, str, dict]) -> list[dict]:
    return [
        {
            "id": node_id,
            "type": kind,
            "position": {"x": 0, "y": 0},
            "data": {"name": node_id, **data},
        }
        for node_id, kind, data in parts
    ]


def edges(*pairs: str) -> list[dict]:
    """`a>b` or `a:port>b`."""
    made = []
    for index, pair in enumerate(pairs):
        source, target = pair.split(">")
        source, _, port = source.partition(":")
        edge = {"id": f"e{index}", "source": source, "target": target}
        made.append(edge | ({"sourceHandle": port} if port else {}))
    return made


def make_version(definition: dict) -> WorkflowVersion:
    workflow = Workflow.objects.create(name="w", draft=definition)
    return WorkflowVersion.objects.create(workflow=workflow, number=1, definition=definition)


def chain(*parts: tuple[str, str, dict], settings: dict | None = None) -> dict:
    """A document in which each node follows the one before; a manual trigger called `start` comes first."""
    all_nodes = nodes(("start", "trigger:manual", {}), *parts)
    pairs = [f"{a['id']}>{b['id']}" for a, b in pairwise(all_nodes)]
    return {"nodes": all_nodes, "edges": edges(*pairs), "settings": settings or {}}


def published(definition: dict, *, name: str = "callee") -> UUID:
    """A workflow whose version is live and active."""
    workflow = drafts.create(name=name, description="", draft=definition, actor_id=None)
    publish.publish(workflow.pk, actor_id=None)
    publish.activate(workflow.pk)
    return workflow.pk


def callee(
    *parts: tuple[str, str, dict], settings: dict | None = None, kind: str = "sub_workflow"
) -> UUID:
    """A workflow that others can call, of nodes in a row."""
    definition = chain(*parts, settings=settings)
    definition["nodes"][0]["type"] = f"trigger:{kind}"
    return published(definition)


def call(url: str, **config) -> dict:
    """What stands behind the type of an `action:http`."""
    return {"config": {"method": "GET", "url": url, **config}}


def paths(server) -> list[str]:
    """What a receiver was asked for, newest first."""
    return [entry["path"] for entry in server.book.read(None)["requests"]]


def begin(version: WorkflowVersion, trigger=None, **more) -> UUID:
    """Start an execution as a door does: row and ticket in one transaction."""
    with transaction.atomic():
        return executions.start(
            executions.Start(
                workflow_id=version.workflow_id,
                version_id=version.pk,
                trigger_node="start",
                trigger_kind="manual",
                trigger=trigger,
                **more,
            )
        )


def work_until_idle(*, for_s: float = 20.0) -> None:
    """Do what the bells would have workers do, until nothing is due and nothing is in hand."""
    over = threading.Event()
    for _ in range(int(for_s / 0.02)):
        loop.work("threads")
        held = worker.current()._held
        if not held and not dispatch.tenants_due("threads"):
            return
        over.wait(0.02)
    left = db.fetch("SELECT * FROM public.dispatch_ticket")
    raise AssertionError(f"still busy: {left}")


def work_until_ended(execution_id: UUID, *, for_s: float = 20.0) -> Execution:
    """Work until this execution has ended, through its short waits too."""
    over = threading.Event()
    for _ in range(int(for_s / 0.02)):
        work_until_idle()
        if execution(execution_id).ended_at is not None:
            return execution(execution_id)
        over.wait(0.02)
    raise AssertionError(f"still {execution(execution_id)}")


def execution(execution_id: UUID) -> Execution:
    return Execution.objects.get(pk=execution_id)


def steps(execution_id: UUID) -> dict[str, Step]:
    return {
        step.node_id: step
        for step in Step.objects.filter(execution_id=execution_id).order_by("seq")
    }


def tickets() -> int:
    return db.fetch("SELECT count(*) FROM public.dispatch_ticket")[0][0]
