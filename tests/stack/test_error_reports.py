"""Error reports: nothing is sent without an address, and what is sent holds no secret."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import brotli
import pytest

from gorax.stack.checkout import ROOT

pytestmark = [pytest.mark.stack, pytest.mark.django_db]

FAILING = """
import django
django.setup()
import logging, sentry_sdk
from apps.engine.secret import Secret
print(sentry_sdk.get_client().is_active())

def call(opened, key):
    payload = {"note": "swordfish in a local"}
    logging.getLogger("apps.demo").warning("password=swordfish before it failed")
    raise ValueError(f"refused {opened} and {key} for {payload['note'][-7:]}")

try:
    call(Secret("swordfish"), "gx_swordfishswordfish")
except ValueError:
    logging.getLogger("apps.demo").exception(
        "call.failed %s", Secret("swordfish"), extra={"webhook_secret": "swordfish"}
    )
sentry_sdk.flush()
"""

# A request for a webhook in which something fails; what is secret in it is called swordfish.
FAILING_REQUEST = """
import django
django.setup()
import io, sentry_sdk
from apps.core.api.wsgi import Handler

class Broken(io.BytesIO):
    def read(self, size=-1):
        raise RuntimeError("broken")

said = []
Handler()(
    {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/webhooks/swordfish", "QUERY_STRING": "code=swordfish",
        "SERVER_NAME": "demo.localhost", "SERVER_PORT": "80", "HTTP_HOST": "demo.localhost",
        "CONTENT_LENGTH": "9", "CONTENT_TYPE": "text/plain", "REMOTE_ADDR": "127.0.0.1",
        "HTTP_MY_KEY": "swordfish", "HTTP_X_HUB_SIGNATURE_256": "sha256=swordfish",
        "HTTP_COOKIE": "a=swordfish", "wsgi.input": Broken(b"swordfish"), "wsgi.url_scheme": "http",
    },
    lambda status, *_: said.append(status),
)
print(*said)
sentry_sdk.flush()
"""


# What a report is made of, and what a child is given that is to have nothing.
CHOSEN = """
import django
django.setup()
import subprocess, sentry_sdk
print(*sorted(sentry_sdk.get_client().integrations))
print(subprocess.run(["/usr/bin/env"], env={}, capture_output=True).stdout)
"""


@pytest.fixture
def reports() -> Iterator[tuple[str, list[dict]]]:
    """A stand-in for the service: its DSN, and the events that have arrived."""
    events: list[dict] = []

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            lines = brotli.decompress(sent).decode().splitlines()
            kinds = [json.loads(each).get("type") for each in lines]
            events.extend(
                json.loads(body)
                for kind, body in zip(kinds, lines[1:], strict=False)
                if kind == "event"
            )
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://public@127.0.0.1:{server.server_port}/1", events
    server.shutdown()
    server.server_close()


def fail(dsn: str, program: str = FAILING) -> tuple[str, str]:
    """Let a process of its own fail; return what it printed, and its log."""
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=os.environ | {"GORAX_SENTRY_DSN": dsn, "GORAX_RELEASE": "7.0.0"},
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.strip(), ran.stderr


def test_without_an_address_nothing_is_begun(reports) -> None:
    _, events = reports

    assert fail("")[0] == "False"

    assert events == []


def test_a_failure_arrives_without_secrets_and_without_local_variables(reports) -> None:
    dsn, events = reports

    assert fail(dsn)[0] == "True"

    (event,) = events
    assert event["release"] == "7.0.0"
    (failure,) = event["exception"]["values"]
    assert failure["type"] == "ValueError"
    assert failure["value"] == "refused [REDACTED] and gx_[REDACTED] for a local"
    assert [frame["function"] for frame in failure["stacktrace"]["frames"]][-1] == "call"
    assert not any("vars" in frame for frame in failure["stacktrace"]["frames"])
    assert event["extra"]["webhook_secret"] == "[REDACTED]"
    assert "password=[REDACTED]" in json.dumps(event["breadcrumbs"])
    assert "swordfish" not in json.dumps(event)


def test_a_failure_inside_a_request_tells_neither_its_path_nor_its_query_nor_its_headers(
    reports,
) -> None:
    dsn, events = reports

    status, log = fail(dsn, FAILING_REQUEST)

    (event,) = events
    assert status == "500 Internal Server Error"
    assert event["request"] == {"method": "POST", "url": "http://demo.localhost/webhooks/…"}
    assert event["exception"]["values"][-1]["value"] == "broken"
    assert "swordfish" not in json.dumps(event)
    assert "Internal Server Error: /webhooks/" in log
    assert "swordfish" not in log


def test_no_library_reports_by_itself_and_no_child_is_given_an_environment(reports) -> None:
    """Integrations for the SDKs of models report what a server answered; one puts its variables into every child."""
    dsn, events = reports

    integrations, environment = fail(dsn, CHOSEN)[0].splitlines()

    assert integrations == "argv atexit celery dedupe django excepthook logging modules threading"
    assert environment == "b''"
    assert events == []
