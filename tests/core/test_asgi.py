"""What the sockets' server calls, called by itself, by those who are wrong there."""

import json

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator


@pytest.fixture
def application(running_servers):
    from gorax.asgi import application

    return application


def say(application, scope, *said):
    """Return everything that the application answers."""

    async def talk():
        line = ApplicationCommunicator(application, scope)
        for message in said:
            await line.send_input(message)
        await line.wait()
        return [line.output_queue.get_nowait() for _ in range(line.output_queue.qsize())]

    return async_to_sync(talk)()


def test_plain_http_at_the_sockets_port_is_a_404_problem_with_its_id(application) -> None:
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/ws/executions",
        "headers": [
            (b"content-type", b"text/plain; charset*=bogus''a"),
            (b"x-request-id", b"a" * 8),
        ],
    }

    start, body = say(application, scope, {"type": "http.request", "body": b"x"})

    headers = dict(start["headers"])
    said = json.loads(body["body"])
    assert (start["status"], headers[b"content-type"]) == (404, b"application/problem+json")
    assert (said["code"], said["request_id"]) == ("not_found", "aaaaaaaa")
    assert headers[b"x-request-id"] == b"aaaaaaaa"


@pytest.mark.parametrize("path", ["/", "/ws/nowhere", "/ws/executions/not-an-id"])
def test_a_socket_at_an_unknown_path_is_refused_before_it_is_open(application, path) -> None:
    scope = {"type": "websocket", "path": path, "headers": []}

    assert say(application, scope, {"type": "websocket.connect"}) == [
        {"type": "websocket.close", "code": 4404}
    ]
