"""The table of places that no workflow may reach, each proved by a listener that hears nothing."""

import socket
import traceback
from collections.abc import Callable

import pytest

from apps.adapters.addresses import Allowance
from apps.adapters.destination import Policy, parse
from apps.adapters.errors import BadRequestError, BadUrlError, BlockedDestinationError, HttpError
from apps.adapters.http import GuardedHttp
from apps.engine.errors import PortError
from apps.engine.ports import HttpRequest
from apps.engine.secret import Secret
from tests.adapters.conftest import Network, allowing
from tests.adapters.forms import lines
from tests.adapters.servers import Server

Make = Callable[..., Network]

# Every loopback form carries the port of a server that listens on all loopback addresses.
REFUSED_NUMBERS = lines("refused_numbers")

REFUSED_NAMES = lines("refused_names")

REFUSED_SHAPES = [
    "http://public.example@127.0.0.1:{port}/",
    "http://a@127.0.0.1:{port}/",
    "http://a:b@public.example/",
    "http://@public.example/",
    "http://public.example\\@127.0.0.1:{port}/",
    "http://public.example\\.evil.example/",
    "http:\\\\127.0.0.1:{port}/",
    "http://127.0.0.1\t:{port}/",
    "http://127.0.0.1\r\n:{port}/",
    "http://public.example/\r\nHost: 127.0.0.1",
    "http://public.example\x00.evil.example/",
    "ht\ntp://127.0.0.1:{port}/",
    "file:///etc/passwd",
    "file://127.0.0.1:{port}/etc/passwd",
    "gopher://127.0.0.1:{port}/_GET",
    "ftp://127.0.0.1:{port}/",
    "dict://127.0.0.1:{port}/info",
    "ws://127.0.0.1:{port}/",
    "data:text/plain,hello",
    "javascript:alert(1)",
    "jar:http://127.0.0.1:{port}/!/",
]

REFUSED_PORTS = [
    f"http://public.example:{port}/" for port in (1, 22, 25, 53, 110, 445, 5432, 6379, 11211)
]


@pytest.mark.parametrize("form", REFUSED_NUMBERS + REFUSED_NAMES + REFUSED_SHAPES + REFUSED_PORTS)
def test_a_refused_destination_hears_nothing(form: str, loopback: Server, network: Make) -> None:
    net = network({"public.example": [["93.184.216.34"]]})

    with pytest.raises(BlockedDestinationError) as refusal:
        net.http().send(HttpRequest("POST", form.replace("{port}", str(loopback.port)), body=b"x"))

    assert refusal.value.code == "blocked_destination"
    assert refusal.value.is_retryable is False
    assert refusal.value.may_have_arrived is False
    assert net.dialled == []
    assert loopback.connections == 0


def test_the_listener_of_these_tests_does_hear(loopback: Server, network: Make) -> None:
    net = network()
    http = net.http(
        Policy((Allowance("127.0.0.1", loopback.port), Allowance("::1", loopback.port)))
    )

    for host in ("127.0.0.1", "[::1]", "2130706433", "[::ffff:127.0.0.1]"):
        assert http.send(HttpRequest("GET", f"http://{host}:{loopback.port}/")).status == 200

    assert len(loopback.seen) == 4


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["93.184.216.34", "127.0.0.1"],
        ["127.0.0.1", "93.184.216.34"],
        ["93.184.216.34", "::1"],
        ["2606:4700::1111", "::ffff:127.0.0.1"],
        ["93.184.216.34"] * 5 + ["10.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["169.254.169.254"],
    ],
)
def test_a_name_is_refused_if_any_of_its_addresses_is_not_public(
    addresses: list[str], loopback: Server, network: Make
) -> None:
    net = network({"public.example": [addresses]})

    with pytest.raises(BlockedDestinationError):
        net.http().send(HttpRequest("GET", f"http://public.example:{loopback.port}/"))

    assert net.dialled == []
    assert loopback.connections == 0


def test_a_name_that_changes_after_the_check_is_not_asked_again(
    loopback: Server, network: Make
) -> None:
    net = network({"rebind.example": [["93.184.216.34"], ["127.0.0.1"]]}, port=loopback.port)

    reply = net.http().send(HttpRequest("GET", "http://rebind.example/"))

    assert reply.status == 200
    assert net.asked == ["rebind.example"]
    assert net.dialled == [("93.184.216.34", 80)]


def test_a_name_that_changes_between_two_calls_is_judged_anew(
    loopback: Server, network: Make
) -> None:
    net = network({"rebind.example": [["93.184.216.34"], ["127.0.0.1"]]}, port=loopback.port)
    http = net.http()
    http.send(HttpRequest("GET", "http://rebind.example/"))

    with pytest.raises(BlockedDestinationError):
        http.send(HttpRequest("GET", "http://rebind.example/"))

    assert len(loopback.seen) == 1


def test_an_idle_connection_serves_only_the_address_that_was_looked_up(
    loopback: Server, network: Make
) -> None:
    net = network({"moving.example": [["93.184.216.34"], ["93.184.216.35"]]}, port=loopback.port)
    http = net.http()

    for _ in range(3):
        http.send(HttpRequest("GET", "http://moving.example/"))

    assert net.dialled == [("93.184.216.34", 80), ("93.184.216.35", 80)]
    assert loopback.connections == 2


PUBLIC_FORMS = [
    # form, dialled address and port, Host header, target
    ("http://public.example/", ("93.184.216.34", 80), "public.example", "/"),
    ("http://public.example", ("93.184.216.34", 80), "public.example", "/"),
    ("HTTP://PUBLIC.example/A", ("93.184.216.34", 80), "public.example", "/A"),
    ("http://public.example./", ("93.184.216.34", 80), "public.example", "/"),
    ("  http://public.example/  ", ("93.184.216.34", 80), "public.example", "/"),
    ("http://public.example:80/", ("93.184.216.34", 80), "public.example", "/"),
    ("http://public.example:/", ("93.184.216.34", 80), "public.example", "/"),
    ("http://public.example:8080/x", ("93.184.216.34", 8080), "public.example:8080", "/x"),
    ("http://public.example:443/", ("93.184.216.34", 443), "public.example:443", "/"),
    ("http://public.example?q=1", ("93.184.216.34", 80), "public.example", "/?q=1"),
    ("http://public.example/a?b=c#d", ("93.184.216.34", 80), "public.example", "/a?b=c"),
    (
        "http://public.example/a b/ü?q=ä&r=%20",
        ("93.184.216.34", 80),
        "public.example",
        "/a%20b/%C3%BC?q=%C3%A4&r=%20",
    ),
    ("http://public.example/@127.0.0.1/", ("93.184.216.34", 80), "public.example", "/@127.0.0.1/"),
    (
        "http://public.example/?u=http://127.0.0.1/",
        ("93.184.216.34", 80),
        "public.example",
        "/?u=http://127.0.0.1/",
    ),
    ("http://sub_domain.public.example/", ("93.184.216.34", 80), "sub_domain.public.example", "/"),
    ("http://bücher.example/", ("2606:4700::1111", 80), "xn--bcher-kva.example", "/"),
    ("http://XN--BCHER-KVA.example/", ("2606:4700::1111", 80), "xn--bcher-kva.example", "/"),
    (
        "http://\uff50\uff55\uff42\uff4c\uff49\uff43.example/",
        ("93.184.216.34", 80),
        "public.example",
        "/",
    ),
    ("http://8.8.8.8/", ("8.8.8.8", 80), "8.8.8.8", "/"),
    ("http://134744072/", ("8.8.8.8", 80), "8.8.8.8", "/"),
    ("http://0x08.010.8.8:8080/", ("8.8.8.8", 8080), "8.8.8.8:8080", "/"),
    ("http://[2606:4700::1111]/", ("2606:4700::1111", 80), "[2606:4700::1111]", "/"),
    ("http://[::ffff:8.8.8.8]:8080/", ("8.8.8.8", 8080), "[::ffff:808:808]:8080", "/"),
    ("http://[64:ff9b::808:808]/", ("64:ff9b::808:808", 80), "[64:ff9b::808:808]", "/"),
]


@pytest.mark.parametrize(("form", "dialled", "host", "target"), PUBLIC_FORMS)
def test_a_public_destination_is_reached_under_its_own_name(
    form: str, dialled: tuple[str, int], host: str, target: str, loopback: Server, network: Make
) -> None:
    names = {
        "public.example": [["93.184.216.34"]],
        "sub_domain.public.example": [["93.184.216.34"]],
        "xn--bcher-kva.example": [["2606:4700::1111", "93.184.216.34"]],
    }
    net = network(names, port=loopback.port)

    reply = net.http().send(HttpRequest("GET", form))

    assert reply.status == 200
    assert net.dialled == [dialled]
    assert [(seen.headers["host"], seen.target) for seen in loopback.seen] == [(host, target)]


@pytest.mark.parametrize(
    "text",
    [
        *lines("unreadable"),
        "",
        "http://" + "a" * 64 + ".example/",
        "http://" + "a." * 130 + "example/",
        "http://a/" + "x" * 9000,
        "http://public.example/\ud800",
        "http://\ud800.example/",
    ],
)
def test_a_text_that_is_no_url_is_named_so(text: str, network: Make) -> None:
    net = network()

    with pytest.raises(BadUrlError) as refusal:
        net.http(allowing(80)).send(HttpRequest("GET", text))

    assert refusal.value.code == "bad_url"
    assert net.asked == net.dialled == []


def test_an_allowance_opens_its_address_and_port_and_nothing_beside(network: Make) -> None:
    net = network()
    with Server() as allowed, Server() as other:
        http = net.http(allowing(allowed.port))
        reply = http.send(HttpRequest("GET", f"{allowed.url}/"))
        refused = [
            f"{other.url}/",
            f"http://127.0.0.2:{allowed.port}/",
            f"http://[::1]:{allowed.port}/",
        ]

        for url in refused:
            with pytest.raises(BlockedDestinationError):
                http.send(HttpRequest("GET", url))

        assert reply.status == 200
        assert (len(allowed.seen), other.connections) == (1, 0)


def test_a_tenant_without_the_allowance_is_refused_even_beside_a_warm_connection(
    network: Make,
) -> None:
    net = network()
    with Server() as server:
        net.http(allowing(server.port), owner="first").send(HttpRequest("GET", server.url))

        with pytest.raises(BlockedDestinationError):
            net.http(owner="second").send(HttpRequest("GET", server.url))

        assert len(server.seen) == 1
        assert len(net.transport.idle) == 1


def test_a_private_name_is_reached_if_all_its_addresses_are_allowed(network: Make) -> None:
    with Server() as server:
        net = network({"receiver": [["127.0.0.1"], ["127.0.0.1", "93.184.216.34"]]})
        http = net.http(allowing(server.port))
        reply = http.send(HttpRequest("GET", f"http://receiver:{server.port}/"))

        with pytest.raises(BlockedDestinationError):
            http.send(HttpRequest("GET", f"http://receiver:{server.port}/"))

        assert reply.status == 200
        assert len(server.seen) == 1


@pytest.mark.parametrize(
    "host", ["flows.example.com", "demo.flows.example.com", "FLOWS.example.com."]
)
def test_a_workflow_may_not_call_its_own_installation(host: str, network: Make) -> None:
    net = network({host.lower().rstrip("."): [["93.184.216.34"]]})
    policy = Policy(refused_hosts=(".flows.example.com",))

    with pytest.raises(BlockedDestinationError):
        net.http(policy).send(HttpRequest("GET", f"http://{host}/api/v1/workflows"))

    assert net.asked == net.dialled == []


def test_a_name_that_merely_ends_alike_is_not_the_own_installation(
    loopback: Server, network: Make
) -> None:
    net = network({"myflows.example.com": [["93.184.216.34"]]}, port=loopback.port)
    policy = Policy(refused_hosts=(".flows.example.com",))

    assert net.http(policy).send(HttpRequest("GET", "http://myflows.example.com/")).status == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Test", "a\r\nX-Evil: 1"),
        ("X-Test", "a\nb"),
        ("X-Test", "a\x00b"),
        ("X-Test", "a\x7fb"),
        ("X-Test\r\nX-Evil", "1"),
        ("X Test", "1"),
        ("X-Test:", "1"),
        ("", "1"),
        ("X-Tést", "1"),
        ("Host", "169.254.169.254"),
        ("Content-Length", "5"),
        ("Transfer-Encoding", "chunked"),
        ("Connection", "close"),
        ("Proxy-Authorization", "Basic x"),
        ("X-Test", "\ud800"),
        ("X-Long", "x" * 70_000),
    ],
)
def test_a_header_that_could_split_the_request_is_refused(
    name: str, value: str, loopback: Server, network: Make
) -> None:
    net = network()

    with pytest.raises(BadRequestError) as refusal:
        net.http(allowing(loopback.port)).send(
            HttpRequest("GET", f"http://127.0.0.1:{loopback.port}/", headers={name: Secret(value)})
        )

    assert refusal.value.code == "bad_request"
    assert value[:60] not in str(refusal.value)
    assert loopback.connections == 0


@pytest.mark.parametrize(
    "method", ["CONNECT", "TRACE", "trace", "GET /x HTTP/1.1\r\nX:", "", "GÉT", "G T"]
)
def test_a_method_that_is_none_is_refused(method: str, loopback: Server, network: Make) -> None:
    with pytest.raises(BadRequestError):
        network().http(allowing(loopback.port)).send(
            HttpRequest(method, f"http://127.0.0.1:{loopback.port}/")
        )

    assert loopback.connections == 0


@pytest.mark.parametrize("timeout_s", [0, -1, float("nan")])
def test_a_time_limit_that_is_none_is_refused(
    timeout_s: float, loopback: Server, network: Make
) -> None:
    with pytest.raises(BadRequestError):
        network().http(allowing(loopback.port)).send(
            HttpRequest("GET", f"http://127.0.0.1:{loopback.port}/", timeout_s=timeout_s)
        )

    assert loopback.connections == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://alice:canary-secret@public.example/",
        "http://127.0.0.1/canary-secret?token=canary-secret",
        "ftp://public.example/canary-secret",
        "http://public.example:99999/canary-secret",
        "http://[canary-secret]/",
        "http://public.example/\x00canary-secret",
        Secret("http://canary-secret.local/"),
        Secret("http://canary-secret/"),
        Secret("http://gone.example/canary-secret"),
        Secret("http://canary-secret.example/"),
    ],
)
def test_no_failure_repeats_the_secrets_of_its_url(url: str | Secret, network: Make) -> None:
    net = network({"gone.example": [[]], "canary-secret.example": [["10.0.0.1"]]})

    with pytest.raises(HttpError) as failure:
        net.http().send(HttpRequest("GET", url))

    assert "canary-secret" not in "".join(traceback.format_exception(failure.value))
    assert isinstance(failure.value, PortError)


def test_the_plain_client_of_a_fresh_process_reaches_no_private_address(loopback: Server) -> None:
    http = GuardedHttp()

    for host in ("127.0.0.1", "localhost", socket.gethostname()):
        with pytest.raises(HttpError):
            http.send(HttpRequest("GET", f"http://{host}:{loopback.port}/", timeout_s=5))

    assert loopback.connections == 0


def test_credentials_of_a_url_never_become_part_of_the_parsed_one() -> None:
    url = parse(Secret("https://public.example/hook/canary?x=canary"))

    assert url.shown == "the server"
    assert parse("https://public.example:8443/hook/canary").shown == "https://public.example:8443"
