"""Every refusal of every endpoint has one form."""

import re

import pytest

from apps.core.api.errors import TITLES
from tests.callers import Caller, make_caller
from tests.contracts.openapi import generated, operations

FIELDS = {"type", "title", "status", "detail", "code", "request_id", "errors"}
# Open to strangers by nature, or on the public host alone; their refusals are tested with them.
PUBLIC = re.compile(r"/api/v1/(auth|account|tenants)(/|$)")
# For persons in a browser: a key learns no more than that.
PERSONS = re.compile(
    r"/sso/(identities|way-out|connections/[^/]+/link)|/credentials/[^/]+/connect$"
)


def calls() -> list[tuple[str, str]]:
    return [
        (method, re.sub(r"\{number\}", "1", path).replace("/api/v1", ""))
        for method, path, _ in operations(generated())
        if not PUBLIC.match(path)
    ]


def filled(path: str) -> str:
    return re.sub(r"\{\w+\}", "01990000-0000-7000-8000-000000000000", path)


def assert_problem(answer, status: int | None = None) -> None:
    said = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert set(said) == FIELDS
    assert said["status"] == answer.status_code
    assert status is None or said["status"] == status
    assert said["title"] == TITLES[said["status"]]
    assert said["type"] == f"urn:gorax:problem:{said['code']}"
    assert re.fullmatch(r"[a-z][a-z0-9_]*", said["code"])
    assert said["detail"].endswith((".", "?", "!"))
    assert answer["X-Request-Id"] == said["request_id"]
    assert answer["Cache-Control"] == "no-store"
    for each in said["errors"]:
        assert set(each) == {"path", "code", "message"}
        assert each["path"] == "" or each["path"].startswith("/")


def test_a_stranger_is_refused_everywhere_in_one_form(tenant, redis_server) -> None:
    stranger = Caller()

    for method, path in calls():
        answer = stranger.call(method, filled(path), {})
        assert_problem(answer, 401)
        assert answer["WWW-Authenticate"]


def test_a_body_that_cannot_be_read_is_refused_everywhere_in_one_form(tenant, redis_server) -> None:
    owner = make_caller(tenant, "owner")

    for method, path in calls():
        if method in {"POST", "PATCH", "PUT"}:
            assert_problem(owner.call(method, filled(path), b"{ broken", If_Match='"1"'))


def test_what_is_not_there_is_answered_everywhere_in_one_form(tenant, redis_server) -> None:
    owner = make_caller(tenant, "owner")

    for method, path in calls():
        if "{" in path and not PERSONS.match(path):
            answer = owner.call(method, filled(path), If_Match='"1"')
            assert answer.status_code in {404, 422}, (method, path)
            assert_problem(answer)


@pytest.mark.parametrize("path", ["/nowhere", "/workflows/x", "/"])
def test_an_unknown_path_is_answered_in_the_same_form(tenant, redis_server, path) -> None:
    assert_problem(make_caller(tenant, "owner").get(path), 404)


def test_a_request_id_is_taken_or_made(tenant, redis_server) -> None:
    stranger = Caller()

    assert (
        stranger.get("/workflows", X_Request_Id="mine-12345678")["X-Request-Id"] == "mine-12345678"
    )
    made = stranger.get("/workflows", X_Request_Id="no good!")["X-Request-Id"]
    assert re.fullmatch(r"[0-9a-f]{32}", made)


def test_the_browsable_api_shows_every_endpoint_to_a_person(tenant, redis_server) -> None:
    owner = make_caller(tenant, "owner")

    for method, path in calls():
        is_page = not path.endswith("/export") and not PERSONS.match(path)
        if method == "GET" and "{" not in path and is_page:
            answer = owner.get(path, Accept="text/html")
            assert answer.status_code == 200, path
            assert answer["Content-Type"].startswith("text/html")
