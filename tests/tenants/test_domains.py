"""Hosts of a tenant: what is not proven serves nothing, and no host is two tenants'."""

import pytest

from apps.core import tenancy
from apps.tenants import facade
from apps.tenants.errors import DomainRefusedError, NoTenantError
from apps.tenants.facade import TenantInfo
from apps.tenants.models import Domain
from apps.tenants.rules import hosts
from apps.tenants.services import domains
from tests.entries import recorded
from tests.tenants.browser import Browser, person
from tests.tenants.desk import Desk, operator, seated

pytestmark = pytest.mark.django_db
NOBODY = "01990000-0000-7000-8000-000000000000"
HOST = "flows.example.com"
LIST = "/admin/tenants/domain/"


def saying(row: Domain, *, name: str = "", text: str = ""):
    """Return a look at the name server, which holds the record that proves `row`, or another one."""
    kept = {name or hosts.record_of(row.domain): (text or hosts.proof_of(row.token),)}
    return lambda asked: kept.get(asked, ())


def test_a_host_serves_nothing_until_it_is_proven(demo: TenantInfo) -> None:
    row = domains.add(demo.id, " Flows.Example.com. ")

    before = Browser(HOST).get("/api/v1/me")
    domains.verify(row.pk, look_up=saying(row))
    after = Browser(HOST).get("/api/v1/me")

    assert (before.status_code, before.json()["code"]) == (404, "unknown_host")
    assert (after.status_code, after.json()["code"]) == (401, "unauthorized")
    assert Domain.objects.get(pk=row.pk).proof == "dns"


def test_a_host_that_is_not_proven_is_no_tenants_first_one(demo: TenantInfo) -> None:
    row = domains.add(demo.id, HOST)
    Domain.objects.filter(pk=row.pk).update(is_primary=True)

    assert facade.host_of(demo.id) == "demo.localhost"


@pytest.mark.parametrize(
    "other",
    [{"text": "gorax-host=0"}, {"name": HOST}, {"name": "_gorax-host.example.com"}],
)
def test_another_record_proves_nothing(demo: TenantInfo, other: dict[str, str]) -> None:
    row = domains.add(demo.id, HOST)

    with pytest.raises(DomainRefusedError, match=r"_gorax-host\.flows\.example\.com"):
        domains.verify(row.pk, look_up=saying(row, **other))

    assert Browser(HOST).get("/api/v1/me").status_code == 404


def test_no_host_is_two_tenants(demo: TenantInfo) -> None:
    other = facade.provision(slug="other", name="Other", owner_id=person().pk)
    domains.add(demo.id, HOST)

    for host in (HOST, "FLOWS.example.com"):
        with pytest.raises(DomainRefusedError, match="belongs to a tenant already"):
            domains.add(other.id, host)

    assert Domain.objects.filter(domain=HOST).count() == 1


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "demo.localhost",
        "new.localhost",
        "example",
        "10.0.0.1",
        "https://flows.example.com",
        "flows.example.com:8000",
        "-a.example.com",
        "a..example.com",
        "exämple.com",
        "a b.example.com",
        f"{'a' * 64}.example.com",
        f"{'a.' * 130}com",
        "",
    ],
)
def test_what_is_no_host_of_somebodys_own_is_refused(demo: TenantInfo, host: str) -> None:
    with pytest.raises(DomainRefusedError) as refusal:
        domains.add(demo.id, host)

    assert [each.path for each in refusal.value.errors] == ["/domain"]


def test_the_first_host_is_another_proven_one_and_links_lead_there(demo: TenantInfo) -> None:
    row = domains.add(demo.id, HOST)
    with pytest.raises(DomainRefusedError):
        domains.make_primary(row.pk)

    domains.approve(row.pk)
    domains.make_primary(row.pk)

    assert facade.host_of(demo.id) == HOST
    primary = Domain.objects.filter(tenant_id=demo.id, is_primary=True)
    assert list(primary.values_list("domain", flat=True)) == [HOST]


def test_a_host_that_is_taken_away_serves_nobody_and_the_first_one_stays(demo: TenantInfo) -> None:
    row = domains.add(demo.id, HOST)
    domains.approve(row.pk)
    first = Domain.objects.get(domain="demo.localhost")

    with pytest.raises(DomainRefusedError):
        domains.remove(first.pk)
    domains.remove(row.pk)

    assert Browser(HOST).get("/api/v1/me").status_code == 404
    assert Browser("demo.localhost").get("/api/v1/me").status_code == 401


def test_what_is_not_there_is_not_found(demo: TenantInfo) -> None:
    for act in (domains.verify, domains.approve, domains.make_primary, domains.remove):
        with pytest.raises(DomainRefusedError, match="no such host"):
            act(NOBODY)
    with pytest.raises(NoTenantError):
        domains.add(NOBODY, HOST)


def test_both_trails_tell_what_became_of_a_host(demo: TenantInfo) -> None:
    row = domains.add(demo.id, HOST)
    domains.approve(row.pk)
    domains.approve(row.pk)
    domains.remove(row.pk)

    for chain in (tenancy.PUBLIC, "t_demo"):
        told = [each for each in recorded(schema=chain) if each.action.startswith("domain.")]
        assert [(each.action, each.target_name) for each in told] == [
            ("domain.added", HOST),
            ("domain.verified", HOST),
            ("domain.removed", HOST),
        ]


def test_an_operator_adds_approves_and_removes_hosts(demo: TenantInfo) -> None:
    desk = seated(Desk(), operator())

    refused = desk.submit(f"{LIST}add/", tenant=str(demo.id), domain="new.localhost")
    added = desk.submit(f"{LIST}add/", tenant=str(demo.id), domain=HOST)
    row = Domain.objects.get(domain=HOST)
    page = desk.get(f"{LIST}{row.pk}/change/").content.decode()
    desk.submit(LIST, action="approve", _selected_action=str(row.pk))
    served = Browser(HOST).get("/api/v1/me").status_code
    desk.submit(LIST, action="remove", _selected_action=str(row.pk))

    assert (refused.status_code, added.status_code) == (200, 302)
    assert "given with the tenant" in refused.content.decode()
    assert f"_gorax-host.{HOST} holds gorax-host={row.token}" in page
    assert served == 401
    assert not Domain.objects.filter(domain=HOST).exists()
