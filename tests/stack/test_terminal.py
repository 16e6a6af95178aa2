import json

import pytest

from gorax.settings import environment
from gorax.stack import terminal
from gorax.stack.checkout import Checkout

GIVEN = {
    "GORAX_DATABASE_URL": "postgresql://gorax@localhost/gorax",
    "GORAX_REDIS_URL": "redis://localhost/0",
    "GORAX_SECRET_KEY": "a key that only tests use, and long enough for HS256",
}
FACTS = {
    "tenant": "demo",
    "host": "demo.localhost",
    "base_url": "http://demo.localhost:8000",
    "public_url": "http://localhost:8000",
    "live_url": "ws://demo.localhost:8001",
    "webhook_url": "http://demo.localhost:8000/webhooks/github",
    "receiver_url": "http://127.0.0.1:8002",
    "email": "owner@demo.example",
    "password": "the owner's",
    "operator_email": "operator@gorax.example",
    "operator_password": "the operator's",
    "api_key": "gx_key",
    "webhook_secret": "signs",
}


@pytest.fixture
def summary(tmp_path):
    """Return the lines that `make up` prints for some facts and variables."""
    checkout = Checkout(tmp_path)
    checkout.make()

    def lines(facts: dict[str, str], **variables: str) -> list[str]:
        checkout.facts_file.write_text(json.dumps(facts))
        env = environment.read(
            GIVEN
            | {"GORAX_KEK_PATH": str(tmp_path / ".gorax" / "kek")}
            | {"GORAX_BLOBS_DIR": str(tmp_path / ".gorax" / "blobs")}
            | variables
        )
        return terminal.summary(checkout, env, took_s=7.4).splitlines()

    return lines


def test_the_summary_says_where_to_go_who_to_be_and_what_to_keep(summary) -> None:
    lines = summary(FACTS)

    assert lines[1:11] == [
        "gorax is ready (7 s)",
        "",
        "  Tenant         http://demo.localhost:8000",
        "    owner        owner@demo.example  the owner's",
        "    API key      gx_key",
        "    webhook      http://demo.localhost:8000/webhooks/github",
        "  Public host    http://localhost:8000",
        "    operator     operator@gorax.example  the operator's  (at /admin/, after two-step sign-in is set up at /account)",
        "  Live updates   ws://demo.localhost:8001",
        "  Receiver       http://127.0.0.1:8002/requests",
    ]
    assert lines[-3:] == [
        "  The same facts, for programs   .gorax/demo.json",
        "  Back up        the database, .gorax/blobs, and .gorax/kek: without that key no stored secret opens",
        "  Stop           Ctrl-C, or `make down` elsewhere; the data stays",
    ]


def test_a_key_elsewhere_is_named_where_it_lies(summary) -> None:
    bucket = {"GORAX_BLOBS": "s3", "GORAX_BLOBS_BUCKET": "files"}

    lines = summary(FACTS, GORAX_KEK_PATH="/etc/gorax/kek", **bucket)

    assert (
        "  Back up        the database, the bucket files, and /etc/gorax/kek: without that key no stored secret opens"
        in lines
    )


def test_a_one_host_install_has_no_public_host_beside_it(summary) -> None:
    url = "http://flows.example.com:8000"

    lines = summary({**FACTS, "base_url": url, "public_url": url})

    assert lines[3:8] == [
        f"  Tenant         {url}",
        "    owner        owner@demo.example  the owner's",
        "    API key      gx_key",
        "    webhook      http://demo.localhost:8000/webhooks/github",
        "    operator     operator@gorax.example  the operator's  (at /admin/, after two-step sign-in is set up at /account)",
    ]
