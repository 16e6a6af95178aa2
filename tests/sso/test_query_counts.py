"""How many statements each endpoint of single sign-on costs; one without a row here is red."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.sso import urls
from apps.sso.models import Connection, Identity
from apps.tenants.facade import TenantInfo
from tests.counting import operations_of
from tests.sso.providers import Liar
from tests.sso.scene import connected, domain_of
from tests.sso.test_abuse import asked_of
from tests.tenants.browser import Browser, member, signed_in
from tests.tenants.test_query_counts import statements

pytestmark = pytest.mark.django_db

CONNECTIONS = "/api/v1/sso/connections"
FORM = "application/x-www-form-urlencoded"
ONE = f"{CONNECTIONS}/<uuid:connection_id>"


class Scene:
    """An owner on the tenant's host, a connection with a proven domain, and a provider that answers."""

    def __init__(self, demo: TenantInfo, liar: Liar) -> None:
        self.demo, self.liar = demo, liar
        self.user = member(demo)
        self.browser = signed_in(self.user, demo)
        self.row: Connection = connected(demo, liar)
        self.identity = Identity.objects.create(
            connection=self.row, issuer=liar.issuer, subject="mallory", user=self.user
        )
        # The host and the provider are known by then, as they are to a process that has been up for a moment.
        assert self.browser.get("/api/v1/me").status_code == 200
        assert self.browser.post(f"{CONNECTIONS}/{self.row.pk}/test").status_code == 200

    def path(self, route: str) -> str:
        ids = {
            "<uuid:connection_id>": self.row.pk,
            "<uuid:domain_id>": domain_of(self.row).pk,
            "<uuid:identity_id>": self.identity.pk,
        }
        for name, value in ids.items():
            route = route.replace(name, str(value))
        return route


def bare(body: Any = None) -> Callable[[Scene], Any]:
    """Nothing has to be there before the call."""
    return lambda scene: (scene.browser, body, "")


def new_connection(scene: Scene) -> Any:
    facts = {"name": "New", "issuer": scene.liar.issuer, "client_id": "new"}
    return scene.browser, facts, ""


def coming_back(scene: Scene) -> Any:
    visitor = Browser("demo.localhost")
    asked = asked_of(visitor.get(f"/auth/sso/{scene.row.pk}/start")["Location"])
    scene.liar.token = scene.liar.sign(scene.liar.claims(nonce=asked["nonce"]))
    return visitor, None, f"?code=c&state={asked['state']}"


def stranger(body: Any = None, host: str = "demo.localhost") -> Callable[[Scene], Any]:
    """Nobody is signed in."""
    return lambda scene: (Browser(host), body, "")


COSTS: dict[str, tuple[Callable[[Scene], Any], int, int]] = {
    "POST /api/v1/auth/discover": (stranger({"email": "a@acme.test"}, "localhost"), 200, 2),
    "GET /auth/sso/<uuid:connection_id>/start": (stranger(), 303, 2),
    "GET /auth/sso/<uuid:connection_id>/callback": (coming_back, 303, 16),
    "POST /auth/sso/<uuid:connection_id>/logout": (stranger(b"logout_token=x"), 400, 1),
    f"GET {CONNECTIONS}": (bare(), 200, 3),
    f"POST {CONNECTIONS}": (new_connection, 201, 4),
    f"GET {ONE}": (bare(), 200, 3),
    f"PATCH {ONE}": (bare({"session_hours": 8}), 200, 5),
    f"DELETE {ONE}": (bare(), 204, 10),
    f"POST {ONE}/test": (bare(), 200, 3),
    f"POST {ONE}/link": (bare({"next": "/"}), 200, 3),
    f"POST {ONE}/domains": (bare({"domain": "new.test"}), 201, 3),
    f"DELETE {ONE}/domains/<uuid:domain_id>": (bare(), 204, 3),
    f"POST {ONE}/domains/<uuid:domain_id>/verify": (bare(), 200, 2),
    "GET /api/v1/sso/identities": (bare(), 200, 2),
    "DELETE /api/v1/sso/identities/<uuid:identity_id>": (bare(), 204, 5),
    "GET /api/v1/sso/way-out": (bare(), 200, 3),
}


def test_every_endpoint_says_what_it_costs() -> None:
    assert operations_of([*urls.public_only, *urls.tenant_only]) == COSTS.keys()


@pytest.mark.parametrize("operation", COSTS)
def test_a_call_costs_no_more_than_this(operation: str, demo: TenantInfo, liar: Liar) -> None:
    scene = Scene(demo, liar)
    prepare, status, most = COSTS[operation]
    browser, body, query = prepare(scene)
    method, _, route = operation.partition(" ")
    path, answers = scene.path(route) + query, []
    headers = {"content_type": FORM} if isinstance(body, bytes) else {}

    asked = statements(
        lambda: answers.append(browser.send(method, path, body, **headers).status_code)
    )

    assert (answers, len(asked)) == ([status], most), "\n".join(asked)
