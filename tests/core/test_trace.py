"""Traces are gone on with only if they are named exactly as W3C Trace Context says."""

import json
import logging

import pytest
from django.test import Client

from apps.core.api import middleware
from apps.core.pace import Pace
from apps.core.trace import trace_id_of
from gorax.telemetry import JsonFormatter

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest.mark.parametrize(
    "given",
    [
        f"00-{TRACE}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-00",
        f"00-{TRACE}-{SPAN}-ff",
        f"01-{TRACE}-{SPAN}-01",
        f"cc-{TRACE}-{SPAN}-01-what-the-future-will-be-like",
    ],
)
def test_a_trace_is_named(given) -> None:
    assert trace_id_of(given) == TRACE


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        "00",
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE}-{SPAN}-1",
        f"00-{TRACE}-{SPAN}-01-more",
        f"00-{TRACE}-{SPAN}-01 ",
        f"00-{TRACE}-{SPAN}-01\n",
        f"ff-{TRACE}-{SPAN}-01",
        f"0-{TRACE}-{SPAN}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE[:-1]}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-zz",
        f"00-{TRACE}-{SPAN}-01,00-{TRACE}-{SPAN}-01",
        f"01-{TRACE}-{SPAN}-01-{'x' * 600}",
        f"01-{TRACE}-{SPAN}-01-\x00",
    ],
)
def test_what_is_named_wrongly_is_no_trace(given) -> None:
    assert trace_id_of(given) == ""


@pytest.mark.parametrize(("given", "logged"), [(f"00-{TRACE}-{SPAN}-01", TRACE), ("x", None)])
@pytest.mark.django_db
def test_each_line_of_a_request_names_its_trace(given, logged, caplog, monkeypatch) -> None:
    told = []
    formatter = JsonFormatter(role="test")
    monkeypatch.setattr(middleware, "_pace", Pace(50))
    monkeypatch.setattr(
        caplog.handler, "emit", lambda record: told.append(formatter.format(record))
    )

    with caplog.at_level(logging.INFO, logger="apps.core.api.middleware"):
        Client(HTTP_HOST="localhost").get("/api/v1/me", headers={"traceparent": given})

    (line,) = [json.loads(text) for text in told if "request.answered" in text]
    assert line.get("trace_id") == logged
