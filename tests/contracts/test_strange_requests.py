"""What `make fuzz-api` found once: requests that no client of ours makes are refused in the same form as others."""

import pytest
from django.test import Client

from tests.callers import Caller, make_caller
from tests.contracts.openapi import generated, operations
from tests.contracts.test_problems import assert_problem, filled

HOST = "demo.localhost"


@pytest.fixture
def stranger() -> Client:
    return Client(HTTP_HOST=HOST, enforce_csrf_checks=True, raise_request_exception=False)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_what_is_nowhere_is_no_forgery(tenant, stranger, method) -> None:
    assert_problem(stranger.generic(method, "/api/v1/nowhere"), 404)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/API/V1/WORKFLOWS", "/;/api/v1/me", "/healthz", "/readyz"])
def test_a_page_that_can_only_be_read_says_so(tenant, stranger, method, path) -> None:
    answer = stranger.generic(method, path)

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("host", [HOST, "localhost"])
@pytest.mark.parametrize("path", ["/api/docs", "/api/docs?script=", "/api/schema"])
def test_the_description_of_the_api_can_only_be_read(tenant, method, host, path) -> None:
    stranger = Client(HTTP_HOST=host, enforce_csrf_checks=True)

    answer = stranger.generic(method, path, headers={"accept": "text/html"})

    assert_problem(answer, 405)
    assert answer["Allow"] == "GET, HEAD"


def test_a_form_of_the_operators_without_its_token_is_refused_in_the_same_form(tenant) -> None:
    client = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)

    answer = client.post("/admin/login/", {"username": "a", "password": "b"})

    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_refused")
    assert answer["Content-Type"] == "application/problem+json"


def test_asking_for_the_methods_of_a_path_names_them_and_nothing_else(tenant, redis_server) -> None:
    owner = make_caller(tenant, "owner")

    for path in {path for _, path, _ in operations(generated())}:
        answer = owner.call("OPTIONS", filled(path).replace("/api/v1", ""))
        if answer.status_code == 200:
            assert (answer.json(), "OPTIONS" in answer["Allow"]) == ({}, True)
        else:
            assert_problem(answer)
            assert answer.status_code in {403, 404}, path


def test_a_stranger_learns_no_methods(tenant, redis_server) -> None:
    assert_problem(Caller().call("OPTIONS", "/workflows"), 401)
