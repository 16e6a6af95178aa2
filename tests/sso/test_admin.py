"""An operator who knows whose a mail domain is approves it; nothing else of single sign-on is in the admin."""

import pytest

from apps.accounts.models import User
from apps.sso.models import Connection
from apps.tenants.facade import TenantInfo
from tests.sso.providers import Liar
from tests.sso.scene import connected, domain_of
from tests.tenants.app import set_up
from tests.tenants.browser import PASSWORD
from tests.tenants.desk import Desk

pytestmark = pytest.mark.django_db

LIST = "/admin/sso/maildomain/"


@pytest.fixture
def row(demo: TenantInfo, liar: Liar) -> Connection:
    row = connected(demo, liar)
    domain = domain_of(row)
    domain.verified_at, domain.proof = None, ""
    domain.save()
    return row


def test_an_operator_approves_a_domain(row: Connection) -> None:
    operator = User.objects.create_superuser("operator@x.test", PASSWORD)
    desk = Desk()
    desk.sign_in(operator, set_up(operator)[0].code())
    domain = domain_of(row)

    done = desk.submit(LIST, action="approve", _selected_action=str(domain.pk))

    assert done.status_code == 302
    assert domain_of(row).proof == "operator"
    assert desk.get(f"{LIST}add/").status_code == 403
    assert desk.get(f"{LIST}{domain.pk}/delete/").status_code == 403


def test_nobody_else_sees_any(row: Connection) -> None:
    assert Desk().get(LIST).status_code == 302
    assert domain_of(row).proof == ""
