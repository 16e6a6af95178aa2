"""As much of GitHub as its operations touch, as its documentation says."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from tests.adapters.servers import Seen, ok

TOKEN = "github_pat_of_the_tests_only"
REASONS = {
    200: "OK", 201: "Created", 301: "Moved Permanently", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 409: "Conflict", 422: "Unprocessable Entity",
}  # fmt: skip
Handler = Callable[..., bytes]


@dataclass
class GitHub:
    """One repository, `octo-org/hello-world`; `prefix` is where the interface lies on a server of one's own."""

    host: str = "https://api.github.com"
    prefix: str = ""
    issues: dict[int, dict[str, Any]] = field(default_factory=dict)
    pulls: dict[int, dict[str, Any]] = field(default_factory=dict)
    comments: list[tuple[int, str]] = field(default_factory=list)
    limit: dict[str, str] | None = None

    def answer(self, seen: Seen) -> bytes:
        if seen.headers.get("authorization") != f"Bearer {TOKEN}":
            return said(401, {"message": "Bad credentials"})
        if "user-agent" not in seen.headers or seen.headers["x-github-api-version"] != "2022-11-28":
            return said(403, {"message": "Request forbidden by administrative rules."})
        if self.limit is not None:
            headers = [f"{name}: {value}" for name, value in self.limit.items()]
            return said(403, {"message": "API rate limit exceeded"}, *headers)
        parts = urlsplit(seen.target)
        if parts.path.startswith(f"{self.prefix}/repos/octo-org/old-name"):
            return said(301, {"message": "Moved Permanently"},
                        f"Location: {self.host}{seen.target.replace('old-name', 'hello-world')}")  # fmt: skip
        asked = json.loads(seen.body) if seen.body else dict(parse_qsl(parts.query))
        for method, pattern, handler in self._routes():
            found = re.fullmatch(f"{self.prefix}/repos/octo-org/hello-world{pattern}", parts.path)
            if found is not None and method == seen.method:
                return handler(asked, *map(unquote, found.groups()))
        return said(404, {"message": "Not Found"})

    def _routes(self) -> list[tuple[str, str, Handler]]:
        return [
            ("POST", "/issues", self._open_issue),
            ("GET", "/issues", lambda asked: self._page("issues", self.issues, asked)),
            ("GET", r"/issues/(\d+)", lambda _, number: found(self.issues, number)),
            ("PATCH", r"/issues/(\d+)", self._change_issue),
            ("POST", r"/issues/(\d+)/comments", self._comment),
            ("POST", r"/issues/(\d+)/labels", self._add_labels),
            ("DELETE", r"/issues/(\d+)/labels/([^/]+)", self._remove_label),
            ("POST", "/pulls", self._open_pull),
            ("GET", "/pulls", lambda asked: self._page("pulls", self.pulls, asked)),
            ("GET", r"/pulls/(\d+)", lambda _, number: found(self.pulls, number)),
            ("PUT", r"/pulls/(\d+)/merge", self._merge),
        ]

    def _open_issue(self, asked: dict[str, Any]) -> bytes:
        if not asked["title"].strip():
            return said(422, {"message": "Validation Failed", "errors": [{"field": "title"}]})
        labels = [{"name": name, "color": "ededed"} for name in asked.get("labels", [])]
        return said(201, self._keep(self.issues, {**asked, "labels": labels, "state": "open"}))

    def _keep(self, kept: dict[int, dict[str, Any]], made: dict[str, Any]) -> dict[str, Any]:
        number = len(self.issues) + len(self.pulls) + 1
        kept[number] = {"number": number, "user": {"login": "ada"}, **made}
        return kept[number]

    def _page(self, name: str, kept: dict[int, dict[str, Any]], asked: dict[str, str]) -> bytes:
        size, page = int(asked["per_page"]), int(asked.get("page", "1"))
        wanted = [each for each in kept.values() if asked["state"] in {"all", each["state"]}]
        items = wanted[(page - 1) * size : page * size]
        if page * size >= len(wanted):
            return said(200, items)
        url = f"{self.host}{self.prefix}/repos/octo-org/hello-world/{name}"
        link = ", ".join(
            f'<{url}?{urlencode({**asked, "page": number})}>; rel="{rel}"'
            for number, rel in ((1, "first"), (page + 1, "next"))
        )
        return said(200, items, f"Link: {link}")

    def _change_issue(self, asked: dict[str, Any], number: str) -> bytes:
        if int(number) in self.issues:
            self.issues[int(number)].update(asked)
        return found(self.issues, number)

    def _comment(self, asked: dict[str, Any], number: str) -> bytes:
        if int(number) not in self.issues.keys() | self.pulls.keys():
            return said(404, {"message": "Not Found"})
        self.comments.append((int(number), asked["body"]))
        return said(201, {"id": len(self.comments), "body": asked["body"]})

    def _add_labels(self, asked: dict[str, Any], number: str) -> bytes:
        labels = self.issues[int(number)]["labels"]
        there = {label["name"] for label in labels}
        labels += [
            {"name": name, "color": "ededed"} for name in asked["labels"] if name not in there
        ]
        return said(200, labels)

    def _remove_label(self, _asked: dict[str, Any], number: str, name: str) -> bytes:
        labels = self.issues[int(number)]["labels"]
        if name not in {label["name"] for label in labels}:
            return said(404, {"message": "Label does not exist"})
        labels[:] = [label for label in labels if label["name"] != name]
        return said(200, labels)

    def _open_pull(self, asked: dict[str, Any]) -> bytes:
        ends = {"head": {"ref": asked["head"], "sha": "6dcb09b5"}, "base": {"ref": asked["base"]}}
        made = {**asked, **ends, "state": "open", "merged": False, "mergeable": True}
        return said(201, self._keep(self.pulls, made))

    def _merge(self, asked: dict[str, Any], number: str) -> bytes:
        pull = self.pulls[int(number)]
        if asked.get("sha", "6dcb09b5") != pull["head"]["sha"]:
            return said(
                409, {"message": "Head branch was modified. Review and try the merge again."}
            )
        if pull["merged"]:
            return said(405, {"message": "Pull Request is not mergeable"})
        pull.update(state="closed", merged=True, how=asked["merge_method"])
        return said(
            200, {"sha": "9a1b2c3d", "merged": True, "message": "Pull Request successfully merged"}
        )


def found(kept: dict[int, dict[str, Any]], number: str) -> bytes:
    known = kept.get(int(number))
    return said(404, {"message": "Not Found"}) if known is None else said(200, known)


def said(status: int, body: Any, *headers: str) -> bytes:
    kind = "Content-Type: application/json; charset=utf-8"
    return ok(json.dumps(body).encode(), kind, *headers, status=f"{status} {REASONS[status]}")
