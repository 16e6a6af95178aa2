"""What a commit has changed, told to those who watch an execution and those who wait for its answer."""

from apps.executions.services import news, record
from apps.executions.services.run import Run


def news_of(run: Run, change: record.Change, written: record.Written) -> news.News:
    """Return what a commit changed, for those who watch and those who wait for the answer."""
    return news.News(
        execution=run.id,
        workflow=run.workflow_id,
        before=written.before,
        seq=written.seq,
        status=change.status,
        reason=change.reason,
        steps=tuple(
            news.StepNews(step.node_id, step.scope, step.status, step.node_type)
            for step in change.steps
        ),
        has_answer=change.is_final or change.response is not None,
        trace_id=run.calls.trace_id.hex,
    )


def tell(run: Run, change: record.Change, written: record.Written) -> None:
    """Tell what a commit changed, and remember where it has brought the execution."""
    run.seq = written.seq
    news.tell(run.schema, news_of(run, change, written))
