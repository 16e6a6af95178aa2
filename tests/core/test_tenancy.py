"""The ambient tenant: entered, left, and belonging to one thread."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from apps.core import tenancy


def search_path() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW search_path")
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_entering_a_schema_is_undone_also_by_an_exception() -> None:
    def fail() -> None:
        assert search_path() == "t_demo, public"
        with tenancy.entered("public"):
            assert search_path() == "public"
        assert tenancy.current_schema() == "t_demo"
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        tenancy.run_in("t_demo", fail)

    assert (tenancy.current_schema(), search_path()) == ("public", "public")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["demo", "pg_catalog", "t_A", 't_a"; DROP', "t_", "", "information_schema", "t_a-b"]
)
def test_a_name_that_no_tenant_can_have_is_not_entered(name: str) -> None:
    with pytest.raises(ValueError, match="no schema of a tenant"), tenancy.entered(name):
        pass

    assert tenancy.current_schema() == "public"


@pytest.mark.django_db
def test_keys_carry_the_tenant_and_cannot_reach_into_another() -> None:
    with tenancy.entered("t_demo"):
        assert tenancy.key("editing", "6f-1") == "t_demo.editing.6f-1"
        for part in ("a.b", "a:b", "", "../x", "a b"):
            with pytest.raises(ValueError, match="cannot be part"):
                tenancy.key(part)
    with pytest.raises(ValueError, match="needs a tenant"):
        tenancy.key("editing")


@pytest.mark.django_db(transaction=True)
def test_a_hundred_interleaved_coroutines_each_read_their_own_schema() -> None:
    def seen() -> tuple[str, str]:
        try:
            return tenancy.current_schema(), search_path()
        finally:
            connection.close()

    async def ask(number: int) -> bool:
        schema = ("t_demo", "t_template_")[number % 2]
        run = sync_to_async(tenancy.run_in, thread_sensitive=number % 3 == 0)
        await asyncio.sleep(0)
        return await run(schema, seen) == (schema, f"{schema}, public")

    async def ask_all() -> list[bool]:
        return await asyncio.gather(*(ask(number) for number in range(100)))

    assert asyncio.run(ask_all()) == [True] * 100
    assert tenancy.current_schema() == "public"
