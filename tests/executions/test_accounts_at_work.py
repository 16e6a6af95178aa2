"""Connected accounts through whole executions: a token that ends, or that is taken back, costs one question and no step."""

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest
from django.db.models.functions import Now

from apps.accounts.models import Letter, User
from apps.credentials.models import Connection
from apps.dispatch.models import Worker
from apps.executions.models import Execution
from apps.executions.services import ports
from apps.tenants import facade as tenants
from gorax.settings import environment
from gorax.stack import roles
from tests.adapters.servers import Seen, Server, ok
from tests.credentials.accounts import agree, crossed, someone, step_gets, token_of
from tests.credentials.authorization_server import AuthorizationServer, authorization_server
from tests.entries import recorded
from tests.eventually import eventually
from tests.executions.makers import (
    begin,
    edges,
    execution,
    make_version,
    nodes,
    steps,
    work_until_ended,
)
from tests.executions.test_credentials import everything_stored

BRANCHES = ("a", "b", "c", "d")
PROCESSES = 2


@dataclass
class Api:
    """What an account is good for: it counts what it has done for a living token, and repeats what it was shown."""

    provider: AuthorizationServer
    shown: list[str] = field(default_factory=list)
    done: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, seen: Seen) -> bytes:
        token = seen.headers.get("authorization", "").removeprefix("Bearer ")
        with self._lock:
            self.shown.append(token)
            is_fine = self.provider.lives(token)
            self.done += is_fine
        body = f'{{"you sent": "{token}"}}'.encode()
        status = "200 OK" if is_fine else "401 Unauthorized"
        return ok(body, "Content-Type: application/json", status=status)


@dataclass
class Scene:
    """An account of the tenant `demo`, its provider, and the API behind it."""

    credential_id: str
    provider: AuthorizationServer
    api: Api
    url: str

    @property
    def renewals(self) -> int:
        return [each["grant_type"] for each in self.provider.told("/token")].count("refresh_token")

    def begin(self, method: str = "POST") -> UUID:
        """Begin an execution that uses the account in four branches at once."""
        config = {"method": method, "url": self.url, "credential": "acct"}
        once = {"attempts": 1}
        parts = [(name, "action:http", {"config": config, "retry": once}) for name in BRANCHES]
        pairs = [f"start>{name}" for name in BRANCHES]
        document = {
            "nodes": nodes(("start", "trigger:manual", {}), *parts),
            "edges": edges(*pairs),
            "settings": {},
        }
        return begin(make_version(document))


@pytest.fixture
def scene(demo, redis_server) -> Iterator[Scene]:
    tenants.forget()
    ann = someone(tenants.by_slug("demo"))
    with authorization_server() as provider:
        api = Api(provider)
        with Server(api.answer) as server:
            made = ann.keeps(provider)
            tenants.allow_egress("t_demo", "127.0.0.1", server.port)
            ports._policy.cache_clear()
            assert ann.connects(made).status_code == 200
            is_old()
            yield Scene(made, provider, api, server.url)


def is_old(left_s: float = 3_000) -> None:
    """Have the token be an hour old, with so many seconds left."""
    Connection.objects.update(
        good_until=Now() + timedelta(seconds=left_s),
        connected_at=Now() - timedelta(hours=1),
        renewed_at=None,
    )


@pytest.fixture
def processes(scene) -> Iterator[None]:
    """Two processes of the product, each a worker."""
    given = os.environ | {
        "GORAX_POOL_MAX": "8",
        "GORAX_LEASE_S": "2",
        "GORAX_RENEW_S": "0.6",
        "GORAX_SWEEP_S": "0.3",
    }
    command = roles.worker(environment.read(given))
    started = [subprocess.Popen(command, env=given) for _ in range(PROCESSES)]
    try:
        assert eventually(
            lambda: Worker.objects.filter(alive_until__gt=Now()).count() == PROCESSES, within_s=60
        )
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            with suppress(subprocess.TimeoutExpired):
                process.wait(30)
            process.kill()


@pytest.mark.stack
@pytest.mark.rotating("accounts on real workers")
@pytest.mark.parametrize("fate", ["ended", "taken back"])
def test_of_all_steps_of_all_workers_one_renews_a_token_and_each_call_is_carried_out_once(
    scene, processes, fate
) -> None:
    old = token_of(step_gets())
    if fate == "ended":
        is_old(left_s=-1)
    else:
        del scene.provider.tokens[old]

    begun = [scene.begin() for _ in range(3)]

    assert eventually(
        lambda: not Execution.objects.filter(ended_at__isnull=True).exists(), within_s=60
    )
    new = token_of(step_gets())
    assert {execution(each).status for each in begun} == {"completed"}
    assert (scene.renewals, scene.api.done) == (1, len(begun) * len(BRANCHES))
    assert [each for each in scene.api.shown if each != new] == [old] * (
        len(scene.api.shown) - scene.api.done
    )
    assert (len(scene.api.shown) > scene.api.done) == (fate == "taken back")


def test_what_is_renewed_while_a_step_runs_is_hidden_like_what_it_began_with(scene) -> None:
    old = token_of(step_gets())
    del scene.provider.tokens[old]

    done = work_until_ended(scene.begin())

    new = token_of(step_gets())
    assert done.status == "completed"
    assert steps(done.pk)["a"].output["body"] == {"you sent": "[REDACTED]"}
    kept = everything_stored()
    assert [token for token in (old, new) if token in kept] == []


def test_if_the_provider_renews_nothing_the_step_says_so_and_the_account_waits_to_be_connected(
    scene,
) -> None:
    ann = someone(tenants.by_slug("demo"), email="bea@demo.test")
    User.objects.filter(email="bea@demo.test").update(email_verified_at=Now())
    scene.provider.forget_grants()

    failed = work_until_ended(scene.begin())

    assert (failed.status, failed.error["code"]) == ("failed", "credential_reconnect")
    assert "Connect it: open it among the credentials" in failed.error["message"]
    shown = ann.call("GET", f"/credentials/{scene.credential_id}").json()["connection"]
    assert (shown["status"], shown["problem"]) == ("lost", "invalid_grant")
    (entry,) = recorded("credential.connection_lost")
    assert (entry.after, entry.outcome) == ({"problem": "invalid_grant"}, "failure")
    letters = Letter.objects.filter(kind="connection_lost", to="bea@demo.test")
    assert [each.facts["name"] for each in letters] == ["acct"]
    assert scene.renewals == 1


@pytest.mark.parametrize("why", ["young", "nothing renews it"])
def test_a_refusal_that_no_other_token_would_mend_is_the_servers_and_the_account_stays(
    scene, why
) -> None:
    old = token_of(step_gets())
    if why == "young":
        Connection.objects.update(connected_at=Now())
    else:
        without_renewal(scene)
        old = token_of(step_gets())
    del scene.provider.tokens[old]

    failed = work_until_ended(scene.begin())

    assert failed.error["code"] == "http_status"
    assert "401" in failed.error["message"]
    assert Connection.objects.get().status == "active"
    assert scene.renewals == 0
    assert set(scene.api.shown) == {old}


def without_renewal(scene: Scene) -> None:
    """Connect the account anew, at a server that gives no token for renewing."""
    ann = someone(tenants.by_slug("demo"), email="cat@demo.test")
    family = next(iter(scene.provider.families))
    scene.provider.tokens["at-alone"] = family
    back = crossed(agree(ann.sets_out(scene.credential_id)))
    scene.provider.instead["/token"] = (200, {"access_token": "at-alone", "expires_in": 6000})
    assert ann.comes_back(back).status_code == 200
    del scene.provider.instead["/token"]
    is_old()


def test_a_provider_that_is_away_fails_the_step_for_now_and_the_account_stays(scene) -> None:
    del scene.provider.tokens[token_of(step_gets())]
    scene.provider.instead["/token"] = (503, {})

    failed = work_until_ended(scene.begin())

    assert failed.error["code"] == "credential_unavailable"
    assert Connection.objects.get().status == "active"
    del scene.provider.instead["/token"]
    assert work_until_ended(scene.begin()).status == "completed"
