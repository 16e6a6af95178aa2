"""Secrets of every kind go through real processes by every way on which one could be lost; then everything is searched."""

import os
import ssl
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from tests.adapters.test_tls import certificate
from tests.canaries import surfaces
from tests.canaries.ears import HOST, Ears
from tests.canaries.far_side import FarSide, Mail, Reports, serving
from tests.canaries.forms import Hoard
from tests.canaries.sending import ACCOUNT, SPEAKS, Far, Way, begin, keep, ways
from tests.canaries.stack import Outside, Stack, free_port
from tests.canaries.visitor import Visitor
from tests.eventually import eventually

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]

ROUNDS = int(os.environ.get("CANARY_ROUNDS", "1"))
# A word that is no secret goes the same ways: where it was seen, silence about the secrets means something.
WORD = "word"
SEEN = {
    "answer",
    "command lines",
    "environments",
    "error reports",
    "file of an execution",
    "frames",
    "letter",
    "log of dispatcher",
    "log of live",
    "log of postgres",
    "log of web",
    "log of worker",
    "redis, kept",
    "redis, told",
    "row",
    "statements",
}
READ = {
    "GET /metrics",
    "GET /api/v1/audit",
    "GET /api/v1/audit/export",
    "GET /api/v1/credentials",
    "GET /api/v1/executions/…",
    "GET /api/v1/executions/…/log",
    "GET /api/v1/workflows/…",
    "GET /api/v1/workflows/…/versions/…",
}
SESSION = {"access token", "refresh token"}
# What is shown, to whom it is meant for, in the answer that makes it and nowhere else; and the links of letters.
SHOWN = {
    "answer: GET /auth/cross": {*SESSION, "crossing code"},
    "answer: GET /auth/cross/bind": {"crossing code"},
    "answer: GET /auth/sso/…/callback": {"crossing code"},
    "answer: GET /auth/sso/…/start": {"state of a sign-in"},
    "answer: POST /api/v1/account/app": {"secret of the app"},
    "answer: POST /api/v1/account/app/confirm": {"recovery code"},
    "answer: POST /api/v1/api-keys": {"key", "key of a service"},
    "answer: POST /api/v1/auth/invitation/sign-up": {*SESSION, "crossing code"},
    "answer: POST /api/v1/auth/refresh": SESSION,
    "answer: POST /api/v1/auth/second-factor": {*SESSION, "crossing code"},
    "answer: POST /api/v1/auth/sign-in": {"ticket"},
    "answer: POST /api/v1/credentials/…/connect": {"state of a connection"},
    "answer: GET /oauth/callback/…": {"state of a connection", "code of a connection"},
    "answer: POST /api/v1/audit/streams": {"secret of a stream"},
    "answer: POST /api/v1/audit/streams/…/regenerate-secret": {"secret of a stream"},
    "answer: POST /api/v1/auth/sign-up": {*SESSION, "crossing code"},
    "answer: POST /api/v1/webhooks/…/regenerate-secret": {
        f"secret of a webhook: {scheme}" for scheme in ("signature", "github", "api_key", "basic")
    },
    "letter": {
        "invitation",
        "link that changes the address",
        "link that resets",
        "link that verifies",
    },
}


@pytest.fixture
def undo() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def hoard(transactional_db, redis_server) -> Hoard:
    made = Hoard()
    made.canary(WORD, signs="")
    return made


@pytest.fixture
def owner(hoard: Hoard) -> Visitor:
    """A program with a key of the owner of `demo`; its port is not known yet."""
    from apps.core import tenancy
    from apps.tenants import facade
    from tests.callers import make_caller

    with tenancy.entered("t_demo"):
        caller = make_caller(facade.current(), "owner")
    secret = str(caller._headers["Authorization"].removeprefix("Bearer "))
    hoard.learn("key of the owner", secret.split("_", 2)[2])
    return Visitor(0, defaultdict(list), hoard, HOST, secret)


class Sides:
    """Everything that the product calls: services, mail, error reports, an identity provider."""

    def __init__(self, folder: Path, hoard: Hoard, undo: ExitStack) -> None:
        from tests.sso.providers import liar

        self.trusted, private = certificate(folder, "127.0.0.1")
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(self.trusted, private)
        names = ("access_token", "refresh_token")
        # Such a token has only signs that a header may have.
        tokens = {name: hoard.canary(f"{name} of OAuth", signs='/+"&<') for name in names}
        self.service = FarSide(tokens)
        self.mail, self.reports = Mail(tls), Reports()
        for server in (self.service, self.mail, self.reports):
            undo.enter_context(serving(server))
        self.provider = undo.enter_context(liar())
        self.far = Far(self.service.url, self.mail.server_address[1], free_port())
        self._allow(self.service.server_address[1], self.far.mail_port, self.provider.port)
        self._allow(self.far.closed_port)

    def _allow(self, *ports: int) -> None:
        from apps.tenants.models import EgressAllowance, Tenant

        demo = Tenant.objects.get(schema_name="t_demo")
        for port in ports:
            EgressAllowance.objects.create(tenant=demo, address="127.0.0.1", port=port)

    def was_told(self, way: Way) -> bool:
        told = "\n".join([*self.service.shown, *self.mail.shown])
        return any(secret in told for secret in way.secrets)


def person_of_demo(owner: Visitor) -> Visitor:
    """Return an owner in a browser."""
    from apps.tenants import facade
    from tests.tenants.browser import ACCESS, CSRF, member, signed_in

    tenant = facade.by_slug("demo")
    assert tenant is not None
    browser = signed_in(member(tenant), tenant)
    cookies = {name: str(browser.cookie(name)) for name in (ACCESS, CSRF)}
    return Visitor(owner.port, owner.said, owner.hoard, HOST, cookies=cookies)


def has_ended(begun: list[str]) -> bool:
    from apps.core import tenancy
    from apps.executions.models import Execution

    with tenancy.entered("t_demo"):
        return Execution.objects.filter(pk__in=begun, ended_at__isnull=False).count() == len(begun)


def send_all(
    going: list[Way], owner: Visitor, person: Visitor, sides: Sides, hear: Callable[[str], None]
) -> list[str]:
    """Keep all secrets, let each way's workflow send them, and wait until all have ended."""
    from tests.canaries.doors import connect_an_account

    begun, word = [], owner.hoard.canaries[WORD]
    for number, way in enumerate(going):
        kept = keep(way, number, owner.hoard, sides.far, owner)
        if way.kind == ACCOUNT:
            connect_an_account(person, kept)
    for _ in range(ROUNDS):
        for number, way in enumerate(going):
            begun.append(begin(way, number, word, owner))
            if way.name == SPEAKS:
                hear(f"/ws/executions/{begun[-1]}")
                sides.service.listens.set()
    assert eventually(lambda: has_ended(begun), within_s=90 * ROUNDS)
    return begun


def read_all(stack: Stack, owner: Visitor, begun: list[str]) -> None:
    """Ask for everything that can be asked about each execution, and once for all the rest."""
    from tests.tenancy.test_look_alikes import api_routes, filled

    ids = {"number": "1", "node_id": f"{owner.hoard.canaries[WORD]}0"}
    for name, listed in (
        ("credential_id", "credentials"),
        ("workflow_id", "workflows"),
        ("webhook_id", "webhooks"),
        ("connection_id", "sso/connections"),
        ("entry_id", "audit"),
        ("stream_id", "audit/streams"),
    ):
        ids[name] = owner.call("GET", f"/api/v1/{listed}").body["results"][0]["id"]
    for execution_id in begun:
        paths = [filled(route, {**ids, "execution_id": execution_id}) for route in api_routes()]
        one = f"/api/v1/executions/{execution_id}"
        if execution_id != begun[-1]:
            paths = [one, f"{one}/steps/{ids['node_id']}/log"]
        for path in (*paths, f"{one}/log?as=csv", f"{one}/log?as=json", f"{one}?include=steps"):
            owner.call("GET", path)
    for each in ("csv", "json"):
        owner.call("GET", f"/api/v1/audit/export?as={each}")
    stranger = Visitor(stack.port, owner.said, owner.hoard)
    stranger.call("GET", "/metrics", Authorization=f"Bearer {stack.metrics_token}")
    for path in ("/readyz", "/healthz", "/api/schema", "/admin/login/"):
        stranger.call("GET", path)


def plant(stack: Stack, word: str, redis_server) -> None:
    """Say the word where no user's word ever comes."""
    stack.plant(word)
    redis_server.set(f"planted:{word}", word * 9)
    with (
        psycopg.connect(os.environ["GORAX_DATABASE_URL"], autocommit=True) as session,
        pytest.raises(psycopg.errors.InvalidTextRepresentation),
    ):
        session.execute(f"SELECT '{word}'::int FROM pg_sleep(0.5)")  # noqa: S608 - it is to fail


def live(stack: Stack, owner: Visitor, sides: Sides, redis_server, ears: Ears) -> list[Way]:
    """Let everything happen; return the ways that secrets went."""
    from tests.canaries.doors import come_by_a_provider, deliver_by_each_scheme, send_the_trail
    from tests.canaries.people import People
    from tests.tenants.browser import ACCESS

    going, person = ways(sides.far), person_of_demo(owner)
    with ears.open(), ExitStack() as sockets:

        def hear(path: str) -> None:
            ears.hear(path, person.cookies[ACCESS], sockets)

        hear("/ws/executions")
        plant(stack, owner.hoard.canaries[WORD], redis_server)
        deliver_by_each_scheme(owner, owner.hoard.canaries[WORD])
        come_by_a_provider(owner, sides.provider)
        send_the_trail(owner, sides.service.url)
        begun = send_all(going, owner, person, sides, hear)
        People(Visitor(stack.port, owner.said, owner.hoard), stack.mail).live()
        read_all(stack, owner, begun)
    return going


def test_no_secret_is_found_but_where_it_is_sent_or_shown_once(
    hoard, owner, redis_server, tmp_path, undo, running_servers
) -> None:
    sides = Sides(tmp_path, hoard, undo)
    outside = Outside(sides.reports.dsn, sides.trusted, f"{sides.service.url}/file")
    stack = Stack(tmp_path, outside, hoard, undo)
    owner.port = stack.port
    ears = Ears(stack, os.environ["GORAX_REDIS_URL"], os.environ["GORAX_DATABASE_URL"])
    stack.wait_until_ready()
    assert stack.can_leave_a_core() == []

    going = live(stack, owner, sides, redis_server, ears)
    undo.close()  # and with it every process has said its last word

    assert {way.name or way.kind for way in going if sides.was_told(way) != way.is_sent} == set()
    places: dict[str, list[str]] = defaultdict(list)
    for place, text in surfaces.all_of(stack, running_servers.places.folder):
        places[place].append(text)
    places |= {f"answer: {asked}": texts for asked, texts in owner.said.items()}
    places |= ears.heard() | {"error reports": sides.reports.texts}
    found = {
        place: hoard.found_in("\n".join(dict.fromkeys(texts))) for place, texts in places.items()
    }

    seen = {place for place, names in found.items() if WORD in names}
    assert SEEN - {place.partition(":")[0] for place in seen} == set()
    assert READ - {place.removeprefix("answer: ") for place in seen} == set()
    for failing in ("log of web", "log of worker", "error reports"):
        assert "FailpointError" in "\n".join(places[failing])
    secrets = {place: names - {WORD} for place, names in found.items()}
    assert {place: names for place, names in secrets.items() if names} == SHOWN
