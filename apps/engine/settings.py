"""The settings of a workflow: what they may be, and what each is if nobody said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from apps.engine.expressions import ExpressionError, compile_expression
from apps.engine.problem import Report, clipped, pointer
from apps.engine.value import Json
from apps.engine.zone import zone_names

ON_MISSING = ("error", "null", "keep")
DEFAULT_TIMEOUT_S = 3600
# Thirty days; waits do not count, so nothing that works needs longer.
LONGEST_TIMEOUT_S = 30 * 86_400


@dataclass(frozen=True, slots=True)
class Settings:
    """How the whole workflow behaves. `timeout_s` stands still while the execution only waits.

    At most `max_concurrency` executions are under way, `max_per_key` of those for which the expression `concurrency_key`
    over `trigger` gives the same; `rate_limit` executions begin within `rate_period_s`. None: no limit. The others wait;
    of several workflows of a tenant that of the higher `priority` (0 to 3) goes first.
    """

    timeout_s: float = DEFAULT_TIMEOUT_S
    timezone: str = "UTC"
    on_missing: str = "error"
    error_workflow_id: str | None = None
    max_concurrency: int | None = None
    concurrency_key: str | None = None
    max_per_key: int = 1
    rate_limit: int | None = None
    rate_period_s: float = 60.0
    priority: int = 1
    save_successful_data: bool = True

    def facts(self) -> dict[str, Json]:
        """Return them as they stand in a document."""
        return asdict(self)


PLAIN = Settings()


def read_settings(raw: Json, report: Report) -> Settings:
    """Return the settings of a document; what is wrong with them stands in the report, and the usual is taken."""
    if raw is None:
        return PLAIN
    if not isinstance(raw, dict):
        report.error("setting_invalid", "The settings must be an object.", path="/settings")
        return PLAIN
    fine: dict[str, Any] = {}
    for name, value in raw.items():
        check = _SETTING_CHECKS.get(name)
        if check is None:
            report.warn(
                "setting_unknown",
                f"There is no setting called “{clipped(name)}”; it is ignored.",
                path=pointer("settings", name),
            )
        elif value is not None:
            is_fine, sentence = check
            if is_fine(value):
                fine[name] = value
            else:
                report.error("setting_invalid", sentence, path=pointer("settings", name))
    if fine.get("concurrency_key") == "":
        del fine["concurrency_key"]
    return replace(PLAIN, **fine)


def _is_whole(value: Json, least: int, most: int) -> bool:
    return isinstance(value, int) and _is_number(value, least, most)


def _is_number(value: Json, least: float, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most


def _is_expression(source: str) -> bool:
    try:
        compile_expression(source)
    except ExpressionError:
        return not source
    return True


_SETTING_CHECKS: Mapping[str, tuple[Callable[[Json], bool], str]] = {
    "timeout_s": (
        lambda value: _is_number(value, 1, LONGEST_TIMEOUT_S),
        f"The workflow's timeout must be a number of seconds from 1 to {LONGEST_TIMEOUT_S}.",
    ),
    "timezone": (
        lambda value: isinstance(value, str) and value in zone_names(),
        "The time zone must be a name such as UTC or Europe/Berlin.",
    ),
    "on_missing": (
        lambda value: value in ON_MISSING,
        "What happens to missing values must be error, null or keep.",
    ),
    "error_workflow_id": (
        lambda value: isinstance(value, str),
        "The error workflow must be named by its id.",
    ),
    "max_concurrency": (
        lambda value: _is_whole(value, 1, 1_000_000),
        "The number of executions at once must be a whole number of at least 1.",
    ),
    "concurrency_key": (
        lambda value: isinstance(value, str) and _is_expression(value),
        "The key by which executions are limited must be an expression over the trigger.",
    ),
    "max_per_key": (
        lambda value: _is_whole(value, 1, 1_000_000),
        "The number of executions at once with one key must be a whole number of at least 1.",
    ),
    "rate_limit": (
        lambda value: _is_whole(value, 1, 1_000_000),
        "The number of executions that begin in a period must be a whole number of at least 1.",
    ),
    "rate_period_s": (
        lambda value: _is_number(value, 1, 86_400),
        "The period must be a number of seconds from 1 to 86400.",
    ),
    "priority": (
        lambda value: _is_whole(value, 0, 3),
        "The priority must be 0 (last), 1 (usual), 2 or 3 (first).",
    ),
    "save_successful_data": (
        lambda value: isinstance(value, bool),
        "Whether the data of successful executions is kept must be yes or no.",
    ),
}
