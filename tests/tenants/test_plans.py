"""Plans: limits as data, what was agreed instead, and who is told."""

from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from apps.core import tenancy
from apps.tenants import facade
from apps.tenants.errors import NoTenantError, PlanRefusedError
from apps.tenants.models import PlanFigures, Tenant
from apps.tenants.rules import plans
from apps.tenants.rules.plans import PLANS, Limits, limits_of, problems
from apps.tenants.services import plans as services

NOWHERE = "01990000-0000-7000-8000-000000000000"


def share(schema: str = "t_demo") -> tuple[int, float]:
    with tenancy.entered(tenancy.PUBLIC), connection.cursor() as cursor:
        cursor.execute("SELECT cap, weight FROM dispatch_fair WHERE schema = %s", [schema])
        return cursor.fetchone()


def test_the_plans_are_those_of_the_founding_documents_and_one_without_limits() -> None:
    assert {
        name: (each.workflows, each.executions_per_day, each.running, each.api_calls_per_min)
        for name, each in PLANS.items()
    } == {
        "unlimited": (None, None, None, None),
        "free": (5, 100, 2, 60),
        "professional": (50, 5_000, 10, 300),
        "enterprise": (None, None, 100, 1_000),
    }
    assert list(PLANS) == [value for value, _ in Tenant._meta.get_field("plan").choices]


def test_what_was_agreed_holds_instead_of_the_plan() -> None:
    assert limits_of("free", {"workflows": 20, "running": None}) == replace(
        PLANS["free"], workflows=20, running=None
    )


@pytest.mark.parametrize(
    ("agreed", "said"),
    [
        ([], "The figures are an object"),
        ({"storage": 1}, "There is no limit called storage."),
        ({"workflows": 0}, "workflows is a whole number"),
        ({"workflows": 1.5}, "workflows is a whole number"),
        ({"workflows": True}, "workflows is a whole number"),
        ({"workflows": "5"}, "workflows is a whole number"),
        ({"running": 10**10}, "running is a whole number"),
        ({"weight": None}, "weight is a number"),
        ({"weight": 0}, "weight is a number"),
        ({"weight": float("nan")}, "weight is a number"),
    ],
)
def test_figures_that_are_none_are_named(agreed, said) -> None:
    (sentence,) = problems(agreed)

    assert sentence.startswith(said)


def test_good_figures_have_no_problems() -> None:
    assert problems({"workflows": None, "executions_per_day": 1, "weight": 2}) == []


def test_a_tenant_is_unlimited_unless_somebody_says_otherwise(tenant) -> None:
    assert (tenant.plan, tenant.limits) == ("unlimited", Limits())
    assert share() == (40, 1.0)


def test_a_new_plan_holds_at_once_and_for_the_workers(tenant) -> None:
    facade.set_plan(tenant.id, plan="free", agreed={"running": 3})

    assert facade.current().limits == limits_of("free", {"running": 3})
    assert share() == (3, 0.5)

    facade.set_plan(tenant.id, plan="unlimited", agreed={})
    assert share() == (40, 1.0)


def test_a_plan_that_is_none_changes_nothing(tenant) -> None:
    for plan, agreed in (("gold", {}), ("free", {"workflows": -1})):
        with pytest.raises(PlanRefusedError):
            facade.set_plan(tenant.id, plan=plan, agreed=agreed)

    facade.forget()
    assert facade.current().limits == Limits()


def test_nobody_has_no_plan(tenant) -> None:
    with pytest.raises(NoTenantError):
        facade.set_plan(NOWHERE, plan="free", agreed={})


def test_new_tenants_have_the_installations_plan(tenant, settings) -> None:
    from tests.tenants.browser import person

    settings.GORAX_PLAN = "professional"
    with tenancy.entered(tenancy.PUBLIC):
        made = facade.provision(slug="acme", name="Acme", owner_id=person().pk)

    assert (made.plan, made.limits) == ("professional", plans.PLANS["professional"])
    assert share(made.schema) == (10, 1.0)


def test_an_operator_sets_a_plan_by_a_command(tenant) -> None:
    call_command("set_plan", "demo", "free", "workflows=7", "executions_per_day=null")

    assert facade.current().limits == limits_of(
        "free", {"workflows": 7, "executions_per_day": None}
    )
    for wrong in (["nobody", "free"], ["demo", "free", "workflows"], ["demo", "free", "x=1"]):
        with pytest.raises(CommandError):
            call_command("set_plan", *wrong)


def test_a_plans_figures_are_data_and_hold_at_once_for_all_on_it(tenant) -> None:
    facade.set_plan(tenant.id, plan="free", agreed={"workflows": 7})

    services.set_figures("free", {"workflows": 3, "running": 1, "weight": 2})

    assert facade.current().limits == limits_of("free", {"workflows": 7, "running": 1, "weight": 2})
    assert share() == (1, 2.0)

    services.set_figures("free", {})
    assert facade.current().limits == limits_of("free", {"workflows": 7})
    assert share() == (2, 0.5)


def test_a_plans_figures_are_no_other_plans(tenant) -> None:
    services.set_figures("free", {"running": 1})

    assert (facade.current().limits, share()) == (Limits(), (40, 1.0))


def test_a_tenant_that_comes_to_a_changed_plan_has_its_figures(tenant, settings) -> None:
    from tests.tenants.browser import person

    services.set_figures("free", {"running": 3})
    settings.GORAX_PLAN = "free"
    with tenancy.entered(tenancy.PUBLIC):
        made = facade.provision(slug="acme", name="Acme", owner_id=person().pk)
    told = facade.set_plan(tenant.id, plan="free", agreed={})

    assert (made.limits.running, share(made.schema)[0]) == (3, 3)
    assert (told.running, share()[0]) == (3, 3)


@pytest.mark.parametrize(
    ("plan", "figures"), [("gold", {}), ("free", {"running": 0}), ("free", {"seats": 1})]
)
def test_figures_that_are_none_change_no_plan(tenant, plan, figures) -> None:
    with pytest.raises(PlanRefusedError):
        services.set_figures(plan, figures)

    assert PlanFigures.objects.get(pk="free").figures == {}


def test_an_operator_edits_a_plan_and_the_platforms_trail_tells(tenant) -> None:
    from tests.entries import recorded
    from tests.tenants.desk import Desk, operator, seated

    with tenancy.entered(tenancy.PUBLIC):
        desk = seated(Desk(), operator())
        path = "/admin/tenants/planfigures/free/change/"
        wrong = desk.submit(path, figures='{"seats": 1}')
        right = desk.submit(path, figures='{"running": 9}')

    assert "There is no limit called seats." in wrong.content.decode()
    assert right.status_code == 302
    (entry,) = recorded("plan.figures_changed", schema="public")
    assert (entry.before, entry.after, entry.actor_kind) == ({}, {"running": 9}, "operator")
