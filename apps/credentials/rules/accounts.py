"""What a credential of the type `oauth2` may say: whose servers it names, what of it may change, and where people come back."""

import re
from collections.abc import Collection, Iterator, Mapping
from urllib.parse import SplitResult, urlsplit

from apps.core.errors import FieldProblem
from apps.credentials.rules.providers import PROVIDERS, provider_of

Private = Collection[tuple[str, int]]

CALLBACK = "/oauth/callback"
# What says whose servers these are; with other ones neither secret nor tokens may be used.
PLACES = (
    "provider", "domain", "directory", "issuer", "authorization_url", "token_url", "revocation_url",
)  # fmt: skip
LONGEST_URL = 2_000
_SALESFORCE = re.compile(r"([a-z0-9-]+\.)+salesforce\.com", re.IGNORECASE)


def problems_of(values: Mapping[str, str], private: Private) -> Iterator[FieldProblem]:
    """Yield what is wrong with an account's values as a whole; `private` are addresses that may be called unencrypted."""
    provider = PROVIDERS.get(values.get("provider", ""))
    if provider is None:
        return
    for name in provider.needs:
        if not values.get(name):
            message = f"{provider.title} needs the {name} of your own server."
            yield FieldProblem(f"/values/{name}", "required", message)
    if provider.name == "salesforce" and not _SALESFORCE.fullmatch(values.get("domain", "x.x")):
        message = "A domain of Salesforce ends in .salesforce.com."
        yield FieldProblem("/values/domain", "pattern", message)
    if provider.name == "generic":
        yield from _own_problems(values, private)


def _own_problems(values: Mapping[str, str], private: Private) -> Iterator[FieldProblem]:
    is_whole = bool(values.get("authorization_url") and values.get("token_url"))
    if not is_whole and not values.get("issuer"):
        message = "Give its issuer, or its authorization URL and its token URL."
        yield FieldProblem("/values/issuer", "required", message)
    for name in ("issuer", "authorization_url", "token_url", "revocation_url"):
        fault = url_fault(values[name], private) if values.get(name) else ""
        if fault:
            yield FieldProblem(f"/values/{name}", "pattern", f"It cannot be called: {fault}.")


def url_fault(text: object, private: Private) -> str:
    """Return why a text is no address of a provider, empty if it may be one.

    It is https. Without encryption only what an operator has allowed to this tenant: `private` addresses with ports.
    """
    if not isinstance(text, str) or not text.isascii() or not 0 < len(text) <= LONGEST_URL:
        return "it is no URL, or too long"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return "it is no URL"
    is_odd = "@" in parts.netloc or bool(parts.fragment) or re.search(r"[\x00-\x20\\\x7f]", text)
    if not parts.hostname or is_odd:
        return "it is no plain URL with a host"
    if parts.scheme == "https" or (parts.scheme == "http" and _is_among(parts, port, private)):
        return ""
    return "it must begin with https://"


def _is_among(parts: SplitResult, port: int | None, private: Private) -> bool:
    return (parts.hostname, port or 80) in private


def change_problems(
    before: Mapping[str, str], after: Mapping[str, str], *, is_connected: bool, has_old_secret: bool
) -> Iterator[FieldProblem]:
    """Yield what keeps values from being changed: tokens, or a secret, that would serve another server than they were for.

    Otherwise whoever may change a credential could have them sent to a server of his own.
    """
    moved = [name for name in PLACES if before.get(name, "") != after.get(name, "")]
    bound = [*moved, "client_id"] if before.get("client_id") != after.get("client_id") else moved
    if is_connected:
        for name in bound:
            message = "Disconnect it first: its tokens belong to the client and the servers of now."
            yield FieldProblem(f"/values/{name}", "connected", message)
    elif moved and has_old_secret:
        message = "Enter “Client secret” again: it could now go where it could not go before."
        yield FieldProblem("/values/client_secret", "secret_needed", message)


def callback_of(values: Mapping[str, str]) -> str:
    """Return the path of the redirect URI.

    Who is known to us shares one. A server that somebody has named has its own, by its host: so it cannot have another
    one's answer brought to it (RFC 9700, section 4.4).
    """
    provider = provider_of(values)
    if not provider.is_own:
        return CALLBACK
    host = urlsplit(provider.issuer or provider.authorization_url).netloc.lower()
    return f"{CALLBACK}/{host}"


def hosts_of(values: Mapping[str, str]) -> list[str]:
    """Return where a token of the provider that values name may be sent, unless somebody says otherwise."""
    provider = PROVIDERS.get(values.get("provider", ""))
    return [] if provider is None else list(provider.hosts)
