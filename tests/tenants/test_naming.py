"""A tenant gets another name; where it is found stays."""

import pytest

from apps.tenants.models import Tenant
from apps.tenants.queries import directory
from tests.callers import make_caller
from tests.entries import recorded


@pytest.fixture
def owner(tenant, redis_server):
    return make_caller(tenant, "owner")


def test_a_tenant_gets_another_name_and_nothing_else_changes(tenant, owner) -> None:
    before = owner.get("/tenant").json()

    answer = owner.patch("/tenant", {"name": "  Čokolada & Söhne  "})

    assert answer.status_code == 200
    assert answer.json() == {**before, "name": "Čokolada & Söhne"}
    assert owner.get("/tenant").json() == answer.json()
    assert before == {"id": str(tenant.id), "slug": tenant.slug, "name": tenant.name}
    stored = Tenant.objects.get(pk=tenant.id)
    assert (stored.slug, stored.schema_name) == (tenant.slug, tenant.schema)
    # What each request asks is not what was remembered.
    assert directory.by_slug(tenant.slug).name == "Čokolada & Söhne"


def test_it_is_written_down_once_with_both_names(tenant, owner) -> None:
    for _ in range(2):
        owner.patch("/tenant", {"name": "Other"})

    (entry,) = [each for each in recorded() if each.action == "tenant.renamed"]
    assert (entry.before, entry.after) == ({"name": tenant.name}, {"name": "Other"})
    assert str(entry.target_id) == str(tenant.id)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "/name"),
        ({"name": " "}, "/name"),
        ({"name": "x" * 121}, "/name"),
        ({"name": None}, "/name"),
        ({"name": "x", "slug": "y"}, "/slug"),
    ],
)
def test_a_name_that_is_none_is_named(owner, body, path) -> None:
    answer = owner.patch("/tenant", body)

    assert answer.status_code == 422
    assert [each["path"] for each in answer.json()["errors"]] == [path]


@pytest.mark.parametrize(("role", "status"), [("admin", 200), ("editor", 403), ("viewer", 403)])
def test_who_may_change_settings_renames(tenant, redis_server, role, status) -> None:
    caller = make_caller(tenant, role)

    assert caller.patch("/tenant", {"name": "Other"}).status_code == status
    assert caller.get("/tenant").status_code == 200
