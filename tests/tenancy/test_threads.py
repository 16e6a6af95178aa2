"""Tenants served at the same time, by threads, coroutines and pooled connections: none meets another's rows."""

import asyncio
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, transaction

from apps.core import tenancy
from tests.tenancy.neighbours import SLUGS, Neighbour, settle, strangers_words
from tests.tenants.browser import ACCESS, Browser

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 8
CALLS = 160


def read_names() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM workflows_workflow")
        return {name for (name,) in cursor.fetchall()}


@pytest.fixture
def four(transactional_db) -> dict[str, Neighbour]:
    return settle()


def test_interleaved_requests_over_one_pool_see_their_own_rows_alone(four) -> None:
    turns = random.Random(7).choices(SLUGS, k=CALLS)  # noqa: S311 - a fixed order, no secret

    def ask(slug: str) -> tuple[int, bool, list[str]]:
        neighbour = four[slug]
        browser = Browser(neighbour.browser.host)
        browser.client.cookies[ACCESS] = neighbour.browser.cookie(ACCESS)
        try:
            answer = browser.get("/api/v1/workflows")
            text = answer.content.decode()
            return answer.status_code, neighbour.canary in text, strangers_words(text, neighbour)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as threads:
        seen = list(threads.map(ask, turns))

    assert [each for each in seen if each != (200, True, [])] == []


def test_schemas_switched_within_one_thread_and_transaction_never_mix(four) -> None:
    turns = random.Random(11).choices(SLUGS, k=CALLS)  # noqa: S311 - as above

    def work(slug: str) -> set[str]:
        try:
            with transaction.atomic(), tenancy.entered(four[slug].tenant.schema):
                other = random.Random(slug).choice(SLUGS)  # noqa: S311 - as above
                with tenancy.entered(four[other].tenant.schema):
                    assert read_names() == {four[other].canary}
                return read_names()
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as threads:
        seen = list(threads.map(work, turns))

    assert seen == [{four[slug].canary} for slug in turns]


def test_coroutines_read_through_run_in_and_never_each_others_rows(four) -> None:
    def read() -> set[str]:
        try:
            return read_names()
        finally:
            connection.close()

    async def ask(number: int) -> bool:
        slug = SLUGS[number % len(SLUGS)]
        run = sync_to_async(tenancy.run_in, thread_sensitive=number % 2 == 0)
        return await run(four[slug].tenant.schema, read) == {four[slug].canary}

    async def ask_all() -> list[bool]:
        return await asyncio.gather(*(ask(number) for number in range(CALLS)))

    assert all(asyncio.run(ask_all()))


def test_an_error_in_the_middle_leaves_the_thread_in_public(four) -> None:
    def fail() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")

    for slug in SLUGS:
        with pytest.raises(Exception, match="nowhere"):
            tenancy.run_in(four[slug].tenant.schema, fail)
        assert tenancy.current_schema() == "public"

    with connection.cursor() as cursor:
        cursor.execute("SHOW search_path")
        assert cursor.fetchone() == ("public",)
