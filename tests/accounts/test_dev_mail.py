"""Mail that development keeps: readable there, and nowhere else."""

import os
import subprocess
import sys

import pytest
from django.test import Client

from apps.accounts.services import letters
from tests.accounts.mailbox import Mailbox

pytestmark = pytest.mark.django_db

HOST = {"host": "localhost"}


@pytest.fixture
def browser(mailbox: Mailbox, settings) -> Client:
    settings.GORAX_MAIL_FOLDER = mailbox.post.folder
    return Client(headers=HOST)


def test_letters_are_listed_and_shown_and_nothing_in_them_runs(
    browser: Client, mailbox: Mailbox
) -> None:
    letters.write("account_closed", "ada@x.test")
    letters.deliver()
    ((name, _),) = mailbox.post.newest()

    listed = browser.get("/dev/mail").content.decode()
    shown = browser.get(f"/dev/mail/{name}").content.decode()
    html = browser.get(f"/dev/mail/{name}/html")

    assert f'<a href="/dev/mail/{name}">Your account was closed</a>' in listed
    assert "you are signed out everywhere" in shown
    assert html["Content-Security-Policy"].startswith("sandbox")
    assert "script-src" not in html["Content-Security-Policy"]


def test_an_empty_folder_is_an_empty_list_and_no_letter_is_a_404(browser: Client) -> None:
    assert "No letter yet." in browser.get("/dev/mail").content.decode()
    missing = browser.get("/dev/mail/01a22b40-f562-76a9-839d-344b9c5d0a96")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    assert browser.get("/dev/mail/..%2f..%2fetc%2fpasswd").status_code == 404


def test_a_tenants_host_shows_no_mail(browser: Client) -> None:
    assert browser.get("/dev/mail", headers={"host": "demo.localhost"}).status_code == 404


def test_without_a_folder_there_is_no_such_page(settings) -> None:
    settings.GORAX_MAIL_FOLDER = None

    for path in ("/dev/mail", "/dev/mail/01a22b40-f562-76a9-839d-344b9c5d0a96"):
        response = Client(headers=HOST).get(path)
        assert (response.status_code, response["Content-Type"]) == (
            404,
            "application/problem+json",
        )


def test_production_keeps_no_mail_whatever_the_environment_says(tmp_path) -> None:
    """In a process of its own: its settings are read once."""
    told = os.environ | {
        "DJANGO_SETTINGS_MODULE": "gorax.settings.production",
        "GORAX_MAIL_DIR": str(tmp_path),
        "GORAX_DEV": "1",
    }
    script = (
        "import django; django.setup()\n"
        "from django.test import RequestFactory\n"
        "from apps.accounts.api.views import dev_mail\n"
        "from apps.accounts.services import letters\n"
        "request = RequestFactory().get('/dev/mail')\n"
        "print(dev_mail.letters(request).status_code, letters.post_of_settings())\n"
    )

    said = subprocess.run(
        [sys.executable, "-c", script], env=told, capture_output=True, text=True, check=True
    )

    assert said.stdout.splitlines()[-1] == "404 None"
