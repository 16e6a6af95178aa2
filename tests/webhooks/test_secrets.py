"""Secrets: shown once, sealed at rest, two at a time while senders move."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.webhooks import tasks
from apps.webhooks.models import WebhookDelivery, WebhookSecret
from apps.webhooks.queries import doors
from apps.webhooks.services import retention
from apps.workflows.models import Trigger
from tests.callers import make_caller
from tests.webhooks.deliveries import github
from tests.workflows.documents import hook


@pytest.fixture
def owner(tenant, redis_server):
    return make_caller(tenant, "owner")


@pytest.fixture
def webhook(owner) -> str:
    """A published GitHub webhook at `hub`, without a secret yet."""
    document = hook(path="hub", auth_type="github")
    made = owner.post("/workflows", {"name": "hub", "definition": document}).json()
    owner.post(f"/workflows/{made['id']}/publish")
    return str(Trigger.objects.get().pk)


def renew(owner, webhook: str, **body) -> str:
    answer = owner.post(f"/webhooks/{webhook}/regenerate-secret", body)
    assert answer.status_code == 200
    return answer.json()["secret"]


def activate(owner) -> None:
    workflow_id = Trigger.objects.get().workflow_id
    assert owner.post(f"/workflows/{workflow_id}/activate").status_code == 200


def status(sender, secret: str) -> int:
    return sender.post("/webhooks/hub", **github(secret, {"a": 1})).status_code


def test_a_secret_is_shown_once_and_never_again(owner, webhook) -> None:
    secret = renew(owner, webhook)

    assert len(secret) == 43
    shown = json.dumps(
        [
            owner.get(f"/webhooks/{webhook}").json(),
            owner.get("/webhooks").json(),
            owner.get("/workflows").json(),
        ]
    )
    assert secret not in shown
    assert len(owner.get(f"/webhooks/{webhook}").json()["secrets"]) == 1


def test_a_secret_is_sealed_at_rest_for_its_own_row_alone(owner, webhook) -> None:
    secret = renew(owner, webhook)
    row = WebhookSecret.objects.get()

    assert secret not in json.dumps(row.sealed)
    assert row.sealed["algorithm"] == "A256GCM"
    tomorrow = timezone.now() + timedelta(days=1)
    WebhookSecret.objects.create(webhook_id=webhook, sealed=row.sealed, expires_at=tomorrow)
    assert [each.reveal() for each in doors.live_secrets(row.webhook_id)] == [secret]


def test_while_senders_move_the_old_and_the_new_secret_are_good(owner, webhook, sender) -> None:
    old = renew(owner, webhook)
    activate(owner)
    new = renew(owner, webhook)

    assert (status(sender, old), status(sender, new)) == (202, 202)


def test_at_most_two_secrets_live(owner, webhook, sender) -> None:
    first = renew(owner, webhook)
    activate(owner)
    second, third = renew(owner, webhook), renew(owner, webhook)

    assert [status(sender, each) for each in (first, second, third)] == [401, 202, 202]
    assert WebhookSecret.objects.count() == 2


def test_without_an_overlap_the_old_secret_is_over_at_once(owner, webhook, sender) -> None:
    old = renew(owner, webhook)
    activate(owner)
    assert status(sender, old) == 202

    new = renew(owner, webhook, overlap_s=0)

    assert (status(sender, old), status(sender, new)) == (401, 202)


def test_an_old_secret_ends_by_itself(owner, webhook, sender) -> None:
    old = renew(owner, webhook)
    activate(owner)
    renew(owner, webhook)
    WebhookSecret.objects.filter(expires_at__isnull=False).update(expires_at=timezone.now())
    doors.forget()

    assert status(sender, old) == 401
    assert retention.forget_old() == 1
    assert WebhookSecret.objects.count() == 1


def test_a_secret_made_after_a_door_was_read_is_good_at_once(owner, webhook, sender) -> None:
    renew(owner, webhook)
    activate(owner)
    assert status(sender, "wrong") == 401

    new = renew(owner, webhook)

    assert status(sender, new) == 202


def test_a_provider_may_bring_its_own_secret(owner, webhook, sender) -> None:
    assert renew(owner, webhook, secret="a secret from elsewhere") == "a secret from elsewhere"
    activate(owner)

    assert status(sender, "a secret from elsewhere") == 202


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"secret": "short"}, "/secret"),
        ({"secret": "x" * 1025}, "/secret"),
        ({"overlap_s": -1}, "/overlap_s"),
        ({"overlap_s": 10**9}, "/overlap_s"),
        ({"other": 1}, "/other"),
    ],
)
def test_a_refused_secret_names_its_field_and_changes_nothing(owner, webhook, body, path) -> None:
    answer = owner.post(f"/webhooks/{webhook}/regenerate-secret", body)

    assert answer.status_code == 422
    assert [each["path"] for each in answer.json()["errors"]] == [path]
    assert WebhookSecret.objects.count() == 0


def test_a_webhook_that_verifies_nobody_takes_no_secret(owner) -> None:
    made = owner.post("/workflows", {"name": "n", "definition": hook(path="open")}).json()
    owner.post(f"/workflows/{made['id']}/publish")

    answer = owner.post(f"/webhooks/{Trigger.objects.get().pk}/regenerate-secret")

    assert (answer.status_code, answer.json()["code"]) == (422, "secret_invalid")


def test_a_new_webhook_of_an_active_workflow_answers_401_until_it_has_a_secret(
    owner, webhook, sender
) -> None:
    renew(owner, webhook)
    activate(owner)
    workflow_id = Trigger.objects.get().workflow_id
    document = hook(path="hub", auth_type="github")
    document["nodes"].append({**hook(path="new", auth_type="signature")["nodes"][0], "id": "new"})
    document["edges"].append({"id": "n", "source": "new", "target": "end"})
    owner.patch(f"/workflows/{workflow_id}", {"definition": document}, If_Match='"1"')

    assert owner.post(f"/workflows/{workflow_id}/publish").status_code == 200

    assert sender.post("/webhooks/new", b"{}", content_type="application/json").status_code == 401
    listed = {row["path"]: row["warnings"] for row in owner.get("/webhooks").json()["results"]}
    assert listed == {"new": ["secret_missing"], "hub": []}


def test_delivery_keys_are_kept_for_thirty_five_days(tenant) -> None:
    from apps.core.ids import uuid7

    for name, days in (("old", 35.1), ("young", 34.9)):
        WebhookDelivery.objects.create(
            webhook_id=uuid7(),
            key=name,
            event_id=uuid7(),
            body_hash=b"",
            created_at=timezone.now() - timedelta(days=days),
        )

    tasks.forget_old()

    assert [row.key for row in WebhookDelivery.objects.all()] == ["young"]
