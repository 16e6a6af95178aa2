"""W3C Trace Context: what a caller says of the trace that its request belongs to, read as strictly as it is defined."""

import re

# Version 00 is exactly this; a later one may go on after another hyphen. ff is no version.
_PARENT = re.compile(r"(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-[!-~]*)?")
LONGEST = 512
NO_TRACE, NO_SPAN = "0" * 32, "0" * 16


def trace_id_of(traceparent: str | None) -> str:
    """Return the id of the trace that a request belongs to, empty if it names none or names it wrongly."""
    if traceparent is None or len(traceparent) > LONGEST:
        return ""
    found = _PARENT.fullmatch(traceparent)
    if found is None or (found[1] == "00" and found[4] is not None):
        return ""
    return "" if found[2] == NO_TRACE or found[3] == NO_SPAN else found[2]
