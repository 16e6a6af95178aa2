"""A Vault on loopback that speaks as much of the key-value engine, version 2, as we ask."""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.adapters.servers import Seen, ok

TOKEN = "hvs.t0ken-of-the-test"


@dataclass
class KvStore:
    """`held` by mount and path; `away` are the statuses of the next answers, whatever is asked."""

    held: dict[str, dict[str, Any]] = field(default_factory=dict)
    namespace: str = ""
    away: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def answer(self, seen: Seen) -> bytes:
        """Answer as Vault does; every refusal repeats the token, as no server should."""
        self.asked.append(f"{seen.method} {seen.target}")
        if self.away:
            return self._said({"errors": [TOKEN]}, self.away.pop(0))
        is_ours = seen.headers.get("x-vault-namespace", "") == self.namespace
        if seen.headers.get("x-vault-token") != TOKEN or not is_ours:
            return self._said({"errors": ["permission denied", TOKEN]}, "403 Forbidden")
        if seen.target == "/v1/auth/token/lookup-self":
            return self._said({"data": {"ttl": 60}})
        mount, _, path = seen.target.removeprefix("/v1/").partition("/data/")
        found = self.held.get(f"{mount}/{path}")
        if found is None:
            return self._said({"errors": []}, "404 Not Found")
        return self._said({"data": {"data": found, "metadata": {"version": 1}}})

    def _said(self, body: Any, status: str = "200 OK") -> bytes:
        return ok(json.dumps(body).encode(), "Content-Type: application/json", status=status)
