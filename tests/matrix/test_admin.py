"""The operators' admin: what is registered is declared, opens to operators alone, and refuses without effect."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from django.apps import apps
from django.contrib import admin
from django.urls import URLPattern, URLResolver

from apps.accounts.models import User
from tests.matrix.operations import FOLDER, MARKER
from tests.matrix.world import World, undone, written
from tests.tenants.browser import PUBLIC, Browser, person
from tests.tenants.desk import seated

pytestmark = pytest.mark.django_db
# Open to whoever has not signed in, or is to be nobody any more.
OPEN = {"/admin/login/", "/admin/logout/"}
# The others first ask something.
DONE_AT_ONCE = {"suspend", "end"}
FORM = "application/x-www-form-urlencoded"


def pages(patterns: list, prefix: str = "/admin/") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from pages(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield prefix + MARKER.sub(r"{\1}", str(pattern.pattern))


def declared() -> dict[str, Any]:
    return yaml.safe_load((FOLDER.parent / "admin.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def operator(db) -> Browser:
    return seated(Browser(PUBLIC), User.objects.create_superuser("desk@matrix.test", "x"))


def test_the_registry_is_declared_with_what_an_operator_may(operator: Browser, rf) -> None:
    request = rf.get("/admin/")
    request.user = User.objects.get(email="desk@matrix.test")

    assert declared() == {
        "models": {
            model._meta.label_lower: {
                "may": sorted(name for name, may in desk.get_model_perms(request).items() if may),
                "actions": {
                    name: asked_by(desk, act)
                    for name, (act, _, _) in desk.get_actions(request).items()
                },
            }
            for model, desk in admin.site._registry.items()
        },
        "pages": admin.site.permission_by_page,
    }


def asked_by(desk: Any, act: Any) -> str:
    """Return the permission that an action asks for, empty if it asks for none."""
    asked: list[str] = []
    seen = SimpleNamespace(user=SimpleNamespace(has_perm=asked.append))
    for name in getattr(act, "allowed_permissions", ()):
        getattr(desk, f"has_{name}_permission")(seen)
    return ", ".join(asked)


def test_an_operator_whose_session_has_no_second_factor_opens_no_page(world: World) -> None:
    browser = Browser(PUBLIC)
    browser.client.force_login(User.objects.create_superuser("half@matrix.test", "x"))
    opened = []
    for page in set(pages(admin.site.urls[0])) - OPEN:
        path = page.replace("{object_id}", str(world.demo.id)).replace("{content_type_id}", "1")
        for method in ("GET", "POST"):
            answer = browser.send(method, path, b"", content_type=FORM)
            if answer.status_code not in {302, 403}:
                opened.append(f"{method} {page}: {answer.status_code}")
            if answer.status_code == 302 and "/login/" not in answer["Location"]:
                opened.append(f"{method} {page}: goes to {answer['Location']}")

    assert opened == []


def test_nobody_but_an_operator_sees_or_does_anything(world: World, operator: Browser) -> None:
    somebody = Browser(PUBLIC)
    somebody.client.force_login(person("somebody@matrix.test"))
    wrong, opened = [], 0
    for page in set(pages(admin.site.urls[0])) - OPEN:
        path = page.replace("{object_id}", str(world.demo.id)).replace("{content_type_id}", "1")
        for method in ("GET", "POST"):
            for name, browser in {"anonymous": Browser(PUBLIC), "somebody": somebody}.items():
                with undone():
                    before = written()
                    answer = browser.send(method, path, b"", content_type=FORM)
                    if answer.status_code not in {302, 403, 404} or written() != before:
                        wrong.append(f"{method} {page} by {name}: {answer.status_code}")
                    if answer.status_code == 302 and "/login/" not in answer["Location"]:
                        wrong.append(f"{method} {page} by {name}: goes to {answer['Location']}")
        with undone():
            status = operator.get(path).status_code
        opened += status == 200
        if status >= 500:
            wrong.append(f"GET {page} by an operator: {status}")

    assert "\n".join(sorted(wrong)) == ""
    assert opened > 3


def test_no_action_of_the_admin_is_done_for_anybody_but_an_operator_who_has_shown_two_factors(
    world: World, operator: Browser
) -> None:
    half, somebody = Browser(PUBLIC), Browser(PUBLIC)
    half.client.force_login(User.objects.create_superuser("half@matrix.test", "x"))
    somebody.client.force_login(person("somebody@matrix.test"))
    callers = {"anonymous": Browser(PUBLIC), "half": half, "somebody": somebody}
    wrong, asked = [], 0
    for label, said in declared()["models"].items():
        row = apps.get_model(label).objects.order_by("-pk").first()
        path = "/admin/" + label.replace(".", "/") + "/"
        for action in said["actions"]:
            form = f"action={action}&_selected_action={row.pk}&select_across=1&index=0".encode()
            for name, browser in callers.items():
                with undone():
                    before = written()
                    status = browser.send("POST", path, form, content_type=FORM).status_code
                    asked += 1
                    if status not in {302, 403} or written() != before:
                        wrong.append(f"{action} of {label} by {name}: {status}")
            with undone():
                before = written()
                operator.send("POST", path, form, content_type=FORM)
                if written() == before and action in DONE_AT_ONCE:
                    wrong.append(f"{action} of {label} did nothing for an operator")

    assert "\n".join(wrong) == ""
    assert asked > 15
