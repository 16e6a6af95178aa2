"""Where a provider may be, and what a mail domain is."""

import re
from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

LONGEST = 512
_DOMAIN = re.compile(
    r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
)
# Whoever has an address there has proven nothing about the tenant.
FREE_MAIL = frozenset(
    {
        "aol.com", "fastmail.com", "gmail.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com", "icloud.com",
        "live.com", "mail.com", "mail.ru", "me.com", "msn.com", "outlook.com", "pm.me", "proton.me",
        "protonmail.com", "qq.com", "web.de", "yahoo.com", "yandex.com", "yandex.ru", "zoho.com", "163.com",
    }
)  # fmt: skip
RECORD = "_gorax-challenge"


def url_fault(text: object, private: Collection[tuple[str, int]]) -> str:
    """Return why a URL is no place of a provider, empty if it may be one.

    It is https. Without encryption only what an operator has allowed to this tenant: `private` addresses with ports.
    """
    if not isinstance(text, str) or not text.isascii() or not 0 < len(text) <= LONGEST:
        return "it is no URL, or too long"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return "it is no URL"
    if (
        not parts.hostname
        or "@" in parts.netloc
        or parts.fragment
        or re.search(r"[\x00-\x20\\]", text)
    ):
        return "it is no plain URL with a host"
    if parts.scheme == "https" or (parts.scheme == "http" and _is_among(parts, port, private)):
        return ""
    return "it must begin with https://"


def issuer_fault(text: object, private: Collection[tuple[str, int]]) -> str:
    """Return why a text names no issuer, empty if it does: a URL without a query."""
    fault = url_fault(text, private)
    return fault or ("an issuer has no query" if "?" in str(text) else "")


def _is_among(parts: SplitResult, port: int | None, private: Collection[tuple[str, int]]) -> bool:
    try:
        address = str(ip_address(parts.hostname or ""))
    except ValueError:
        return False
    return (address, port or 80) in private


def metadata_url(issuer: str) -> str:
    """Return where an issuer tells about itself."""
    return f"{issuer.removesuffix('/')}/.well-known/openid-configuration"


def domain_fault(domain: str) -> str:
    """Return why a text is no mail domain that a tenant could own, empty if it is one."""
    if not _DOMAIN.fullmatch(domain):
        return "Write a domain such as example.com."
    if domain in FREE_MAIL:
        return "Everybody may have an address there."
    return ""


def record_of(domain: str) -> str:
    """Return the name whose TXT record proves a domain."""
    return f"{RECORD}.{domain}"


def proof_of(token: str) -> str:
    """Return what that record holds."""
    return f"gorax-domain={token}"
