"""What the WSGI server calls, called by itself: requests whose very headers are hostile."""

import json
from io import BytesIO

import pytest
from django.db import connections

from apps.core.api.wsgi import Handler


@pytest.fixture
def application():
    """The handler, in a thread without a connection: Django looks at one that an earlier test left, and is blocked."""
    connections.close_all()
    return Handler()


def call(application, path: str, content_type: str, *, host: str = "demo.localhost"):
    """Return status, headers and body of the answer."""
    said = {}
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "QUERY_STRING": "a=%C3%BC",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": host,
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": "1",
        "wsgi.input": BytesIO(b"x"),
        "wsgi.url_scheme": "http",
    }

    def start(status, headers, *_):
        said.update(status=int(status.split()[0]), headers=dict(headers))

    response = application(environ, start)
    return said["status"], said["headers"], b"".join(response)


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain; charset*=bogus''a",
        "text/plain; charset*=utf-8''a%00b",
        "text/plain; x*0*=bogus''a; x*1=b",
        "application/json; charset*=punycode''%80",
        "text/plain; charset=\"a\x00b\"; y*=bogus''a",
    ],
)
@pytest.mark.parametrize("path", ["/", "/api/v1/workflows", "/webhooks/orders", "/healthz"])
@pytest.mark.parametrize("host", ["demo.localhost", "localhost", "nobody.example"])
def test_a_content_type_that_cannot_be_read_is_a_problem_with_its_id(
    application, content_type, path, host
) -> None:
    status, headers, body = call(application, path, content_type, host=host)

    said = json.loads(body)
    assert (status, headers["Content-Type"]) == (400, "application/problem+json")
    assert (said["status"], said["code"]) == (400, "content_type_unreadable")
    assert [each["path"] for each in said["errors"]] == ["/headers/content-type"]
    assert said["request_id"] == headers["X-Request-Id"] != ""
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("charset", ["undefined", "idna", "hex", "a\x00b", "nonsense"])
def test_a_strange_charset_decides_nothing_about_the_query(
    transactional_db, redis_server, application, charset
) -> None:
    status, headers, _ = call(
        application, "/api/v1/workflows", f"application/json; charset={charset}"
    )

    assert (status, headers["Content-Type"]) == (401, "application/problem+json")


def test_the_server_is_given_this_very_handler(running_servers) -> None:
    from gorax.wsgi import application

    assert isinstance(application, Handler)
