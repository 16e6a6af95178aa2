"""A browser on one host, as our own pages use it, and people to sit in front of it."""

import json
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.test import Client

from apps.accounts.models import User
from apps.core.ids import uuid7
from apps.tenants import facade
from apps.tenants.facade import TenantInfo
from apps.tenants.models import Membership, Role
from apps.tenants.services import sessions

ACCESS, REFRESH, CSRF = "__Host-gorax_access", "__Host-gorax_refresh", "__Host-gorax_csrf"
PASSWORD = "correct horse battery"
PUBLIC = "localhost"


class Browser:
    """Sends JSON with this host's Origin and CSRF token; a header given as None is left out."""

    def __init__(self, host: str = PUBLIC) -> None:
        self.host = host
        self.client = Client()

    def get(self, path: str, **headers: str | None) -> HttpResponse:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str | None) -> HttpResponse:
        return self.send("POST", path, body, **headers)

    def delete(self, path: str, **headers: str | None) -> HttpResponse:
        return self.send("DELETE", path, **headers)

    def send(self, method: str, path: str, body: Any = None, **headers: str | None) -> HttpResponse:
        mine: dict[str, str | None] = {"host": self.host}
        if method not in {"GET", "HEAD", "OPTIONS"}:
            mine |= {"origin": f"http://{self.host}", "x-csrf-token": self.cookie(CSRF)}
        mine |= {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in mine.items() if value is not None}
        raw = (
            body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        )
        media_type = sent.pop("content-type", "application/json")
        return self.client.generic(method, path, raw, media_type, headers=sent)

    def cookie(self, name: str) -> str | None:
        """Return what a cookie holds, None without it or after it was taken back."""
        morsel = self.client.cookies.get(name)
        return morsel.value if morsel is not None and morsel.value else None

    def copy(self) -> "Browser":
        """Return another browser with the same cookies: a thief, or a second tab."""
        other = Browser(self.host)
        for name in list(self.client.cookies):
            other.client.cookies[name] = self.client.cookies[name].value
        return other


def follow(url: str, asked: Browser) -> Browser:
    """Return what a browser, which asked for this way on one host, is on the host to which it leads."""
    return cross(url, asked, Browser(urlsplit(url).netloc))[0]


def cross(
    url: str, asked: Browser, there: Browser, **headers: str | None
) -> tuple[Browser, HttpResponse]:
    """Go the way of a code: to the tenant's host, back to be recognised, and in; return the last answer as well."""
    answer = go(there, url, **headers)
    for browser in (asked, there):
        if "/auth/cross" in answer.get("Location", ""):
            answer = go(browser, answer["Location"], **headers)
    return there, answer


def go(browser: Browser, url: str, **headers: str | None) -> HttpResponse:
    parts = urlsplit(url)
    return browser.get(f"{parts.path}?{parts.query}", **headers)


def person(email: str = "", **fields: Any) -> User:
    """Make somebody who belongs nowhere yet."""
    return User.objects.create_user(email or f"{uuid7().hex}@example.test", PASSWORD, **fields)


def member(tenant: TenantInfo, role: str = Role.OWNER, user: User | None = None) -> User:
    """Make a member of `tenant`."""
    user = user or person()
    Membership.objects.create(tenant_id=tenant.id, user=user, role=role)
    return user


def signed_in(user: User, tenant: TenantInfo | None) -> Browser:
    """Return a browser with a session of `user` on the host of `tenant` (None: the public one)."""
    host = PUBLIC if tenant is None else facade.host_of(tenant.id)
    assert host is not None
    browser = Browser(host)
    tokens = sessions.open_session(user.pk, None if tenant is None else tenant.id)
    browser.client.cookies[ACCESS] = tokens.access
    browser.client.cookies[REFRESH] = tokens.refresh
    browser.client.cookies[CSRF] = "c" * 32
    return browser
