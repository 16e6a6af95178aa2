"""What tenants do all day, and what a hostile one tries: each an operation of one actor, chosen by weight."""

import asyncio
import http.client
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from asgiref.sync import sync_to_async
from django.db import connection, transaction
from websockets.exceptions import ConnectionClosed

from apps.core import tenancy
from apps.schedules.services import firing
from tests.soak.world import OVERDUE, World, open_socket
from tests.tenancy.neighbours import PATH, Neighbour
from tests.tenancy.test_look_alikes import api_routes, filled
from tests.tenants.browser import ACCESS, Browser, signed_in

OPERATIONS: dict[str, tuple[int, Callable[["Actor"], None]]] = {}
SCOPES = ["workflow.read", "execution.read", "webhook.read", "credential.read"]
LISTS = ("workflows", "executions", "credentials", "webhooks", "schedules", "api-keys")
# What needs a real server.
AFAR = frozenset({"deliver_over_http", "read_over_http", "listen_next_door"})


def operation(weight: int) -> Callable[[Callable[["Actor"], None]], Callable[["Actor"], None]]:
    """Register an operation; `weight` of all weights is how often it is chosen."""

    def register(function: Callable[["Actor"], None]) -> Callable[["Actor"], None]:
        OPERATIONS[function.__name__] = (weight, function)
        return function

    return register


class BrokenError(Exception):
    """What an actor throws in the middle of something."""


class Actor:
    """One thread's hands: a browser for each tenant, and a die of its own."""

    def __init__(self, world: World, seed: str, names: Sequence[str] = ()) -> None:
        self.world = world
        self.die = random.Random(seed)  # noqa: S311 - a fixed order, no secret
        self.browsers = {slug: each.browser.copy() for slug, each in world.neighbours.items()}
        self._handler = Browser().client.handler
        for each in self.browsers.values():
            each.client.handler = self._handler
        self.keys: dict[str, str] = {}
        self.routes = api_routes()
        self.names = list(names or OPERATIONS)
        self.weights = [OPERATIONS[name][0] for name in self.names]
        self.slug = ""

    def act(self) -> str:
        """Do one thing for one tenant; return its name."""
        self.slug = self.die.choice(list(self.world.neighbours))
        name = self.die.choices(self.names, self.weights)[0]
        try:
            OPERATIONS[name][1](self)
        except Exception as failure:  # noqa: BLE001 - whatever it is, it ends the soak and is shown
            self.world.witness.tell(f"{name} for {self.slug}: {failure!r}")
        finally:
            if tenancy.current_schema() != tenancy.PUBLIC:
                self.world.witness.tell(f"{name} left its thread in {tenancy.current_schema()}")
                connection.set_schema_to_public()  # type: ignore[attr-defined]  # django-tenants' own
            connection.close()
        return name

    def guest(self, host: str, *, with_cookies: bool = False) -> Browser:
        """Return another browser; its middleware is this actor's own, because to load it takes longer than a request."""
        made = self.browser.copy() if with_cookies else Browser(host)
        made.host = host
        made.client.handler = self._handler
        return made

    @property
    def me(self) -> Neighbour:
        return self.world.neighbours[self.slug]

    @property
    def browser(self) -> Browser:
        return self.browsers[self.slug]

    def other(self) -> Neighbour:
        """Return another tenant."""
        return self.world.neighbours[
            self.die.choice([slug for slug in self.world.neighbours if slug != self.slug])
        ]

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Call the API as this tenant, and look at the answer."""
        answer = self.browser.send(method, path, body, **headers)
        if answer.status_code == 401:
            self._sign_in_again()
            answer = self.browser.send(method, path, body, **headers)
        return self.seen(method, path, answer)

    def _sign_in_again(self) -> None:
        fresh = signed_in(self.me.owner, self.me.tenant)
        fresh.client.handler = self._handler
        self.browsers[self.slug] = fresh
        if fresh.get("/api/v1/me").status_code != 200:
            self.world.witness.tell(f"{self.slug} cannot sign in any more")

    def seen(self, method: str, path: str, answer: Any, owner: str | None = None) -> Any:
        """Look at an answer, its headers included."""
        text = b"".join(answer).decode("latin-1") if answer.streaming else answer.content.decode()
        owner = self.slug if owner is None else owner
        self.world.witness.look(owner, "answer", f"{text}\n{dict(answer.headers)}")
        if answer.status_code >= 500:
            self.world.witness.tell(f"{method} {path} answered {answer.status_code}")
        return answer

    def refused(self, what: str, answer: Any, codes: set[int]) -> None:
        """Look at an answer that must be a refusal without a word of anybody."""
        self.seen("", what, answer, owner="")
        if answer.status_code not in codes:
            self.world.witness.tell(f"{what} was answered {answer.status_code}")

    def listed(self, what: str, **query: Any) -> list[dict[str, Any]]:
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        answer = self.ask("GET", f"/api/v1/{what}?{asked}")
        return list(answer.json().get("results", [])) if answer.status_code == 200 else []

    def workflow(self, name: str) -> str:
        return f"/api/v1/workflows/{self.world.everybodys[name]}"


@operation(10)
def look_at_a_route(actor: Actor) -> None:
    ids = {"workflow_id": actor.world.everybodys["plain"], "number": 1, "kind": "trigger:webhook"}
    ids["webhook_id"] = actor.world.everybodys["webhook"]
    executions = actor.listed("executions", limit=1)
    if executions:
        ids["execution_id"] = executions[0]["id"]
    actor.ask("GET", filled(actor.die.choice(actor.routes), ids))


@operation(5)
def turn_pages(actor: Actor) -> None:
    path = f"/api/v1/{actor.die.choice(LISTS)}?limit=2"
    for _ in range(3):
        answer = actor.ask("GET", path)
        path = answer.json().get("next") if answer.status_code == 200 else None
        if not path:
            return
        parts = urlsplit(path)
        path = f"{parts.path}?{parts.query}"


@operation(3)
def take_a_strangers_cursor(actor: Actor) -> None:
    kind = actor.die.choice(LISTS)
    theirs = actor.other()
    answer = actor.browsers[theirs.tenant.slug].get(f"/api/v1/{kind}?limit=1")
    following = answer.json().get("next") if answer.status_code == 200 else None
    if following:
        actor.ask("GET", f"/api/v1/{kind}?{urlsplit(following).query}")


@operation(2)
def filter_by_what_all_have(actor: Actor) -> None:
    workflow = actor.world.everybodys[actor.die.choice(["plain", "failing"])]
    for one in actor.listed("executions", workflow_id=workflow, limit=2):
        actor.ask("GET", f"/api/v1/executions/{one['id']}?include=steps")


@operation(2)
def draw_and_throw_away(actor: Actor) -> None:
    word = actor.me.canary
    definition = {"nodes": [], "edges": [], "description": word}
    made = actor.ask("POST", "/api/v1/workflows", {"name": word, "definition": definition})
    if made.status_code == 201:
        one = f"/api/v1/workflows/{made.json()['id']}"
        actor.ask("PATCH", one, {"description": word})
        actor.ask("DELETE", one)


@operation(4)
def execute(actor: Actor) -> None:
    name = actor.die.choice(["plain", "failing", "asking"])
    actor.ask("POST", f"{actor.workflow(name)}/execute", {"input": {"word": actor.me.canary}})


@operation(8)
def deliver_in_process(actor: Actor) -> None:
    note = {"note": actor.me.canary}
    answer = actor.guest(actor.browser.host).post(f"/webhooks/{PATH}", note)
    actor.seen("POST", "/webhooks", answer)
    if answer.status_code != 202:
        actor.world.witness.tell(f"a delivery was answered {answer.status_code}")


@operation(6)
def deliver_over_http(actor: Actor) -> None:
    body = f'{{"note": "{actor.me.canary}"}}'
    over_http(actor, "POST", f"/webhooks/{PATH}", body, {"Content-Type": "application/json"})


@operation(14)
def read_over_http(actor: Actor) -> None:
    what = actor.die.choice(LISTS)
    cookie = {"Cookie": f"{ACCESS}={actor.browser.cookie(ACCESS)}"}
    over_http(actor, "GET", f"/api/v1/{what}?limit=5", "", cookie)


def over_http(actor: Actor, method: str, path: str, body: str, headers: dict[str, str]) -> None:
    """Call the real server, on this tenant's host, and look at what comes over the wire."""
    line = http.client.HTTPConnection("127.0.0.1", actor.world.ports["web"], timeout=30)
    try:
        line.request(method, path, body, {"Host": actor.browser.host, **headers})
        answer = line.getresponse()
        text = f"{answer.read().decode()}\n{answer.getheaders()}"
    finally:
        line.close()
    actor.world.witness.look(actor.slug, "http", text)
    if answer.status >= 500:
        actor.world.witness.tell(f"{method} {path} over HTTP answered {answer.status}")


@operation(3)
def dry_run(actor: Actor) -> None:
    body = {"trigger": {"word": actor.me.canary}, "trigger_node": "start"}
    actor.ask("POST", f"{actor.workflow('plain')}/dry-run", body)


@operation(2)
def pin(actor: Actor) -> None:
    actor.ask("PUT", f"{actor.workflow('plain')}/pins/end", {"output": actor.me.canary})
    actor.ask("GET", f"{actor.workflow('plain')}/pins")


@operation(2)
def retry_one(actor: Actor) -> None:
    for one in actor.listed("executions", status="failed", limit=1):
        actor.ask("POST", f"/api/v1/executions/{one['id']}/retry", {})


@operation(2)
def wish_for_many(actor: Actor) -> None:
    wish = actor.die.choice(["cancel", "retry"])
    state = "waiting" if wish == "cancel" else "failed"
    ids = [one["id"] for one in actor.listed("executions", status=state, limit=2)]
    actor.ask("POST", f"/api/v1/executions/{wish}", {"ids": [*ids, str(uuid4())]})


@operation(2)
def decide(actor: Actor) -> None:
    for one in actor.listed("executions", status="waiting", limit=1):
        path = f"/api/v1/executions/{one['id']}"
        actor.ask("GET", f"{path}/approvals")
        actor.ask("POST", f"{path}/steps/ask/approve", {"comment": actor.me.canary})


@operation(2)
def download(actor: Actor) -> None:
    for one in actor.listed("executions", status="completed", limit=1):
        path = f"/api/v1/executions/{one['id']}"
        actor.ask("GET", f"{path}/log")
        steps = actor.ask("GET", f"{path}?include=steps").json().get("steps", [])
        for step in steps:
            output = step.get("output")
            if step["node_id"] == "file" and isinstance(output, dict) and "id" in output:
                actor.ask("GET", f"{path}/blobs/{output['id']}")


@operation(1)
def keep_and_forget_a_secret(actor: Actor) -> None:
    word = actor.me.canary
    body = {"name": f"n{uuid4().hex}", "type": "secret", "description": word}
    made = actor.ask("POST", "/api/v1/credentials", body | {"values": {"value": f"v {word}"}})
    if made.status_code == 201:
        one = f"/api/v1/credentials/{made.json()['id']}"
        actor.ask("POST", f"{one}/rotate", {"values": {"value": f"w {word}"}})
        actor.ask("DELETE", one)


@operation(6)
def read_by_key(actor: Actor) -> None:
    if actor.slug not in actor.keys:
        made = actor.ask("POST", "/api/v1/api-keys", {"name": actor.me.canary, "scopes": SCOPES})
        actor.keys[actor.slug] = made.json()["secret"]
    path = f"/api/v1/{actor.die.choice(LISTS[:4])}"
    by_key = {"authorization": f"Bearer {actor.keys[actor.slug]}"}
    actor.seen("GET", path, actor.guest(actor.browser.host).get(path, **by_key))
    stranger = actor.guest(actor.other().browser.host).get(path, **by_key)
    actor.refused(f"the key of {actor.slug} elsewhere", stranger, {401, 429})


@operation(14)
def go_next_door(actor: Actor) -> None:
    guest = actor.guest(actor.other().browser.host, with_cookies=True)
    path = actor.die.choice([f"/api/v1/{each}" for each in LISTS] + [actor.workflow("plain")])
    actor.refused(f"the cookie of {actor.slug} elsewhere", guest.get(path), {401})
    actor.refused(f"a change by {actor.slug} elsewhere", guest.send("DELETE", path), {401})


@operation(8)
def claim_to_be_another(actor: Actor) -> None:
    host, schema = actor.other().browser.host, actor.other().tenant.schema
    names = {
        "x-forwarded-host": host,
        "forwarded": f"host={host}",
        "x-original-host": host,
        "x-tenant-id": schema,
        "x-tenant": schema,
    }
    path = f"/api/v1/{actor.die.choice(LISTS)}"
    answer = actor.ask("GET", path, **names)
    if answer.status_code != 200:
        actor.world.witness.tell(f"who claims to be another was answered {answer.status_code}")
    actor.ask("GET", f"{path}?tenant={schema}&schema={schema}")


@operation(12)
def throw_in_the_middle(actor: Actor) -> None:
    def fail() -> None:
        with tenancy.entered(actor.other().tenant.schema), transaction.atomic():
            read_names()
            raise BrokenError

    with suppress(BrokenError):
        tenancy.run_in(actor.me.tenant.schema, fail)
    with tenancy.entered(actor.me.tenant.schema):
        actor.world.witness.look(actor.slug, "read", read_names())


@operation(12)
def read_from_a_coroutine(actor: Actor) -> None:
    def read() -> str:
        try:
            return read_names()
        finally:
            connection.close()

    async def both(mine: str, theirs: str) -> tuple[str, str]:
        run = sync_to_async(tenancy.run_in, thread_sensitive=False)
        return tuple(await asyncio.gather(run(mine, read), run(theirs, read)))  # type: ignore[return-value]  # gather returns a list of just these two

    other = actor.other()
    mine, theirs = asyncio.run(both(actor.me.tenant.schema, other.tenant.schema))
    actor.world.witness.look(actor.slug, "read", mine)
    actor.world.witness.look(other.tenant.slug, "read", theirs)


def read_names() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, description FROM workflows_workflow LIMIT 20")
        return str(cursor.fetchall())


@operation(1)
def let_schedules_fire(actor: Actor) -> None:
    with connection.cursor() as cursor:
        cursor.execute(OVERDUE)
    firing.fire_due()


@operation(1)
def listen_next_door(actor: Actor) -> None:
    paths = ("/ws/executions", f"/ws/executions/{uuid4()}")
    with open_socket(
        actor.world, actor.other().tenant.slug, actor.browser, actor.die.choice(paths)
    ) as ws:
        try:
            actor.world.witness.tell(f"{actor.slug} listens next door and heard {ws.recv(10)}")
        except ConnectionClosed as closed:
            if closed.rcvd is None or closed.rcvd.code != 4401:
                actor.world.witness.tell(f"{actor.slug} next door was closed with {closed.rcvd}")


@operation(4)
def look_at_what_is_nobodys(actor: Actor) -> None:
    path = actor.die.choice(["/metrics", "/healthz", "/admin/", "/api/v1/nodes/x", "/api/nowhere"])
    actor.seen("GET", path, actor.guest(actor.browser.host).get(path), owner="")


@operation(2)
def look_at_the_operators_pages(actor: Actor) -> None:
    guest = actor.guest("localhost", with_cookies=True)
    actor.refused("the operators' admin", guest.get("/admin/tenants/tenant/"), {302, 401, 403, 404})
