"""A node asks for a credential by name, sends it, and shows it to nobody."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import pytest

from apps.engine.credential import Credential, Opened, Readable, Unusable, Vault, is_allowed
from apps.engine.errors import NodeError
from apps.engine.failure import Failure
from apps.engine.fields import Field, Kind
from apps.engine.node import Context, NodeType, Result
from apps.engine.ports import HttpReply, HttpRequest
from apps.engine.secret import Secret
from apps.engine.testing import Given, play, problems_in, revealed, secret_named, try_node
from apps.nodes import catalogue

PASSWORD = "p/ss+wörd=1"
LOGIN = Credential("acme", "basic_auth", {"username": "ann", "password": Secret(PASSWORD)})
TOKEN = Credential("ci-2", "bearer_token", {"token": Secret("t0ken-t0ken")})
KEYS = Credential("aws", "aws", {"access_key_id": "AK", "secret_access_key": Secret("sak-sak-sak")})
VAULT: Vault = {
    "acme": LOGIN,
    "ci-2": TOKEN,
    "aws": KEYS,
    "old": Unusable("It expired on 1 May: rotate it."),
}


def says_who(ctx: Context) -> Result:
    found = ctx.credential("login")
    extra = ctx.config.mapping("extra")
    ctx.http.send(HttpRequest("POST", "https://a.b", {k: revealed_or(v) for k, v in extra.items()}))
    return Result(None if found is None else [found.name, found.text("username")])


def revealed_or(value: Any) -> str | Secret:
    return value if isinstance(value, Secret) else str(value)


KIND = NodeType(
    type="test:login",
    title="Log in",
    description="Says who.",
    category="test",
    run=says_who,
    fields=(
        Field(name="mode", kind=Kind.SELECT, options=("none", "login"), default="login"),
        Field(
            name="login",
            kind=Kind.CREDENTIAL,
            title="Account",
            options=("basic_auth", "aws"),
            depends_on=("mode", ("login",)),
        ),
        Field(name="extra", kind=Kind.KEY_VALUE, title="Headers", is_secret_ok=True),
    ),
)


def failed(config: Mapping[str, Any]) -> Failure:
    answer = try_node(KIND, config, Given(credentials=VAULT)).answer
    assert isinstance(answer, Failure)
    return answer


def sent(template: str, **settings: Any) -> str:
    given = Given(credentials=VAULT, handler=lambda _: HttpReply(200), **settings)
    (request,) = try_node(KIND, {"extra": {"x": template}}, given).requests
    return revealed(request.headers["x"])


def test_a_field_that_names_a_credential_gives_it_to_the_node() -> None:
    given = Given(credentials=VAULT, handler=lambda _: HttpReply(200))

    assert try_node(KIND, {"login": "acme"}, given).output == ["acme", "ann"]
    assert try_node(KIND, {"login": ""}, given).output is None
    assert try_node(KIND, {"mode": "none", "login": "gone"}, given).output is None


@pytest.mark.parametrize(
    ("config", "code", "message", "details"),
    [
        (
            {"login": "gone"},
            "credential_missing",
            "“node”: “Account” names the credential “gone”. There is no credential of that name: create it, or choose "
            "another one.",
            {"field": "login", "credential": "gone"},
        ),
        (
            {"login": "old"},
            "credential_missing",
            "“node”: “Account” names the credential “old”. It expired on 1 May: rotate it.",
            {"field": "login", "credential": "old"},
        ),
        (
            {"extra": {"x": "{{ credentials.old }}"}},
            "credential_missing",
            "“node”: “Headers” names the credential “old”. It expired on 1 May: rotate it.",
            {"field": "extra", "credential": "old"},
        ),
        (
            {"extra": {"x": "Bearer {{ credentials['gone'].token }}"}},
            "credential_missing",
            "“node”: “Headers” names the credential “gone”. There is no credential of that name: create it, or choose "
            "another one.",
            {"field": "extra", "credential": "gone"},
        ),
        (
            {"login": "ci-2"},
            "credential_type",
            "“node”: “Account” takes a credential of type basic_auth or aws, but “ci-2” is of type bearer_token: choose "
            "another one.",
            {"field": "login", "credential": "ci-2"},
        ),
        (
            {"extra": {"x": "{{ credentials.acme.pasword }}"}},
            "missing_path",
            "credentials.acme.pasword is missing: credentials.acme has no “pasword”. "
            "Did you mean credentials.acme.password?",
            {},
        ),
    ],
)
def test_a_credential_that_cannot_be_used_fails_the_step_before_the_node_runs(
    config: dict[str, Any], code: str, message: str, details: dict[str, Any]
) -> None:
    failure = failed(config)

    assert (failure.code, failure.message, failure.details) == (code, message, details)
    assert not failure.is_retryable
    assert try_node(KIND, config, Given(credentials=VAULT)).requests == []


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("Bearer {{ credentials.ci-2 }}", "Bearer t0ken-t0ken"),
        ("{{ credentials.acme }}", PASSWORD),
        ("{{ credentials.acme.username }}:{{ credentials.acme.password }}", f"ann:{PASSWORD}"),
        ("{{ credentials.gone ?? credentials.ci-2.token }}", "t0ken-t0ken"),
        ("x={{ credentials.aws }}", 'x={"access_key_id":"AK","secret_access_key":"sak-sak-sak"}'),
    ],
)
def test_a_template_gives_the_main_value_or_one_field(template: str, text: str) -> None:
    assert sent(template) == text


@pytest.mark.parametrize(
    ("values", "main"),
    [
        ({"password": "p", "value": "v", "key": "k", "secret": "s", "token": "t", "api_key": "a"}, "a"),
        ({"password": "p", "value": "v", "key": "k", "secret": "s", "token": "t"}, "t"),
        ({"password": "p", "value": "v", "key": "k", "secret": "s"}, "s"),
        ({"password": "p", "value": "v", "key": "k"}, "k"),
        ({"password": "p", "value": "v"}, "v"),
        ({"username": "u", "password": "p"}, "p"),
        ({"username": "u"}, None),
    ],
)  # fmt: skip
def test_the_main_value_is_the_first_of_a_fixed_order(
    values: dict[str, str], main: str | None
) -> None:
    assert Credential("c", "custom", values).main == main


def test_a_type_may_say_which_of_its_values_is_the_main_one() -> None:
    values = {"token": Secret("by the fixed order"), "dsn": Secret("by the type")}

    main = Credential("db", "database", values, main_name="dsn").main

    assert isinstance(main, Secret)
    assert main.reveal() == "by the type"


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        (PASSWORD, "[REDACTED]"),
        (base64.b64encode(PASSWORD.encode()).decode(), "[REDACTED]"),
        (quote(PASSWORD, safe=""), "[REDACTED]"),
        # What is left are the bits that the neighbours of the password share with it.
        (base64.b64encode(f"ann:{PASSWORD}".encode()).decode(), "YW5uOn[REDACTED]Q=="),
    ],
)
def test_every_form_of_every_secret_of_a_named_credential_is_masked(form: str, shown: str) -> None:
    def echoes(ctx: Context) -> Result:
        ctx.log.write("info", f"got {form}", {form: form})
        return Result({"echo": f"<{form}>"})

    kind = NodeType(
        type="test:echo", title="E", description="E.", category="test", run=echoes, fields=KIND.fields
    )  # fmt: skip

    tried = try_node(kind, {"login": "acme"}, Given(credentials=VAULT))

    assert tried.output == {"echo": f"<{shown}>"}
    assert tried.lines == [("info", f"got {shown}", {shown: shown})]
    assert tried.shown_config == {"mode": "login", "login": "acme"}


def test_a_name_of_another_form_is_refused_before_anything_runs() -> None:
    for name in ("a b", "{{ trigger.x }}", "x" * 65, 7, "ä"):
        assert problems_in(KIND, {"login": name}) == [("login", "field_type")]
    assert problems_in(KIND, {"login": "A-z_0"}) == []


def test_a_node_type_tells_the_types_its_fields_take() -> None:
    assert KIND.credentials == ("basic_auth", "aws")


def test_plain_values_and_secrets_are_asked_for_by_what_they_are() -> None:
    assert (LOGIN.text("username"), LOGIN.text("realm", "any")) == ("ann", "any")
    assert LOGIN.secret("password") == Secret(PASSWORD)
    assert LOGIN.secrets == (Secret(PASSWORD),)
    with pytest.raises(TypeError, match="“password” of a basic_auth is secret"):
        LOGIN.text("password")
    with pytest.raises(NodeError, match="The credential “acme” has no secret “username”") as caught:
        LOGIN.secret("username")
    assert caught.value.code == "credential_incomplete"
    assert PASSWORD not in repr(LOGIN)


def test_what_templates_read_is_what_can_be_used() -> None:
    readable = Readable(VAULT)

    assert (list(readable), len(readable)) == (["acme", "ci-2", "aws"], 3)
    assert dict(readable["acme"]) == {"username": "ann", "password": Secret(PASSWORD)}
    assert len(Opened(LOGIN)) == 2


def test_an_example_may_hold_a_credential_with_several_values() -> None:
    login = {"type": "basic_auth", "values": {"username": "ann"}, "secrets": {"password": "x"}}
    example = {
        "title": "x",
        "config": {"login": "acme"},
        "given": {"credentials": {"acme": login, "b": "text"}},
        "reply": {"status": 200, "headers": {}, "body": ""},
    }

    assert play(KIND, example)["output"] == ["acme", "ann"]
    assert secret_named("b", "text").main == Secret("text")


def test_a_secret_that_comes_up_while_the_node_runs_is_hidden_from_then_on() -> None:
    def logs_in(ctx: Context) -> Result:
        ctx.hide(Secret("fresh-token-1"))
        ctx.log.write("info", "got fresh-token-1", {})
        if ctx.config.mapping("extra"):
            raise NodeError("refused", "not with fresh-token-1")
        return Result({"token": "fresh-token-1", "encoded": "ZnJlc2gtdG9rZW4tMQ=="})

    kind = dataclasses.replace(KIND, run=logs_in)
    given = Given(credentials=VAULT)

    tried = try_node(kind, {"login": "acme"}, given)
    failed = try_node(kind, {"login": "acme", "extra": {"a": "b"}}, given).answer
    alone = try_node(kind, {}, given)

    assert tried.output == {"token": "[REDACTED]", "encoded": "[REDACTED]"}
    assert tried.lines == [("info", "got [REDACTED]", {})]
    assert isinstance(failed, Failure)
    assert failed.message == "not with [REDACTED]"
    assert alone.output == tried.output


@pytest.mark.parametrize(
    ("host", "allowed", "is_fine"),
    [
        ("api.acme.test", ["api.acme.test"], True),
        ("api.acme.test.", ["api.acme.test"], True),
        ("api.acme.test", ["*.acme.test"], True),
        ("a.b.acme.test", ["*.acme.test"], True),
        ("acme.test", ["*.acme.test"], False),
        ("evilacme.test", ["*.acme.test"], False),
        ("api.acme.test.evil.test", ["api.acme.test"], False),
        ("xapi.acme.test", ["api.acme.test"], False),
        ("127.0.0.1", ["127.0.0.1"], True),
        ("::1", ["[::1]"], True),
        ("api.acme.test", ["other.test", "api.acme.test"], True),
        ("api.acme.test", [], False),
    ],
)
def test_a_host_is_allowed_by_its_name_or_below_a_star(
    host: str, allowed: list[str], is_fine: bool
) -> None:
    assert is_allowed(host, allowed) is is_fine


def test_every_call_of_a_step_says_where_its_credentials_may_go() -> None:
    vault: Vault = {
        "acme": dataclasses.replace(LOGIN, allowed_hosts=("a.b",)),
        "ci": dataclasses.replace(TOKEN, allowed_hosts=("*.c", "d")),
        "aws": KEYS,
    }
    given = Given(credentials=vault, handler=lambda _: HttpReply(200))
    extra = {"x": "{{ credentials.ci }}{{ credentials.aws.region ?? '' }}"}

    (both,) = try_node(KIND, {"login": "acme", "extra": extra}, given).requests
    (free,) = try_node(KIND, {"login": "aws"}, given).requests

    assert both.allowed_hosts == (("a.b",), ("*.c", "d"))
    assert free.allowed_hosts == ()


def test_no_node_type_hides_a_credential_inside_of_a_list() -> None:
    # ctx.credential() finds fields by their name alone, so they stand at the top.
    hidden = [
        (kind.type, spec.name)
        for kind in catalogue()
        for spec in kind.fields
        for inner in spec.fields
        if inner.kind is Kind.CREDENTIAL
    ]

    assert hidden == []
