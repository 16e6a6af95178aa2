"""Each refused address is offered to everything that goes out; a listener on all of loopback must hear nothing."""

import json
import socket
from collections.abc import Callable

import pytest

from tests.adapters.callers import CALLERS, HOME, LED
from tests.adapters.conftest import Network
from tests.adapters.servers import Seen, Server, ok, redirect
from tests.adapters.test_destination import (
    REFUSED_NAMES,
    REFUSED_NUMBERS,
    REFUSED_PORTS,
    REFUSED_SHAPES,
)

Make = Callable[..., Network]
PUBLIC, PROXY = "93.184.216.34", "93.184.216.35"
NAMES = {
    "public.example": [[PUBLIC]],
    "proxy.example": [[PROXY]],
    "mixed.example": [[PUBLIC, "::1"]],
    "moving.example": [[PUBLIC], ["127.0.0.1"]],
}
ALL = [*REFUSED_NUMBERS, *REFUSED_NAMES, *REFUSED_PORTS, *REFUSED_SHAPES, "http://mixed.example/"]
SHAPES = {form for form in ALL if form in REFUSED_SHAPES or "@" in form}
# A form that looks like no address at all may be refused as one before it is judged.
SAID_OF_SHAPES = {"blocked_destination", "bad_url", "user_in_url"}
# The same written as a mail server is no trick: a host without its path, and the port of mail.
PLAIN_FOR_MAIL = {"http://public.example/\r\nHost: 127.0.0.1", "http://public.example:25/"}


def offered(caller: str, port: int) -> list[str]:
    plain = PLAIN_FOR_MAIL if caller == "mail" else ()
    return [form.replace("{port}", str(port)) for form in ALL if form not in plain]


@pytest.mark.parametrize("caller", CALLERS)
def test_no_caller_reaches_a_refused_address(caller: str, loopback: Server, network: Make) -> None:
    net = network(NAMES)

    said = {form: CALLERS[caller](net, form) for form in offered(caller, loopback.port)}

    assert set(said.values()) <= SAID_OF_SHAPES
    odd = {form for form, code in said.items() if code != "blocked_destination"}
    assert odd <= {form.replace("{port}", str(loopback.port)) for form in SHAPES}
    assert net.dialled == []
    assert loopback.connections == 0


@pytest.mark.parametrize("caller", CALLERS)
def test_every_caller_dials_a_public_address_and_judges_it_anew_for_each_call(
    caller: str, network: Make
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and never listens
        net = network(NAMES, port=nobody.getsockname()[1])
        CALLERS[caller](net, "http://moving.example/")
        dialled = list(net.dialled)
        again = CALLERS[caller](net, "http://moving.example/")

    assert {address for address, _ in dialled} in ({PUBLIC}, {PROXY})
    assert again == "blocked_destination"
    assert net.dialled == dialled


@pytest.mark.parametrize("caller", LED)
def test_no_server_leads_a_caller_to_a_refused_address(
    caller: str, loopback: Server, network: Make
) -> None:
    """Many of the callers follow no redirect at all, so only what was dialled counts."""
    forms = [form for form in ALL if form.isascii() and form.isprintable()]
    goal = ""

    def answer(seen: Seen) -> bytes:
        if seen.target == "/pages":
            return ok(json.dumps([]).encode(), f'Link: <{goal}>; rel="next"')
        return redirect(302 if "302" in seen.target else 307, goal)

    with Server(answer=answer) as home:
        net = network(NAMES, port=home.port)
        for form in forms:
            goal = form.replace("{port}", str(loopback.port))
            before = len(home.seen)
            assert LED[caller](net, HOME) != "answered", goal
            assert len(home.seen) > before, goal

    assert {address for address, _ in net.dialled} == {PUBLIC}
    assert loopback.connections == 0
