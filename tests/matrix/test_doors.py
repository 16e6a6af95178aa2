"""The doors of webhooks, of every scheme: opened by the proof alone, whoever brings it; a refusal changes nothing."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from apps.core import strict_json
from apps.engine.secret import Secret
from apps.webhooks.rules.verification import SCHEMES
from tests.matrix.operations import Operation
from tests.matrix.principals import PRINCIPALS
from tests.matrix.world import World, made, snapshot, undone, written
from tests.tenants.browser import Browser
from tests.webhooks.test_verification import OVER_BYTES, SIGNERS, STANDARD, TIMED
from tests.workflows.documents import hook

pytestmark = pytest.mark.django_db
HOST, ELSEWHERE, NOWHERE = "demo.localhost", "strangers.localhost", "localhost"
PATH = "/webhooks/of-{scheme}"
BODY = b'{"a": 1}'
WRONG = Secret("whsec_" + "d3JvbmcgYW5kIGxvbmcgZW5vdWdoIGZvciBhbnlib2R5")
NO_DOOR = 404


@dataclass(frozen=True)
class Door:
    """A webhook that listens, and what opens it."""

    scheme: str
    secret: Secret
    workflow: str
    webhook: str

    @property
    def path(self) -> str:
        return PATH.format(scheme=self.scheme)

    def proof(
        self, body: bytes = BODY, *, secret: Secret | None = None, age_s: float = 0
    ) -> dict[str, str]:
        return SIGNERS[self.scheme](secret or self.secret, body, int(time.time()) - age_s)

    def knock(
        self,
        proof: dict[str, str],
        body: bytes = BODY,
        *,
        method: str = "POST",
        host: str = HOST,
        **more: Any,
    ) -> HttpResponse:
        sender = Client(HTTP_HOST=host, raise_request_exception=False)
        media_type = more.pop("content_type", "application/json")
        return sender.generic(method, self.path, body, media_type, headers=proof, **more)


@pytest.fixture
def doors(world: World) -> list[Door]:
    return [_door(world.owner, scheme) for scheme in SCHEMES]


def _door(owner: Browser, scheme: str) -> Door:
    named = {"username": "ann"} if scheme == "basic" else {}
    document = hook(path=f"of-{scheme}", auth_type=scheme, **named)
    workflow = made(owner, "/api/v1/workflows", {"name": scheme, "definition": document})["id"]
    made(owner, f"/api/v1/workflows/{workflow}/publish", None)
    listed = owner.get(f"/api/v1/webhooks?workflow_id={workflow}").json()["results"]
    secret = STANDARD if scheme == "standard" else Secret(f"the secret of {scheme}")
    renewed = {"secret": secret.reveal()}
    made(owner, f"/api/v1/webhooks/{listed[0]['id']}/regenerate-secret", renewed)
    made(owner, f"/api/v1/workflows/{workflow}/activate", None)
    return Door(scheme, secret, workflow, listed[0]["id"])


Knock = Callable[[Door], HttpResponse]
HUGE = b'"' + b"x" * strict_json.MAX_BYTES + b'"'
# What is knocked with, and what it is answered. None of the later ones is a door at all, so a good proof is no use.
KNOCKS: dict[str, tuple[int, Knock]] = {
    "without a proof": (401, lambda door: door.knock({})),
    "with a wrong secret": (401, lambda door: door.knock(door.proof(secret=WRONG))),
    "with an empty proof": (401, lambda door: door.knock(dict.fromkeys(door.proof(), ""))),
    "with a cut proof": (
        401,
        lambda door: door.knock({name: text[:-1] for name, text in door.proof().items()}),
    ),
    "with the proof of all schemes but this": (
        401,
        lambda door: door.knock(
            {
                name: text
                for scheme, sign in SIGNERS.items()
                for name, text in sign(STANDARD, BODY, int(time.time())).items()
                if scheme != door.scheme and name not in door.proof()
            }
        ),
    ),
    "by another method": (405, lambda door: door.knock(door.proof(), method="PUT")),
    "by HEAD": (405, lambda door: door.knock(door.proof(), method="HEAD")),
    "by a method of nobody": (405, lambda door: door.knock(door.proof(), method="PURGE")),
    "with too much": (413, lambda door: door.knock(door.proof(HUGE), HUGE)),
    "with a length that lies": (
        413,
        lambda door: door.knock(door.proof(), CONTENT_LENGTH="999999999999"),
    ),
    "with something packed": (
        415,
        lambda door: door.knock({**door.proof(), "content-encoding": "gzip"}),
    ),
    "with broken JSON": (400, lambda door: door.knock(door.proof(b"{"), b"{")),
    "at another tenant": (NO_DOOR, lambda door: door.knock(door.proof(), host=ELSEWHERE)),
    "at the public host": (NO_DOOR, lambda door: door.knock(door.proof(), host=NOWHERE)),
    "at a suspended tenant": (403, lambda door: door.knock(door.proof(), host="stopped.localhost")),
}


def wrong_with(door: Door, name: str, answer: HttpResponse, status: int, rows: int) -> list[str]:
    """Return what is wrong with a refusal."""
    text = "" if answer.streaming else answer.content.decode() + str(dict(answer.headers))
    faults = {
        f"{answer.status_code} for {status}": answer.status_code != status,
        f"wrote {rows} rows": rows != 0,
        "says its secret": door.secret.reveal() in text,
        "is no problem": answer["Content-Type"] != "application/problem+json",
    }
    return [f"{door.scheme} {name}: {fault}" for fault, is_so in faults.items() if is_so]


def refused(door: Door, name: str, status: int, knock: Callable[[], HttpResponse]) -> list[str]:
    with undone():
        before = written()
        answer = knock()
        return wrong_with(door, name, answer, status, written() - before)


def test_every_door_refuses_what_is_no_proof_and_nothing_is_written(doors: list[Door]) -> None:
    wrong = [
        fault
        for door in doors
        for name, (status, knock) in KNOCKS.items()
        for fault in refused(door, name, status, partial(knock, door))
    ]

    assert "\n".join(wrong) == ""


def test_a_good_proof_opens_each_door_and_coming_again_changes_nothing(doors: list[Door]) -> None:
    for door in doors:
        again = {**door.proof(), "idempotency-key": f"delivery of {door.scheme}"}
        first = door.knock(again)
        assert (first.status_code, sorted(first.json())[:2]) == (202, ["event_id", "execution_id"])

        with undone():
            before = written()
            second = door.knock(again)
            assert (second.status_code, second.json()["event_id"]) == (
                200,
                first.json()["event_id"],
            )
            assert written() == before
        other = b'{"a": 2}'
        reused = {**door.proof(other), "idempotency-key": f"delivery of {door.scheme}"}
        assert refused(door, "again, changed", 409, partial(door.knock, reused, other)) == []


def test_a_proof_of_another_body_or_another_time_opens_nothing(doors: list[Door]) -> None:
    wrong = []
    for door in doors:
        if door.scheme in OVER_BYTES:
            proof = door.proof(b'{"a": 2}')
            wrong += refused(door, "for another body", 401, partial(door.knock, proof))
        if door.scheme in TIMED:
            for age_s in (301, -303):
                proof = door.proof(age_s=age_s)
                wrong += refused(door, f"{age_s} s old", 401, partial(door.knock, proof))

    assert "\n".join(wrong) == ""


def test_a_door_that_is_shut_is_like_one_that_never_was(world: World, doors: list[Door]) -> None:
    by_id = "/api/v1/workflows/{workflow}"
    shut = {
        "deactivated": [("POST", f"{by_id}/deactivate", None)],
        "paused": [("PATCH", "/api/v1/webhooks/{webhook}", {"is_paused": True})],
        "archived": [("DELETE", by_id, None)],
        "deleted": [("DELETE", by_id, None), ("DELETE", f"{by_id}/purge", None)],
    }
    wrong = []
    for door in doors:
        for name, calls in shut.items():
            with undone():
                for method, path, body in calls:
                    named = path.format(workflow=door.workflow, webhook=door.webhook)
                    answer = world.owner.send(method, named, body)
                    assert answer.status_code < 300, (name, answer.content)
                for how in (door.proof(), {}):
                    wrong += refused(door, name, NO_DOOR, partial(door.knock, how))

    assert "\n".join(wrong) == ""


def test_nobodys_session_and_no_key_opens_a_door_or_keeps_a_sender_out(
    world: World, doors: list[Door]
) -> None:
    wrong = []
    for door in doors:
        operation = Operation("tenant", "POST", door.path, "public", body={"a": 1})
        for principal in PRINCIPALS:
            # Whose host has no such webhook is not told that another has.
            status = {"foreign": 404, "suspended": 403}.get(principal, 401)
            with undone():
                before = written()
                answer = world.call(operation, principal)
                rows = written() - before
            wrong += wrong_with(door, f"as {principal}", answer, status, rows)

    assert "\n".join(wrong) == ""


def test_what_strangers_knock_at_changes_no_row_at_all(world: World, doors: list[Door]) -> None:
    before = snapshot(world.demo)

    for door in doors:
        for _, knock in KNOCKS.values():
            knock(door)

    after = snapshot(world.demo)
    changed = {table for table in before if before[table] != after[table]}
    assert changed == set()
