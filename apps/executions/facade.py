"""The door to executions: start one, wait for its answer, ask it to stop."""

from apps.dispatch.facade import ring
from apps.executions.services.cancel import request_cancel
from apps.executions.services.start import Start, start, start_by_key

__all__ = ["Start", "request_cancel", "ring", "start", "start_by_key"]
