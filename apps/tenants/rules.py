"""What a tenant may be called, and where its tables lie."""

import re

# 2 + 38 characters stay far below PostgreSQL's 63 and leave a host label room.
SLUG_PATTERN = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,36}[a-z0-9])?")
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
    """Say whether `text` can be a tenant's slug: a host label, no underscore, no hyphen at its ends."""
    return SLUG_PATTERN.fullmatch(text) is not None


def schema_of(slug: str) -> str:
    """Return the schema of the tenant called `slug`. No two slugs share one: a slug holds no underscore.

    Raises:
        ValueError: `slug` is none.
    """
    if not is_slug(slug):
        raise ValueError(f"{slug!r} is no slug")
    return "t_" + slug.replace("-", "_")
