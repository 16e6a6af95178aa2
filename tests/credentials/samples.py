"""Every value of every type, as somebody would fill it in; each secret is another text."""

from collections.abc import Mapping

from apps.credentials.rules.kinds import KINDS, Value

WORDS = {
    "aws": {"region": "eu-central-1", "endpoint_url": "https://aws.test"},
    "database_mongodb": {"connection_string": "mongodb://ann:{secret}@mongo.test/shop"},
    "email_mailgun": {"region": "api.eu.mailgun.net"},
    "oauth2": {
        "provider": "generic",
        "domain": "id.test",
        "directory": "common",
        "issuer": "https://id.test",
        "client_id": "me",
    },
    "queue_kafka": {"brokers": "one.test:9092, two.test:9092"},
    "sms_aws_sns": {"topic_arn": "arn:aws:sns:eu-central-1:1:orders"},
    "sms_twilio": {"account_sid": "AC0123", "messaging_service_sid": "MG0123"},
    "storage_azure_blob": {"account_name": "shopfiles"},
}
BY_NAME = {
    "access_key_id": "AKIA0123",
    "bucket": "shop-files",
    "domain": "mail.test",
    "from_number": "+491234",
    "host": "own.test",
    "originator": "Shop",
    "port": "25",
    "project_id": "shop-1",
    "region": "eu-1",
    "username": "ann",
}
BY_FORMAT = {"url": "https://own.test/x", "email": "shop@own.test"}
FREE = {"token": "s3cret-custom-token", "pin": "s3cret-custom-pin"}


def sample(kind_name: str) -> dict[str, str]:
    """Return values that a credential of this type may have, all that it can have."""
    kind = KINDS[kind_name]
    return (
        dict(FREE) if kind.is_free else {each.name: _text(kind_name, each) for each in kind.values}
    )


def secrets_of(kind_name: str, values: Mapping[str, str]) -> dict[str, str]:
    """Return the secret ones of these values."""
    kind = KINDS[kind_name]
    secret = set(values) if kind.is_free else {each.name for each in kind.values if each.is_secret}
    return {name: text for name, text in values.items() if name in secret}


def _text(kind_name: str, value: Value) -> str:
    canary = f"s3cret-{kind_name}-{value.name}"
    if not value.pattern:
        canary += ' "<ö>'
    word = WORDS.get(kind_name, {}).get(value.name)
    if value.is_secret:
        return canary if word is None else word.format(secret=canary)
    if word is not None:
        return word
    if value.options:
        return value.options[0]
    return BY_FORMAT.get(value.format) or BY_NAME.get(value.name, "plain")
