"""To which trace a step's calls say that they belong."""

import re

import pytest

from apps.engine.ports import HttpReply, HttpRequest
from apps.engine.secret import Secret
from apps.engine.trace import Traced, traceparent

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


class Sent:
    """A way out that remembers."""

    def __init__(self) -> None:
        self.requests: list[HttpRequest] = []

    def send(self, request: HttpRequest) -> HttpReply:
        self.requests.append(request)
        return HttpReply(204)


def test_a_call_says_its_trace_and_the_span_of_its_attempt_beside_what_its_author_said() -> None:
    sent = Sent()
    request = HttpRequest("POST", "https://x.test/", {"X-A": "1", "B": Secret("s")}, body=b"b")

    reply = Traced(sent, TRACE, "e/say", 1).send(request)

    [made] = sent.requests
    assert reply == HttpReply(204)
    assert re.fullmatch(rf"00-{TRACE}-[0-9a-f]{{16}}-01", str(made.headers["traceparent"]))
    assert {name: made.headers[name] for name in request.headers} == request.headers
    assert (made.method, made.url, made.body) == ("POST", "https://x.test/", b"b")


@pytest.mark.parametrize("name", ["traceparent", "Traceparent", "TRACEPARENT"])
def test_what_the_author_wrote_stays(name: str) -> None:
    sent = Sent()
    request = HttpRequest("GET", "https://x.test/", {name: "mine"})

    Traced(sent, TRACE, "e/say", 1).send(request)

    assert sent.requests == [request]


def test_each_attempt_of_each_step_is_a_span_and_the_same_one_whoever_asks() -> None:
    places = [("e/say", 1), ("e/say", 2), ("e/tell", 1), ("f/say", 1)]

    spans = {traceparent(TRACE, step, attempt) for step, attempt in places}

    assert len(spans) == 4
    assert spans == {traceparent(TRACE, step, attempt) for step, attempt in places}
