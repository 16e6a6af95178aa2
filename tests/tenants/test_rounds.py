"""Going round the tenants: a broken one costs no other anything."""

from apps.accounts import facade as accounts
from apps.core import tenancy
from apps.tenants import facade as tenants


def test_work_reaches_every_tenant_though_one_fails(tenant) -> None:
    with tenancy.entered(tenancy.PUBLIC):
        owner = accounts.install(
            email="o@x.test", password="a password", name="", is_operator=False
        )
    for slug in ("second", "third"):
        tenants.provision(slug=slug, name=slug, owner_id=owner.id)
    seen = []

    def work() -> None:
        seen.append(tenancy.current_schema())
        if tenancy.current_schema() == "t_second":
            raise RuntimeError("broken")

    assert tenants.in_each(work) == 2

    assert seen == ["t_demo", "t_second", "t_third"]
    assert tenancy.current_schema() == "t_demo"
