import pytest
from django.db import connection


def count_users() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM public.accounts_user")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_a_test_that_commits_leaves_nothing_to_the_next(turn: int) -> None:
    before = count_users()
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA t_left_behind")
        cursor.execute("SELECT count(*) FROM public.django_migrations")
        assert cursor.fetchone()[0] > 0
        cursor.execute("CREATE TABLE t_left_behind.rows (id int)")
        # Fails in the second turn if the first one's is still there.
        cursor.execute("CREATE TABLE t_demo.left_behind (id int)")

    from apps.accounts.models import User

    User.objects.create(email=f"someone-{turn}@example.com")

    assert count_users() == before + 1


@pytest.mark.django_db
def test_redis_of_the_test_run_answers(redis_server) -> None:
    redis_server.set("a", "1")

    assert redis_server.get("a") == b"1"


def test_a_test_works_inside_its_tenant(tenant) -> None:
    assert tenant.slug == "demo"
    assert connection.schema_name == "t_demo"
