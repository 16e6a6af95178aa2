"""A web address is called."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from email.utils import format_datetime

import pytest

from apps.engine.credential import Credential
from apps.engine.errors import PortError
from apps.engine.graph import Effect
from apps.engine.ports import HttpProxy, HttpReply
from apps.engine.runner import DAWN
from apps.engine.secret import Secret
from apps.engine.testing import (
    Given,
    examples_beside,
    play,
    problems_in,
    promised,
    revealed,
    secret_named,
    try_node,
)
from apps.nodes.action_http.node import NODE
from apps.nodes.action_http.reply import SHOWN_CHARACTERS

URL = "https://api.example.com/x"
JSON = {"content-type": "application/json; charset=utf-8"}


def call(config=None, given=None, *, reply=None, **replied):
    """Call the address with a server that answers `reply`."""
    answer = reply or HttpReply(**{"status": 200, **replied})
    found = given or {}
    return try_node(NODE, {"url": URL, **(config or {})}, Given(**found, handler=lambda _: answer))


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def test_the_call_is_made_as_configured() -> None:
    tried = call(
        {
            "method": "POST",
            "query": {"page": 2, "tag": ["a", "b&c"], "none": None, "is_new": True},
            "headers": {"X-Name": "Ada"},
            "body": {"id": "{{ trigger.id }}"},
            "timeout_s": 7,
            "connect_timeout_s": 2,
            "follow_redirects": False,
            "max_redirects": 3,
            "max_body_bytes": 1000,
            "proxy": "http://proxy.example.com:{{ trigger.id }}",
            "verify_tls": False,
        },
        {"trigger": {"id": 7}},
    )

    (request,) = tried.requests
    assert request.method == "POST"
    assert request.url == f"{URL}?page=2&tag=a&tag=b%26c&is_new=true"
    assert request.headers == {
        "X-Name": "Ada",
        "Content-Type": "application/json",
        "Idempotency-Key": "execution-1:node",
    }
    assert request.body == '{"id":7}'
    assert (request.timeout_s, request.connect_timeout_s) == (7, 2)
    assert (request.follow_redirects, request.max_redirects) == (False, 3)
    assert request.max_reply_bytes == 1000
    assert request.proxy == HttpProxy("http://proxy.example.com:7")
    assert request.verify_tls is False


def test_a_call_that_says_nothing_of_its_own_is_bounded_and_checks_certificates() -> None:
    (request,) = call().requests

    assert (request.timeout_s, request.connect_timeout_s) == (30, None)
    assert (request.follow_redirects, request.max_redirects) == (True, 5)
    assert request.max_reply_bytes == 10 * 1024 * 1024
    assert (request.proxy, request.verify_tls) == (None, True)


def test_an_address_that_has_a_query_and_a_fragment_keeps_both() -> None:
    tried = call({"url": f"{URL}?a=1#here", "query": {"b": 2}})

    assert tried.requests[0].url == f"{URL}?a=1&b=2#here"


@pytest.mark.parametrize(
    ("config", "body", "content_type"),
    [
        ({}, None, None),
        ({"body": "plain"}, "plain", "text/plain; charset=utf-8"),
        ({"body": "plain", "body_type": "json"}, '"plain"', "application/json"),
        ({"body": [1, None]}, "[1,null]", "application/json"),
        (
            {"body": {"a": "x y", "b": [1, 2]}, "body_type": "form"},
            "a=x+y&b=1&b=2",
            "application/x-www-form-urlencoded",
        ),
    ],
)
def test_the_body_is_sent_as_its_kind(config, body, content_type) -> None:
    (request,) = call({"method": "POST", **config}).requests

    assert request.body == body
    assert request.headers.get("Content-Type") == content_type


def test_headers_of_the_author_win() -> None:
    headers = {"content-type": "application/vnd.x", "idempotency-key": "mine"}

    (request,) = call({"method": "POST", "body": "x", "headers": headers}).requests

    assert request.headers == headers


def through(proxy, **credential):
    user = {"username": "ada", "password": Secret("hunter2-hunter2")}
    vault = {
        "egress": Credential(
            **{"name": "egress", "type": "basic_auth", "values": user, **credential}
        )
    }
    return call({"proxy": proxy, "proxy_credential": "egress"}, {"credentials": vault})


@pytest.mark.parametrize("allowed", [(), ("proxy.example.com",), ("a.example", "*.example.com")])
def test_the_user_of_a_proxy_comes_from_a_credential(allowed) -> None:
    tried = through("http://proxy.example.com:3128", allowed_hosts=allowed)

    assert tried.requests[0].proxy == HttpProxy(
        "http://proxy.example.com:3128", "ada", Secret("hunter2-hunter2")
    )
    assert "hunter2" not in repr([tried.requests, tried.shown_config, tried.output])


@pytest.mark.parametrize(
    ("proxy", "credential", "code"),
    [
        ("http://evil.example", {"allowed_hosts": ("proxy.example.com",)}, "credential_host"),
        ("http://evilexample.com", {"allowed_hosts": ("*.example.com",)}, "credential_host"),
        ("http://[", {"allowed_hosts": ("proxy.example.com",)}, "credential_host"),
        ("http://proxy.example", {"values": {"username": "ada"}}, "credential_incomplete"),
        ("http://proxy.example", {"type": "bearer_token"}, "credential_type"),
        ("{{ null }}", {}, "bad_config"),
    ],
)
def test_a_user_that_the_proxy_may_not_see_is_not_sent(proxy, credential, code) -> None:
    tried = through(proxy, **credential)

    assert (tried.answer.code, tried.requests) == (code, [])


@pytest.mark.proves("masking")
def test_credentials_are_sent_and_never_shown() -> None:
    config = {
        "method": "POST",
        "url": "https://api.example.com/{{ credentials.key }}",
        "query": {"token": "{{ credentials.key }}"},
        "headers": {"Authorization": "Bearer {{ credentials.key }}"},
        "body": {"key": "{{ credentials.key }}"},
    }
    reply = HttpReply(200, JSON, b'{"you sent": "hunter2-hunter2"}')

    tried = call(
        config, {"credentials": {"key": secret_named("key", "hunter2-hunter2")}}, reply=reply
    )

    (request,) = tried.requests
    assert revealed(request.url) == "https://api.example.com/hunter2-hunter2?token=hunter2-hunter2"
    assert revealed(request.headers["Authorization"]) == "Bearer hunter2-hunter2"
    assert revealed(request.body) == '{"key":"hunter2-hunter2"}'
    assert "hunter2" not in repr(request)
    assert "hunter2" not in json.dumps([tried.shown_config, tried.output])
    assert tried.output["body"] == {"you sent": "[REDACTED]"}


def test_a_credential_that_was_sent_inside_a_text_is_removed_alone_too() -> None:
    config = {"headers": {"Authorization": "Bearer {{ credentials.key }}"}}
    reply = HttpReply(200, {"x-you-are": "hunter2-hunter2"}, b"key hunter2-hunter2 expires")

    tried = call(
        config, {"credentials": {"key": secret_named("key", "hunter2-hunter2")}}, reply=reply
    )

    assert tried.output["body"] == "key [REDACTED] expires"
    assert tried.output["headers"] == {"x-you-are": "[REDACTED]"}


def test_a_secret_form_stays_secret() -> None:
    tried = call(
        {"method": "POST", "body": {"pin": "{{ credentials.pin }}"}, "body_type": "form"},
        {"credentials": {"pin": secret_named("pin", "s3cret pin")}},
    )

    assert isinstance(tried.requests[0].body, Secret)
    assert revealed(tried.requests[0].body) == "pin=s3cret+pin"


@pytest.mark.parametrize(
    ("headers", "body", "output"),
    [
        (JSON, b'{"a": [1]}', {"a": [1]}),
        ({"content-type": "application/problem+json"}, b'{"a": 1}', {"a": 1}),
        (JSON, b"not json", "not json"),
        (JSON, b'{"a": NaN}', '{"a": NaN}'),
        (JSON, b"[" * 100_000, "[" * 100_000),
        (JSON, b"[" * 64 + b"]" * 64, "[" * 64 + "]" * 64),
        (JSON, rb'{"a": "\ud800"}', r'{"a": "\ud800"}'),
        ({}, b'{"a": 1}', '{"a": 1}'),
        ({"content-type": "text/html; charset=latin-1"}, b"caf\xe9", "café"),
        (JSON, b"", None),
    ],
)
def test_the_body_is_read_as_its_type_says(headers, body, output) -> None:
    assert call(headers=headers, body=body).output["body"] == output


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("image/png", b"\xff\x00"),
        ("text/plain; charset=klingon", b"a"),
        ("text/plain; charset=punycode", b"a-9"),
        ("text/plain; charset=undefined", b"a"),
        ("text/plain", b"nul \x00 inside"),
    ],
)
def test_what_is_no_text_becomes_base64_and_says_so(content_type, body) -> None:
    output = call(headers={"content-type": content_type}, body=body).output

    assert output["body"] == base64.b64encode(body).decode()
    assert output["body_encoding"] == "base64"


@pytest.mark.parametrize(
    ("content_type", "body", "output"),
    [
        ("text/html", b'{"a": [1]}', {"a": [1]}),
        ("", b"7", 7),
        ("", b"", None),
    ],
)
def test_an_answer_that_must_be_json_is_read_as_such(content_type, body, output) -> None:
    headers = {"content-type": content_type}

    tried = call({"response_type": "json"}, headers=headers, body=body)

    assert tried.output["body"] == output


@pytest.mark.parametrize(
    "body", [b"<html>", b"\xff", b'{"a": NaN}', b"NaN", b"[" * 100_000, rb'"\ud800"']
)
def test_an_answer_that_must_be_json_and_is_none_fails(body) -> None:
    tried = call({"response_type": "json"}, headers=JSON, body=body)

    assert (tried.answer.code, tried.answer.is_retryable) == ("not_json", False)


@pytest.mark.parametrize(
    ("headers", "body", "output"),
    [
        (JSON, b'{"a": 1}', '{"a": 1}'),
        ({}, b"caf\xe9 \0", "caf\ufffd \ufffd"),
        ({"content-type": "text/plain; charset=latin-1"}, b"caf\xe9", "café"),
        ({"content-type": "text/plain; charset=klingon"}, b"a", "a"),
        ({"content-type": "text/plain; charset=hex"}, b"a", "a"),
        ({"content-type": "text/plain; charset=punycode"}, b"a-9", "a-9"),
        ({}, b"", ""),
    ],
)
def test_an_answer_that_must_be_text_is_never_anything_else(headers, body, output) -> None:
    tried = call({"response_type": "text"}, headers=headers, body=body)

    assert tried.output == {"status_code": 200, "headers": headers, "body": output}


@pytest.mark.proves("refusal", "retryable")
@pytest.mark.parametrize(
    ("status", "is_retryable"),
    [
        (400, False),
        (401, False),
        (404, False),
        (408, True),
        (429, True),
        (500, True),
        (501, False),
        (502, True),
        (503, True),
        (504, True),
    ],
)
def test_a_refusal_fails_and_says_whether_time_may_heal_it(status, is_retryable) -> None:
    failure = call(status=status, headers=JSON, body=b'{"why": "no"}').answer

    assert (failure.code, failure.status) == ("http_status", status)
    assert failure.is_retryable is is_retryable
    assert failure.details == {"body": {"why": "no"}}


@pytest.mark.parametrize(
    ("body", "details"),
    [
        (b"", {}),
        (b"x" * 3000, {"body": "x" * 2000}),
        (b"\xff", {}),
    ],
)
def test_as_much_of_a_refusal_is_kept_as_helps_a_person(body, details) -> None:
    assert call(status=400, body=body).answer.details == details


def test_a_long_refusal_in_json_is_not_kept() -> None:
    body = json.dumps(["x" * 3000]).encode()

    assert call(status=400, headers=JSON, body=body).answer.details == {}


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (format_datetime(DAWN + timedelta(seconds=90), usegmt=True), 90),
        ("Mon, 01 Jan 1990 00:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("Mon, 01 Jan 2024 00:00:00 +99999999", None),
        ("Mon, 01 Jan 99999 00:00:00 GMT", None),
    ],
)
def test_a_server_may_say_when_to_come_back(header, seconds) -> None:
    failure = call(status=503, headers={"retry-after": header}).answer

    assert failure.retry_after_s == seconds


@pytest.mark.parametrize("accepted", [[404], ["404"], ["4xx"], ["400-404"], ["2xx", 404]])
def test_an_accepted_status_is_no_failure(accepted) -> None:
    assert call({"accept_status": accepted}, status=404).output["status_code"] == 404


@pytest.mark.parametrize("accepted", [[], [405], ["5xx"], ["405-499"]])
def test_a_status_that_is_not_accepted_fails(accepted) -> None:
    assert call({"accept_status": accepted}, status=404).answer.code == "http_status"


def test_a_status_that_becomes_none_fails() -> None:
    tried = call({"accept_status": ["{{ trigger }}"]}, {"trigger": "many"}, status=404)

    assert tried.answer.code == "bad_config"


@pytest.mark.proves("fault", "retryable")
def test_a_call_without_a_reply_fails_as_the_port_says() -> None:
    def refuse(_request):
        raise PortError("timeout", "no answer in 30 s", is_retryable=True)

    failure = try_node(NODE, {"url": URL}, Given(handler=refuse)).answer

    assert (failure.code, failure.is_retryable) == ("timeout", True)


@pytest.mark.parametrize("url", ["ftp://example.com", "example.com", "javascript:alert(1)"])
def test_an_address_that_is_not_on_the_web_is_never_called(url) -> None:
    tried = call({"url": "{{ trigger }}"}, {"trigger": url})

    assert (tried.answer.code, tried.answer.is_retryable) == ("bad_url", False)
    assert tried.requests == []


@pytest.mark.parametrize(
    "headers",
    [{"X-A": "a\r\nX-B: b"}, {"X A": "a"}, {"X-A:": "a"}, {"": "a"}],
)
def test_a_header_that_could_smuggle_another_is_never_sent(headers) -> None:
    tried = call({"headers": headers})

    assert tried.answer.code == "bad_header"
    assert tried.requests == []


@pytest.mark.parametrize(
    "config",
    [
        {"headers": {"X-A": "{{ trigger }}"}},
        {"query": {"a": "{{ trigger }}"}},
        {"method": "POST", "body": [1], "body_type": "form"},
    ],
)
def test_a_value_that_cannot_be_sent_fails_before_the_call(config) -> None:
    tried = call(config, {"trigger": {"an": "object"}})

    assert tried.answer.code == "bad_config"
    assert tried.requests == []


@pytest.mark.parametrize(
    ("config", "attempts"),
    [
        ({}, 3),
        ({"method": "PUT"}, 3),
        ({"method": "POST"}, 1),
        ({"method": "PATCH"}, 1),
        ({"method": "POST", "is_keyed": True}, 3),
        ({"method": "{{ trigger.method }}"}, 1),
    ],
)
def test_only_what_may_be_repeated_is_tried_three_times(config, attempts) -> None:
    assert NODE.attempts(config) == attempts


@pytest.mark.parametrize(
    ("config", "timeout_s"),
    [({}, 30), ({"timeout_s": 7}, 7), ({"timeout_s": "{{ trigger.t }}"}, 300)],
)
def test_the_step_is_given_the_time_that_the_call_has(config, timeout_s) -> None:
    assert NODE.timeout_of(config) == timeout_s


def test_it_acts_on_the_world() -> None:
    assert NODE.effect is Effect.EXTERNAL


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({}, ("url", "field_required")),
        ({"url": URL, "method": "FETCH"}, ("method", "field_choice")),
        ({"url": URL, "timeout_s": 0}, ("timeout_s", "field_range")),
        ({"url": URL, "timeout_s": 301}, ("timeout_s", "field_range")),
        ({"url": URL, "accept_status": 404}, ("accept_status", "field_type")),
        ({"url": URL, "accept_status": ["40x"]}, ("accept_status[0]", "field_pattern")),
        ({"url": URL, "headers": "X: y"}, ("headers", "field_type")),
        ({"url": URL, "body": "{oops"}, ("body", "json_invalid")),
        ({"url": "example.com"}, ("url", "bad_url")),
        ({"url": "{{ trigger."}, ("url", "syntax_error")),
        ({"url": URL, "query": "a=b"}, ("query", "field_type")),
        ({"url": URL, "body_type": "raw"}, ("body_type", "field_choice")),
        ({"url": URL, "response_type": "xml"}, ("response_type", "field_choice")),
        ({"url": URL, "follow_redirects": "yes"}, ("follow_redirects", "field_type")),
        ({"url": URL, "is_keyed": 1}, ("is_keyed", "field_type")),
        ({"url": URL, "connect_timeout_s": 0}, ("connect_timeout_s", "field_range")),
        ({"url": URL, "max_redirects": 6}, ("max_redirects", "field_range")),
        (
            {"url": URL, "response_type": "file", "pagination": "next_link"},
            ("response_type", "field_clash"),
        ),
        ({"url": URL, "max_body_bytes": 10_485_761}, ("max_body_bytes", "field_range")),
        ({"url": URL, "proxy": "socks5://proxy.example"}, ("proxy", "bad_url")),
        ({"url": URL, "proxy": "http://a:b@proxy.example"}, ("proxy", "user_in_url")),
        ({"url": URL, "proxy": "{{ 1 +"}, ("proxy", "syntax_error")),
        ({"url": URL, "proxy_credential": "egress"}, ("proxy", "field_required")),
        (
            {"url": URL, "proxy": "http://p.example", "proxy_credential": "a b"},
            ("proxy_credential", "field_type"),
        ),
        ({"url": URL, "verify_tls": "no"}, ("verify_tls", "field_type")),
        ({"url": URL, "verify_tls": False}, ("verify_tls", "tls_unverified")),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]


@pytest.mark.proves("masking")
def test_a_refusal_that_is_cut_in_the_middle_of_a_secret_shows_no_half_of_it() -> None:
    said = "x" * (SHOWN_CHARACTERS - 12) + "hunter2-hunter2"

    tried = call(
        {"headers": {"X-A": "{{ credentials.key }}"}},
        {"credentials": {"key": secret_named("key", "hunter2-hunter2")}},
        status=400,
        body=said.encode(),
    )

    assert tried.answer.details["body"] == "x" * (SHOWN_CHARACTERS - 12) + "[REDACTED]"
