"""Every operation of every service keeps what its declaration says, and what all of them have in common."""

from __future__ import annotations

import base64
import json
import re

import pytest

from apps.engine.credential import Credential
from apps.engine.errors import PortError
from apps.engine.fields import Kind
from apps.engine.graph import Effect
from apps.engine.ports import HttpReply
from apps.engine.secret import Secret
from apps.engine.testing import Given, problems_in, promised, revealed, try_node
from apps.nodes import catalogue, declarations
from apps.nodes.declared.conversation import CREDENTIAL
from apps.nodes.declared.request import IN_BRACES

SERVICES = {service.name: service for service, _, _ in declarations()}
OPERATIONS = {
    f"{service.name}:{operation.name}": operation
    for service, _, operations in declarations()
    for operation in operations
}
KINDS = [pytest.param(catalogue().get(name), id=name) for name in OPERATIONS]
PLAYED = [
    pytest.param(catalogue().get(name), example, id=f"{name}: {example['title']}")
    for name, operation in OPERATIONS.items()
    for example in operation.examples
]
WRONG = {
    Kind.TEMPLATE: ("{{ trigger.", "syntax_error"),
    Kind.SELECT: ("no such choice", "field_choice"),
    Kind.NUMBER: ("many", "field_type"),
    Kind.BOOLEAN: ("yes", "field_type"),
    Kind.LIST: ("one", "field_type"),
    Kind.JSON: ("{oops", "json_invalid"),
    Kind.KEY_VALUE: ("a=b", "field_type"),
    Kind.CREDENTIAL: (7, "field_type"),
}


def credential_of(kind):
    """A credential of the first type that the node takes; each of its values is a secret of its own."""
    type_, auth = next(iter(SERVICES[kind.category].auth.items()))
    names = {name for text in auth.texts for name in IN_BRACES.findall(text)}
    values = {name: Secret(f"canary-{name}-0123456789") for name in names}
    return Credential("acme", type_, values)


def reply_of(said):
    body = json.dumps(said["body"]).encode() if "body" in said else b""
    return HttpReply(said.get("status", 200), said.get("headers", {}), body)


def play(kind, example, *, last=None, config=None):
    """Run an example against a server that gives its replies one by one; `last` takes the place of the final one."""
    replies = [reply_of(said) for said in example["replies"]]
    replies[-1] = last or replies[-1]
    given = example.get("given", {})

    def answer(_request):
        reply = replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    found = Given(**given, credentials={"acme": credential_of(kind)}, handler=answer)
    return try_node(kind, config or example["config"], found)


def sent(request):
    seen = {"method": request.method, "url": revealed(request.url)}
    return seen if request.body is None else {**seen, "body": json.loads(revealed(request.body))}


@pytest.mark.parametrize(("kind", "example"), PLAYED)
def test_the_examples_do_what_they_promise(kind, example) -> None:
    tried = play(kind, example)

    answer = tried.answer
    if "failure" in example:
        assert {"code": answer.code, "message": answer.message} == example["failure"]
    else:
        assert {"output": tried.output} == promised(example)
        assert len(tried.requests) == len(example["replies"])
    assert [sent(request) for request in tried.requests] == example.get(
        "sends", [sent(request) for request in tried.requests]
    )


@pytest.mark.parametrize("kind", KINDS)
def test_its_first_example_says_what_is_sent_and_what_comes_of_it(kind) -> None:
    assert {"sends", "output"} <= set(kind.examples[0])


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_can_be_wrong_and_is_named(kind) -> None:
    good = kind.examples[0]["config"]
    found = {
        spec.name: problems_in(kind, {**good, spec.name: WRONG[spec.kind][0]})
        for spec in kind.fields
    }

    assert found == {spec.name: [(spec.name, WRONG[spec.kind][1])] for spec in kind.fields}


@pytest.mark.parametrize("kind", KINDS)
def test_what_has_to_be_filled_in_is_named_when_it_is_empty(kind) -> None:
    one_of = OPERATIONS[kind.type].one_of[:1]
    needed = [(spec.name, "field_required") for spec in kind.fields if spec.is_required]

    assert problems_in(kind, {}) == needed + [(name, "field_required") for name in one_of]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.proves("refusal", "retryable")
def test_a_refusal_fails_for_good(kind) -> None:
    failure = play(kind, kind.examples[0], last=HttpReply(404, {}, b"gone")).answer

    title = SERVICES[kind.category].title
    assert (failure.code, failure.status, failure.is_retryable) == ("service_refused", 404, False)
    assert failure.message == f"{title} refused: it answered 404."
    assert failure.details == {"service": kind.category, "body": "gone"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.proves("fault", "retryable")
@pytest.mark.parametrize(
    "last", [HttpReply(503), PortError("timeout", "no reply", is_retryable=True)]
)
def test_a_service_in_trouble_is_asked_again_only_if_that_does_no_harm(kind, last) -> None:
    failure = play(kind, kind.examples[0], last=last).answer

    assert failure.is_retryable is OPERATIONS[kind.type].is_repeatable
    assert kind.acts_again is not OPERATIONS[kind.type].is_repeatable


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("last", "code", "retry_after_s"),
    [
        (HttpReply(429, {"retry-after": "30"}), "rate_limited", 30),
        (PortError("connect_failed", "nobody there", is_retryable=True), "connect_failed", None),
    ],
)
def test_what_was_surely_not_done_is_always_worth_another_try(
    kind, last, code, retry_after_s
) -> None:
    failure = play(kind, kind.examples[0], last=last).answer

    assert (failure.code, failure.is_retryable) == (code, True)
    assert failure.retry_after_s == retry_after_s
    assert kind.attempts({}) == 3


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.proves("fault")
def test_a_success_that_cannot_be_read_is_none(kind) -> None:
    failure = play(kind, kind.examples[0], last=HttpReply(200, {}, b"<html>")).answer

    assert (failure.code, failure.is_retryable) == ("reply_unreadable", False)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.proves("masking")
def test_the_credential_is_sent_and_never_shown(kind) -> None:
    echo = json.dumps([secret.reveal() for secret in credential_of(kind).secrets])

    tried = play(kind, kind.examples[0], last=HttpReply(400, {}, echo.encode()))

    assert "canary" not in repr(tried)
    assert tried.answer.details["body"] == ["[REDACTED]"] * len(credential_of(kind).secrets)
    for request in tried.requests:
        assert_holds_what_was_hidden(request, credential_of(kind))


def assert_holds_what_was_hidden(request, credential) -> None:
    wire = " ".join([revealed(request.url), *map(revealed, request.headers.values())])
    packed = re.findall(r"Basic ([A-Za-z0-9+/=]+)", wire)
    seen = wire + " ".join(base64.b64decode(text).decode() for text in packed)
    assert all(secret.reveal() in seen for secret in credential.secrets)


IN_PATH = [
    pytest.param(catalogue().get(name), field, id=f"{name}: {field}")
    for name, operation in OPERATIONS.items()
    for call in operation.calls
    for field in IN_BRACES.findall(call.path)
]


@pytest.mark.parametrize(("kind", "field"), IN_PATH)
@pytest.mark.parametrize("value", ["..", "../../user", "a\\..\\b", ".", " ", "x/./y"])
def test_no_value_leads_to_another_path(kind, field, value) -> None:
    example = kind.examples[0]
    config = {**example["config"], field: "{{ vars.odd }}"}
    given = {**example.get("given", {}), "variables": {"odd": value}}

    tried = play(kind, {**example, "given": given}, config=config)

    assert tried.answer.code == "bad_config"
    assert tried.requests == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_step_acts_on_the_world_with_one_key(kind) -> None:
    tried = play(kind, kind.examples[0])

    assert kind.effect is Effect.EXTERNAL
    assert {
        request.headers.get("Idempotency-Key")
        for request in tried.requests
        if request.method != "GET"
    } <= {"execution-1:node"}


@pytest.mark.parametrize("kind", KINDS)
def test_its_help_page_opens_with_its_title_and_names_only_what_it_has(kind) -> None:
    operation = OPERATIONS[kind.type]
    text = operation.doc.strip()

    assert kind.doc.startswith(f"# {kind.title}\n\n{text}\n")
    assert re.match(r"[A-Z][^\n]+", text)
    assert next(spec.name for spec in kind.fields) == CREDENTIAL
