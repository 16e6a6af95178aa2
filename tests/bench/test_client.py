"""The client sends what it was told to, as often as it was told to."""

import pytest

from tests.adapters.servers import Server
from tests.bench.client import Job, request

DELIVERY = request("/webhook/w1", {"Host": "127.0.0.1:5678"}, body=b'{"a": 1}')


def test_a_request_announces_the_length_of_its_body_and_ends_its_head_once() -> None:
    assert DELIVERY == (
        b"POST /webhook/w1 HTTP/1.1\r\nHost: 127.0.0.1:5678\r\nContent-Type: application/json\r\n"
        b'Content-Length: 8\r\n\r\n{"a": 1}'
    )


@pytest.mark.parametrize("connections", [1, 4, 20])
def test_so_many_are_sent_as_were_asked_for_and_no_more(connections: int) -> None:
    with Server() as server:
        load = Job(server.port, DELIVERY, connections, most=10).drive()

        assert (load.count, load.errors, load.statuses) == (10, 0, {"200": 10})
        assert [(each.method, each.target, each.body) for each in server.seen] == [
            ("POST", "/webhook/w1", b'{"a": 1}')
        ] * 10
