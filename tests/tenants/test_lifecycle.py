"""Suspended, resumed, deleted: told inside the transaction, remembered by nobody, and never half done."""

import pytest
from django.db import connection

from apps.core import db, events
from apps.core.errors import GoraxError
from apps.core.ids import uuid7
from apps.tenants import facade
from apps.tenants.errors import NoTenantError
from apps.tenants.events import TenantDeleted, TenantProvisioned, TenantResumed, TenantSuspended
from apps.tenants.facade import Allowance, TenantInfo
from apps.tenants.models import EgressAllowance, Session, Tenant
from tests.tenants.browser import member, person, signed_in

pytestmark = pytest.mark.django_db

KINDS = (TenantProvisioned, TenantSuspended, TenantResumed, TenantDeleted)


@pytest.fixture
def heard():
    told: list[object] = []
    for kind in KINDS:
        events.subscribe(kind, told.append)
    yield told
    for kind in KINDS:
        events.unsubscribe(kind, told.append)


def test_each_change_is_told_once_and_repeating_it_is_not(heard: list) -> None:
    made = facade.provision(slug="life", name="Life", owner_id=person().pk)
    facade.suspend(made.id)
    facade.suspend(made.id)
    facade.resume(made.id)
    facade.resume(made.id)
    facade.delete(made.id)

    assert heard == [kind(made.id, "t_life") for kind in KINDS]


@pytest.mark.parametrize("act", [facade.suspend, facade.resume, facade.delete])
def test_what_does_not_exist_cannot_be_changed(act, heard: list) -> None:
    gone = facade.provision(slug="gone", name="Gone", owner_id=person().pk)
    facade.delete(gone.id)
    heard.clear()

    for tenant_id in (gone.id, uuid7()):
        with pytest.raises(NoTenantError):
            act(tenant_id)

    assert heard == []
    assert Tenant.objects.get(pk=gone.id).status == "deleted"


def test_a_subscriber_that_refuses_undoes_the_change(demo: TenantInfo) -> None:
    def refuse(event: TenantSuspended) -> None:
        raise GoraxError("not now")

    events.subscribe(TenantSuspended, refuse)
    with pytest.raises(GoraxError, match="not now"):
        facade.suspend(demo.id)
    events.unsubscribe(TenantSuspended, refuse)

    assert Tenant.objects.get(pk=demo.id).status == "active"


def test_deleting_ends_sessions_and_drops_the_schema_of_that_tenant_alone(demo: TenantInfo) -> None:
    user = member(demo)
    other = facade.provision(slug="other", name="Other", owner_id=user.pk)
    signed_in(user, other)
    signed_in(user, demo)

    facade.delete(other.id)

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace('t_other'), to_regnamespace('t_demo')")
        assert cursor.fetchone() == (None, "t_demo")
    assert list(Session.objects.values_list("tenant_id", flat=True)) == [demo.id]
    assert facade.living_schemas() == ["t_demo"]
    assert [each.tenant for each in facade.memberships_of(user.pk)] == [demo]


def test_a_deadlock_while_deleting_is_tried_again() -> None:
    made = facade.provision(slug="life", name="Life", owner_id=person().pk)
    told: list[TenantDeleted] = []

    def meet_a_deadlock(event: TenantDeleted) -> None:
        told.append(event)
        if len(told) == 1:
            db.execute("DO $$ BEGIN RAISE deadlock_detected; END $$")

    events.subscribe(TenantDeleted, meet_a_deadlock)
    facade.delete(made.id)
    events.unsubscribe(TenantDeleted, meet_a_deadlock)

    assert told == [TenantDeleted(made.id, "t_life")] * 2
    assert Tenant.objects.get(pk=made.id).status == "deleted"


def test_private_addresses_are_allowed_tenant_by_tenant(demo: TenantInfo) -> None:
    other = facade.provision(slug="other", name="Other", owner_id=person().pk)
    EgressAllowance.objects.create(tenant_id=demo.id, address="127.0.0.1", port=8002)
    EgressAllowance.objects.create(tenant_id=demo.id, address="fd00::1", port=443)

    assert facade.egress_allowances("t_demo") == (
        Allowance("127.0.0.1", 8002),
        Allowance("fd00::1", 443),
    )
    assert facade.egress_allowances(other.schema) == ()
    assert facade.egress_allowances("t_nowhere") == ()
