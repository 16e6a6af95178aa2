"""What each kind of broker must be told besides its URL."""

from typing import Any
from urllib.parse import urlsplit

# As long as SQS allows: an idle worker asks three times a minute.
LONGEST_POLL_S = 20


def transport_options(url: str, *, region: str) -> dict[str, Any]:
    """Return kombu's options for a broker; doorbells are acknowledged early, so nothing is ever redelivered."""
    parts = urlsplit(url)
    if parts.scheme != "sqs":
        return {"socket_connect_timeout": 2, "socket_timeout": 10}
    options: dict[str, Any] = {
        "region": region,
        "wait_time_seconds": LONGEST_POLL_S,
        "queue_name_prefix": "gorax-",
    }
    if parts.hostname:
        options["is_secure"] = (
            False  # a stand-in beside us; Amazon's own endpoint has no host in the URL
        )
    return options
