"""A store that only some may use gives its secrets to nobody else, whichever way they are looked up."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from apps.accounts.models import User
from apps.credentials.models import Credential, CredentialGrant
from apps.credentials.services import accesses, lookups, store
from apps.executions.models import Execution
from apps.tenants import facade as tenants
from apps.tenants.models import Membership
from tests.adapters.servers import Server
from tests.credentials.kv_store import TOKEN, KvStore
from tests.executions.makers import (
    begin,
    call,
    callee,
    chain,
    make_version,
    paths,
    steps,
    work_until_ended,
    work_until_idle,
)
from tests.executions.test_calls import calls, children_of
from tests.tenants.browser import Browser, member, signed_in
from tests.workflows.documents import node

SECRET = "p4ss-of-the-shop"
LOOKUP = "{{ secrets.vault:shop/db#password }}"
ASKED = "GET /v1/secret/data/shop/db"
FORBIDDEN = "credential_forbidden"


@pytest.fixture
def kv(demo, redis_server) -> Iterator[KvStore]:
    """A store that is restricted to nobody yet."""
    made = KvStore(held={"secret/shop/db": {"password": SECRET}})
    with Server(made.answer) as server:
        tenants.allow_egress("t_demo", "127.0.0.1", server.port)
        values = {"address": server.url, "token": TOKEN}
        row = store.create(name="vault", type_name="vault", values=values, actor_id=None)
        Credential.objects.filter(pk=row.pk).update(is_restricted=True)
        yield made
    lookups.forget_all()


@pytest.fixture
def ann(kv) -> User:
    """An editor who may use the store."""
    made = member(tenants.by_slug("demo"), "editor")
    kept = Credential.objects.get()
    CredentialGrant.objects.create(credential=kept, kind="member", subject=str(made.pk))
    return made


@pytest.fixture
def bob(kv) -> User:
    """An editor who may not."""
    return member(tenants.by_slug("demo"), "editor")


def asks(user: User, path: str, body: Any) -> Any:
    browser = signed_in(user, tenants.by_slug("demo"))
    return browser.post(f"/api/v1{path}", body)


def sending(url: str, name: str = "one") -> tuple[str, str, dict]:
    return (name, "action:http", call(f"{url}/echo", headers={"X-Key": LOOKUP}))


def signing(name: str = "sign") -> tuple[str, str, dict]:
    """A node that acts on nobody, so that a dry run really runs it."""
    return (name, "data:crypto", {"config": {"operation": "hmac", "text": "a", "key": LOOKUP}})


def begun_by(user: User | None, document: dict) -> Execution:
    started_by = None if user is None else user.pk
    return work_until_ended(begin(make_version(document), started_by=started_by))


def test_a_step_looks_up_for_whom_it_may_and_for_others_the_store_is_not_even_asked(
    kv, ann, bob, receiver
) -> None:
    said = [begun_by(each, chain(sending(receiver.url))) for each in (ann, bob, None)]

    assert [each.status for each in said] == ["completed", "failed", "failed"]
    assert [each.error["code"] for each in said[1:]] == [FORBIDDEN] * 2
    assert said[1].error["details"] == {"field": "headers", "credential": "vault"}
    assert [steps(each.pk)["one"].input for each in said[1:]] == [None, None]
    assert kv.asked == [ASKED]
    assert len(paths(receiver)) == 1


def test_what_an_execution_has_looked_up_is_kept_from_it_when_its_member_may_no_more(
    kv, ann, receiver
) -> None:
    pause = ("pause", "control:delay", {"config": {"duration": "1s"}})
    document = chain(sending(receiver.url), pause, sending(receiver.url, "two"))
    execution_id = begin(make_version(document), started_by=ann.pk)
    work_until_idle()
    CredentialGrant.objects.all().delete()

    said = work_until_ended(execution_id)

    assert (said.error["code"], said.error["node"]) == (FORBIDDEN, "two")
    assert kv.asked == [ASKED]
    assert len(paths(receiver)) == 1


def test_a_workflow_that_is_called_looks_up_as_its_caller(kv, ann, bob, receiver) -> None:
    other = callee(sending(receiver.url))

    mine, theirs = (begun_by(each, chain(calls(other))) for each in (ann, bob))

    assert (mine.status, theirs.status) == ("completed", "failed")
    (child,) = children_of(theirs.pk)
    assert child.error["code"] == FORBIDDEN
    assert kv.asked == [ASKED]


def test_a_retry_looks_up_as_whoever_asks_for_it(kv, ann, bob, receiver) -> None:
    kv.away = ["404 Not Found"]
    failed = begun_by(ann, chain(sending(receiver.url)))
    assert failed.error["code"] == "secret_not_found"

    again = asks(bob, f"/executions/{failed.pk}/retry", {}).json()

    assert work_until_ended(UUID(again["execution_id"])).error["code"] == FORBIDDEN
    assert kv.asked == [ASKED]
    assert paths(receiver) == []


def test_what_a_publisher_who_left_has_published_looks_nothing_up(kv, ann, receiver) -> None:
    document = chain(sending(receiver.url))
    document["nodes"][0] = node("start", "trigger:webhook", path="orders", auth_type="none")
    made = asks(ann, "/workflows", {"name": "w", "definition": document}).json()
    for step in ("publish", "activate"):
        assert asks(ann, f"/workflows/{made['id']}/{step}", {}).status_code == 200

    def delivered() -> Execution:
        answer = Browser("demo.localhost").post("/webhooks/orders", {})
        return work_until_ended(UUID(answer.json()["execution_id"]))

    before = delivered()
    Membership.objects.filter(user=ann).delete()
    after = delivered()

    assert (before.status, after.error["code"]) == ("completed", FORBIDDEN)
    assert kv.asked == [ASKED]
    assert len(paths(receiver)) == 1


@pytest.mark.parametrize("way", ["publish", "execute", "dry-run"])
def test_who_may_not_use_a_store_neither_publishes_nor_tries_what_looks_into_it(
    kv, ann, bob, way
) -> None:
    document = {"name": "w", "definition": chain(signing())}
    made = asks(bob, "/workflows", document).json()
    body = {"draft": True} if way == "execute" else {}

    refused = asks(bob, f"/workflows/{made['id']}/{way}", body)

    assert refused.status_code == 422
    assert [each["code"] for each in refused.json()["errors"]] == [FORBIDDEN]
    assert asks(ann, f"/workflows/{made['id']}/{way}", body).status_code in {200, 202}
    assert Execution.objects.filter(started_by=bob.pk).count() == 0


def test_a_dry_run_asks_no_store_and_signs_with_a_text_that_is_none(kv, ann) -> None:
    made = asks(ann, "/workflows", {"name": "w", "definition": chain(signing())}).json()

    said = asks(ann, f"/workflows/{made['id']}/dry-run", {}).json()

    assert said["status"] == "completed"
    assert kv.asked == []


def test_a_dry_run_of_what_calls_another_looks_up_as_whoever_tries_it(kv, ann, bob) -> None:
    other = callee(signing())
    document = {"name": "w", "definition": chain(calls(other))}

    def tried(user: User) -> Any:
        made = asks(user, "/workflows", document).json()
        return asks(user, f"/workflows/{made['id']}/dry-run", {}).json()

    mine, theirs = tried(ann), tried(bob)

    assert mine["status"] == "completed"
    assert theirs["status"] == "failed"
    assert "It is restricted" in theirs["error"]["message"]
    assert kv.asked == []


def test_the_editor_tells_nobody_what_kind_of_credential_they_may_not_use(kv, ann, bob) -> None:
    store.create(name="plain", type_name="secret", values={"value": "x"}, actor_id=None)
    Credential.objects.filter(name="plain").update(is_restricted=True)
    config = {"operation": "hmac", "text": "a", "key": "{{ secrets.plain:a }}"}
    document = {"name": "w", "definition": chain(("one", "data:crypto", {"config": config}))}
    owner = member(tenants.by_slug("demo"), "owner")

    told = {
        role: [each["code"] for each in asks(user, "/workflows", document).json()["problems"]]
        for role, user in (("owner", owner), ("editor", bob))
    }

    assert told == {"owner": ["secret_store"], "editor": [FORBIDDEN]}


def test_the_access_log_of_a_store_names_who_was_refused_and_nothing_of_its_secrets(
    kv, bob, receiver
) -> None:
    refused = begun_by(bob, chain(sending(receiver.url)))
    accesses.flush()
    owner = member(tenants.by_slug("demo"), "owner")
    browser = signed_in(owner, tenants.by_slug("demo"))

    log = browser.get(f"/api/v1/credentials/{Credential.objects.get().pk}/access").json()

    (entry,) = log["results"][:1]
    assert (entry["execution_id"], entry["is_success"]) == (str(refused.pk), False)
    assert entry["error"].startswith("It is restricted")
