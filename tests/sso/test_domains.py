"""A mail domain is proven by its TXT record, asked of a real name server, or by an operator."""

import socket
import threading

import dns.message
import dns.rrset
import pytest

from apps.sso.models import MailDomain
from apps.tenants.facade import TenantInfo
from tests.callers import Caller, make_caller
from tests.sso.test_connections_api import NEW

pytestmark = pytest.mark.django_db


@pytest.fixture
def records(settings):
    """TXT records by name, served on loopback."""
    known: dict[str, list[str]] = {}
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            wire, sender = server.recvfrom(4096)
            if wire == b"end":
                return
            query = dns.message.from_wire(wire)
            name = query.question[0].name
            answer = dns.message.make_response(query)
            for text in known.get(name.to_text(omit_final_dot=True), []):
                answer.answer.append(dns.rrset.from_text(name, 1, "IN", "TXT", text))
            server.sendto(answer.to_wire(), sender)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    settings.GORAX_DNS_SERVER = f"127.0.0.1:{server.getsockname()[1]}"
    yield known
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ender:
        ender.sendto(b"end", server.getsockname())
    thread.join(5)
    server.close()


@pytest.fixture
def admin(demo: TenantInfo) -> Caller:
    return make_caller(demo, "admin")


def test_the_record_proves_the_domain(admin: Caller, records: dict) -> None:
    mine = admin.post("/sso/connections", NEW).json()
    path = f"/sso/connections/{mine['id']}/domains"
    said = admin.post(path, {"domain": "acme.test"}).json()
    records[said["record_name"]] = ['"v=spf1 -all"', f'"{said["record_value"]}"']

    proven = admin.post(f"{path}/{said['id']}/verify", {})

    assert said["record_name"] == "_gorax-challenge.acme.test"
    assert (said["verified_at"], said["proof"]) == (None, "")
    assert (proven.status_code, proven.json()["proof"]) == (200, "dns")
    assert proven.json()["verified_at"] is not None


@pytest.mark.parametrize("record", [None, '"gorax-domain="', '"gorax-domain=0123456789abcdef"'])
def test_another_record_or_none_proves_nothing(
    record: str | None, admin: Caller, records: dict
) -> None:
    mine = admin.post("/sso/connections", NEW).json()
    path = f"/sso/connections/{mine['id']}/domains"
    said = admin.post(path, {"domain": "acme.test"}).json()
    records[said["record_name"]] = [] if record is None else [record]

    answer = admin.post(f"{path}/{said['id']}/verify", {})

    assert (answer.status_code, answer.json()["code"]) == (409, "not_proven")
    assert MailDomain.objects.filter(verified_at=None).count() == 1


def test_a_name_server_that_is_away_proves_nothing(admin: Caller, settings, monkeypatch) -> None:
    from apps.adapters import txt

    monkeypatch.setattr(txt, "LOOK_UP_S", 0.2)
    settings.GORAX_DNS_SERVER = "127.0.0.1:9"
    mine = admin.post("/sso/connections", NEW).json()
    path = f"/sso/connections/{mine['id']}/domains"
    said = admin.post(path, {"domain": "acme.test"}).json()

    assert admin.post(f"{path}/{said['id']}/verify", {}).json()["code"] == "not_proven"


def test_what_is_taken_away_is_proven_anew(admin: Caller, records: dict) -> None:
    mine = admin.post("/sso/connections", NEW).json()
    path = f"/sso/connections/{mine['id']}/domains"
    first = admin.post(path, {"domain": "acme.test"}).json()
    gone = admin.delete(f"{path}/{first['id']}")

    second = admin.post(path, {"domain": "acme.test"}).json()

    assert gone.status_code == 204
    assert second["record_value"] != first["record_value"]
    assert admin.delete(f"{path}/{first['id']}").json()["code"] == "mail_domain_not_found"
