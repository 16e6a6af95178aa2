"""A tenant with a connection, and people who go through it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpResponse

from apps.core import tenancy
from apps.core.principals import PERMISSIONS_BY_ROLE
from apps.sso.models import Connection, MailDomain
from apps.sso.services import connections, domains
from apps.tenants import facade as tenants
from apps.tenants.facade import TenantInfo
from tests.sso.providers import AtProvider, Liar, RealProvider
from tests.tenants.browser import Browser

BROWSER = "__Host-gorax_sso"
ALL = PERMISSIONS_BY_ROLE["owner"]


def connected(
    tenant: TenantInfo, provider: RealProvider | Liar, *, domain: str = "acme.test", **facts: Any
) -> Connection:
    """Return an enabled connection to a provider; `domain` is proven, if there is one."""
    tenants.allow_egress(tenant.schema, "127.0.0.1", provider.port)
    said = {
        "name": f"Acme {provider.port}",
        "issuer": provider.issuer,
        "client_id": "gorax",
        "client_secret": "a secret",
        "scopes": ["email", "profile", "groups"],
        "is_enabled": True,
        **facts,
    }
    row = connections.create(tenant, said, held=ALL)
    if domain:
        domains.approve(domains.add(tenant, row.pk, domain).pk)
    if isinstance(provider, RealProvider):
        known_at(provider, row, host=tenants.host_of(tenant.id) or "")
    return row


def known_at(provider: RealProvider, row: Connection, *, host: str, **more: Any) -> None:
    provider.client(
        client_id=row.client_id,
        client_secret="a secret",
        redirect_uris=[f"http://{host}/auth/sso/{row.pk}/callback"],
        post_logout_redirect_uris=["http://localhost/sign-in"],
        scope="openid email profile groups",
        **more,
    )


@dataclass
class Visitor:
    """A browser on a tenant's host, with its cookies at the provider."""

    row: Connection
    browser: Browser
    elsewhere: AtProvider

    def start(self, hint: str = "", wanted: str = "/") -> HttpResponse:
        query = urlencode({"login_hint": hint, "next": wanted})
        return self.browser.get(f"/auth/sso/{self.row.pk}/start?{query}")

    def come_back(self, url: str) -> HttpResponse:
        parts = urlsplit(url)
        return self.browser.get(f"{parts.path}?{parts.query}")

    def sign_in(self, hint: str, wanted: str = "/") -> HttpResponse:
        """Go all the way: to the provider, back, and across; return the last answer."""
        back = self.elsewhere.go(self.start(hint, wanted)["Location"])
        answer = self.come_back(back)
        if answer.status_code == 303 and "/auth/cross" in answer["Location"]:
            return self.come_back(answer["Location"])
        return answer


def visitor(row: Connection) -> Visitor:
    host = tenants.host_of(row.tenant_id)
    assert host is not None
    return Visitor(row, Browser(host), AtProvider())


def domain_of(row: Connection) -> MailDomain:
    with tenancy.entered(tenancy.PUBLIC):
        return MailDomain.objects.get(connection=row)
