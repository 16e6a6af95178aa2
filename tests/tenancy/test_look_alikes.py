"""`a`, `ab`, `aa` and `a-b` hold rows with the same ids, and none ever sees or changes another's."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from apps.core.ids import uuid7
from apps.engine.value import StepKey
from apps.executions.services import links
from tests.entries import recorded
from tests.tenancy.neighbours import (
    SLUGS,
    Neighbour,
    deliver,
    ids_of,
    keep_a_secret,
    key_for,
    rows_of,
    settle,
    strangers_words,
)
from tests.tenants.browser import Browser

pytestmark = pytest.mark.django_db

# Routes whose answer depends on no tenant.
TENANTLESS = {"healthz", "readyz", "metrics", "api/schema", "api/docs"}
PARAMETERS = {
    "<uuid:workflow_id>": "workflow_id",
    "<uuid:folder_id>": "folder_id",
    "<uuid:webhook_id>": "webhook_id",
    "<uuid:event_id>": "event_id",
    "<uuid:schedule_id>": "schedule_id",
    "<uuid:execution_id>": "execution_id",
    "<uuid:wish_id>": "wish_id",
    "<uuid:credential_id>": "credential_id",
    "<uuid:blob_id>": "blob_id",
    "<uuid:key_id>": "key_id",
    "<uuid:entry_id>": "entry_id",
    "<uuid:archive_id>": "archive_id",
    "<uuid:stream_id>": "stream_id",
    "<uuid:role_id>": "role_id",
    "<uuid:user_id>": "user_id",
    "<uuid:connection_id>": "connection_id",
    "<uuid:domain_id>": "domain_id",
    "<uuid:identity_id>": "identity_id",
    "<uuid:invitation_id>": "invitation_id",
    "<uuid:service_account_id>": "service_account_id",
    "<int:number>": "number",
    "<str:kind>": "kind",
    "<str:node_id>": "node_id",
    "<str:role>": "role",
}
UNSAFE = ("POST", "PATCH", "PUT", "DELETE")


def routes(patterns: list, prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern) and path.startswith("api/v1/"):
            yield path


def api_routes() -> list[str]:
    found = list(routes(get_resolver("gorax.urls_tenant").url_patterns))
    return [path for path in found if path not in TENANTLESS and "/auth/" not in path]


def filled(route: str, ids: dict) -> str:
    for marker, name in PARAMETERS.items():
        route = route.replace(marker, str(ids.get(name, uuid7())))
    assert "<" not in route, f"say in PARAMETERS what stands for the marker in {route}"
    return f"/{route}"


def with_ids(routes_: list[str]) -> list[str]:
    return [route for route in routes_ if "<uuid" in route]


@pytest.fixture
def four(db) -> dict[str, Neighbour]:
    return settle()


def test_every_route_shows_each_its_own_rows_though_the_ids_are_the_same(four) -> None:
    shown = 0
    for neighbour in four.values():
        ids = ids_of(neighbour)
        assert ids == ids_of(four["a"])
        secret = key_for(neighbour)
        for route in api_routes():
            path = filled(route, ids)
            for answer in (
                neighbour.browser.get(path),
                neighbour.browser.get(f"{path}?include=steps&limit=100"),
                Browser(neighbour.browser.host).get(path, authorization=f"Bearer {secret}"),
            ):
                text = answer.getvalue().decode()
                assert answer.status_code < 500, path
                assert strangers_words(text, neighbour) == [], path
                shown += neighbour.canary in text

    # Each tenant's own word was seen, so the silence about the others' means something.
    assert shown > 4 * 5


def test_a_foreign_id_reads_like_one_that_nobody_has(four) -> None:
    make_rows_again(four["ab"])
    theirs, visitor = ids_of(four["ab"]), four["a"]
    theirs["entry_id"] = recorded(schema="t_ab")[-1].pk

    for route in with_ids(api_routes()):
        for method in ("GET", *UNSAFE):
            foreign = visitor.browser.send(method, filled(route, theirs), {})
            nobodys = visitor.browser.send(
                method,
                filled(route, {name: uuid4() for name in theirs} | {"number": 1, "kind": "x"}),
                {},
            )
            assert foreign.status_code == nobodys.status_code, (method, route)
            assert body_of(foreign) == body_of(nobodys), (method, route)
            assert foreign.status_code in {404, 405, 412, 422, 400}, (method, route)


def make_rows_again(neighbour: Neighbour) -> None:
    """Give one tenant a workflow, webhook, schedule, event, execution and credential that no other has."""
    from tests.workflows.documents import hook, node

    document = hook(path="own")
    document["nodes"].append(node("clock", "trigger:schedule", cron="@daily"))
    made = neighbour.browser.post(
        "/api/v1/workflows", {"name": neighbour.canary, "definition": document}
    )
    one = f"/api/v1/workflows/{made.json()['id']}"
    for step in ("publish", "activate"):
        assert neighbour.browser.post(f"{one}/{step}").status_code == 200
    answer = Browser(neighbour.browser.host).post("/webhooks/own", {"note": neighbour.canary})
    assert answer.status_code == 202
    keep_a_secret(neighbour, "own")


def test_the_address_of_a_waiting_step_is_nowhere_on_every_other_host(four) -> None:
    theirs = ids_of(four["ab"])
    token = links.token_of("t_ab", theirs["execution_id"], StepKey("hook"))

    answers = [
        Browser(four[slug].browser.host).post(f"/webhooks/-/{token}") for slug in ("a", "aa", "a-b")
    ]

    assert links.read_token("t_ab", token) == (theirs["execution_id"], "hook")
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {
        (404, "wait_not_found")
    }


def body_of(response) -> dict:
    return response.json() | {"request_id": ""} if response.content else {}


def test_what_one_changes_changes_nothing_of_the_others(four) -> None:
    before = {slug: rows_of(four[slug]) for slug in SLUGS}
    ids = ids_of(four["ab"])

    for route in with_ids(api_routes()):
        for method in UNSAFE:
            answer = four["ab"].browser.send(method, filled(route, ids), {"name": "changed"})
            assert answer.status_code < 500, (method, route)

    after = {slug: rows_of(four[slug]) for slug in SLUGS}
    assert after["ab"] != before["ab"]
    assert {slug: after[slug] for slug in SLUGS if slug != "ab"} == {
        slug: before[slug] for slug in SLUGS if slug != "ab"
    }


def test_one_tenants_session_and_key_are_nobody_on_every_other_host(four, redis_server) -> None:
    ids = ids_of(four["a"])
    secret = key_for(four["a"])
    before = {slug: rows_of(four[slug]) for slug in SLUGS}

    for slug in SLUGS[1:]:
        guest = four["a"].browser.copy()
        guest.host = four[slug].browser.host
        # Refused keys are counted by address, and all of these come from one.
        redis_server.flushall()
        for route in api_routes():
            path = filled(route, ids)
            by_cookie, by_key = (
                guest.get(path),
                Browser(guest.host).get(path, authorization=f"Bearer {secret}"),
            )
            assert by_cookie.status_code == 401, path
            # An address that shows many wrong keys is asked to wait.
            assert by_key.status_code in {401, 429}, path
            assert {
                guest.send(method, path, {"name": "changed"}).status_code for method in UNSAFE
            } == {401}, path

    assert {slug: rows_of(four[slug]) for slug in SLUGS} == before


def test_a_delivery_to_one_host_is_stored_there_alone(four) -> None:
    before = {slug: rows_of(four[slug]) for slug in SLUGS}

    answer = deliver(four["aa"])

    after = {slug: rows_of(four[slug]) for slug in SLUGS}
    assert answer.status_code == 202
    assert [slug for slug in SLUGS if after[slug] != before[slug]] == ["aa"]
    assert len(after["aa"]["webhooks_event"]) == len(before["aa"]["webhooks_event"]) + 1


def test_no_route_is_left_out() -> None:
    found = api_routes()

    assert len(with_ids(found)) >= 12
    assert all(filled(route, {}) for route in found)
    assert UUID(filled("<uuid:key_id>", {}).strip("/")).version == 7


def test_the_neighbours_really_look_alike(four) -> None:
    schemas = [four[slug].tenant.schema for slug in SLUGS]

    assert schemas == ["t_a", "t_ab", "t_aa", "t_a_b"]
    assert len({str(ids_of(neighbour)) for neighbour in four.values()}) == 1
    assert rows_of(four["a-b"])["webhooks_event"] != rows_of(four["a"])["webhooks_event"]
