"""What is wrong with the webhooks that a document declares, in the form in which the whole document is judged."""

from collections.abc import Iterable, Iterator

from apps.engine.fields import FieldProblem
from apps.engine.problem import pointer
from apps.webhooks.rules import doors
from apps.workflows.events import DocumentChecked, TriggerDeclared


def judge(checked: DocumentChecked) -> None:
    """Report what cannot work, but for places where something is known to be wrong already."""
    known = {problem.path for problem in checked.report.problems}
    for trigger in checked.triggers:
        if trigger.kind == "webhook":
            for path, problem in wrongs(trigger, doors.read(trigger.config)[1]):
                if path not in known:
                    checked.report.error(
                        problem.code,
                        f"“{trigger.name}”: {problem.message}",
                        node_id=trigger.node_id,
                        path=path,
                        field=problem.field,
                    )


def wrongs(
    trigger: TriggerDeclared, problems: Iterable[FieldProblem]
) -> Iterator[tuple[str, FieldProblem]]:
    """Yield what `doors.read` found wrong with a webhook's config, each with its place in the document."""
    for problem in problems:
        yield trigger.place + pointer(*problem.parts), problem
