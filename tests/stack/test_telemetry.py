import json
import logging
import re
from collections.abc import Callable

import pytest

from apps.core import request_context
from apps.engine.secret import Secret
from gorax import telemetry
from gorax.stack.checkout import ROOT
from tests.pace import grows_at_most


def record(message: str, *args: object, **fields: object) -> logging.LogRecord:
    made = logging.makeLogRecord(
        {"name": "apps.demo", "levelname": "INFO", "levelno": 20, "msg": message, "args": args}
    )
    vars(made).update(fields)
    return made


def as_json(made: logging.LogRecord) -> dict[str, object]:
    return json.loads(telemetry.JsonFormatter("web").format(made))


def test_a_line_carries_role_message_fields_and_the_request_under_way() -> None:
    with request_context.bound(request_id="req-12345678", tenant="demo"):
        line = as_json(record("accepted %s", "push", delivery="d-1"))

    assert line.pop("time")
    assert line == {
        "level": "INFO",
        "logger": "apps.demo",
        "message": "accepted push",
        "role": "web",
        "request_id": "req-12345678",
        "tenant": "demo",
        "delivery": "d-1",
    }


@pytest.mark.parametrize(
    "text",
    [
        "key gx_swordfishswordfish",
        "postgresql://gorax:swordfish@db/gorax is away",
        "redis://:swordfish@cache/0",
        "Authorization: Bearer swordfish-swordfish",
        'password="swordfish"',
        "{'client_secret': 'swordfish'}",
        '{"api_key": "swordfish"}',
        "token=swordfish&next=/",
        "X-API-Key: swordfish",
        "api-key=swordfish",
        "{'x-api-key': 'swordfish'}",
        "Authorization: token swordfish",
        "Authorization: ApiKey swordfish",
        '"Proxy-Authorization": "Digest swordfish"',
        "authorization=token%20swordfish",
        "eyJzd29yZGZpc2g.swordfish.swordfish",
        "-----BEGIN RSA PRIVATE KEY-----\nswordfish\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nswordfish",
    ],
)
def test_what_looks_like_a_secret_reaches_no_line(text: str) -> None:
    assert "swordfish" not in telemetry.masked(text)
    assert "[REDACTED]" in telemetry.masked(text)
    assert "swordfish" not in telemetry.TextFormatter("web").format(record("%s", text))


def test_an_ordinary_sentence_is_left_alone() -> None:
    text = "3 tokens of workflow 7 took 12 ms; see http://demo.localhost:8000/executions/1"

    assert telemetry.masked(text) == text


# A worker that masks a line does nothing else meanwhile, and what a script writes is its author's choice.
@pytest.mark.parametrize(
    "piece",
    [
        "x",
        "token",
        "-eyJ",
        "eyJaaaaaaaa-",
        "eyJaaaaaaaa.",
        "token='",
        'token="',
        "a=",
        "a:/",
        "ab://",
        "bearer ",
        "token ",
        "authorization: ",
        "authorization: a ",
        "authorization:a",
        "api-key",
        "api-key:",
        "-",
    ],
)
@pytest.mark.parametrize("end", ["", "=,", ".aaaaaaaa.", "@", '="'])
def test_the_time_to_mask_a_line_grows_with_its_length(piece: str, end: str) -> None:
    def masking(length: int) -> Callable[[], str]:
        text = piece * (length // len(piece)) + end
        return lambda: telemetry.masked(text)

    assert grows_at_most(masking, (2_000, 8_000), 4 * 1.7)


def test_a_field_named_like_a_secret_is_masked_whatever_it_holds() -> None:
    assert as_json(record("opened", webhook_secret="swordfish"))["webhook_secret"] == "[REDACTED]"
    assert as_json(record("opened", body={"password": "swordfish", "X-API-Key": "swordfish"}))[
        "body"
    ] == {"password": "[REDACTED]", "X-API-Key": "[REDACTED]"}


@pytest.mark.parametrize("before", ["", "POST ", "http://demo.localhost:8000", "'"])
def test_the_path_that_opens_a_webhook_reaches_no_line_and_the_apis_ids_do(before: str) -> None:
    assert telemetry.masked(f"{before}/webhooks/Zm9yZ290?x=1") == f"{before}/webhooks/…?x=1"
    assert telemetry.masked(f"{before}/api/v1/webhooks/7") == f"{before}/api/v1/webhooks/7"


def test_djangos_own_line_of_a_failed_request_does_not_show_the_request() -> None:
    made = record("Internal Server Error: %s", "/auth/cross", request="<GET /auth/cross?code=1>")

    assert "request" not in as_json(made)
    assert "code=1" not in telemetry.TextFormatter("web").format(made)


def test_a_secret_that_is_logged_by_mistake_prints_nothing() -> None:
    assert "swordfish" not in json.dumps(
        as_json(record("%s", Secret("swordfish"), value=Secret("swordfish")))
    )


def test_a_traceback_is_masked_too() -> None:
    try:
        raise ValueError("password=swordfish")
    except ValueError as failure:
        made = record("failed")
        made.exc_info = (type(failure), failure, failure.__traceback__)

    line = as_json(made)

    assert "ValueError" in line["exception"]
    assert "swordfish" not in str(line)


def test_colours_tell_roles_apart_only_where_they_are_wanted() -> None:
    plain = telemetry.TextFormatter("web").format(record("hello"))
    coloured = telemetry.TextFormatter("web", color=True).format(record("hello"))

    assert plain[8:] == " web        hello"
    assert "\x1b[36mweb" in coloured


@pytest.mark.django_db
def test_the_line_of_a_finished_execution_carries_its_url(tenant) -> None:
    telemetry._address.cache_clear()
    made = record(
        "execution.finished", execution_id="e-1", schema="t_demo", status="completed", reason=""
    )

    telemetry.Addresses().filter(made)

    assert made.url == "http://demo.localhost:8000/executions/e-1"


def test_our_own_lines_are_written_from_info_on_and_those_of_libraries_from_warning_on() -> None:
    told = telemetry.logging_settings(role="web", log_format="json")

    levels = {name: told["loggers"][name]["level"] for name in ("apps", "gorax", "django")}
    assert levels == {"apps": "INFO", "gorax": "INFO", "django": "WARNING"}
    assert told["root"]["level"] == "WARNING"


def test_nothing_of_ours_logs_below_info() -> None:
    calls = re.compile(r"\blog(?:ger)?\.(?:debug|log\(logging\.DEBUG)")
    sources = [*(ROOT / "apps").rglob("*.py"), *(ROOT / "gorax").rglob("*.py")]

    assert [path for path in sources if calls.search(path.read_text())] == []
