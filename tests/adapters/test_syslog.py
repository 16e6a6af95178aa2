"""Messages are handed to real syslog servers, framed, encrypted if wanted, and never to whom the tenant may not reach."""

import socket
import ssl
import threading
from ipaddress import ip_address

import pytest

from apps.adapters.addresses import Allowance
from apps.adapters.destination import Policy, syslog_server
from apps.adapters.errors import HttpError
from apps.adapters.syslog import GuardedSyslog, framed
from apps.adapters.transport import Transport
from tests.adapters.test_tls import certificate
from tests.streams.receivers import syslog_receiver

NAME = "logs.example.com"
MESSAGES = [b"<110>1 - - - - - - one", "<110>1 - - - - - - zwei ü".encode(), b"x" * 200_000]


def guarded(port: int, transport: Transport | None = None, **policy) -> GuardedSyslog:
    allowed = Policy(allowances=(Allowance("127.0.0.1", port),), **policy)
    return GuardedSyslog(allowed, transport=transport or Transport())


def sent(via: GuardedSyslog, host: str, port: int, *, is_encrypted: bool = False) -> None:
    via.send(host, port, MESSAGES, is_encrypted=is_encrypted, timeout_s=10)


def refused(via: GuardedSyslog, host: str, port: int, *, is_encrypted: bool = False) -> str:
    with pytest.raises(HttpError) as failure:
        sent(via, host, port, is_encrypted=is_encrypted)
    return failure.value.code


def test_messages_arrive_whole_and_in_order_by_their_lengths() -> None:
    with syslog_receiver() as box:
        sent(guarded(box.port), "127.0.0.1", box.port)
        assert (box.messages, box.connections) == (MESSAGES, 1)


def test_a_message_is_as_long_as_it_says_in_octets() -> None:
    assert framed("ü".encode()) == b"2 \xc3\xbc"


@pytest.fixture
def tls(tmp_path) -> tuple[ssl.SSLContext, Transport]:
    public, private = certificate(tmp_path, NAME)
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(public, private)
    client = ssl.create_default_context(cafile=str(public))
    return server_side, Transport(resolve=lambda *_: (ip_address("127.0.0.1"),), tls=client)


def test_they_are_encrypted_to_whom_the_certificate_is_for(tls) -> None:
    with syslog_receiver(tls[0]) as box:
        via = guarded(box.port, tls[1])
        assert refused(via, "other.example.com", box.port, is_encrypted=True) == "tls_failed"
        sent(via, NAME, box.port, is_encrypted=True)
        assert box.messages == MESSAGES


def test_a_server_that_hangs_up_before_it_has_read_has_taken_nothing() -> None:
    with syslog_receiver() as box:
        box.deaf_for = 1
        assert refused(guarded(box.port), "127.0.0.1", box.port) == "connection_lost"
        assert box.messages == []


def test_one_that_never_hangs_up_does_not_hold_the_caller_for_ever() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        port = deaf.getsockname()[1]
        via = guarded(port)
        with pytest.raises(HttpError) as failure:
            via.send("127.0.0.1", port, [b"x"], is_encrypted=False, timeout_s=0.3)
    assert failure.value.code == "timeout"
    assert failure.value.may_have_arrived


def test_one_that_goes_on_talking_is_none() -> None:
    with socket.create_server(("127.0.0.1", 0)) as talker:
        port = talker.getsockname()[1]

        def talk() -> None:
            caller, _ = talker.accept()
            with caller:
                while caller.recv(65_536):
                    pass
                caller.sendall(b"x" * 10_000)

        thread = threading.Thread(target=talk)
        thread.start()
        assert refused(guarded(port), "127.0.0.1", port) == "connection_lost"
        thread.join()


@pytest.mark.parametrize(
    ("host", "port", "code"),
    [
        ("127.0.0.1", 514, "blocked_destination"),
        ("169.254.169.254", 6514, "blocked_destination"),
        ("0x7f.1", 514, "blocked_destination"),
        ("2130706433", 514, "blocked_destination"),
        ("::ffff:127.0.0.1", 514, "bad_url"),
        ("[::ffff:127.0.0.1]", 514, "blocked_destination"),
        ("postgres", 514, "blocked_destination"),
        ("logs.internal", 514, "blocked_destination"),
        ("logs.example.com", 5432, "blocked_destination"),
        ("logs.example.com", 25, "blocked_destination"),
        ("logs.example.com\r\n", 514, "bad_url"),
        ("a b", 514, "bad_url"),
        ("", 514, "bad_url"),
        ("logs.example.com", 0, "bad_url"),
        ("logs.example.com", 70_000, "bad_url"),
    ],
)
def test_where_nothing_may_be_called_nothing_is_logged_either(host, port, code) -> None:
    def dial(*_: object) -> None:
        raise AssertionError("nobody may be dialled")

    there = Transport(resolve=lambda *_: (ip_address("8.8.8.8"),), dial=dial)
    assert refused(GuardedSyslog(transport=there), host, port) == code


@pytest.mark.parametrize("port", [514, 601, 6514, 12_345])
def test_ports_of_syslog_and_of_nobody_are_open_to_public_addresses(port: int) -> None:
    url = syslog_server("logs.example.com", port, is_encrypted=True)
    public = ip_address("8.8.8.8")
    assert Policy().addresses(url, lambda *_: (public,)) == (public,)


def test_a_name_that_turns_out_to_be_private_is_refused() -> None:
    url = syslog_server("logs.example.com", 514, is_encrypted=False)
    with pytest.raises(HttpError, match="not public"):
        Policy().addresses(url, lambda *_: (ip_address("8.8.8.8"), ip_address("10.0.0.1")))


def test_whom_the_operator_trusts_is_reached_wherever_it_is_and_nobody_else() -> None:
    policy = Policy(trusted={("logs.internal", 514)})
    private = ip_address("10.0.0.1")
    url = syslog_server("logs.internal", 514, is_encrypted=False)
    assert policy.addresses(url, lambda *_: (private,)) == (private,)
    for host, port in (("logs.internal", 601), ("other.internal", 514)):
        other = syslog_server(host, port, is_encrypted=False)
        with pytest.raises(HttpError, match="private networks"):
            policy.addresses(other, lambda *_: (private,))
