"""Behind a proxy: the caller is whom it names if we trust it, and whoever connects if we do not."""

import json
import os
import subprocess
import sys

import pytest
from django.test import Client

from apps.accounts.services import entrance as accounts
from apps.core import tenancy
from apps.core.addresses import networks
from apps.core.rate_limit import Limit
from apps.tenants import facade
from apps.webhooks.models import WebhookEvent
from apps.webhooks.queries import doors
from apps.workflows.services import drafts, publish
from tests.tenants.browser import PASSWORD, member
from tests.workflows.documents import hook

pytestmark = pytest.mark.django_db

PROXY = "10.0.0.1"
SIGN_IN = "/api/v1/auth/sign-in"
THROUGH_TLS = """
import json
import sys
import django
django.setup()
from django.test import Client
answers = [
    Client(HTTP_HOST="localhost", REMOTE_ADDR=peer).get(
        "/api/v1/me", headers={"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.7"}
    )
    for peer in ("10.0.0.1", "203.0.113.9")
]
print(json.dumps([[each.status_code, each.headers.get("Location", "")] for each in answers]))
"""


@pytest.fixture(autouse=True)
def demo(redis_server):
    """The tenant of every test run, with nothing remembered of hosts, doors and attempts."""
    facade.forget()
    doors.forget()
    yield facade.by_slug("demo")
    facade.forget()
    doors.forget()


@pytest.fixture
def _trusting(settings) -> None:
    settings.GORAX_TRUSTED_PROXIES = networks([f"{PROXY}/32"])


def client(peer: str, host: str = "demo.localhost") -> Client:
    return Client(HTTP_HOST=host, REMOTE_ADDR=peer)


def deliver(peer: str, **headers: str) -> tuple[int, dict]:
    answer = client(peer).post(
        "/webhooks/orders", data=b"{}", content_type="application/json", headers=headers
    )
    return answer.status_code, answer.json()


def make_door(**config: object) -> None:
    with tenancy.entered("t_demo"):
        workflow = drafts.create(
            name="hook", description="", draft=hook(path="orders", **config), actor_id=None
        )
        publish.publish(workflow.pk, actor_id=None)
        publish.activate(workflow.pk)


def sign_in(peer: str, email: str, password: str, **headers: str) -> int:
    return (
        client(peer, "localhost")
        .post(
            SIGN_IN,
            {"email": email, "password": password},
            content_type="application/json",
            headers=headers,
        )
        .status_code
    )


@pytest.mark.usefixtures("_trusting")
def test_an_allow_list_sees_the_address_that_a_trusted_proxy_names() -> None:
    make_door(allowed_ips=["203.0.113.0/24"])

    seen = [
        deliver(PROXY, X_Forwarded_For="203.0.113.7")[0],
        deliver(PROXY, X_Forwarded_For="203.0.113.7, 198.51.100.9")[0],
        deliver(PROXY, X_Forwarded_For="nonsense")[0],
        deliver(PROXY)[0],
    ]

    assert seen == [202, 403, 403, 403]


@pytest.mark.usefixtures("_trusting")
def test_an_allow_list_believes_no_header_of_anybody_else() -> None:
    make_door(allowed_ips=["203.0.113.0/24"])

    assert deliver("198.51.100.9", X_Forwarded_For="203.0.113.7")[0] == 403


def test_without_the_setting_no_header_is_believed() -> None:
    make_door(allowed_ips=["203.0.113.0/24"])
    forged = {"X_Forwarded_For": "203.0.113.7", "X_Forwarded_Proto": "https"}

    assert [deliver(peer, **forged)[0] for peer in (PROXY, "127.0.0.1")] == [403, 403]
    status, said = deliver("203.0.113.7", **forged)
    assert (status, said["status_url"].partition(":")[0]) == (202, "http")


@pytest.mark.usefixtures("_trusting")
def test_an_event_names_its_caller_and_its_answer_the_scheme_that_was_called() -> None:
    make_door()

    status, said = deliver(PROXY, X_Forwarded_For="2001:db8::7", X_Forwarded_Proto="https")

    with tenancy.entered("t_demo"):
        event = WebhookEvent.objects.get()
    assert (status, event.caller) == (202, "2001:db8::7")
    assert said["status_url"].startswith("https://demo.localhost/api/v1/executions/")


@pytest.mark.parametrize(
    ("peer", "sent", "scheme"),
    [
        (PROXY, "https", "https"),
        (PROXY, " HTTPS ", "https"),
        (PROXY, "http, https", "https"),
        (PROXY, "https, http", "http"),
        (PROXY, "gopher", "http"),
        (PROXY, "", "http"),
        ("203.0.113.9", "https", "http"),
    ],
)
@pytest.mark.usefixtures("_trusting")
def test_the_scheme_is_the_last_one_that_a_trusted_proxy_names(
    peer: str, sent: str, scheme: str
) -> None:
    make_door()

    _, said = deliver(peer, X_Forwarded_Proto=sent)

    assert said["status_url"].partition(":")[0] == scheme


@pytest.fixture
def _two_guesses(monkeypatch) -> None:
    monkeypatch.setattr(accounts, "PER_ADDRESS", Limit(burst=2, per_s=0.001))


@pytest.mark.usefixtures("_trusting", "_two_guesses")
def test_guesses_are_counted_for_who_guesses_and_not_for_the_proxy(demo) -> None:
    user = member(demo)

    statuses = [
        sign_in(PROXY, f"{n}@x.test", "a wrong guess", X_Forwarded_For="203.0.113.7")
        for n in range(3)
    ]

    assert statuses == [401, 401, 429]
    assert sign_in(PROXY, user.email, PASSWORD, X_Forwarded_For="203.0.113.8") == 200
    assert sign_in("203.0.113.7", user.email, PASSWORD) == 429


@pytest.mark.usefixtures("_two_guesses")
def test_whoever_is_trusted_by_nobody_cannot_guess_under_other_names() -> None:
    statuses = [
        sign_in("203.0.113.7", f"{n}@x.test", "a wrong guess", X_Forwarded_For=f"198.51.100.{n}")
        for n in range(3)
    ]

    assert statuses == [401, 401, 429]


@pytest.mark.parametrize(
    ("trusted", "redirected"), [("10.0.0.0/8", [False, True]), ("", [True, True])]
)
def test_in_production_only_a_trusted_proxy_says_that_a_call_came_by_tls(
    trusted: str, redirected: list[bool]
) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", THROUGH_TLS],
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "gorax.settings.production",
            "GORAX_TRUSTED_PROXIES": trusted,
        },
        capture_output=True,
        text=True,
        check=True,
    )

    answers = json.loads(done.stdout)
    assert [status == 301 for status, _ in answers] == redirected
    assert {place for status, place in answers if status == 301} == {"https://localhost/api/v1/me"}
