"""One translation of refusals: every family has its status, and no fault tells a stranger anything."""

import json

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DataError, OperationalError
from django.http import Http404
from rest_framework import exceptions, serializers

from apps.core import db, errors, request_context
from apps.core.api import errors as translation
from apps.core.errors import FieldProblem, GoraxError


class Inner(serializers.Serializer):
    name = serializers.CharField()


class Outer(serializers.Serializer):
    title = serializers.CharField(max_length=3)
    parts = Inner(many=True)


@pytest.mark.django_db
def test_a_question_that_the_database_gave_up_is_not_said_to_be_its_absence() -> None:
    db.execute("SET LOCAL statement_timeout = '1ms'")
    with pytest.raises(OperationalError) as given_up:
        db.fetch("SELECT pg_sleep(60)")

    response = translation.exception_handler(given_up.value, {})

    assert response is not None
    assert (response.status_code, response.data["code"]) == (503, "took_too_long")
    assert response.headers["Retry-After"] == "60"


def families(root: type[GoraxError]) -> set[type[GoraxError]]:
    return {root} | {each for child in root.__subclasses__() for each in families(child)}


def test_every_family_of_the_kernel_has_a_status() -> None:
    kernel = {each for each in families(GoraxError) if each.__module__ == "apps.core.errors"}
    listed = {family for family, _ in translation.STATUS_BY_FAMILY}

    assert kernel - {GoraxError} == listed


@pytest.mark.parametrize(
    ("raised", "status", "code"),
    [
        (errors.UnreadableError("x"), 400, "unreadable"),
        (errors.InvalidError("x", code="own"), 422, "own"),
        (errors.UnauthorizedError("x"), 401, "unauthorized"),
        (errors.ForbiddenError("x"), 403, "forbidden"),
        (errors.NotFoundError("x"), 404, "not_found"),
        (errors.ConflictError("x"), 409, "conflict"),
        (errors.PreconditionFailedError("x"), 412, "precondition_failed"),
        (errors.TooLargeError("x"), 413, "too_large"),
        (errors.UnsupportedMediaError("x"), 415, "unsupported_media_type"),
        (errors.RateLimitedError("x", retry_after_s=2.1), 429, "rate_limited"),
        (errors.UnavailableError("x"), 503, "unavailable"),
        (Http404("secret path"), 404, "not_found"),
        (PermissionDenied("secret"), 403, "forbidden"),
        (RequestDataTooBig("x"), 413, "too_large"),
        (DataError("secret row"), 422, "unstorable"),
        (OperationalError("secret host"), 503, "unavailable"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (exceptions.NotAcceptable(), 406, "not_acceptable"),
        (exceptions.UnsupportedMediaType("a/b"), 415, "unsupported_media_type"),
        (exceptions.ParseError("bad"), 400, "unreadable"),
        (exceptions.NotAuthenticated(), 401, "unauthorized"),
        (exceptions.PermissionDenied(), 403, "forbidden"),
        (exceptions.Throttled(7), 429, "rate_limited"),
    ],
)
def test_what_a_view_raises_becomes_a_problem(raised: Exception, status: int, code: str) -> None:
    with request_context.bound(request_id="req-12345"):
        response = translation.exception_handler(raised, {})

    assert response is not None
    assert (response.status_code, response.data["status"]) == (status, status)
    assert (response.data["code"], response.data["type"]) == (code, f"urn:gorax:problem:{code}")
    assert set(response.data) == {
        "type",
        "title",
        "status",
        "detail",
        "code",
        "request_id",
        "errors",
    }
    assert response.data["request_id"] == "req-12345"
    assert response.content_type == "application/problem+json"
    assert "secret" not in json.dumps(response.data)


@pytest.mark.parametrize("fault", [KeyError("x"), GoraxError("no family"), RuntimeError("x")])
def test_a_fault_of_ours_is_not_dressed_up_as_a_refusal(fault: Exception) -> None:
    assert translation.exception_handler(fault, {}) is None


def test_whoever_must_wait_is_told_how_long() -> None:
    limited = translation.exception_handler(errors.RateLimitedError("x", retry_after_s=2.1), {})
    away = translation.exception_handler(errors.UnavailableError("x", retry_after_s=0.2), {})
    throttled = translation.exception_handler(exceptions.Throttled(7), {})

    assert [response["Retry-After"] for response in (limited, away, throttled)] == ["3", "1", "7"]


def test_a_stranger_is_told_how_to_come_in_without_a_password_prompt() -> None:
    response = translation.exception_handler(errors.UnauthorizedError("x"), {})

    assert response["WWW-Authenticate"] == 'Bearer realm="gorax"'


def test_field_problems_point_into_the_body() -> None:
    wanted = Outer(data={"title": "long", "parts": [{"name": "a"}, {}]})
    with pytest.raises(exceptions.ValidationError) as refusal:
        wanted.is_valid(raise_exception=True)

    response = translation.exception_handler(refusal.value, {})

    assert response.status_code == 422
    assert [(each["path"], each["code"]) for each in response.data["errors"]] == [
        ("/title", "max_length"),
        ("/parts/1/name", "required"),
    ]


def test_a_pointer_escapes_what_would_split_it() -> None:
    refusal = exceptions.ValidationError({"a/b~c": ["no"], "non_field_errors": ["none"]})

    response = translation.exception_handler(refusal, {})

    assert [each["path"] for each in response.data["errors"]] == ["/a~1b~0c", ""]


def test_plain_views_refuse_in_the_same_words() -> None:
    refusal = errors.InvalidError("No.", errors=[FieldProblem("/a", "b", "c")])

    response = translation.plain_response(refusal)

    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    assert json.loads(response.content)["errors"] == [{"path": "/a", "code": "b", "message": "c"}]


def test_a_fault_answers_500_and_nothing_of_itself(rf) -> None:
    with request_context.bound(request_id="req-12345"):
        response = translation.server_error(rf.get("/"))

    body = json.loads(response.content)
    assert (response.status_code, body["code"], body["request_id"]) == (
        500,
        "internal",
        "req-12345",
    )
