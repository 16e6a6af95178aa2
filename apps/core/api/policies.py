"""Content security policies of the few pages that cannot live under the strict one of the settings."""

from functools import lru_cache
from typing import Any

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.utils import build_policy

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
_BY_PREFIX: dict[str, Policy] = {"/api/docs": SWAGGER, "/api/": BROWSABLE, "/admin/": ADMIN}


def policy_of(path: str, content_type: str) -> Policy | None:
    """Return what replaces the settings' directives for a page, None if nothing does."""
    return _BY_PREFIX.get(_prefix_of(path, content_type))


def text_of(path: str, content_type: str) -> str:
    """Return the whole policy of an answer that has no wishes of its own, as it is sent; empty if there is none."""
    return _text_of(_prefix_of(path, content_type))


def _prefix_of(path: str, content_type: str) -> str:
    if not content_type.startswith("text/html"):
        return ""
    return next(filter(path.startswith, _BY_PREFIX), "")


@lru_cache(maxsize=len(_BY_PREFIX) + 1)
def _text_of(prefix: str) -> str:
    # The settings do not change; putting it together anew was a quarter of what surrounds an accept.
    return str(build_policy(replace=_BY_PREFIX.get(prefix)))
