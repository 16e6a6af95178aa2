"""What this installation answers, found by walking its routes; and what `operations/*.yaml` says of each.

A line is enough for most: `GET /api/v1/things: thing.read`. What every principal gets follows from the permission
(`principals.py`). More is said by a mapping:

    POST /api/v1/things:
      needs: thing.create     a permission, or signed_in, person, public
      body: {name: x}         a valid one; "{thing_id}" stands for the id of an object of the caller's tenant
      headers: {if-match: '"1"'}
      answers: [201]          what an allowed call gets; without it any 2xx or 3xx
      instead: {viewer: 404}  where one principal differs from the rule
      is_free: true           the body is data of the caller's own, so a strange field in it is none

Objects that routes name (`{thing_id}`) are made by `world.py`, or by a call of an owner, in the same file:

    objects:
      thing_id: {post: /api/v1/things, body: {name: y}, take: id}
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

FOLDER = Path(__file__).parent / "operations"
RESOLVERS = {"tenant": "gorax.urls_tenant", "public": "gorax.urls_public"}
METHODS = ("get", "post", "put", "patch", "delete")
SAFE = {"GET", "HEAD", "OPTIONS"}
MARKER = re.compile(r"<(?:\w+:)?(\w+)>")
PARAMETER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Operation:
    """One method of one route on one kind of host, and what its declaration says."""

    host: str
    method: str
    path: str
    needs: str
    body: Any = None
    headers: dict[str, str | None] = field(default_factory=dict)
    answers: frozenset[int] = frozenset()
    instead: dict[str, int] = field(default_factory=dict)
    sample: str = ""
    is_free: bool = False

    def __str__(self) -> str:
        return f"{self.host}: {self.method} {self.path}"

    @property
    def names(self) -> list[str]:
        """Return the names of the objects in its path."""
        return PARAMETER.findall(self.path)

    @property
    def calls(self) -> list[str]:
        """Return the methods by which it is called; a view that is a function says none."""
        if self.method == "ANY":
            return ["GET", "POST"]
        return ["GET", "HEAD"] if self.method == "GET" else [self.method]


def found() -> set[tuple[str, str, str]]:
    """Return every (host, method, path) that the routes of both kinds of host and the sockets lead to."""
    from gorax.routes_live import websocket_urlpatterns

    http = {
        (host, method, path)
        for host, name in RESOLVERS.items()
        for path, callback in _routes(get_resolver(name).url_patterns)
        for method in _methods(callback)
    }
    sockets = {
        ("tenant", "WS", path)
        for path, callback in _routes(websocket_urlpatterns)
        if hasattr(callback, "consumer_class")
    }
    return http | sockets


def _routes(patterns: Any, prefix: str = "/") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.app_name != "admin":  # see test_admin.py
                yield from _routes(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            if isinstance(pattern.pattern, RegexPattern):
                yield f"~{pattern.callback.__name__}", pattern.callback
            else:
                yield prefix + MARKER.sub(r"{\1}", str(pattern.pattern)), pattern.callback


def _methods(callback: Any) -> list[str]:
    view = getattr(callback, "view_class", None) or getattr(callback, "cls", None)
    if view is None:
        return ["ANY"]
    return [
        name.upper() for name in METHODS if name in view.http_method_names and hasattr(view, name)
    ]


def declared() -> list[Operation]:
    """Return what the files say, in the order of their names and lines."""
    return [
        _operation(host, key, said)
        for document in documents()
        for host in document["hosts"]
        for key, said in document["operations"].items()
    ]


def objects() -> dict[str, dict[str, Any]]:
    """Return the objects that are made by calls of an owner."""
    return {
        name: how
        for document in documents()
        for name, how in (document.get("objects") or {}).items()
    }


def documents() -> list[dict[str, Any]]:
    return [
        yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml"))
    ]


def _operation(host: str, key: str, said: Any) -> Operation:
    method, path = key.split(" ", 1)
    more = {"needs": said} if isinstance(said, str) else dict(said)
    more["answers"] = frozenset(more.get("answers", ()))
    return Operation(host, method, path, **more)


def filled(template: Any, ids: dict[str, str]) -> Any:
    """Return a path or body with the ids in their places."""
    if isinstance(template, str):
        return PARAMETER.sub(lambda found: ids.get(found[1], found[0]), template)
    if isinstance(template, dict):
        return {name: filled(value, ids) for name, value in template.items()}
    if isinstance(template, list):
        return [filled(value, ids) for value in template]
    return template
