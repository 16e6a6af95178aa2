"""W3C Trace Context of the calls that a step makes: the trace of its execution, and a span of its own."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from apps.engine.ports import Http, HttpReply, HttpRequest

HEADER = "traceparent"


class Traced:
    """A way out whose calls say to which trace they belong, unless their author says so.

    Each attempt of a step is a span. Its id is made of what it is, so that nothing has to be stored for it.
    """

    __slots__ = ("_attempt", "_http", "_step", "_trace_id")

    def __init__(self, http: Http, trace_id: str, step: str, attempt: int) -> None:
        self._http = http
        self._trace_id = trace_id
        self._step = step
        self._attempt = attempt

    def send(self, request: HttpRequest) -> HttpReply:
        """Make the call; else as the way out itself."""
        if any(name.lower() == HEADER for name in request.headers):
            return self._http.send(request)
        headers = {
            **request.headers,
            HEADER: traceparent(self._trace_id, self._step, self._attempt),
        }
        return self._http.send(replace(request, headers=headers))


def traceparent(trace_id: str, step: str, attempt: int) -> str:
    """Return the header of one attempt of a step; its flag says that the step is recorded."""
    span_id = sha256(f"{step}#{attempt}".encode()).hexdigest()[:16]
    return f"00-{trace_id}-{span_id}-01"
