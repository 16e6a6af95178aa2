"""Each way in between two tenants that is not simply a foreign id in a route: forged, nested, timed, guessed."""

import json
import statistics
import time
from inspect import signature
from uuid import uuid4

import pytest
from django.urls import Resolver404
from kombu.exceptions import ContentDisallowed
from kombu.message import Message

from apps.adapters.blobs.store import Place
from apps.core import tenancy
from apps.executions import tasks
from apps.executions.consumers import ExecutionNews
from apps.executions.services.news import execution_channel, tenant_channel
from gorax.celery import app
from tests.tenancy.neighbours import (
    SLUGS,
    Neighbour,
    canary_of,
    deliver,
    ids_of,
    rows_of,
    settle,
    strangers_words,
)
from tests.tenancy.test_look_alikes import body_of, make_rows_again
from tests.tenants.browser import Browser

pytestmark = pytest.mark.django_db

SAMPLES = 60
# Two middle values of one and the same thing differ by less than this on a machine that has other work, too.
WITHIN = 1.35
CLAIMS = {
    "x-forwarded-host": "ab.localhost",
    "forwarded": "host=ab.localhost;proto=http",
    "x-original-host": "ab.localhost",
    "x-host": "ab.localhost",
    "x-tenant-id": "t_ab",
    "x-tenant": "ab",
    "x-schema": "t_ab",
    "x-original-url": "http://ab.localhost/api/v1/workflows",
    "x-rewrite-url": "/api/v1/workflows?tenant=ab",
}


@pytest.fixture
def four(db) -> dict[str, Neighbour]:
    return settle()


@pytest.fixture
def theirs(four) -> dict:
    """What stands in the routes for rows that `ab` has and nobody else."""
    make_rows_again(four["ab"])
    return ids_of(four["ab"])


def test_no_header_says_which_tenant_is_meant_but_the_host(four) -> None:
    mine = four["a"]
    plain = mine.browser.get("/api/v1/workflows").json()

    for name, value in CLAIMS.items():
        claimed = mine.browser.get("/api/v1/workflows", **{name: value})
        assert (claimed.status_code, claimed.json()) == (200, plain), name

    assert strangers_words(str(plain), mine) == []


def test_a_host_that_names_two_or_none_is_nobodys(four) -> None:
    for host in ("ab.localhost:8000@a.localhost", "a.localhost,ab.localhost", ""):
        answer = four["a"].browser.get("/api/v1/workflows", host=host)
        assert answer.status_code in {400, 404}, host
        assert all(canary_of(slug) not in answer.content.decode() for slug in SLUGS), host


def test_no_query_and_no_body_says_which_tenant_is_meant(four) -> None:
    mine = four["a"]
    before = rows_of(four["ab"])

    for name in ("tenant", "tenant_id", "schema", "host", "organization_id"):
        asked = mine.browser.get(f"/api/v1/workflows?{name}=t_ab")
        body = {"name": "n", name: str(four["ab"].tenant.id)}
        made = mine.browser.post("/api/v1/workflows", body)
        assert strangers_words(asked.content.decode(), mine) == [], name
        assert made.status_code in {400, 422}, name

    assert rows_of(four["ab"]) == before


def test_ids_within_a_body_are_looked_for_in_the_own_schema_alone(four, theirs) -> None:
    before = rows_of(four["ab"])
    foreign, nobodys = str(theirs["execution_id"]), str(uuid4())

    for wish in ("cancel", "retry"):
        answer = four["a"].browser.post(f"/api/v1/executions/{wish}", {"ids": [foreign, nobodys]})
        told = [(each["id"], each["code"]) for each in answer.json()["results"]]
        assert told == [(foreign, "execution_not_found"), (nobodys, "execution_not_found")]

    assert rows_of(four["ab"]) == before


def test_a_filter_by_a_foreign_id_finds_what_a_random_one_finds(four, theirs) -> None:
    for name in ("workflow_id", "webhook_id", "execution_id", "retry_of"):
        foreign, nobodys = (
            four["a"].browser.get(f"/api/v1/executions?{name}={each}")
            for each in (theirs.get(name, theirs["execution_id"]), uuid4())
        )
        assert (foreign.status_code, body_of(foreign)) == (nobodys.status_code, body_of(nobodys))


@pytest.mark.parametrize("what", ["workflows", "executions", "credentials", "webhooks"])
def test_a_strangers_cursor_leads_through_the_own_rows(what: str, four, theirs) -> None:
    following = four["ab"].browser.get(f"/api/v1/{what}?limit=1").json()["next"]
    assert following is not None

    answer = four["a"].browser.get(f"/api/v1/{what}?{following.partition('?')[2]}")

    assert answer.status_code in {200, 400, 422}
    assert strangers_words(answer.content.decode(), four["a"]) == []
    assert str(theirs["workflow_id"]) not in answer.content.decode()


def test_a_foreign_row_is_denied_as_fast_as_one_that_nobody_has(four, theirs) -> None:
    def cost_s(workflow_id: object) -> float:
        began_s = time.thread_time()
        assert four["a"].browser.get(f"/api/v1/workflows/{workflow_id}").status_code == 404
        return time.thread_time() - began_s

    # By turns, so that whatever slows the machine down slows both.
    pairs = [(cost_s(theirs["workflow_id"]), cost_s(uuid4())) for _ in range(SAMPLES)]

    foreign, nobodys = (statistics.median(each) for each in zip(*pairs, strict=True))
    assert 1 / WITHIN < foreign / nobodys < WITHIN


def test_a_path_of_one_tenant_leads_nowhere_on_another_host(four, theirs) -> None:
    before = {slug: rows_of(four[slug]) for slug in SLUGS}

    foreign, nobodys = (
        Browser(four["a"].browser.host).post(f"/webhooks/{path}", {"note": "x"})
        for path in ("own", uuid4().hex)
    )

    assert (foreign.status_code, body_of(foreign)) == (404, body_of(nobodys))
    assert nobodys.status_code == 404
    assert {slug: rows_of(four[slug]) for slug in SLUGS} == before


def test_a_file_is_asked_for_by_its_id_and_by_nothing_else(four) -> None:
    files = f"/api/v1/executions/{ids_of(four['a'])['execution_id']}/blobs"

    for blob in (
        "../../t_ab/00/x",
        "..%2f..%2ft_ab%2fx",
        "%2e%2e/x",
        "/etc/passwd",
        "x%00",
        "t_ab.x",
    ):
        answer = four["a"].browser.get(f"{files}/{blob}")
        assert answer.status_code == 404, blob
        assert strangers_words(answer.content.decode(), four["a"]) == [], blob


def test_a_file_lies_below_its_tenants_schema_under_its_id() -> None:
    each = uuid4()

    assert Place("t_a_b", each).path == f"t_a_b/{each.hex[-2:]}/{each}"


@pytest.mark.parametrize(
    "part", ["t_ab:x", "x.t_ab", "x/../t_ab", "x\nt_ab", "x t_ab", "*", "", "x" * 65]
)
def test_no_part_of_a_key_reaches_over_to_another_tenant(part: str) -> None:
    with tenancy.entered("t_a"), pytest.raises(ValueError, match="part of a key"):
        tenancy.key("lock", part)


def test_keys_of_look_alikes_are_never_the_same() -> None:
    made = set()
    for schema in ("t_a", "t_ab", "t_aa", "t_a_b"):
        with tenancy.entered(schema):
            made |= {tenancy.key("b"), tenancy.key("b", "x"), tenancy.key("_b")}

    assert len(made) == 4 * 3


def test_a_group_is_named_by_the_server_from_its_own_schema_and_a_uuid() -> None:
    each = uuid4()

    assert tenant_channel("t_a") == "gorax.t_a.executions"
    assert execution_channel("t_a", each) == f"gorax.t_a.execution.{each}"


@pytest.mark.parametrize(
    "path",
    ["ws/executions/t_ab", "ws/executions/../t_ab", "ws/executions/gorax.t_ab.executions", "ws/"],
)
def test_no_path_of_a_socket_names_a_group(path: str) -> None:
    from gorax.routes_live import websocket_urlpatterns

    found = [match for route in websocket_urlpatterns if (match := matched(route, path))]

    assert [each.func for each in found if is_news(each.func)] == []


def matched(route, path: str):
    try:
        return route.resolve(path)
    except Resolver404:
        return None


def is_news(function) -> bool:
    return getattr(function, "consumer_class", None) is ExecutionNews


def test_a_message_cannot_say_for_whom_it_is(four) -> None:
    before = {slug: rows_of(four[slug]) for slug in SLUGS}

    for name in ("tenant", "schema", "execution_id", "_schema_name"):
        with pytest.raises(TypeError, match="unexpected keyword"):
            tasks.work.apply(kwargs={"pool": "threads", name: "t_ab"}, throw=True)

    assert {slug: rows_of(four[slug]) for slug in SLUGS} == before


def test_no_message_of_any_task_can_name_anything_but_a_pool_of_workers() -> None:
    app.loader.import_default_modules()
    ours = {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}

    taking = {name: list(signature(task.run).parameters) for name, task in ours.items()}

    assert {name: taken for name, taken in taking.items() if taken} == {"executions.work": ["pool"]}
    assert len(ours) >= 18


@pytest.mark.django_db(transaction=True)  # whoever answers a bell gives its connection back
def test_a_header_of_a_message_changes_no_schema(four) -> None:
    before = {slug: rows_of(four[slug]) for slug in SLUGS}

    done = tasks.work.apply(
        kwargs={"pool": "nonsense"}, headers={"_schema_name": "t_ab", "tenant": "t_ab"}
    )

    assert done.successful()
    assert tenancy.current_schema() == "public"
    assert {slug: rows_of(four[slug]) for slug in SLUGS} == before


def test_a_task_that_names_no_tenant_starts_where_nobody_is_whatever_came_before(four) -> None:
    seen = []

    @app.task(name="tests.where_am_i")
    def where_am_i() -> None:
        seen.append(tenancy.current_schema())

    try:
        tasks.forget_old.apply(throw=True)
        where_am_i.apply(throw=True)
    finally:
        app.tasks.unregister("tests.where_am_i")

    assert seen == ["public"]


@pytest.mark.parametrize(
    "content_type",
    ["application/x-python-serialize", "application/x-yaml", "application/x-msgpack"],
)
def test_a_message_that_is_no_json_is_never_read(content_type: str) -> None:
    forged = Message(
        body=b"cos\nsystem\n(S'true'\ntR.",
        content_type=content_type,
        content_encoding="binary",
        accept=set(app.conf.accept_content),
    )

    with pytest.raises(ContentDisallowed):
        forged.decode()


def test_the_figures_name_no_tenant(four, settings) -> None:
    settings.GORAX_METRICS_TOKEN = "figures"
    for neighbour in four.values():
        assert neighbour.browser.get("/api/v1/workflows").status_code == 200
        assert deliver(neighbour).status_code == 202

    page = Browser().get("/metrics", authorization="Bearer figures")

    text = page.content.decode()
    assert page.status_code == 200
    assert "gorax_webhook_deliveries_total" in text
    assert [name for name in ("t_a", "t_ab", "t_aa", "t_a_b", "canary") if f'"{name}' in text] == []


def test_no_line_of_the_log_has_a_word_of_a_tenant(four, caplog) -> None:
    with caplog.at_level("DEBUG"):
        for neighbour in four.values():
            neighbour.browser.get("/api/v1/workflows")
            neighbour.browser.post("/api/v1/workflows", {"name": neighbour.canary, "extra": 1})
            deliver(neighbour)

    said = [
        json.dumps({name: str(value) for name, value in vars(each).items()})
        for each in caplog.records
    ]
    answered = [each for each in said if "request.answered" in each]
    assert len(answered) >= 4
    assert [each for each in answered if "canary" in each] == []
