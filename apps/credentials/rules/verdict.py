"""What came of trying a credential out, in our own words: nothing that the other side said stands in it."""

from dataclasses import dataclass

OK, REFUSED, UNREACHABLE, UNTESTABLE = "ok", "refused", "unreachable", "untestable"
STATUSES = (OK, REFUSED, UNREACHABLE, UNTESTABLE)
FAILURES = frozenset({REFUSED, UNREACHABLE})


@dataclass(frozen=True, slots=True)
class Verdict:
    """`ok`, `refused` (the other side does not take it), `unreachable` (nobody could say), `untestable` (nobody can be asked).

    `code` is a word for programs, `message` a sentence for people.
    """

    status: str
    code: str
    message: str


GOOD = Verdict(OK, "accepted", "The other side takes it.")
# Why no answer came, by the code of the failure that the way out told of.
SILENCES = {
    "bad_url": "Its address is none that can be called.",
    "blocked_destination": "Its server is at an address that may not be called from here.",
    "credential_host": "Its allowed hosts do not name the server that could tell.",
    "dns_failed": "The name of its server has no address.",
    "connect_failed": "Nobody answers at its server.",
    "tls_failed": "Its server offers no encryption that can be trusted.",
    "timeout": "Its server did not answer in time.",
    "connection_lost": "Its server ended the connection before it had answered.",
    "mail_refused": "The mail server refuses to talk.",
}
REFUSALS = {
    "mail_auth_failed": "The mail server does not let name and password in over this connection.",
    "database_refused": "The server does not let user, password or database in.",
}


def refused(code: str, message: str) -> Verdict:
    """Return the verdict of a credential that does not work."""
    return Verdict(REFUSED, code, message)


def untestable(reason: str) -> Verdict:
    """Return the verdict where nobody could be asked."""
    return Verdict(UNTESTABLE, "untestable", reason)


def of_failure(code: str) -> Verdict:
    """Return what a failure on the way says of a credential."""
    if code in REFUSALS:
        return refused(code, REFUSALS[code])
    message = SILENCES.get(code, "Its server answered nothing that can be understood.")
    return Verdict(UNREACHABLE, code, message)


def of_status(status: int, accepts: frozenset[int] = frozenset()) -> Verdict:
    """Return what a server's status says of a credential; `accepts` are refusals that prove it all the same."""
    if 200 <= status < 300 or status in accepts:
        return GOOD
    if status == 429:
        return Verdict(UNREACHABLE, "busy", "Its server has heard too much lately: 429.")
    if status >= 500:
        return Verdict(UNREACHABLE, "out_of_order", f"Its server is out of order: {status}.")
    if 300 <= status < 400:
        message = f"Its server sends callers elsewhere ({status}), where it is not sent along."
        return Verdict(UNREACHABLE, "redirected", message)
    return refused("refused", f"The server does not take it: {status}.")
