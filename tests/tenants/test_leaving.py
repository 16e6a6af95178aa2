"""A tenant leaves: marked by an owner or an operator, taken back while there is time, then gone with all that is its."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now

from apps.accounts.models import Letter, User
from apps.audit import facade as audit
from apps.core import clock, events, tenancy
from apps.core.ids import uuid7
from apps.tenants import facade
from apps.tenants.errors import NoTenantError, TrailHeldError
from apps.tenants.events import TenantGone, TenantResumed, TenantSuspended
from apps.tenants.facade import TenantInfo
from apps.tenants.models import (
    ApiKey,
    CustomRole,
    Domain,
    EgressAllowance,
    Invitation,
    Membership,
    Session,
    Tenant,
)
from apps.tenants.services import departure
from tests.entries import recorded
from tests.tenants.browser import Browser, member, person, signed_in
from tests.tenants.desk import Desk, operator, seated
from tests.tenants.test_query_counts import statements

pytestmark = pytest.mark.django_db

DELETION = "/api/v1/tenants/{}/deletion"


@pytest.fixture
def owner(demo: TenantInfo) -> User:
    return member(demo, "owner", person("ada@demo.test", email_verified_at=clock.now()))


@pytest.fixture
def heard():
    told: list[object] = []
    kinds = (TenantSuspended, TenantResumed, TenantGone)
    for kind in kinds:
        events.subscribe(kind, told.append)
    yield told
    for kind in kinds:
        events.unsubscribe(kind, told.append)


def asked(owner: User, tenant: TenantInfo, slug: str = ""):
    return signed_in(owner, None).post(DELETION.format(tenant.id), {"slug": slug or tenant.slug})


def marked(tenant: TenantInfo) -> None:
    departure.leave(tenant.id, slug=tenant.slug)


def let_time_pass(days: int = 31) -> None:
    Tenant.objects.filter(status="leaving").update(gone_after=Now() - timedelta(days=days - 30))


def test_an_owner_marks_it_and_its_host_says_until_when(demo: TenantInfo, owner: User) -> None:
    inside = signed_in(owner, demo)

    answer = asked(owner, demo)

    row = Tenant.objects.get(pk=demo.id)
    assert row.gone_after is not None
    assert answer.status_code == 202
    assert answer.json() == {"gone_after": row.gone_after.isoformat().replace("+00:00", "Z")}
    assert timedelta(days=29, hours=23) < row.gone_after - clock.now() <= timedelta(days=30)
    closed = inside.get("/api/v1/me")
    assert (closed.status_code, closed.json()["code"]) == (403, "tenant_leaving")
    assert f"{row.gone_after:%-d %B %Y, %H:%M} UTC" in closed.json()["detail"]
    [mine] = signed_in(owner, None).get("/api/v1/tenants").json()["results"]
    assert (mine["status"], mine["gone_after"]) == ("leaving", answer.json()["gone_after"])


def test_asking_twice_moves_nothing(demo: TenantInfo, owner: User, heard: list) -> None:
    first, second = asked(owner, demo), asked(owner, demo)

    assert first.json() == second.json()
    assert heard == [TenantSuspended(demo.id, "t_demo")]
    assert len(recorded("tenant.deletion_asked", schema="public")) == 1


@pytest.mark.parametrize(
    ("role", "refusal"), [("admin", (403, "owners_only")), ("viewer", (403, "owners_only"))]
)
def test_nobody_but_an_owner_may(demo: TenantInfo, role: str, refusal: tuple[int, str]) -> None:
    other = member(demo, role)
    browser = signed_in(other, None)

    for answer in (asked(other, demo), browser.delete(DELETION.format(demo.id))):
        assert (answer.status_code, answer.json()["code"]) == refusal
    assert Tenant.objects.get(pk=demo.id).status == "active"


def test_who_does_not_belong_there_learns_nothing_of_it(demo: TenantInfo) -> None:
    stranger = person()

    answers = [
        asked(stranger, demo),
        signed_in(stranger, None).delete(DELETION.format(demo.id)),
        signed_in(stranger, None).post(DELETION.format(uuid7()), {"slug": "demo"}),
    ]

    assert {(each.status_code, each.json()["code"]) for each in answers} == {(404, "no_tenant")}


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"slug": "dem"}, "/slug"),
        ({}, "/slug"),
        ({"slug": "demo", "at_once": True}, "/at_once"),
    ],
)
def test_what_is_typed_must_be_its_address(demo: TenantInfo, owner: User, body, path) -> None:
    answer = signed_in(owner, None).post(DELETION.format(demo.id), body)

    assert answer.status_code == 422
    assert [each["path"] for each in answer.json()["errors"]] == [path]
    assert Tenant.objects.get(pk=demo.id).status == "active"


def test_a_session_that_was_confirmed_long_ago_is_asked_first(
    demo: TenantInfo, owner: User
) -> None:
    browser = signed_in(owner, None)
    Session.objects.update(confirmed_at=clock.now() - timedelta(minutes=11))

    answer = browser.post(DELETION.format(demo.id), {"slug": "demo"})

    assert (answer.status_code, answer.json()["code"]) == (403, "step_up_needed")


def test_a_one_host_install_keeps_its_only_tenant(demo: TenantInfo, owner: User, settings) -> None:
    settings.GORAX_SINGLE_HOST = "one.test"
    browser = signed_in(owner, demo)

    answer = browser.post(DELETION.format(demo.id), {"slug": "demo"})

    assert (answer.status_code, answer.json()["code"]) == (409, "only_tenant")


def test_a_held_trail_keeps_it_when_it_is_asked_for_and_when_its_time_comes(
    demo: TenantInfo, owner: User
) -> None:
    tenancy.run_in("t_demo", audit.hold, "a court asks for it")
    assert asked(owner, demo).json()["code"] == TrailHeldError.code
    tenancy.run_in("t_demo", audit.lift)
    marked(demo)
    let_time_pass()
    tenancy.run_in("t_demo", audit.hold, "a court asks for it")

    assert departure.finish_due() == 0

    assert Tenant.objects.get(pk=demo.id).status == "leaving"


def test_taken_back_it_is_what_it_was(demo: TenantInfo, owner: User, heard: list) -> None:
    asked(owner, demo)
    let_time_pass()

    answer = signed_in(owner, None).delete(DELETION.format(demo.id))

    assert answer.status_code == 204
    assert heard == [TenantSuspended(demo.id, "t_demo"), TenantResumed(demo.id, "t_demo")]
    assert signed_in(owner, demo).get("/api/v1/me").status_code == 200
    assert departure.finish_due() == 0
    assert signed_in(owner, None).delete(DELETION.format(demo.id)).status_code == 204
    assert len(recorded("tenant.kept", schema="t_demo")) == 1


def test_what_was_suspended_comes_back_suspended(demo: TenantInfo, owner: User) -> None:
    facade.suspend(demo.id)
    marked(demo)
    facade.resume(demo.id)
    assert Tenant.objects.get(pk=demo.id).status == "leaving"

    departure.keep(demo.id)

    row = Tenant.objects.get(pk=demo.id)
    assert (row.status, row.gone_after, row.was_suspended) == ("suspended", None, False)


def test_both_trails_say_who_it_was_and_each_owner_gets_a_letter_that_a_change_of_mind_stops(
    demo: TenantInfo, owner: User, mailbox
) -> None:
    asked(owner, demo)

    for schema in ("public", "t_demo"):
        [entry] = recorded("tenant.deletion_asked", schema=schema)
        assert (entry.actor_email, entry.target_name) == ("ada@demo.test", "demo")
    letter = Letter.objects.get(kind=departure.KIND)
    wording = departure.word(demo.id, letter.facts)
    assert (letter.to, letter.facts) == ("ada@demo.test", {"by": "ada@demo.test"})
    assert wording is not None
    departure.keep(demo.id, owner_id=owner.pk)
    assert departure.word(demo.id, letter.facts) is None


def test_when_its_time_has_come_all_that_is_its_goes_and_nobody_elses(
    demo: TenantInfo, owner: User, heard: list, django_capture_on_commit_callbacks
) -> None:
    other = facade.provision(slug="other", name="Other", owner_id=owner.pk)
    made = signed_in(owner, other)
    program = made.post("/api/v1/service-accounts", {"name": "bot", "role": "viewer"}).json()["id"]
    for holder in (program, None):
        body = {"name": "k", "scopes": ["workflow.read"], "service_account": holder}
        assert made.post("/api/v1/api-keys", body).status_code == 201
    made.post("/api/v1/roles", {"name": "r", "permissions": ["audit.read"]})
    made.post("/api/v1/invitations", {"email": "new@x.test", "role": "viewer"})
    facade.allow_egress("t_other", "10.0.0.7", 443)
    signed_in(owner, demo)
    marked(other)
    assert departure.finish_due() == 0
    let_time_pass()

    with django_capture_on_commit_callbacks(execute=True):
        assert departure.finish_due() == 1

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace('t_other'), to_regnamespace('t_demo')")
        assert cursor.fetchone() == (None, "t_demo")
    for model in (ApiKey, CustomRole, Domain, EgressAllowance, Invitation, Membership, Session):
        assert not model.objects.filter(tenant_id=other.id).exists(), model
    assert not User.objects.filter(pk=program).exists()
    assert User.objects.filter(pk=owner.pk).exists()
    assert Domain.objects.filter(tenant_id=demo.id).exists()
    assert Tenant.objects.get(pk=other.id).status == "deleted"
    assert heard[-1] == TenantGone(other.id, "t_other")
    [entry] = recorded("tenant.deleted", schema="public")
    assert (entry.target_name, entry.severity) == ("other", "critical")
    assert Browser("other.localhost").get("/").json()["code"] == "unknown_host"


def test_its_files_are_looked_for_until_nobody_can_have_been_writing_any_more(
    demo: TenantInfo, heard: list
) -> None:
    facade.delete(demo.id)
    gone = TenantGone(demo.id, "t_demo")

    departure.finish_due()
    assert (heard, Tenant.objects.get(pk=demo.id).swept_at) == ([gone], None)
    Tenant.objects.filter(pk=demo.id).update(updated_at=Now() - departure.QUIET)
    departure.finish_due()
    assert heard == [gone, gone]
    assert Tenant.objects.get(pk=demo.id).swept_at is not None
    departure.finish_due()
    assert heard == [gone, gone]


def test_a_store_that_fails_is_asked_again_and_keeps_no_other_tenant_back(
    demo: TenantInfo, owner: User, caplog
) -> None:
    other = facade.provision(slug="other", name="Other", owner_id=owner.pk)
    told: list[str] = []

    def fail_first(event: TenantGone) -> None:
        told.append(event.schema)
        if len(told) == 1:
            raise OSError("the store is away")

    facade.delete(demo.id)
    facade.delete(other.id)
    events.subscribe(TenantGone, fail_first)
    departure.finish_due()
    departure.finish_due()
    events.unsubscribe(TenantGone, fail_first)

    assert told == ["t_demo", "t_other", "t_demo", "t_other"]
    assert "tenant.not_swept" in caplog.messages


def test_who_was_taken_back_in_the_last_moment_is_not_deleted(demo: TenantInfo) -> None:
    marked(demo)
    let_time_pass()
    departure.keep(demo.id)

    with pytest.raises(NoTenantError):
        departure.delete(demo.id, only_if_due=True)

    assert Tenant.objects.get(pk=demo.id).status == "active"


@pytest.mark.parametrize(
    ("path", "accept", "media_type"),
    [
        ("/", "text/html", "text/html; charset=utf-8"),
        ("/workflows", "text/html,*/*", "text/html; charset=utf-8"),
        ("/", "*/*", "application/problem+json"),
        ("/api/v1/me", "text/html", "application/problem+json"),
        ("/webhooks/x", "text/html", "application/problem+json"),
    ],
)
def test_people_see_a_page_and_programs_a_problem(
    demo: TenantInfo, path: str, accept: str, media_type: str
) -> None:
    marked(demo)

    answer = Browser("demo.localhost").get(path, accept=accept)

    assert (answer.status_code, answer["Content-Type"]) == (403, media_type)
    if media_type.startswith("text/html"):
        text = answer.content.decode()
        assert 'href="http://localhost/account"' in text
        assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_the_page_of_a_suspended_tenant_offers_nothing(demo: TenantInfo) -> None:
    facade.suspend(demo.id)

    text = Browser("demo.localhost").get("/", accept="text/html").content.decode()

    assert "This tenant is suspended." in text
    assert "href" not in text


def test_what_it_costs_does_not_grow_with_members(demo: TenantInfo, owner: User) -> None:
    browser = signed_in(owner, None)
    path = DELETION.format(demo.id)

    def there_and_back() -> list[str]:
        return statements(lambda: (browser.post(path, {"slug": "demo"}), browser.delete(path)))

    few = len(there_and_back())
    for _ in range(5):
        member(demo, "viewer")
    assert len(there_and_back()) == few


def test_an_operator_marks_it_at_the_desk_and_takes_it_back(demo: TenantInfo) -> None:
    desk = seated(Desk(), operator())
    path = f"/admin/leaving/?tenant={demo.id}"

    wrong = desk.submit(path, slug="dem")
    assert "Type the tenant&#x27;s address exactly as it is." in wrong.content.decode()
    assert Tenant.objects.get(pk=demo.id).status == "active"
    done = desk.submit(path, slug="demo")
    assert (done.status_code, Tenant.objects.get(pk=demo.id).status) == (302, "leaving")
    [entry] = recorded("tenant.deletion_asked", schema="public")
    assert (entry.actor_kind, entry.actor_email) == ("operator", "operator@x.test")
    assert desk.submit(path, keep="1").status_code == 302
    assert Tenant.objects.get(pk=demo.id).status == "active"


def test_the_desk_asks_for_a_second_factor_first(demo: TenantInfo) -> None:
    from apps.core import desk as rules

    desk = seated(Desk(), operator())
    session = desk.client.session
    session[rules.CONFIRMED] = (clock.now() - timedelta(minutes=11)).isoformat()
    session.save()

    sent = desk.get(f"/admin/leaving/?tenant={demo.id}")

    assert (sent.status_code, sent["Location"].partition("?")[0]) == (302, "/admin/confirm/")
