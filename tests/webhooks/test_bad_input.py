"""Whatever is sent, at the door or to the API: a clear refusal, never a fault, and nothing half-written."""

import pytest

from apps.workflows.models import Trigger, Workflow, WorkflowVersion
from tests.callers import make_caller
from tests.webhooks.deliveries import post
from tests.workflows.documents import hook, manual

NOTHING = {
    "webhooks_event": 0,
    "webhooks_delivery": 0,
    "executions_execution": 0,
    "dispatch_ticket": 0,
}
DEEP = b"[" * 100_000 + b"]" * 100_000
# What is wrong, and the status that says so.
HOSTILE = {
    "broken": (b'{"a": 1', 400),
    "two values": (b"{} {}", 400),
    "no quotes": (b"{a: 1}", 400),
    "trailing comma": (b"[1,]", 400),
    "100,000 deep": (DEEP, 400),
    "100,000 deep objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, 400),
    "never closed": (b"[" * 100_000, 400),
    "escaped NUL": (rb'{"a": "x\u0000y"}', 400),
    "NUL": (b'{"a": "x\x00y"}', 400),
    "NUL in a name": (rb'{"a\u0000": 1}', 400),
    "lone surrogate": (rb'{"a": "\ud800"}', 400),
    "lone low surrogate": (rb'["\udfff"]', 400),
    "surrogate bytes": (b'["\xed\xa0\x80"]', 400),
    "no UTF-8": (b'{"a": "\xff"}', 400),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), 400),
    "NaN": (b'{"a": NaN}', 400),
    "infinity": (b'{"a": -Infinity}', 400),
    "beyond a double": (b'{"a": 1e400}', 400),
    "5,000 digits": (b"[" + b"9" * 5_000 + b"]", 400),
    "a name twice": (b'{"a": 1, "a": 2}', 400),
    "100,001 names": (b"{" + b",".join(b'"k%d":1' % n for n in range(100_001)) + b"}", 400),
    "20 MB": (b'"' + b"x" * 20_000_000 + b'"', 413),
    "one byte too many": (b'"' + b"x" * (5 * 1024 * 1024 - 1) + b'"', 413),
}


@pytest.fixture(autouse=True)
def _inside(tenant, redis_server) -> None:
    """Everything here happens to the demo tenant."""


@pytest.fixture
def owner(tenant):
    return make_caller(tenant, "owner")


def assert_refused(answer, status: int) -> None:
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert said["status"] == status
    assert all(said[name] for name in ("code", "detail", "title", "request_id"))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_delivery_is_refused_and_leaves_nothing(sender, live, rows, name) -> None:
    live(hook(path="orders"))
    body, status = HOSTILE[name]

    assert_refused(post(sender, "orders", body, Idempotency_Key="d1"), status)

    assert rows() == NOTHING


def test_a_delivery_of_more_than_10_000_names_is_refused(sender, live, rows) -> None:
    live(hook(path="orders"))
    body = b"{" + b",".join(b'"k%d":1' % n for n in range(10_001)) + b"}"

    assert_refused(post(sender, "orders", body), 400)
    assert rows() == NOTHING


def test_the_largest_body_is_taken(sender, live, rows) -> None:
    live(hook(path="orders"))

    answer = post(sender, "orders", b'"' + b"x" * (5 * 1024 * 1024 - 2) + b'"')

    assert answer.status_code == 202
    assert rows()["executions_execution"] == 1


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workflow_is_refused_and_leaves_nothing(owner, name) -> None:
    body, status = HOSTILE[name]
    if body.startswith(b"{") or status == 413:
        body = b'{"name": "x", "definition": ' + body + b"}"

    assert_refused(owner.post("/workflows", body), status)

    assert Workflow.objects.count() == 0


def test_a_body_that_lies_about_its_length_is_not_read_to_the_end(sender, live, rows) -> None:
    live(hook(path="orders"))

    answer = sender.generic(
        "POST",
        "/webhooks/orders",
        b"{}",
        content_type="application/json",
        CONTENT_LENGTH="99999999",
    )

    assert_refused(answer, 413)
    assert rows() == NOTHING


def test_a_compressed_body_is_refused(sender, live, rows) -> None:
    import gzip

    live(hook(path="orders"))

    assert_refused(post(sender, "orders", gzip.compress(b"{}"), Content_Encoding="gzip"), 415)
    assert rows() == NOTHING


@pytest.mark.parametrize("charset", ["undefined", "idna", "punycode", "utf-7", "nonsense"])
def test_a_text_in_a_charset_that_is_not_read_is_refused_by_its_header(
    sender, live, rows, charset
) -> None:
    live(hook(path="orders"))

    answer = sender.generic(
        "POST", "/webhooks/orders", b"a", content_type=f"text/plain; charset={charset}"
    )

    assert_refused(answer, 400)
    assert [each["path"] for each in answer.json()["errors"]] == ["/headers/content-type"]
    assert rows() == NOTHING


@pytest.mark.parametrize("query", ["a=%00", "a=%ff", "&".join(f"a{n}=1" for n in range(1001))])
def test_a_hostile_query_is_refused(sender, live, rows, query) -> None:
    live(hook(path="orders"))

    answer = sender.post(f"/webhooks/orders?{query}", b"{}", content_type="application/json")

    assert_refused(answer, 400)
    assert rows() == NOTHING


@pytest.mark.parametrize(
    "path",
    [
        "/workflows/not-an-id",
        "/workflows/00000000-0000-0000-0000-000000000000",
        "/workflows/%00",
        "/workflows/x/versions/1",
        "/webhooks/not-an-id",
        "/webhooks/not-an-id/events",
        "/events/not-an-id",
        "/nowhere",
    ],
)
def test_a_path_that_leads_nowhere_is_a_404_in_the_same_form(owner, path) -> None:
    assert_refused(owner.get(path), 404)


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=x", "limit=-1", "limit=1e2", "limit=", "cursor=x", "cursor=%00",
     "cursor=" + "A" * 500],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/workflows", "/webhooks", "/executions"])
def test_a_page_that_cannot_be_turned_is_told(owner, path, query) -> None:
    assert_refused(owner.get(f"{path}?{query}"), 400)


def test_a_search_for_nul_finds_no_fault(owner) -> None:
    assert owner.get("/workflows?q=%00").status_code in {400, 422}


def test_a_version_beyond_any_number_is_not_found(owner) -> None:
    made = owner.post("/workflows", {"name": "w", "definition": manual()}).json()

    answer = owner.get(f"/workflows/{made['id']}/versions/99999999999999999999999")

    assert_refused(answer, 404)


def test_another_media_type_is_refused(owner) -> None:
    answer = owner._client.post(
        "/api/v1/workflows", b"<a/>", content_type="application/xml", headers=owner._headers
    )

    assert_refused(answer, 415)
    assert Workflow.objects.count() == 0


@pytest.mark.parametrize("method", ["PUT", "TRACE"])
def test_a_method_that_nobody_offers_is_told(owner, method) -> None:
    assert_refused(owner.call(method, "/workflows"), 405)


@pytest.mark.parametrize("body", [b"[]", b"1", b"null", b'"x"'])
def test_a_body_that_is_no_object_is_refused(owner, body) -> None:
    assert_refused(owner.post("/workflows", body), 422)
    assert Workflow.objects.count() == 0


def test_an_enormous_document_is_stored_and_refused_at_publishing(owner) -> None:
    nodes = [
        {"id": f"n{n}", "type": "control:no_op", "position": {"x": 0, "y": 0}, "data": {}}
        for n in range(2_001)
    ]
    document = {"nodes": [*manual()["nodes"], *nodes], "edges": manual()["edges"]}

    made = owner.post("/workflows", {"name": "w", "definition": document})

    assert made.status_code == 201
    assert "nodes_too_many" in {each["code"] for each in made.json()["problems"]}
    answer = owner.post(f"/workflows/{made.json()['id']}/publish")
    assert_refused(answer, 422)
    assert (WorkflowVersion.objects.count(), Trigger.objects.count()) == (0, 0)
