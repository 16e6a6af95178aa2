"""The operators' desk: only what is ours, only with a second factor, and never a count of everything."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_celery_beat.models import PeriodicTask

from apps.accounts.models import User
from apps.core import clock, desk
from apps.core.desk import Bounded, OperatorsSite, is_fresh


def test_what_libraries_bring_along_reaches_no_operator() -> None:
    site = OperatorsSite()

    site.register(PeriodicTask)
    site.register([User, PeriodicTask])

    assert list(site._registry) == [User]
    assert {model.__module__.split(".")[0] for model in admin.site._registry} == {"apps"}


def test_a_page_asks_for_its_permission() -> None:
    asked: list[str] = []
    site = OperatorsSite()
    site.add_page("queue/", "queue", lambda request: "shown", permission="dispatch.view_ticket")
    view = site._pages[0][2]

    def answered(may: bool) -> str:
        user = SimpleNamespace(has_perm=lambda name: asked.append(name) or may)
        return view(SimpleNamespace(user=user))

    assert answered(may=True) == "shown"
    with pytest.raises(PermissionDenied):
        answered(may=False)
    assert asked == ["dispatch.view_ticket"] * 2
    assert site.permission_by_page == {"/admin/queue/": "dispatch.view_ticket"}


@pytest.mark.parametrize(
    ("shown_before", "fresh"),
    [(timedelta(0), True), (timedelta(minutes=9), True), (timedelta(minutes=11), False)],
)
def test_a_second_factor_is_fresh_for_ten_minutes(shown_before: timedelta, fresh: bool) -> None:
    session = {desk.CONFIRMED: (clock.now() - shown_before).isoformat()}

    assert is_fresh(SimpleNamespace(session=session)) is fresh
    assert is_fresh(SimpleNamespace(session={})) is False


@pytest.mark.django_db
def test_a_list_counts_no_further_than_it_shows(monkeypatch) -> None:
    monkeypatch.setattr(desk, "MOST_LISTED", 2)
    for number in range(3):
        User.objects.create_user(f"{number}@x.test", None)

    with CaptureQueriesContext(connection) as asked:
        assert Bounded(User.objects.order_by("email"), 50).count == 2

    assert "LIMIT 2" in asked[-1]["sql"]
