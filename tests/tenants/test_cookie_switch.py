"""Cookies on a trusted network without TLS: only by a switch, with a warning, and never past `check --deploy`."""

import json
import os
import re
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.core import checks
from apps.keys import facade as keys

SIGN_IN = """
import json
import django
django.setup()
from django.test import Client
browser = Client(HTTP_HOST="localhost")
answer = browser.post(
    "/api/v1/auth/sign-in",
    {"email": "owner@demo.test", "password": "a password for tests"},
    content_type="application/json",
)
print(json.dumps({
    "status": answer.status_code,
    "cookies": {name: bool(each["secure"]) for name, each in answer.cookies.items()},
    "me": browser.get("/api/v1/me").status_code,
    "out": browser.post(
        "/api/v1/auth/sign-out",
        headers={"origin": "http://localhost", "x-csrf-token": answer.cookies["gorax_csrf"].value},
    ).status_code,
}))
from django.db import connection
connection.close()
connection.close_pool()
"""


@pytest.mark.django_db(transaction=True)  # the other process commits its session
def test_the_switch_drops_prefix_and_secure_and_nothing_else() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SIGN_IN],
        env=os.environ | {"GORAX_INSECURE_COOKIES": "1"},
        capture_output=True,
        text=True,
        check=True,
    )

    answer = json.loads(done.stdout)
    assert answer == {
        "status": 200,
        "cookies": {
            "gorax_access": False,
            "gorax_refresh": False,
            "gorax_csrf": False,
            "gorax_known": False,
        },
        "me": 200,
        "out": 204,
    }
    assert "settings.insecure" in done.stderr
    assert "GORAX_INSECURE_COOKIES" in done.stderr


def test_check_deploy_fails_on_every_insecure_switch(settings) -> None:
    assert checks.insecure_settings() == []
    settings.GORAX_INSECURE_COOKIES = True
    settings.GORAX_INSECURE_FUTURE = True

    with pytest.raises(CommandError) as refusal:
        call_command("check", "--deploy", "--tag", "security", "--fail-level", "ERROR")

    text = str(refusal.value)
    assert text.count("gorax.E001") == 2
    assert "GORAX_INSECURE_COOKIES is on" in text


def test_check_deploy_fails_if_nobody_may_say_that_a_call_came_by_tls(settings) -> None:
    settings.SECURE_SSL_REDIRECT = True

    with pytest.raises(CommandError) as refusal:
        call_command("check", "--deploy", "--tag", "security", "--fail-level", "ERROR")

    assert str(refusal.value).count("gorax.E002") == 1


def test_check_deploy_warns_if_who_answers_callers_owns_the_tables() -> None:
    keys.ensure_kek()  # else the check ends with that
    said = StringIO()
    call_command("check", "--deploy", "--tag", "security", stderr=said)

    assert said.getvalue().count("gorax.W001") == 1


def test_production_settings_pass_check_deploy_in_silence() -> None:
    keys.ensure_kek()  # else the check says, rightly, that it is missing
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy"],
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "gorax.settings.production",
            "GORAX_TRUSTED_PROXIES": "10.0.0.0/8",
            "GORAX_MIGRATION_DATABASE_URL": "postgresql://owner@localhost/gorax",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    # The screen is built by `make build`; tests need none, and this one finding says just that.
    found = set(re.findall(r"\(([a-z_]+\.[EW]\d+)\)", done.stderr))
    assert (done.returncode, found - {"django_vite.W001"}) == (0, set())
