"""A schedule in words, and what is wrong with one that cannot be read."""

from collections.abc import Iterator

from apps.core.errors import FieldProblem
from apps.engine.problem import clipped
from apps.engine.zone import zone_names
from apps.nodes.trigger_schedule.cron import wrongs
from apps.schedules.rules.times import Plan


def in_words(plan: Plan) -> str:
    """Return what a schedule means: “At 09:00, Monday through Friday”."""
    from cron_descriptor import ExpressionDescriptor, Options

    options = Options()
    options.locale_code = "en_US"  # not the machine's
    options.use_24hour_time_format = True
    words = ExpressionDescriptor(" ".join(plan.parts()), options).get_description()
    return str(words)


def problems_of(plan: Plan) -> Iterator[FieldProblem]:
    """Yield what of a plan that somebody typed cannot be read."""
    for sentence in wrongs(plan.cron):
        yield FieldProblem("/cron", "cron_invalid", sentence)
    if plan.timezone not in zone_names():
        sentence = f"There is no time zone “{clipped(plan.timezone)}”."
        yield FieldProblem("/timezone", "timezone_unknown", sentence)
