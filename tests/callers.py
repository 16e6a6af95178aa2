"""Programs that call the API: one per role, each with a key of its own, and a stranger without."""

import json
from typing import Any

from django.test import Client

from apps.core.principals import PERMISSIONS_BY_ROLE

HOST = "demo.localhost"


class Caller:
    """A client of one tenant's host that speaks JSON."""

    def __init__(self, key: str = "", *, host: str = HOST) -> None:
        self._client = Client(HTTP_HOST=host, raise_request_exception=False)
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Return the answer; header names are written with `_` for `-`."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        data = (
            body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        )
        return self._client.generic(
            method,
            f"/api/v1{path}",
            data,
            content_type="application/json",
            headers={**self._headers, **sent},
        )

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("POST", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.call("DELETE", path, **headers)


def make_caller(tenant: Any, role: str) -> Caller:
    """Make a member of `tenant` with `role` and a key that may all that the role may."""
    from apps.accounts import facade as accounts
    from apps.core import tenancy
    from apps.tenants import facade as tenants

    with tenancy.entered(tenancy.PUBLIC):
        user = accounts.install(
            email=f"{role}@{tenant.slug}.test",
            password="a password for tests",
            name=role,
            is_operator=False,
        )
    tenants.join(tenant.id, user.id, role)
    scopes = PERMISSIONS_BY_ROLE[role]
    key = tenants.create_api_key(
        tenant_id=tenant.id,
        created_by=user.id,
        name=role,
        scopes=scopes,
        held=scopes,
        expires_at=None,
    )
    return Caller(key.secret, host=f"{tenant.slug}.localhost")
