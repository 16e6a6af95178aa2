"""Somebody at a real web process: a browser with cookies, or a program with a key. Every answer is kept."""

import http.client
import json
import re
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from tests.canaries.forms import Hoard
from tests.tenants.browser import ACCESS, CSRF, PUBLIC, REFRESH

ID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)[0-9]+(?=/|$)|(?<=/oauth/callback/).+|(?<=^/webhooks/)[\w-]+$"
)
CODE = re.compile(r"/auth/cross(?:/bind)?\?code=([^&\"]+)")
SAFE = {"GET", "HEAD"}


@dataclass
class Answer:
    """What came back, whole; header names are in small letters."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def body(self) -> Any:
        return json.loads(self.text)


@dataclass
class Visitor:
    """One browser on one host; with `key`, a program. `said` holds all answers by what was asked.

    What opens a session is remembered as a secret as soon as it is given out.
    """

    port: int
    said: dict[str, list[str]]
    hoard: Hoard
    host: str = PUBLIC
    key: str = ""
    cookies: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, body: Any = None, **more: str) -> Answer:
        headers = {"Host": self.host} | {
            name.replace("_", "-"): text for name, text in more.items()
        }
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        elif self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={text}" for name, text in self.cookies.items())
        if method not in SAFE and not self.key:
            headers |= {"Origin": f"http://{self.host}", "X-CSRF-Token": self.cookies.get(CSRF, "")}
        raw = (
            body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        )
        if raw is not None:
            headers.setdefault("Content-Type", "application/json")
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        line.request(method, path, raw, headers)
        answer = line.getresponse()
        text = answer.read().decode("utf-8", "replace")
        line.close()
        asked = f"{method} {ID.sub('…', path.partition('?')[0])}"
        self.said.setdefault(asked, []).append(f"{answer.status} {answer.getheaders()} {text}")
        self._keep_cookies(answer)
        away = answer.headers.get("Location", "") + text
        if "/auth/cross" in away:
            self.hoard.learn("crossing code", *CODE.findall(away))
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, headers, text)

    def _keep_cookies(self, answer: http.client.HTTPResponse) -> None:
        for line in answer.headers.get_all("Set-Cookie") or ():
            for name, cookie in SimpleCookie(line).items():
                self.cookies[name] = cookie.value
                if cookie.value and name == ACCESS:
                    # What stands before its signature says only who somebody is.
                    self.hoard.learn("access token", cookie.value.rpartition(".")[2])
                if cookie.value and name == REFRESH:
                    self.hoard.learn("refresh token", cookie.value)

    def made(self, path: str, body: Any = None, **more: str) -> Any:
        """Post something that must be taken; return what came back."""
        answer = self.call("POST", f"/api/v1{path}", body, **more)
        assert answer.status < 300, f"{path}: {answer.text}"
        return answer.body if answer.text else None

    def refused(self, path: str, body: Any, status: int, **more: str) -> None:
        answer = self.call("POST", f"/api/v1{path}", body, **more)
        assert answer.status == status, f"{path}: {answer.text}"

    def follow(self, url: str) -> "Visitor":
        """Go where a crossing leads, and back to be recognised; return the browser there."""
        there = Visitor(self.port, self.said, self.hoard, urlsplit(url).netloc)
        for browser in (there, self, there):
            answer = browser.go(url)
            url = answer.headers.get("location", "")
            if "/auth/cross" not in url:
                break
        return there

    def go(self, url: str) -> Answer:
        """Open an address on one's own host."""
        parts = urlsplit(url)
        return self.call("GET", f"{parts.path}?{parts.query}")
