"""Signing in to PostgreSQL servers that a tenant chooses, under the same guard as calls over HTTP."""

from dataclasses import dataclass

import psycopg

from apps.adapters.addresses import Address
from apps.adapters.calls import Call, Cancellation
from apps.adapters.destination import Policy, database_server
from apps.adapters.errors import ConnectFailedError, DatabaseRefusedError, TlsFailedError
from apps.adapters.transport import Transport, process_transport
from apps.engine.secret import Secret

# The library waits for no shorter time.
LEAST_WAIT_S = 2
VERIFIED = "verify-full"
# What libpq would otherwise take from this machine: its files, its certificate, its tickets.
_NOTHING_OF_OURS = {
    "passfile": "/dev/null",
    "sslcertmode": "disable",
    "gssencmode": "disable",
    "options": "",
    "application_name": "gorax",
}
# A file that is not there; one that is would turn `require` into half a verification by our own roots.
_NO_ROOTS = "/dev/null/none"


@dataclass(frozen=True, slots=True)
class Login:
    """A user of a database; `ssl_mode` as libpq has it."""

    host: str
    port: int
    database: str
    username: str
    password: Secret
    ssl_mode: str


def sign_in(
    login: Login, policy: Policy, *, timeout_s: float, transport: Transport | None = None
) -> None:
    """Connect, sign in and leave again. The name is looked up once, its addresses judged, and those very ones dialled.

    Raises:
        HttpError: `bad_url`, `blocked_destination`, `dns_failed`, `connect_failed`, `tls_failed`, `database_refused`.
    """
    url = database_server(login.host, login.port)
    call = Call(timeout_s, Cancellation())
    names = (transport or process_transport()).names

    def resolve(name: str, port: int) -> tuple[Address, ...]:
        return names.look_up(name, port, call)

    addresses = [str(address) for address in policy.addresses(url, resolve)]
    try:
        psycopg.connect(
            host=",".join([url.name] * len(addresses)),
            hostaddr=",".join(addresses),
            port=login.port,
            dbname=login.database,
            user=login.username,
            password=login.password.reveal(),
            sslmode=login.ssl_mode,
            sslrootcert="system" if login.ssl_mode == VERIFIED else _NO_ROOTS,
            connect_timeout=max(LEAST_WAIT_S, int(timeout_s / len(addresses))),
            **_NOTHING_OF_OURS,  # type: ignore[arg-type]  # libpq's own settings, all of them texts
        ).close()
    except psycopg.Error as refusal:
        # Without the server's words, and without those of libpq, which quote them.
        raise _told(url.shown, str(refusal)) from None


def _told(shown: str, said: str) -> ConnectFailedError | DatabaseRefusedError | TlsFailedError:
    if "FATAL:" in said:
        return DatabaseRefusedError(f"{shown} refuses user, password or database")
    if "SSL" in said or "certificate" in said:
        return TlsFailedError(f"{shown} offers no encryption that can be trusted")
    return ConnectFailedError(f"{shown} cannot be reached")
