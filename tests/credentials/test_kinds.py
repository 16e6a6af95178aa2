"""The types of credentials: each is described whole, its schema says what the rules say, and its values are judged one by one."""

import itertools
import re
from typing import Any

import jsonschema
import pytest

from apps.credentials.rules import values as rules
from apps.credentials.rules.kinds import KINDS, Kind, Value
from apps.credentials.rules.kinds.connections import ACCOUNT
from apps.credentials.rules.schemas import schema_of
from apps.engine.credential import Credential
from apps.engine.secret import Secret
from tests.credentials.samples import FREE, sample, secrets_of

# What the two systems before this one had, by the names they had there.
OF_THE_ORIGINALS = {
    "api_key", "basic_auth", "bearer_token", "custom", "database_mongodb", "database_mysql", "database_postgresql",
    "database_sqlite", "email_aws_ses", "email_mailgun", "email_sendgrid", "queue_aws_sqs", "queue_kafka",
    "queue_rabbitmq", "sms_aws_sns", "sms_messagebird", "sms_twilio", "ssh_key", "storage_aws_s3", "storage_azure_blob",
    "storage_gcs",
}  # fmt: skip
OF_OUR_OWN = {
    "anthropic", "aws", "github", "header", "oauth2", "oauth2_client_credentials", "openai", "secret", "slack", "smtp",
    "vault",
}  # fmt: skip
KNOWN = [pytest.param(kind, id=kind.name) for kind in KINDS.values()]
FIXED = [pytest.param(kind, id=kind.name) for kind in KINDS.values() if not kind.is_free]
# Each sample breaks one rule, whichever of them a value has.
WRONG = ("a\nb", "ü ö", "a b\r\nc")


def wrong_for(value: Value) -> list[str]:
    """Return texts that this value may not have."""
    texts = ["x" * 10_001]
    if value.options:
        texts.append("none of them")
    if value.pattern:
        texts += [text for text in WRONG if re.fullmatch(value.pattern, text) is None]
    return texts


def test_every_type_of_the_originals_is_there() -> None:
    assert set(KINDS) == OF_THE_ORIGINALS | OF_OUR_OWN


@pytest.mark.parametrize("kind", KNOWN)
def test_a_type_is_described_whole(kind: Kind) -> None:
    names = [value.name for value in kind.values]

    assert kind.title
    assert kind.description.endswith(".")
    assert kind.docs.startswith("https://") or kind.name in {"secret", "custom"}
    assert len(set(names)) == len(names)
    assert "/key" not in names
    # What an account gives to a step is no value of its form: its token.
    assert not kind.main or kind.value(kind.main) is not None or kind.name == ACCOUNT
    assert list(rules.host_problems(list(kind.hosts))) == []
    for value in kind.values:
        assert set(value.shown_with) <= set(kind.values[0].options)
        assert value.title
        assert not value.default or list(rules.problems_of(kind, {value.name: value.default}, frozenset(names))) == []  # fmt: skip


@pytest.mark.parametrize("kind", KNOWN)
def test_rules_and_schema_take_the_same_values(kind: Kind) -> None:
    schema = schema_of(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    judge = jsonschema.Draft202012Validator(schema)
    least = {
        value.name: sample(kind.name)[value.name] for value in kind.values if value.is_required
    }

    for good in (sample(kind.name), least or sample(kind.name)):
        assert list(rules.problems_of(kind, good)) == []
        assert list(judge.iter_errors(good)) == []


@pytest.mark.parametrize("kind", FIXED)
def test_each_value_that_is_wrong_is_refused_by_its_name_and_by_the_schema(kind: Kind) -> None:
    judge = jsonschema.Draft202012Validator(schema_of(kind))
    good = sample(kind.name)
    cases: list[tuple[str, dict[str, Any]]] = [
        (value.name, {**good, value.name: text})
        for value in kind.values
        for text in wrong_for(value)
    ]
    cases += [
        (value.name, {name: text for name, text in good.items() if name != value.name})
        for value in kind.values
        if value.is_required
    ]
    cases.append(("unheard", {**good, "unheard": "x"}))

    for name, values in cases:
        assert [problem.path for problem in rules.problems_of(kind, values)] == [f"/values/{name}"]
        assert not judge.is_valid(values)


@pytest.mark.parametrize(
    ("values", "kept", "paths"),
    [
        ({"a": "x", "B_2": "y"}, [], []),
        ({}, [], ["/values"]),
        ({"a": ""}, [], ["/values"]),
        ({"a": ""}, ["a"], ["/values"]),
        ({"a": ""}, ["a", "b"], []),
        ({"2a": "x"}, [], ["/values/2a"]),
        ({"a.b": "x"}, [], ["/values/a.b"]),
        ({"/key": "x"}, [], ["/values//key"]),
        ({"a": "x" * 10_001}, [], ["/values/a"]),
        ({f"n{number}": "x" for number in range(51)}, [], ["/values"]),
    ],
)
def test_a_custom_one_takes_names_of_its_own_and_at_least_one(values, kept, paths) -> None:
    found = rules.problems_of(KINDS["custom"], values, frozenset(kept))

    assert [problem.path for problem in found] == paths


def test_everything_in_a_custom_one_is_secret() -> None:
    assert rules.split(KINDS["custom"], FREE) == ({}, FREE)


@pytest.mark.parametrize("kind", [each for each in KNOWN if each.id != ACCOUNT])
def test_its_name_alone_gives_the_main_value_that_its_type_tells(kind: Kind) -> None:
    values = sample(kind.name)
    sealed = {name: Secret(text) for name, text in secrets_of(kind.name, values).items()}
    credential = Credential("c", kind.name, {**values, **sealed}, main_name=kind.main)

    expected = kind.main_value or ("token" if kind.is_free else "")

    assert credential.main == (sealed[expected] if expected else None)


def test_no_secret_of_a_type_is_called_as_that_of_another_in_the_samples() -> None:
    secrets = [secrets_of(name, sample(name)).values() for name in KINDS]
    texts = list(itertools.chain.from_iterable(secrets))

    assert len(set(texts)) == len(texts) == 42
