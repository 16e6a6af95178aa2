"""People who connect accounts: their browser, the server that they say yes to, and the way there and back."""

from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from apps.core.ids import uuid7
from apps.credentials.services import accesses
from apps.credentials.services.opening import opened
from apps.engine.credential import Credential, Unusable
from apps.tenants import facade as tenants
from apps.tenants.facade import TenantInfo
from tests.credentials.authorization_server import CLIENT, CLIENT_SECRET, AuthorizationServer
from tests.tenants.browser import Browser, member, person, signed_in

PUBLIC = "localhost"


def account(server: AuthorizationServer, **values: str) -> dict[str, Any]:
    """Return what is sent to make an account at a server."""
    said = {
        "provider": "generic",
        "client_id": CLIENT,
        "client_secret": CLIENT_SECRET,
        "issuer": server.issuer,
        "scopes": "read write",
        **values,
    }
    return {"name": "acct", "type": "oauth2", "values": said}


@dataclass
class Someone:
    """A person in a browser on a tenant's host."""

    browser: Browser
    tenant: TenantInfo

    def call(self, method: str, path: str, body: Any = None) -> Any:
        return self.browser.send(method, f"/api/v1{path}", body)

    def post(self, path: str, body: Any = None) -> Any:
        return self.call("POST", path, {} if body is None else body)

    def keeps(self, server: AuthorizationServer, **changes: Any) -> str:
        """Make an account and return its id; the server is told where it sends people back."""
        tenants.allow_egress(self.tenant.schema, "127.0.0.1", server.port)
        values = changes.pop("values", {})
        made = self.post("/credentials", {**account(server, **values), **changes})
        assert made.status_code == 201, made.content
        server.redirect_uris.add(made.json()["connection"]["redirect_uri"])
        return str(made.json()["id"])

    def sets_out(self, credential_id: str, **body: Any) -> str:
        answer = self.post(f"/credentials/{credential_id}/connect", body)
        assert answer.status_code == 200, answer.content
        return str(answer.json()["authorization_url"])

    def comes_back(self, url: str) -> Any:
        """Bring to the tenant's host what the provider has put into an address."""
        parts = urlsplit(url)
        said = dict(parse_qsl(parts.query, keep_blank_values=True))
        known = ("state", "code", "error", "iss")
        body = {name: said[name] for name in known if name in said}
        return self.post("/credentials/connected", {"path": parts.path, **body})

    def connects(self, credential_id: str, **body: Any) -> Any:
        """Go all the way: to the provider, to the public host, to the tenant's; return what the API says at last."""
        back = agree(self.sets_out(credential_id, **body))
        return self.comes_back(crossed(back))


def someone(tenant: TenantInfo, role: str = "owner", email: str = "") -> Someone:
    return Someone(signed_in(member(tenant, role, person(email)), tenant), tenant)


def agree(url: str) -> str:
    """Say yes at the provider; return where it sends the browser."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=20)
    connection.request("GET", f"{parts.path}?{parts.query}")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status == 302, answer.status
    return str(answer.headers["Location"])


def crossed(url: str) -> str:
    """Return where the public host sends the browser on."""
    parts = urlsplit(url)
    assert parts.hostname == PUBLIC
    answer = Browser(PUBLIC).get(f"{parts.path}?{parts.query}")
    assert answer.status_code == 303, answer.content
    return str(answer["Location"])


def step_gets(name: str = "acct", schema: str = "t_demo") -> Credential | Unusable:
    """Return what a running step is given."""
    found = opened(schema, [name], accesses.Reader("run", uuid7()))
    # Else another thread would write it a second later, when another test is at work.
    accesses.flush()
    return found[name]


def token_of(found: Credential | Unusable) -> str:
    assert isinstance(found, Credential), found
    return found.secret("access_token").reveal()
