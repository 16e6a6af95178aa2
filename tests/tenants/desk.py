"""An operator before the admin, as its pages are used."""

import re
from html.parser import HTMLParser

from apps.accounts.models import User
from apps.core import clock
from apps.core.desk import CONFIRMED
from tests.tenants.app import set_up
from tests.tenants.browser import PASSWORD, Browser


class Desk(Browser):
    """Sends forms, as the admin's pages do."""

    def submit(self, path: str, **fields: str):
        page = self.get(path)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())
        assert token is not None
        return self.client.post(
            path,
            fields | {"csrfmiddlewaretoken": token[1]},
            headers={"host": self.host, "origin": f"http://{self.host}"},
        )

    def sign_in(self, user: User, code: str, path: str = "/admin/login/?next=/admin/"):
        return self.submit(path, username=user.email, password=PASSWORD, code=code)


def operator(email: str = "operator@x.test") -> User:
    """Make somebody who runs the platform."""
    return User.objects.create_superuser(email, PASSWORD)


def at_the_desk(user: User) -> Desk:
    """Return a desk at which an operator has just signed in, by the form."""
    desk = Desk()
    desk.sign_in(user, set_up(user)[0].code())
    return desk


def seated(desk: Browser, user: User) -> Browser:
    """Return `desk` with an operator's session that has a second factor, without the form."""
    desk.client.force_login(user)
    session = desk.client.session
    session[CONFIRMED] = clock.now().isoformat()
    session.save()
    return desk


class Fields(HTMLParser):
    """The fields of a page's forms, as a browser would send them unchanged."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and "selected" in given:
            self.values[self._select] = given.get("value", "")
        elif (
            tag == "input" and given.get("name") and given.get("type") not in {"submit", "checkbox"}
        ):
            self.values[given["name"]] = given.get("value", "")
        elif tag == "input" and "checked" in given:
            self.values[given["name"]] = "on"
