"""What schedules refuse, each with its stable code."""

from apps.core.errors import GoraxError, InvalidError, NotFoundError


class ScheduleNotFoundError(NotFoundError):
    """No live version has this schedule."""

    code = "schedule_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such schedule.")


class ScheduleInvalidError(InvalidError):
    """A schedule or its time zone cannot be read; names each place."""

    code = "schedule_invalid"


class OvertakenError(GoraxError):
    """Somebody set the alarm anew while it was answered, so nothing of the answer holds. Never leaves this context."""

    code = "overtaken"
