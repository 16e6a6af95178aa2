"""Calls that cost more than others, each kind with a bucket of its own for every caller."""

import re
from dataclasses import dataclass

from apps.core.rate_limit import Limit, Want

# The figures are those of a plan with so many calls a minute; a plan with more has as many times more of each kind.
FIGURES_FOR = 60


@dataclass(frozen=True, slots=True)
class CallClass:
    """`per_min` in the long run and `burst` at once, of calls by these methods whose path below /api/v1 is like this."""

    name: str
    methods: frozenset[str]
    path: re.Pattern[str]
    per_min: int
    burst: int

    def limit(self, api_calls_per_min: int) -> Limit:
        """Return its bucket for a plan."""
        times = api_calls_per_min / FIGURES_FOR
        return Limit(burst=max(1.0, self.burst * times), per_s=self.per_min * times / 60)


def _class(name: str, methods: str, path: str, per_min: int, burst: int) -> CallClass:
    return CallClass(name, frozenset(methods.split()), re.compile(path), per_min, burst)


MANAGED = r"(?:api-keys|members|roles|invitations|service-accounts|sso|audit|tenant)(?:/|$)"
CLASSES = (
    _class("execute", "POST", r"workflows/[^/]+/(?:execute|dry-run)$", 30, 10),
    _class("start", "POST", r"(?:executions/|events/[^/]+/replay$)", 60, 20),
    _class("look", "GET", MANAGED, 30, 15),
    _class("manage", "POST PUT PATCH", MANAGED, 20, 10),
    _class("remove", "DELETE", MANAGED, 10, 5),
)
SEARCH = _class("search", "GET", r"", 60, 30)


CALLS = "calls"


def calls_of(schema: str, most: int, *, tokens: int = 1) -> Want:
    """Return the bucket of all of a tenant's calls: a minute's worth at once, and evenly afterwards."""
    return Want(CALLS, schema, Limit(burst=most, per_s=most / 60), tokens)


def class_of(method: str, path: str, *, is_search: bool) -> CallClass | None:
    """Return the kind of a call by its path below /api/v1, None: it is like any other."""
    if is_search and method == "GET":
        return SEARCH
    return next(
        (each for each in CLASSES if method in each.methods and each.path.match(path)), None
    )
