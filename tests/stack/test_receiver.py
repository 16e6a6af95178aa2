"""The far side of the demo, as a process and as a server inside a test."""

import http.client
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from gorax.stack.receiver import Receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def ask(
    port: int, method: str, path: str, key: str = "", body: str | bytes | None = None
) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request(method, path, body, {"Idempotency-Key": key} if key else {})
        answer = connection.getresponse()
        content = answer.read()
    finally:
        connection.close()
    return answer.status, json.loads(content) if content else None


def port_of(receiver: Receiver) -> int:
    return int(receiver.server_address[1])


def test_each_request_is_counted_under_its_key(receiver: Receiver) -> None:
    port = port_of(receiver)
    answers = [ask(port, "POST", "/ok", key)[1] for key in ("a", "b", "a")]
    status, of_a = ask(port, "GET", "/requests?key=a")

    assert [(answer["key"], answer["count"]) for answer in answers] == [
        ("a", 1),
        ("b", 1),
        ("a", 2),
    ]
    assert (status, of_a["count"]) == (200, 2)
    assert ask(port, "GET", "/requests")[1]["counts"] == {"a": 2, "b": 1}
    assert ask(port, "DELETE", "/requests") == (204, None)
    assert ask(port, "GET", "/requests")[1] == {"requests": [], "count": 0, "counts": {}}


def test_the_echo_gives_back_what_arrived(receiver: Receiver) -> None:
    status, seen = ask(port_of(receiver), "PATCH", "/echo?x=1", "k", "käse".encode())

    assert status == 200
    assert {name: seen[name] for name in ("method", "path", "query", "key", "body")} == {
        "method": "PATCH",
        "path": "/echo",
        "query": "x=1",
        "key": "k",
        "body": "käse",
    }
    assert seen["headers"]["idempotency-key"] == "k"


@pytest.mark.parametrize(
    ("path", "statuses"),
    [
        ("/ok", [200, 200]),
        ("/status/404", [404, 404]),
        ("/status/204", [204, 204]),
        ("/flaky/1", [503, 200]),
        ("/slow/1", [200, 200]),
        ("/redirect/307", [307, 307]),
        ("/nothing", [404, 404]),
        ("/slow/60001", [404, 404]),
        ("/status/x", [404, 404]),
        ("/status/99", [404, 404]),
    ],
)
def test_the_path_decides_the_answer(path: str, statuses: list[int], receiver: Receiver) -> None:
    assert [ask(port_of(receiver), "PUT", path, "k")[0] for _ in statuses] == statuses


def test_a_dropped_request_is_counted_though_nobody_is_told(receiver: Receiver) -> None:
    with pytest.raises((ConnectionResetError, http.client.RemoteDisconnected)):
        ask(port_of(receiver), "POST", "/drop", "k")

    assert ask(port_of(receiver), "GET", "/requests?key=k")[1]["count"] == 1


def test_requests_at_the_same_time_are_all_counted(receiver: Receiver) -> None:
    with ThreadPoolExecutor(16) as threads:
        answers = list(
            threads.map(lambda _: ask(port_of(receiver), "POST", "/ok", "k")[1], range(200))
        )

    assert sorted(answer["count"] for answer in answers) == list(range(1, 201))


def test_a_body_that_is_too_large_is_refused_unread(receiver: Receiver) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port_of(receiver), timeout=5)
    connection.putrequest("POST", "/ok")
    connection.putheader("Content-Length", "9" * 30)
    connection.endheaders()

    assert connection.getresponse().status == 413
    connection.close()
    assert receiver.book.read(None)["count"] == 0


def test_the_program_logs_each_request_and_ends_on_a_signal(tmp_path: Path) -> None:
    log = tmp_path / "received.jsonl"
    program = subprocess.Popen(
        [sys.executable, "-m", "gorax.stack.receiver", "--port", "0", "--log", str(log)],
        stdout=subprocess.PIPE,
        text=True,
    )
    with program:
        assert program.stdout is not None
        first = program.stdout.readline().strip()
        port = int(first.rpartition(":")[2])
        ask(port, "POST", "/ok", "k", '{"a": 1}')
        lines = [json.loads(line) for line in log.read_text().splitlines()]
        program.send_signal(signal.SIGTERM)
        code = program.wait(10)

    assert first == f"receiver: listening on http://127.0.0.1:{port}"
    assert code == 0
    assert [(line["key"], line["count"], line["body"]) for line in lines] == [("k", 1, '{"a": 1}')]


def test_a_taken_port_is_named(receiver: Receiver) -> None:
    port = port_of(receiver)
    ended = subprocess.run(
        [sys.executable, "-m", "gorax.stack.receiver", "--port", str(port)],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )

    assert ended.returncode == 1
    assert f"port {port} cannot be used" in ended.stdout
