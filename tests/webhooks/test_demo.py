"""The demo that `make up` seeds: made once, private, and its webhook works."""

import json
import stat
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from apps.core import tenancy
from apps.executions.models import Execution
from apps.tenants import facade as tenants
from apps.tenants.queries import directory
from tests.webhooks.deliveries import github

FACTS = {
    "base_url", "public_url", "live_url", "tenant", "host", "email", "password", "operator_email",
    "operator_password", "api_key", "webhook_url", "webhook_secret", "receiver_url",
}  # fmt: skip
PUSH = {"ref": "refs/heads/main", "after": "c0ffee", "commits": [{"id": "c0ffee"}]}


@pytest.fixture
def facts_file(tmp_path, db, redis_server):
    return tmp_path / "private" / "demo.json"


def seed(facts_file) -> dict[str, str]:
    call_command("seed_demo", "--facts", str(facts_file), verbosity=0)
    return json.loads(facts_file.read_text())


def test_seeding_writes_every_fact_into_a_file_that_only_its_owner_reads(facts_file) -> None:
    facts = seed(facts_file)

    assert set(facts) == FACTS
    assert all(facts.values())
    assert stat.S_IMODE(facts_file.stat().st_mode) == 0o600


def test_seeding_twice_changes_nothing(facts_file) -> None:
    first = seed(facts_file)

    assert seed(facts_file) == first


def test_lost_facts_are_made_anew_for_the_same_tenant(facts_file) -> None:
    first = seed(facts_file)
    facts_file.unlink()

    second = seed(facts_file)

    changed = {name for name in FACTS if first[name] != second[name]}
    assert changed == {"password", "operator_password", "api_key", "webhook_secret"}


def test_a_one_host_install_names_no_host_that_it_does_not_serve(facts_file, settings) -> None:
    seed(facts_file)
    settings.GORAX_SINGLE_HOST = "flows.example.com"
    directory.forget()

    facts = seed(facts_file)

    urls = {name: facts[name] for name in ("base_url", "public_url", "live_url", "webhook_url")}
    assert urls == {
        "base_url": f"http://flows.example.com:{settings.GORAX_PORT}",
        "public_url": f"http://flows.example.com:{settings.GORAX_PORT}",
        "live_url": f"ws://flows.example.com:{settings.GORAX_LIVE_PORT}",
        "webhook_url": f"http://flows.example.com:{settings.GORAX_PORT}/webhooks/github",
    }
    browser = Client(headers={"host": urlsplit(facts["public_url"]).netloc})
    operator = {"username": facts["operator_email"], "password": facts["operator_password"]}
    browser.get("/admin/login/")
    entered = browser.post("/admin/login/?next=/admin/", operator | {"code": "000000"})
    assert "Set up an app or a passkey first." in entered.content.decode()


def test_the_receiver_is_the_only_private_address_that_the_demo_may_call(facts_file) -> None:
    seed(facts_file)

    allowed = tenants.egress_allowances("t_demo")
    assert [(each.address, each.port) for each in allowed] == [
        ("127.0.0.1", settings.GORAX_RECEIVER_PORT)
    ]


def test_a_signed_push_starts_the_demo(facts_file, sender) -> None:
    facts = seed(facts_file)

    answer = sender.post("/webhooks/github", **github(facts["webhook_secret"], PUSH))

    assert answer.status_code == 202
    said = answer.json()
    assert set(said) == {"event_id", "execution_id", "status_url"}
    assert said["status_url"].endswith(f"/api/v1/executions/{said['execution_id']}")
    with tenancy.entered("t_demo"):
        execution = Execution.objects.get(pk=said["execution_id"])
    assert (execution.status, execution.trigger_node) == ("queued", "push")
    assert execution.trigger["body"] == PUSH
    assert "x-hub-signature-256" not in execution.trigger["headers"]


def test_a_push_to_another_branch_is_filtered(facts_file, sender) -> None:
    facts = seed(facts_file)

    answer = sender.post(
        "/webhooks/github", **github(facts["webhook_secret"], {**PUSH, "ref": "refs/heads/dev"})
    )

    assert answer.status_code == 202
    assert set(answer.json()) == {"event_id", "filtered"}
    with tenancy.entered("t_demo"):
        assert Execution.objects.count() == 0


def test_the_demo_api_key_opens_the_api(facts_file, sender) -> None:
    facts = seed(facts_file)

    answer = sender.get(
        "/api/v1/workflows", headers={"Authorization": f"Bearer {facts['api_key']}"}
    )

    assert answer.status_code == 200
    assert [row["name"] for row in answer.json()["results"]] == ["Announce pushes to main"]
