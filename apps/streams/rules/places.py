"""Where a stream may go, as one address: a webhook, or a syslog server over TCP or TLS."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from apps.adapters.destination import Url, parse, syslog_server

TLS_PORT, PLAIN_PORT = 6514, 601
_AMBIGUOUS = re.compile(r"[\x00-\x20\x7f\\]")
SCHEMES = "https://, http://, syslog+tls:// or syslog+tcp://"


@dataclass(frozen=True, slots=True)
class Place:
    """A destination, taken apart: `url` is what is judged and shown of it, `text` what a webhook calls."""

    text: str
    url: Url
    is_syslog: bool
    is_encrypted: bool


def place_of(text: str) -> Place:
    """Return where an address leads.

    Raises:
        HttpError: it cannot be read, or leads nowhere that may be called.
        ValueError: it is of another kind.
    """
    scheme = text.partition(":")[0].lower()
    if scheme in {"http", "https"}:
        url = parse(text)
        return Place(text, url, is_syslog=False, is_encrypted=url.scheme == "https")
    # The standard library drops some of these silently.
    if scheme not in {"syslog+tls", "syslog+tcp"} or _AMBIGUOUS.search(text):
        raise ValueError(f"The address begins with {SCHEMES}.")
    is_encrypted = scheme == "syslog+tls"
    try:
        parts = urlsplit(text)
        given = parts.port
    except ValueError:
        raise ValueError("The address of a syslog server cannot be read.") from None
    if parts.username is not None or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("The address of a syslog server is its host and its port.")
    host = parts.netloc.rpartition(":")[0] if given else parts.netloc.rstrip(":")
    port = given or (TLS_PORT if is_encrypted else PLAIN_PORT)
    url = syslog_server(host, port, is_encrypted=is_encrypted)
    return Place(text, url, is_syslog=True, is_encrypted=is_encrypted)
