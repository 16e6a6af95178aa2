"""A secret that lies in a store of the tenant is named in a template, sent, and shown to nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from apps.engine.credential import Credential, Unusable, asked_of
from apps.engine.failure import Failure
from apps.engine.ports import HttpReply, HttpRequest
from apps.engine.program import load
from apps.engine.secret import Secret
from apps.engine.testing import Given, Tried, problems_in, revealed, try_node
from apps.engine.value import NodeId
from apps.nodes import catalogue
from tests.workflows.documents import edge, hook, node

HTTP = next(kind for kind in catalogue() if kind.type == "action:http")
FOUND = {":shop/key": Secret("k3y-of-the-shop"), ":shop/db#password": Secret("p4ss-of-the-db")}
STORE = Credential(
    "aws",
    "aws",
    {"access_key_id": "AK", "secret_access_key": Secret("s4k-of-the-store")},
    ("*.amazonaws.com",),
    found=FOUND,
)


def call(header: str, store: Credential | Unusable = STORE, handler=None) -> Tried:
    config = {"url": "https://api.shop.example/", "headers": {"Authorization": header}}
    return try_node(HTTP, config, Given(credentials={"aws": store}, handler=handler))


@pytest.mark.parametrize(
    ("header", "sent"),
    [
        ("Bearer {{ secrets.aws:shop/key }}", "Bearer k3y-of-the-shop"),
        ("{{secrets.aws:shop/db#password}}", "p4ss-of-the-db"),
        ("{{ secrets.aws:shop/key }}.{{ secrets.aws:shop/db#password }}", "k3y-of-the-shop.p4ss-of-the-db"),
    ],
)  # fmt: skip
def test_what_a_store_gave_is_sent_and_hidden_in_all_that_comes_back(header, sent) -> None:
    def echo(request: HttpRequest) -> HttpReply:
        return HttpReply(200, {}, str(revealed(request.headers["Authorization"])).encode())

    tried = call(header, handler=echo)

    (request,) = tried.requests
    assert revealed(request.headers["Authorization"]) == sent
    shown = f"{tried.output} {tried.shown_config}"
    assert [each for each in FOUND.values() if each.reveal() in shown] == []
    assert "[REDACTED]" in str(tried.output)


def test_the_hosts_of_a_store_bind_its_own_key_and_not_what_lies_in_it() -> None:
    looked_up = call("{{ secrets.aws:shop/key }}")
    own = call("{{ credentials.aws.access_key_id }} {{ secrets.aws:shop/key }}")

    assert looked_up.requests[0].allowed_hosts == ()
    assert own.requests[0].allowed_hosts == (("*.amazonaws.com",),)


@pytest.mark.parametrize("code", ["secret_not_found", "secret_refused", "secret_unavailable"])
@pytest.mark.parametrize("is_retryable", [True, False])
def test_what_a_store_does_not_give_fails_the_step_before_it_runs(code, is_retryable) -> None:
    tried = call("{{ secrets.aws:shop/key }}", Unusable("It answered 503.", code, is_retryable))

    assert isinstance(tried.answer, Failure)
    assert (tried.answer.code, tried.answer.is_retryable) == (code, is_retryable)
    assert "It answered 503." in tried.answer.message
    assert tried.requests == []


@pytest.mark.parametrize(
    "text",
    [
        "{{ secrets.aws: }}",
        "{{ secrets.aws:/a }}",
        "{{ secrets.aws:a//b }}",
        "{{ secrets.aws:../a }}",
        "{{ secrets.aws:a/./b }}",
        "{{ secrets.aws:a b }}",
        "{{ secrets.aws:a?b }}",
        "{{ secrets.aws:a%2Fb }}",
        "{{ secrets.aws:" + "a" * 513 + " }}",
    ],
)
def test_a_path_that_could_lead_elsewhere_is_refused_before_publish(text) -> None:
    config = {"url": "https://a.b", "headers": {"A": text}}

    assert [code for _, code in problems_in(HTTP, config)] == ["bad_lookup"]


def test_a_lookup_stands_only_where_secrets_may_stand() -> None:
    kind = next(each for each in catalogue() if each.type == "action:set")

    found = problems_in(kind, {"values": {"a": "{{ secrets.aws:shop/key }}"}})

    assert [code for _, code in found] == ["secret_not_allowed"]


def test_a_lookup_that_arrives_with_data_stays_a_text() -> None:
    config = {"url": "https://a.b", "headers": {"A": "{{ trigger.text }}"}}
    given = Given(credentials={"aws": STORE}, trigger={"text": "{{ secrets.aws:shop/key }}"})

    (request,) = try_node(HTTP, config, given).requests

    assert request.headers["A"] == "{{ secrets.aws:shop/key }}"


def test_a_program_says_what_is_asked_of_which_store() -> None:
    #  hook ──► call
    document = hook(path="p")
    config = {
        "url": "https://a.b",
        "headers": {
            "A": "{{ secrets.one:a#x }} {{ secrets.one:b }}",
            "B": "{{ secrets.two:a }} {{ credentials.two }} {{ credentials.own.x }}",
        },
    }
    document["nodes"] = [document["nodes"][0], node("call", "action:http", **config)]
    document["edges"] = [edge("hook", "call")]
    program = load(document, catalogue())

    needs = program.needs(NodeId("call"))

    assert needs.lookups == {"one": {":a#x", ":b"}, "two": {":a"}}
    assert (needs.credentials, needs.sent) == ({"one", "two", "own"}, {"two", "own"})
    assert program.lookups == needs.lookups


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        (":a", ("a", "")),
        (":a/b#c", ("a/b", "c")),
        (":arn:aws:secretsmanager:eu-1:1:secret:shop-1", ("arn:aws:secretsmanager:eu-1:1:secret:shop-1", "")),
        (":a#b#c", ("a", "b#c")),
        ("a", ("", "")),
        (":", ("", "")),
        (":..", ("", "")),
    ],
)  # fmt: skip
def test_what_is_asked_is_a_path_and_a_field(name, asked) -> None:
    assert asked_of(name) == asked


def test_nothing_is_found_in_a_store_that_was_not_asked() -> None:
    tried = call("{{ secrets.aws:other }}", replace(STORE, found={}))

    assert isinstance(tried.answer, Failure)
    assert tried.requests == []
