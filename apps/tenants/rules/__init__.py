"""What a tenant may be called, and where its tables lie."""

import re
import unicodedata

# 2 + 38 characters stay far below PostgreSQL's 63 and leave a host label room. A label with two hyphens in places 3 and 4
# is shown as other letters (punycode, RFC 5891 4.2.3.1), so that it could look like another tenant's.
SLUG_PATTERN = re.compile(r"(?!..--)[a-z0-9](?:[a-z0-9-]{0,36}[a-z0-9])?")
# Hosts and routes that must never become somebody's tenant.
RESERVED_SLUGS = frozenset(
    {
        "admin",
        "api",
        "app",
        "assets",
        "auth",
        "billing",
        "blog",
        "cdn",
        "dashboard",
        "docs",
        "email",
        "ftp",
        "graphql",
        "healthz",
        "help",
        "internal",
        "localhost",
        "login",
        "mail",
        "metrics",
        "ns1",
        "ns2",
        "public",
        "readyz",
        "root",
        "sign-in",
        "sign-up",
        "smtp",
        "static",
        "status",
        "support",
        "system",
        "template",
        "webhooks",
        "www",
        "ws",
    }
)


def is_slug(text: str) -> bool:
    """Say whether `text` can be a tenant's slug: a host label that is shown as it is, no hyphen at its ends."""
    return SLUG_PATTERN.fullmatch(text) is not None


def schema_of(slug: str) -> str:
    """Return the schema of the tenant called `slug`. No two slugs share one: a slug holds no underscore.

    Raises:
        ValueError: `slug` is none.
    """
    if not is_slug(slug):
        raise ValueError(f"{slug!r} is no slug")
    return "t_" + slug.replace("-", "_")


# What a browser might read as another host or split into a second header.
_UNSAFE_IN_PATH = re.compile(r"[\x00-\x20\x7f\\]")


def safe_path(wanted: str) -> str:
    """Return `wanted` if it is a path on the same host, else `/`: nobody is sent elsewhere from here."""
    is_path = wanted.startswith("/") and not wanted.startswith("//")
    if not is_path or len(wanted) > 2000 or not wanted.isascii() or _UNSAFE_IN_PATH.search(wanted):
        return "/"
    return wanted


def slug_from(name: str) -> str:
    """Return the slug that a tenant's name suggests; it may be empty, reserved or taken."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_name).strip("-")[:38].strip("-")


def why_not_touch(
    *, is_owner: bool, held: frozenset[str], roles: set[str], permissions: frozenset[str]
) -> str:
    """Return the code of why somebody may not give or take this, empty if they may.

    `is_owner` and `held` are of who asks; `roles` the built-in roles before and after, `permissions` all that they and
    the custom roles before and after hold. Taking is bounded like giving: nobody lowers who stands above them.
    """
    if "owner" in roles and not is_owner:
        return "owners_only"
    return "grant_too_wide" if permissions - held else ""
