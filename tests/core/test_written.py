"""Queries that the ORM writes once: each call has its own values, and a query that cannot be kept says so."""

from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import Func, JSONField, Q
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.core.written import written_once

pytestmark = pytest.mark.django_db


def make(email: str) -> User:
    return User.objects.create_user(email, "a password for tests", name=email[0])


def test_each_call_asks_with_its_own_values_and_the_query_is_written_once() -> None:
    ada, bob = make("ada@x.test"), make("bob@x.test")
    built = []

    @written_once
    def named(user_id: UUID, email: str):
        built.append((user_id, email))
        return User.objects.filter(Q(pk=user_id) | Q(email=email)).order_by("email").values("name")

    answers = [
        named(ada.pk, ""),
        named(uuid4(), "bob@x.test"),
        named(bob.pk, "ada@x.test"),
        named(uuid4(), "%s"),
    ]

    assert [[row.name for row in rows] for rows in answers] == [["a"], ["b"], ["a", "b"], []]
    assert len(built) == 1


def test_a_query_for_none_is_another_one() -> None:
    ada = make("ada@x.test")

    @written_once
    def of(user_id: UUID | None):
        rows = User.objects.all() if user_id is None else User.objects.filter(pk=user_id)
        return rows.filter(email__endswith="@x.test").values("id")

    with CaptureQueriesContext(connection) as asked:
        assert (of(ada.pk), of(None), of(uuid4())) == ([(ada.pk,)], [(ada.pk,)], [])
    assert len([each for each in asked if each["sql"].startswith("SELECT")]) == 3


def test_an_argument_that_is_changed_or_left_out_is_refused() -> None:
    @written_once
    def shouted(email: str):
        return User.objects.filter(email=f"{email}!").values("id")

    @written_once
    def deaf(user_id: UUID):
        return User.objects.values("id")

    with pytest.raises(ValueError, match="shouted does not hand each argument to its query"):
        shouted("ada@x.test")
    with pytest.raises(ValueError, match="deaf does not hand each argument to its query"):
        deaf(uuid4())


def test_a_value_that_django_would_make_is_refused() -> None:
    @written_once
    def facts(user_id: UUID):
        made = Func(function="jsonb_build_object", output_field=JSONField())
        return User.objects.filter(pk=user_id).values(facts=made)

    with pytest.raises(ValueError, match="facts chooses a value that is not what PostgreSQL"):
        facts(uuid4())
