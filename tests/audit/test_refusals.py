"""What is refused is written down, and never fills the trail."""

import pytest

from apps.audit.services import refusals
from apps.core.rate_limit import Limit
from tests.callers import Caller, make_caller
from tests.entries import recorded
from tests.tenants.browser import Browser

pytestmark = pytest.mark.usefixtures("redis_server")


def test_a_caller_whom_we_know_and_who_may_not_is_written_down(tenant) -> None:
    viewer = make_caller(tenant, "viewer")

    assert viewer.post("/workflows", {"name": "x", "definition": {}}).status_code == 403

    [entry] = recorded("access.refused")
    assert (entry.category, entry.severity, entry.outcome) == (
        "authorization", "warning", "failure",
    )  # fmt: skip
    assert (entry.actor_kind, entry.actor_email, entry.actor_role) == (
        "api_key", "viewer@demo.test", "viewer",
    )  # fmt: skip
    assert entry.api_key_id is not None
    assert (entry.target_kind, entry.target_id) == ("operation", "POST /api/v1/workflows")
    assert entry.after == {"code": "forbidden"}
    assert (entry.ip, len(entry.request_id)) == ("127.0.0.1", 32)


def test_a_stranger_leaves_nothing(tenant) -> None:
    assert Caller().post("/workflows", {}).status_code == 401

    assert recorded() == []


def test_a_caller_who_goes_on_being_refused_writes_no_more(tenant, monkeypatch) -> None:
    viewer, operator = make_caller(tenant, "viewer"), make_caller(tenant, "operator")
    monkeypatch.setattr(refusals, "PER_CALLER", Limit(burst=3, per_s=0.0001))

    for _ in range(9):
        assert viewer.post("/workflows", {}).status_code == 403
    assert operator.post("/workflows", {}).status_code == 403

    assert [entry.actor_role for entry in recorded("access.refused")] == [
        *3 * ["viewer"],
        "operator",
    ]


def test_all_callers_together_write_no_more_than_the_trail_takes(tenant, monkeypatch) -> None:
    viewer, operator = make_caller(tenant, "viewer"), make_caller(tenant, "operator")
    monkeypatch.setattr(refusals, "PER_CHAIN", Limit(burst=1, per_s=0.0001))

    assert viewer.post("/workflows", {}).status_code == 403
    assert operator.post("/workflows", {}).status_code == 403

    assert [entry.actor_role for entry in recorded("access.refused")] == ["viewer"]


def test_a_sign_in_that_fails_is_written_down_by_what_was_typed(tenant, monkeypatch) -> None:
    monkeypatch.setattr(refusals, "PER_CALLER", Limit(burst=2, per_s=0.0001))
    body = {"email": "nobody@demo.test", "password": "a wrong password"}

    for _ in range(5):
        assert Browser().post("/api/v1/auth/sign-in", body).status_code == 401

    first, _ = recorded("session.refused", schema="public")
    assert (first.category, first.outcome, first.actor_kind) == (
        "authentication", "failure", "anonymous",
    )  # fmt: skip
    assert (first.target_kind, first.target_id, first.target_name) == (
        "user", "", "nobody@demo.test",
    )  # fmt: skip
