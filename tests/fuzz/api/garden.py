"""What the requests are about: a tenant's things, planted anew from time to time, and ways to say who asks."""

import json
import random
import re
from collections import defaultdict
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from tests.bench.product import Product
from tests.fuzz.api.wire import Answer, Trial, request, send

ACCESS, CSRF = "__Host-gorax_access", "__Host-gorax_csrf"
NOWHERE = "01990000-0000-7000-8000-000000000000"
Headers = list[tuple[str, str | bytes]]


def _node(node_id: str, kind: str, **config: Any) -> dict[str, Any]:
    position = {"x": 0, "y": 0}
    data = {"name": node_id, "config": config}
    return {"id": node_id, "type": kind, "position": position, "data": data}


def _document(path: str) -> dict[str, Any]:
    nodes = [
        _node("hook", "trigger:webhook", path=path, auth_type="none"),
        _node("clock", "trigger:schedule", cron="0 0 1 1 *"),
        _node("end", "control:no_op"),
    ]
    edges = [{"id": f"{name}-end", "source": name, "target": "end"} for name in ("hook", "clock")]
    return {"nodes": nodes, "edges": edges}


class Garden:
    """The demo tenant of a running product, as its key and a signed-in browser reach it."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.port = product.copy.port
        self.host = str(product.facts["host"])
        self.public_host = f"localhost:{self.port}"
        self._key = str(product.facts["api_key"])
        self._browser: Headers = []
        self._planted = 0
        self.ids: dict[str, str] = {"number": "1", "node_id": "hook", "kind": "trigger:webhook"}
        self.hook_path = ""
        self.sign_in()
        self.plant()

    def plant(self) -> None:
        """Make a workflow with a webhook and a schedule, an execution, an event, a credential and a key."""
        self._planted += 1
        self.hook_path = f"fuzz-{self._planted}"
        workflow = self.product.make_workflow(self.hook_path, _document(self.hook_path))
        self.ids["workflow_id"] = workflow
        self.ids["execution_id"] = self.product.execute(workflow, {})
        self.product.call("POST", f"/webhooks/{self.hook_path}", {"a": 1})
        for name, path in (("webhook_id", "webhooks"), ("schedule_id", "schedules")):
            _, page = self.product.call("GET", f"/api/v1/{path}?workflow_id={workflow}")
            self.ids[name] = page["results"][0]["id"]
        _, page = self.product.call("GET", f"/api/v1/webhooks/{self.ids['webhook_id']}/events")
        self.ids["event_id"] = page["results"][0]["id"] if page["results"] else NOWHERE
        for name, path, body in (
            (
                "credential_id",
                "credentials",
                {"name": self.hook_path, "type": "secret", "values": {"value": "nothing"}},
            ),
            ("key_id", "api-keys", {"name": self.hook_path, "scopes": ["workflow.read"]}),
        ):
            status, made = self.product.call("POST", f"/api/v1/{path}", body)
            assert status == 201, made
            self.ids[name] = made["id"]

    def sign_in(self) -> None:
        """Sign the demo's owner in and cross to the tenant's host, as a browser does."""
        login = {name: self.product.facts[name] for name in ("email", "password")}
        headers: Headers = [("Host", self.public_host), ("Content-Type", "application/json")]
        answer = self._ask(
            request("POST", "/api/v1/auth/sign-in", headers, json.dumps(login).encode())
        )
        assert answer.status == 200, answer.body
        jars: dict[str, SimpleCookie] = defaultdict(SimpleCookie)
        host, way = self.public_host, json.loads(answer.body)["redirect"]
        home = urlsplit(way).netloc
        # To the tenant, back to show itself where it asked, and in.
        for _ in range(4):
            for cookie in answer.cookies:
                jars[host].load(cookie)
            if ACCESS in jars[home]:
                break
            place = urlsplit(way)
            host = place.netloc
            shown = "; ".join(f"{name}={each.value}" for name, each in jars[host].items())
            answer = self._ask(
                request("GET", f"{place.path}?{place.query}", [("Host", host), ("Cookie", shown)])
            )
            assert answer.status == 303, answer.body
            way = answer.headers["location"]
        cookies = jars[home]
        access, csrf = cookies[ACCESS].value, cookies[CSRF].value
        self._browser = [
            ("Cookie", f"{ACCESS}={access}; {CSRF}={csrf}"),
            ("Origin", f"http://{self.host}"),
            ("X-CSRF-Token", csrf),
        ]

    def caller(self, chance: random.Random) -> Headers:
        """Return the headers of a program, of a person, or of nobody."""
        drawn = chance.random()
        if drawn < 0.55:
            return [("Authorization", f"Bearer {self._key}")]
        return list(self._browser) if drawn < 0.9 else []

    def planted(self, path: str, url: str) -> str:
        """Return `url` with ids that exist in the places of those that chance made."""
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/?]+)", re.escape(path))
        found = re.match(pattern, url)
        if found is None:
            return url
        for name in sorted(found.groupdict(), key=found.start, reverse=True):
            first, last = found.span(name)
            url = url[:first] + self.ids.get(name, NOWHERE) + url[last:]
        return url

    def filled(self, path: str) -> str:
        """Return a path of the document with ids that exist."""
        return re.sub(r"\{(\w+)\}", lambda found: self.ids.get(found[1], NOWHERE), path)

    def _ask(self, raw: bytes) -> Answer:
        return send(self.port, Trial("garden", "garden", raw))
