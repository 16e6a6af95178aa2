"""Encryption: certificates are for the name in the URL, although a number is dialled."""

import socket
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from apps.adapters.errors import CallTimedOutError, TlsFailedError
from apps.adapters.http import GuardedHttp
from apps.adapters.transport import Transport
from apps.engine.ports import HttpRequest
from tests.adapters.conftest import Network, allowing
from tests.adapters.servers import Server

Make = Callable[..., Network]


def certificate(folder: Path, *names: str) -> tuple[Path, Path]:
    """Return the files of a certificate that vouches for itself, and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gorax tests")])
    now = datetime.now(UTC)
    alternatives: list[x509.GeneralName] = [
        x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
        for name in names
    ]
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "server.pem", folder / "server.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return public, private


@contextmanager
def encrypted(folder: Path, *names: str) -> Iterator[tuple[Server, ssl.SSLContext]]:
    """A server with a certificate for `names`, and the trust of a client that knows it."""
    public, private = certificate(folder, *names)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    with Server(tls=context) as server:
        yield server, ssl.create_default_context(cafile=str(public))


def test_the_certificate_is_checked_for_the_name_and_the_number_is_dialled(
    tmp_path: Path, network: Make
) -> None:
    with encrypted(tmp_path, "api.example") as (server, trust):
        net = network({"api.example": [["93.184.216.34"]], "other.example": [["93.184.216.34"]]})
        net.port = server.port
        net.transport = Transport(resolve=net.resolve, dial=net.dial, tls=trust)
        http = net.http()
        replies = [http.send(HttpRequest("GET", "https://api.example/")) for _ in range(2)]

        with pytest.raises(TlsFailedError) as failure:
            http.send(HttpRequest("GET", "https://other.example/"))

    assert [reply.status for reply in replies] == [200, 200]
    assert net.dialled == [("93.184.216.34", 443)] * 2
    assert {seen.headers["host"] for seen in server.seen} == {"api.example"}
    assert (failure.value.code, failure.value.is_retryable) == ("tls_failed", False)


def test_a_certificate_may_be_for_an_address(tmp_path: Path) -> None:
    with (
        encrypted(tmp_path, "127.0.0.1") as (server, trust),
        closing(Transport(tls=trust)) as transport,
    ):
        http = GuardedHttp(allowing(server.port), transport=transport)

        assert http.send(HttpRequest("GET", server.url)).status == 200


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    with encrypted(tmp_path, "127.0.0.1") as (server, _):
        http = GuardedHttp(allowing(server.port), transport=Transport())

        with pytest.raises(TlsFailedError, match="not trusted"):
            http.send(HttpRequest("GET", server.url))

        assert server.seen == []


def test_a_server_that_speaks_no_encryption_is_named_so() -> None:
    def greet(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"220 mail.example ESMTP\r\n")
            connection.recv(4096)

    with (
        closing(socket.create_server(("127.0.0.1", 0))) as listener,
        ThreadPoolExecutor(1) as threads,
    ):
        port = listener.getsockname()[1]
        greeted = threads.submit(greet, listener)
        http = GuardedHttp(allowing(port), transport=Transport())

        with pytest.raises(TlsFailedError) as failure:
            http.send(HttpRequest("GET", f"https://127.0.0.1:{port}/"))
        greeted.result(5)

    assert failure.value.is_retryable is True
    assert failure.value.may_have_arrived is False


def test_a_handshake_that_hangs_ends_on_time() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        port = silent.getsockname()[1]
        http = GuardedHttp(allowing(port), transport=Transport())

        with pytest.raises(CallTimedOutError) as failure:
            http.send(HttpRequest("GET", f"https://127.0.0.1:{port}/", timeout_s=0.3))

    assert failure.value.may_have_arrived is False
