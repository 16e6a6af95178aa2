"""Origins as browsers write them: scheme, host and port, nothing else. Compared as texts, so there is one spelling."""

import re

_ORIGIN = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?"
)
LONGEST = 300
USUAL_PORTS = ((":80", "http://"), (":443", "https://"))


def is_origin(text: object) -> bool:
    """Say whether a text is an origin in the one spelling: lower case, no usual port, no path, no pattern, not `null`."""
    return (
        isinstance(text, str)
        and len(text) <= LONGEST
        and _ORIGIN.fullmatch(text) is not None
        and not any(text.endswith(port) and text.startswith(at) for port, at in USUAL_PORTS)
    )
