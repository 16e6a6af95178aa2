"""What the tenant's trail tells of those who came back from the provider and were not let in; and how much of it."""

import pytest

from apps.audit.services import refusals
from apps.core.rate_limit import Limit
from apps.sso.models import Connection
from apps.tenants.facade import TenantInfo
from tests.entries import recorded
from tests.sso.providers import Liar
from tests.sso.scene import connected
from tests.sso.test_abuse import back, come_with, set_out

pytestmark = pytest.mark.django_db


def told(demo: TenantInfo) -> list[tuple[str, str, dict | None]]:
    entries = recorded("session.refused", schema=demo.schema)
    return [(each.target_kind, each.target_id, each.after) for each in entries]


def test_each_refusal_names_the_connection_and_the_reason(demo: TenantInfo, liar: Liar) -> None:
    row = connected(demo, liar)

    assert come_with(liar, row, aud="another-client").status_code == 401
    assert come_with(liar, row, email="eve@elsewhere.test").status_code == 403
    mallory, asked = set_out(row)
    assert back(mallory, asked, error="access_denied").status_code == 401
    assert back(mallory, asked).status_code == 401  # the state is spent

    codes = ["sso_misconfigured", "sso_not_linked", "sso_denied", "sso_refused"]
    assert told(demo) == [("sso_connection", str(row.pk), {"code": code}) for code in codes]
    (first, *_) = recorded("session.refused", schema=demo.schema)
    assert (first.category, first.outcome, first.severity, first.actor_kind) == (
        "authentication", "failure", "warning", "anonymous",
    )  # fmt: skip
    assert "eve@elsewhere.test" not in repr(told(demo))


def test_whoever_goes_on_being_refused_does_not_fill_the_trail(
    demo: TenantInfo, liar: Liar, monkeypatch
) -> None:
    monkeypatch.setattr(refusals, "PER_CALLER", Limit(burst=2, per_s=0.0001))
    row = connected(demo, liar)

    for _ in range(5):
        assert come_with(liar, row, aud="another-client").status_code == 401

    assert len(told(demo)) == 2


def test_who_is_let_in_and_what_is_not_offered_are_no_refusals(
    demo: TenantInfo, liar: Liar
) -> None:
    row = connected(demo, liar)
    assert come_with(liar, row).status_code == 303

    Connection.objects.update(is_enabled=False)
    mallory, asked = set_out(connected(demo, liar, name="Another", domain=""))
    assert back(mallory, asked | {"state": "x"}).status_code == 401
    mallory.row = row
    assert back(mallory, asked).status_code == 404

    assert [code for *_, code in told(demo)] == [{"code": "sso_refused"}]
