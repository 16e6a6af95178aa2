"""What Prometheus sees of requests: how many, how long, by view and status, and nothing that a stranger made up."""

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from apps.core.ids import uuid7
from apps.tenants import facade
from tests.tenants.browser import member, signed_in

pytestmark = pytest.mark.django_db

TOKEN = "metrics-token"
BY_STATUS = "django_http_responses_total_by_status_view_method_total"
SECONDS = "django_http_requests_latency_seconds_by_view_method_count"
ALL = "django_http_requests_before_middlewares_total"
ALL_SECONDS = "django_http_requests_latency_including_middlewares_seconds_count"
DELIVERIES = "gorax_webhook_deliveries_total"
ME = "apps.tenants.api.views.people.Me"
EXECUTION = "apps.executions.api.views.showing.OneExecution"

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture(autouse=True)
def demo(settings, redis_server):
    """The tenant of every test run, and a token to read the figures with."""
    settings.GORAX_METRICS_TOKEN = TOKEN
    facade.forget()
    yield facade.by_slug("demo")
    facade.forget()


def samples() -> Samples:
    page = Client(HTTP_HOST="localhost").get(
        "/metrics", headers={"authorization": f"Bearer {TOKEN}"}
    )
    assert page.status_code == 200
    # Buckets have the labels of their count, and nine tenths of the page are theirs.
    lines = [line for line in page.content.decode().split("\n") if "_bucket{" not in line]
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families("\n".join(lines))
        for sample in family.samples
    }


def grown(before: Samples, after: Samples, name: str, **labels: str) -> float:
    key = (name, frozenset(labels.items()))
    return after.get(key, 0.0) - before.get(key, 0.0)


def test_a_request_is_counted_by_view_and_status_and_timed_by_view(demo) -> None:
    client, before = Client(HTTP_HOST="demo.localhost"), samples()

    assert client.get("/api/v1/me").status_code == 401
    assert signed_in(member(demo), demo).get("/api/v1/me").status_code == 200

    after = samples()
    counted = [
        grown(before, after, BY_STATUS, status=status, view=ME, method="GET")
        for status in ("401", "200")
    ]
    assert counted == [1, 1]
    assert grown(before, after, SECONDS, view=ME, method="GET") == 2


def test_no_id_path_or_method_of_a_stranger_becomes_a_label(demo) -> None:
    browser, before = signed_in(member(demo), demo), samples()
    execution_id = uuid7()
    paths = [
        f"/api/v1/executions/{execution_id}",
        f"/nobody/{execution_id}",
        f"/api/{execution_id}",
    ]

    for path in paths:
        browser.get(path)
    Client(HTTP_HOST="demo.localhost").generic("BREW", "/api/v1/me")
    Client(HTTP_HOST="demo.localhost").generic("BREW", "/static/none.js")

    after = samples()
    missing = [
        grown(before, after, BY_STATUS, status="404", view=view, method="GET")
        for view in (EXECUTION, "apps.core.api.errors.not_found")
    ]
    assert missing == [1, 1]
    said = {
        value for name, labels in after if name.startswith("django_http") for _, value in labels
    }
    assert [value for value in said if "BREW" in value or "demo" in value] == []
    assert [value for value in said if str(execution_id) in value or "nobody" in value] == []
    assert ("method", "<invalid method>") in {
        label for name, labels in after if name == SECONDS for label in labels
    }


def test_deliveries_are_counted_with_all_requests_but_by_their_own_outcomes(demo) -> None:
    before = samples()

    answer = Client(HTTP_HOST="demo.localhost").post(f"/webhooks/{uuid7()}", data={})

    assert answer.status_code == 404
    after = samples()
    assert grown(before, after, DELIVERIES, outcome="unknown") == 1
    # One of the two is a look at the figures.
    assert [grown(before, after, name) for name in (ALL, ALL_SECONDS)] == [2, 2]
    views = {dict(labels).get("view") for name, labels in after if name == BY_STATUS}
    assert [view for view in views if view and "webhooks.api.views.door" in view] == []


def test_an_unknown_host_is_counted_though_no_view_is_found(demo) -> None:
    before = samples()

    assert Client(HTTP_HOST="nobody.localhost").get("/").status_code == 404

    assert grown(before, samples(), ALL) == 2


def test_a_length_that_is_no_number_fails_nobody(demo) -> None:
    before = samples()
    client = Client(HTTP_HOST="demo.localhost")

    assert client.get("/api/v1/me", CONTENT_LENGTH="many").status_code == 401

    after = samples()
    assert grown(before, after, SECONDS, view=ME, method="GET") == 1


def test_a_view_that_fails_is_timed_once(demo, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("apps.tenants.api.views.people.Me.get", fail)
    browser, before = signed_in(member(demo), demo), samples()
    browser.client.raise_request_exception = False

    assert browser.get("/api/v1/me").status_code == 500

    after = samples()
    assert grown(before, after, SECONDS, view=ME, method="GET") == 1
    assert grown(before, after, "django_http_exceptions_total_by_view_total", view=ME) == 1
