"""Content security policies of the few pages that cannot live under the strict one of the settings."""

from typing import Any

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE

Policy = dict[str, Any]

# Django REST framework's pages carry style attributes and rebuild themselves from an answer.
BROWSABLE: Policy = {"style-src": [SELF, UNSAFE_INLINE], "require-trusted-types-for": None}
# Swagger UI writes styles, and draws its icons from data URLs.
SWAGGER: Policy = {"style-src": [SELF, UNSAFE_INLINE], "require-trusted-types-for": None}
# The operators' theme evaluates the expressions in its attributes (Alpine.js). Public host, operators only.
ADMIN: Policy = {
    "script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
    "require-trusted-types-for": None,
}

# The longest prefix that fits wins; only answers in HTML get any of these.
_BY_PREFIX: tuple[tuple[str, Policy], ...] = (
    ("/api/docs", SWAGGER),
    ("/api/", BROWSABLE),
    ("/admin/", ADMIN),
)


def policy_of(path: str, content_type: str) -> Policy | None:
    """Return what replaces the settings' directives for a page, None if nothing does."""
    if not content_type.startswith("text/html"):
        return None
    return next((policy for prefix, policy in _BY_PREFIX if path.startswith(prefix)), None)
