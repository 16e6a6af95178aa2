"""From the text of a URL to the literal addresses that may be dialled: parsed once, resolved once."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from socket import inet_aton
from urllib.parse import quote, urljoin, urlsplit

import idna

from apps.adapters.addresses import Address, Allowance, canonical, is_public
from apps.adapters.errors import (
    BadUrlError,
    BlockedDestinationError,
    CredentialHostError,
    DnsFailedError,
)
from apps.engine.credential import is_allowed
from apps.engine.mask import SAFE_IN_PATH, SAFE_IN_QUERY
from apps.engine.secret import Secret

MAX_URL_CHARACTERS = 8192
DEFAULT_PORTS = {"http": 80, "https": 443}
# Where mail is handed in; nothing else listens there, and mail is handed in nowhere else.
MAIL_SCHEMES = frozenset({"smtp", "smtps"})
MAIL_PORTS = frozenset({25, 465, 587, 2525})
# Where databases answer that one may sign in to; on other ports they are as free as the web.
DATABASE_SCHEME = "postgresql"
DATABASE_PORTS = frozenset({5432, 5433, 6432, 6543})
# Where logs are handed in, beside the ports that are nobody's: their vendors use any.
SYSLOG_SCHEMES = frozenset({"syslog", "syslogs"})
SYSLOG_PORTS = frozenset({514, 601})
_PORTS_BY_SCHEME = {
    DATABASE_SCHEME: DATABASE_PORTS,
    **dict.fromkeys(SYSLOG_SCHEMES, SYSLOG_PORTS),
}
# More would let one name keep a worker busy dialling; the first answers are the preferred ones.
MAX_ADDRESSES = 4

# Below 1024 only the web's own two ports; above, all but those where something else listens:
# databases, brokers and the ports that browsers refuse too.
_FIRST_FREE_PORT = 1024
_REFUSED_PORTS = frozenset(
    int(port)
    for ports in (
        "1433 1521 3306 5432 5433 6432 9042 9160 27017 27018 27019",  # databases
        "2181 2379 2380 5672 6379 6380 9092 11211 26379",  # brokers, caches, stores
        "2049 2375 2376 3389 4045 5900 6000 10250",  # files, machines
        "1719 1720 1723 3659 4190 5060 5061 6566 6665 6666 6667 6668 6669 6679 6697 10080",
    )
    for port in ports.split()
)
# Names without a public meaning: what they lead to depends on where the worker stands.
_LOCAL_SUFFIXES = (
    "localhost",
    "localdomain",
    "local",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "svc",
    "home.arpa",
)
# Characters over which two parsers may disagree where the host ends.
_AMBIGUOUS = re.compile(r"[\x00-\x1f\x7f\\]")
_NAME = re.compile(r"(?:[a-z0-9_][a-z0-9_-]{0,62}\.)*[a-z0-9_][a-z0-9_-]{0,62}")
_MAX_NAME_CHARACTERS = 253
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PORT = re.compile(r"[0-9]{1,5}")

Resolve = Callable[[str, int], tuple[Address, ...]]


@dataclass(frozen=True, slots=True)
class Url:
    """A URL taken apart once; every later step reads these parts and never the text again.

    `name` is the host in ASCII without a trailing dot; `address` is set if the host is a number.
    """

    scheme: str
    name: str
    port: int
    target: str
    address: Address | None = None
    is_secret: bool = field(default=False, compare=False)

    @property
    def authority(self) -> str:
        """Return what belongs into the Host header."""
        host = f"[{self.name}]" if ":" in self.name else self.name
        return host if self.port == DEFAULT_PORTS.get(self.scheme) else f"{host}:{self.port}"

    @property
    def origin(self) -> tuple[str, str, int]:
        """Return what must stay the same for credentials to travel along a redirect."""
        return (self.scheme, self.name, self.port)

    @property
    def text(self) -> str:
        """Return the URL as it was read, for libraries that take it apart once more."""
        return f"{self.scheme}://{self.authority}{self.target}"

    @property
    def shown(self) -> str:
        """Return what messages may say of this URL."""
        return "the server" if self.is_secret else f"{self.scheme}://{self.authority}"


def parse(text: str | Secret) -> Url:
    """Return the parts of an absolute http or https URL.

    Raises:
        BadUrlError: it is not absolute, has no host, or a port that is no number, or is too long.
        BlockedDestinationError: another scheme, user info, or characters that parsers read differently.
    """
    is_secret = isinstance(text, Secret)
    source = text.reveal() if isinstance(text, Secret) else text
    source = source.strip(" ")
    if len(source) > MAX_URL_CHARACTERS:
        raise BadUrlError(f"the URL has more than {MAX_URL_CHARACTERS} characters")
    if _AMBIGUOUS.search(source):
        raise BlockedDestinationError("the URL contains a control character or a backslash")
    try:
        parts = urlsplit(source)
        path = quote(parts.path or "/", safe=SAFE_IN_PATH)
        query = quote(parts.query, safe=SAFE_IN_QUERY)
    except (ValueError, UnicodeError):  # the reason would quote the URL, so the chain ends here
        raise BadUrlError("the URL cannot be read") from None
    scheme = parts.scheme.lower()
    if not scheme:
        raise BadUrlError("the URL must begin with http:// or https://")
    if scheme not in DEFAULT_PORTS:
        raise BlockedDestinationError("only URLs that begin with http:// or https:// can be called")
    if "@" in parts.netloc:
        raise BlockedDestinationError("user name and password do not belong into a URL")
    host, port = _host_and_port(parts.netloc)
    name, address = _named(host)
    target = f"{path}?{query}" if query else path
    return Url(scheme, name, port or DEFAULT_PORTS[scheme], target, address, is_secret)


def mail_server(host: str, port: int, *, is_encrypted: bool) -> Url:
    """Return a mail server as the place that it is; `is_encrypted` from the first byte on.

    Raises:
        BadUrlError: the host is none, or the port is no port.
    """
    if _AMBIGUOUS.search(host) or not host or not 1 <= port <= 65535:
        raise BadUrlError("the mail server is no host with a port from 1 to 65535")
    name, address = _named(host)
    return Url("smtps" if is_encrypted else "smtp", name, port, "", address)


def database_server(host: str, port: int) -> Url:
    """Return a database server as the place that it is.

    Raises:
        BadUrlError: the host is none, or the port is no port.
    """
    if _AMBIGUOUS.search(host) or not host or not 1 <= port <= 65535:
        raise BadUrlError("the database server is no host with a port from 1 to 65535")
    name, address = _named(host)
    return Url(DATABASE_SCHEME, name, port, "", address)


def syslog_server(host: str, port: int, *, is_encrypted: bool) -> Url:
    """Return a syslog server as the place that it is.

    Raises:
        BadUrlError: the host is none, or the port is no port.
    """
    if _AMBIGUOUS.search(host) or not host or not 1 <= port <= 65535:
        raise BadUrlError("the syslog server is no host with a port from 1 to 65535")
    name, address = _named(host)
    return Url("syslogs" if is_encrypted else "syslog", name, port, "", address)


def join(base: Url, location: str) -> Url:
    """Return the URL to which `location`, relative or not, leads from `base`.

    Raises:
        BadUrlError: it leads nowhere that can be read.
        BlockedDestinationError: as in `parse`.
    """
    # Checked before the join: the standard library's join drops tabs and line breaks silently.
    if _AMBIGUOUS.search(location):
        raise BlockedDestinationError("the redirect contains a control character or a backslash")
    try:
        text = urljoin(f"{base.scheme}://{base.authority}{base.target}", location)
    except ValueError:
        raise BadUrlError("the redirect cannot be read") from None
    # Whatever a secret URL redirects to may be as secret.
    return parse(Secret(text) if base.is_secret else text)


def _host_and_port(netloc: str) -> tuple[str, int | None]:
    if netloc.startswith("["):
        host, bracket, rest = netloc.partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise BadUrlError("the URL's IPv6 address cannot be read")
        host, port = f"{host}]", rest[1:]
    else:
        host, _, port = netloc.partition(":")
    if not host:
        raise BadUrlError("the URL has no host")
    if not port:
        return host, None
    if not _PORT.fullmatch(port) or not 1 <= int(port) <= 65535:
        raise BadUrlError("the URL's port is not a number from 1 to 65535")
    return host, int(port)


def _named(host: str) -> tuple[str, Address | None]:
    """Return the host's one spelling, and its address if it is a number in whatever notation."""
    if host.startswith("["):
        try:
            # A zone names an interface of this machine; public addresses have none.
            address = IPv6Address(host[1:-1].partition("%")[0])
        except ValueError:
            raise BadUrlError("the URL's IPv6 address cannot be read") from None
        return str(address), address
    try:
        name = idna.encode(host, uts46=True).decode("ascii") if not host.isascii() else host
    except idna.IDNAError:
        raise BadUrlError("the URL's host name cannot be read") from None
    name = name.lower().removesuffix(".")
    if len(name) > _MAX_NAME_CHARACTERS or not _NAME.fullmatch(name):
        raise BadUrlError("the URL's host name cannot be read")
    if not _NUMBER.fullmatch(name.rpartition(".")[2]):
        return name, None
    # Every resolver reads such a host as a number in hex, octal or with parts left out, so it is
    # read here, where the address can be judged.
    try:
        number = IPv4Address(inet_aton(name))
    except (OSError, ValueError):
        raise BadUrlError("the URL's host is not an IP address that can be read") from None
    return str(number), number


def refuse_strange_host(url: Url, allowed_hosts: Iterable[Iterable[str]]) -> None:
    """Refuse a host that one of the lists of a step's credentials does not allow.

    Raises:
        CredentialHostError: it may not be called with these credentials.
    """
    if not all(is_allowed(url.name, allowed) for allowed in allowed_hosts):
        raise CredentialHostError(
            f"{url.shown} may not be called: a credential of this step may not go there. "
            "Add the host to its allowed hosts if it should."
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """Where one tenant's nodes may call. By default the public internet, and nothing else.

    `refused_hosts` are names of this installation itself, so that no workflow calls its own API:
    exact, or with everything below when they start with a dot.
    """

    allowances: tuple[Allowance, ...] = ()
    refused_hosts: Collection[str] = ()
    max_response_bytes: int = 10 * 1024 * 1024
    # Named by whoever runs this installation, so not judged: a host, in its one spelling, and a port.
    trusted: Collection[tuple[str, int]] = ()

    def addresses(self, url: Url, resolve: Resolve) -> tuple[Address, ...]:
        """Return the addresses to dial for `url`, at most MAX_ADDRESSES, resolving its name once.

        Raises:
            BlockedDestinationError: one of its addresses, its name or its port is not allowed.
            DnsFailedError: it has no address.
        """
        if (url.name, url.port) in self.trusted:
            found = (url.address,) if url.address is not None else _found(url, resolve)
            return tuple(canonical(address) for address in found[:MAX_ADDRESSES])
        is_local = url.address is None and _is_local(url.name)
        if is_local and not self.allowances:
            raise _refused(url, "its name means something on private networks only")
        if self._is_own(url.name):
            raise _refused(url, "a workflow may not call its own installation")
        found = (url.address,) if url.address is not None else _found(url, resolve)
        for address in found:
            self._judge(url, address, is_local=is_local)
        return tuple(canonical(address) for address in found[:MAX_ADDRESSES])

    def _judge(self, url: Url, address: Address, *, is_local: bool) -> None:
        if any(allowance.covers(address, url.port) for allowance in self.allowances):
            return
        # The address itself is not named: it would tell a tenant how the network inside looks.
        if is_local or not is_public(address):
            raise _refused(url, "it leads to an address that is not public")
        if url.scheme in MAIL_SCHEMES:
            if url.port not in MAIL_PORTS:
                raise _refused(url, f"mail is not handed in at port {url.port}")
            return
        if url.port in _PORTS_BY_SCHEME.get(url.scheme, ()):
            return
        is_web_port = url.port in DEFAULT_PORTS.values()
        if not is_web_port and (url.port < _FIRST_FREE_PORT or url.port in _REFUSED_PORTS):
            raise _refused(url, f"port {url.port} belongs to another service than the web")

    def _is_own(self, name: str) -> bool:
        return any(
            name == host.removeprefix(".") or (host.startswith(".") and name.endswith(host))
            for host in self.refused_hosts
        )


def _found(url: Url, resolve: Resolve) -> tuple[Address, ...]:
    try:
        found = resolve(url.name, url.port)
    except DnsFailedError as reason:
        # Named here, because only here is known whether the name may be shown.
        message = f"{url.shown}: {reason.message}"
        raise DnsFailedError(message, is_retryable=reason.is_retryable) from None
    if not found:
        raise DnsFailedError(f"{url.shown}: its name has no address")
    return found


def _is_local(name: str) -> bool:
    return "." not in name or any(name.endswith(f".{suffix}") for suffix in _LOCAL_SUFFIXES)


def _refused(url: Url, why: str) -> BlockedDestinationError:
    return BlockedDestinationError(f"{url.shown} may not be called: {why}")
