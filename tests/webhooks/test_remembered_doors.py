"""A remembered door is asked about by one statement; whatever has changed of it, it is read anew."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.core import db
from apps.webhooks.models import Webhook, WebhookSecret
from apps.webhooks.queries import doors
from apps.webhooks.queries.doors import Door
from apps.workflows.models import Trigger
from apps.workflows.services import publish
from tests.callers import make_caller
from tests.workflows.documents import hook


@pytest.fixture
def owner(tenant, redis_server):
    return make_caller(tenant, "owner")


@pytest.fixture
def asked(monkeypatch) -> list[str]:
    """The raw statements, which Django does not count."""
    statements: list[str] = []
    fetch = db.fetch

    def counted(statement: str, params=()):
        statements.append(statement)
        return fetch(statement, params)

    monkeypatch.setattr(db, "fetch", counted)
    return statements


def live(owner, **fields) -> str:
    made = owner.post("/workflows", {"name": "w", "definition": hook(path="hub", **fields)}).json()
    for verb in ("publish", "activate"):
        answer = owner.post(f"/workflows/{made['id']}/{verb}")
        assert answer.status_code == 200, answer.json()
    return made["id"]


def found() -> Door | None:
    return doors.find("hub", at_least=time.monotonic())


def test_what_has_not_changed_is_not_read_again_but_known_to_be_current(owner, asked) -> None:
    live(owner)
    first = found()
    asked.clear()

    with CaptureQueriesContext(connection) as read:
        again = found()

    assert (len(read), len(asked)) == (0, 1)
    assert again.loaded_at > first.loaded_at
    assert (again.read_at, again.trigger, again.secrets) == (first.read_at, first.trigger, ())


def test_a_pause_closes_a_remembered_door_and_its_end_opens_it(owner) -> None:
    live(owner)
    assert found() is not None

    Webhook.objects.update(is_paused=True)
    assert found() is None
    Webhook.objects.update(is_paused=False)
    assert found() is not None


def test_a_new_version_and_a_switched_off_workflow_are_seen(owner) -> None:
    workflow_id = live(owner)
    assert not found().rules.is_waiting

    answer = owner.patch(
        f"/workflows/{workflow_id}",
        {"definition": hook(path="hub", mode="sync")},
        If_Match=owner.get(f"/workflows/{workflow_id}")["ETag"],
    )
    assert answer.status_code == 200, answer.json()
    publish.publish(workflow_id, actor_id=None)
    assert found().rules.is_waiting
    publish.deactivate(workflow_id)
    assert found() is None


def test_a_secret_that_comes_or_ends_is_seen_at_the_next_look(owner) -> None:
    made = owner.post(
        "/workflows", {"name": "w", "definition": hook(path="hub", auth_type="github")}
    ).json()
    owner.post(f"/workflows/{made['id']}/publish")
    webhook = Trigger.objects.get().pk
    first = owner.post(f"/webhooks/{webhook}/regenerate-secret").json()["secret"]
    owner.post(f"/workflows/{made['id']}/activate")
    assert [each.reveal() for each in found().secrets] == [first]

    second = owner.post(f"/webhooks/{webhook}/regenerate-secret").json()["secret"]
    assert [each.reveal() for each in found().secrets] == [second, first]
    WebhookSecret.objects.filter(expires_at__isnull=False).update(
        expires_at=timezone.now() - timedelta(seconds=1)
    )
    assert [each.reveal() for each in found().secrets] == [second]


def test_after_a_minute_it_is_read_anew_whatever_is_said_about_it(owner, monkeypatch) -> None:
    live(owner)
    first = found()
    monkeypatch.setattr(doors, "UNREAD_S", -1.0)

    assert found().read_at > first.read_at
