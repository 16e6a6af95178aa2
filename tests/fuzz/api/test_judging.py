"""The fuzzer of the API itself: a seed makes the same requests again, and each kind of fault is named."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from types import SimpleNamespace

import pytest

from gorax.stack.checkout import ROOT
from tests.contracts.openapi import SNAPSHOT
from tests.fuzz.api.corpus import FAMILIES, Corpus
from tests.fuzz.api.judging import HEADERS, Judge
from tests.fuzz.api.planting import PLANTS
from tests.fuzz.api.wire import Answer, Trial, chunked, request, send

DOCUMENT = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
HEAD = dict.fromkeys(HEADERS, "x") | {"x-request-id": "12345678"}
GARDEN = SimpleNamespace(
    host="demo.localhost:1",
    public_host="localhost:1",
    port=1,
    hook_path="x",
    filled=lambda path: path.replace("{", "").replace("}", ""),
    caller=lambda _chance: [],
)
ASKED = Trial("1", "test", request("GET", "/api/v1/me", []), operation=("get", "/api/v1/me"))


def problem(**changes) -> Answer:
    said = {
        "type": "urn:x",
        "title": "x",
        "status": 404,
        "detail": "x",
        "code": "x",
        "request_id": "12345678",
        "errors": [],
    } | changes
    headers = HEAD | {"content-type": "application/problem+json"}
    return Answer(404, headers, body=json.dumps(said).encode())


def faults(answer: Answer, trial: Trial = ASKED) -> list[str]:
    return Judge(DOCUMENT).faults(trial, answer)


def made(seed: str) -> list[Trial]:
    return list(Corpus(DOCUMENT, GARDEN, seed).trials(60))


def test_a_seed_makes_the_same_requests_again_and_another_one_others() -> None:
    assert made("a") == made("a")
    assert made("a") != made("b")
    assert len({trial.family for trial in made("a")}) == len(set(FAMILIES))


def test_an_honest_refusal_is_no_fault() -> None:
    assert faults(problem()) == []


def test_who_asks_for_a_page_may_be_shown_the_problem_on_one() -> None:
    raw = request("PATCH", "/api/v1/me", [("Accept", "text/html")])
    asked = Trial("1", "test", raw, operation=("patch", "/api/v1/me"))
    page = HEAD | {"content-type": "text/html; charset=utf-8"}

    assert faults(Answer(415, page, body=b"<pre>12345678</pre>"), asked) == []
    assert faults(Answer(415, page, body=b"<h1>Oh no</h1>"), asked) == [
        "a page that is about no problem"
    ]
    assert faults(Answer(415, page, body=b"<pre>12345678</pre>")) == [
        "a refusal as text/html; charset=utf-8"
    ]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(has_hung=True), "no answer"),
        (Answer(), "closed without an answer"),
        (problem(status=500), "says 500 as 404"),
        (problem(request_id="other678"), "another request id inside than outside"),
        (problem(code=7), "a refusal that is no problem"),
        (problem(detail='File "/app/x.py", line 7'), "says how it is made"),
        (Answer(404, HEAD | {"content-type": "text/html"}), "a refusal as text/html"),
        (Answer(302, HEAD), "302 is not described"),
        (
            Answer(200, HEAD | {"content-type": "application/json"}, body=b"{}"),
            "not as described",
        ),
    ],
)
def test_each_kind_of_fault_is_named(answer, said) -> None:
    assert any(said in fault for fault in faults(answer))


def test_a_fault_of_ours_is_one_whatever_it_says() -> None:
    answer = problem(status=500)
    answer.status = 500

    assert faults(answer) == ["status 500"]


def test_an_answer_without_protection_is_named() -> None:
    answer = problem()
    del answer.headers["content-security-policy"]

    assert faults(answer) == ["no content-security-policy"]


def test_what_is_hardly_http_may_be_refused_by_the_server_without_a_word() -> None:
    bare = Answer(400)
    unclean = Trial("1", "test", b"GET / HTTP/1.1\r\nX: a\x00\r\n\r\n")

    assert faults(bare, Trial("1", "test", ASKED.raw, is_http=False)) == []
    assert faults(bare, unclean) == []
    assert faults(bare) != []


def test_requests_are_written_as_they_are_given() -> None:
    raw = request("POST", b"/\xff", [("X", b"\xfe")], b"ab")

    assert raw == (
        b"POST /\xff HTTP/1.1\r\nX: \xfe\r\nContent-Length: 2\r\nConnection: close\r\n\r\nab"
    )
    assert chunked(b"abc", 2) == b"2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"


def test_an_answer_is_read_as_it_came() -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(418)
            self.send_header("X-One", "1")
            self.end_headers()
            self.wfile.write(b"tea")

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.handle_request)
        thread.start()
        answer = send(server.server_port, ASKED)
        thread.join()

    assert (answer.status, answer.headers["x-one"], answer.body) == (418, "1", b"tea")


def test_each_rule_that_is_broken_on_purpose_is_there_to_be_broken() -> None:
    for plant in PLANTS:
        assert plant.old in (ROOT / plant.file).read_text(encoding="utf-8"), plant.name
