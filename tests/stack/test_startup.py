import gc
import os
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from gorax import startup

pytestmark = [pytest.mark.stack, pytest.mark.django_db]


def connect(**changes: object) -> psycopg.Connection:
    return psycopg.connect(os.environ["GORAX_DATABASE_URL"], autocommit=True, **changes)


def test_a_server_whose_clock_agrees_is_accepted(running_servers) -> None:
    with connect() as session:
        assert startup.check_clock(session) < 1


@pytest.mark.parametrize("gap_s", [-60, 60])
def test_a_server_whose_clock_is_far_off_is_refused(
    running_servers, monkeypatch, gap_s: int
) -> None:
    now = time.time
    monkeypatch.setattr(startup.time, "time", lambda: now() + gap_s)

    with (
        connect() as session,
        pytest.raises(startup.StartupError, match=r"clock is (59|60) s off the database's"),
    ):
        startup.check_clock(session)


def test_more_connections_than_the_server_offers_are_refused_with_the_variable(
    running_servers,
) -> None:
    with connect() as session:
        offered = int(session.execute("SHOW max_connections").fetchone()[0])
        startup.check_connections(session, needed=offered - 10)

        with pytest.raises(startup.StartupError, match=r"lower GORAX_POOL_MAX") as refusal:
            startup.check_connections(session, needed=offered)

    assert str(offered) in str(refusal.value)


def test_sessions_of_a_server_of_their_own_are_accepted(running_servers) -> None:
    with connect() as first, connect() as second:
        assert startup.are_shared(first, second) is False


def test_a_pooler_that_shares_sessions_is_refused_with_the_reason(running_servers) -> None:
    with (
        shared_session() as port,
        connect(host="127.0.0.1", port=port, sslmode="disable") as first,
        connect(host="127.0.0.1", port=port, sslmode="disable") as second,
        pytest.raises(startup.StartupError, match="pooler in transaction mode") as refusal,
    ):
        startup.check_sessions(first, second)

    assert "tenants would see each other's rows" in str(refusal.value)


def test_the_whole_check_looks_at_the_configured_server(running_servers, settings) -> None:
    settings.GORAX_MOST_CONNECTIONS = 100
    startup.check()

    settings.GORAX_MOST_CONNECTIONS = 10_000
    with pytest.raises(startup.StartupError, match="lower GORAX_POOL_MAX"):
        startup.check()


# A pooler in transaction mode, in small: all clients take turns on one session of the server.


@contextmanager
def shared_session() -> Iterator[int]:
    parts = urlsplit(os.environ["GORAX_DATABASE_URL"])
    folder = parse_qs(parts.query)["host"][0]
    with (
        closing(socket.socket(socket.AF_UNIX)) as server,
        socket.create_server(("127.0.0.1", 0)) as door,
    ):
        server.connect(f"{folder}/.s.PGSQL.5432")
        names = f"user\0{parts.username}\0database\0{parts.path[1:]}\0\0".encode()
        server.sendall(struct.pack("!ii", len(names) + 8, 196608) + names)
        greeting = b"".join(until_ready(server))
        turn = threading.Lock()

        def welcome() -> None:
            with suppress(OSError):
                while True:
                    client, _ = door.accept()
                    threading.Thread(
                        target=relay, args=(client, server, greeting, turn), daemon=True
                    ).start()

        threading.Thread(target=welcome, daemon=True).start()
        yield door.getsockname()[1]
        door.shutdown(socket.SHUT_RDWR)


def relay(
    client: socket.socket, server: socket.socket, greeting: bytes, turn: threading.Lock
) -> None:
    with client, suppress(OSError, struct.error):
        take(client, struct.unpack("!i", take(client, 4))[0] - 4)
        client.sendall(greeting)
        while True:
            wanted = [message(client)]
            if wanted[0][:1] == b"X":
                return
            while wanted[-1][:1] not in {b"S", b"Q"}:
                wanted.append(message(client))
            with turn:
                server.sendall(b"".join(wanted))
                client.sendall(b"".join(until_ready(server)))


def until_ready(server: socket.socket) -> Iterator[bytes]:
    while True:
        received = message(server)
        yield received
        if received[:1] == b"Z":
            return


def message(source: socket.socket) -> bytes:
    head = take(source, 5)
    return head + take(source, struct.unpack("!i", head[1:])[0] - 4)


def take(source: socket.socket, length: int) -> bytes:
    taken = b""
    while len(taken) < length:
        part = source.recv(length - len(taken))
        if not part:
            raise ConnectionResetError
        taken += part
    return taken


def test_what_a_process_has_imported_is_left_out_of_its_looks_for_garbage() -> None:
    startup.settle()
    left_out, looked_at = gc.get_freeze_count(), len(gc.get_objects())
    gc.unfreeze()

    assert left_out > 50_000 > looked_at
