"""What a statement finds for which nobody has chosen a schema: nothing, whoever had the session before."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import sync_to_async
from django.apps import apps
from django.db import ProgrammingError, connection, transaction

from apps.core import db, tenancy
from apps.tenants.models import Tenant
from apps.tenants.services import migrations
from apps.workflows.models import Workflow

pytestmark = pytest.mark.django_db(transaction=True)

# Of a tenant, of `public`, and one that both have.
TABLES = ("workflows_workflow", "tenants_tenant", "audit_entry")
PATH = "SHOW search_path"


def finds(table: str) -> bool:
    """Ask as a statement would that forgot to name its schema."""
    return db.fetch("SELECT to_regclass(%(name)s) IS NOT NULL", {"name": table})[0][0]


def nothing_is_found() -> bool:
    return db.fetch(PATH) == [("",)] and not any(finds(table) for table in TABLES)


@pytest.fixture(autouse=True)
def given_back():
    connection.close()
    yield
    connection.close()


def read_in(schema: str) -> None:
    """Let Django ask something, as a request does."""
    with tenancy.entered(schema):
        list(Workflow.objects.all()[:1])


def test_a_session_that_nobody_told_a_schema_finds_no_table() -> None:
    assert nothing_is_found()
    for table in TABLES:
        with pytest.raises(ProgrammingError, match="does not exist"):
            db.fetch(f"SELECT 1 FROM {table}")  # noqa: S608 - names from above


def test_a_session_that_served_a_tenant_is_given_back_without_its_schema() -> None:
    read_in("t_demo")
    assert db.fetch(PATH) == [("t_demo, public",)]

    db.give_back()

    assert nothing_is_found()


def test_nor_does_it_keep_public() -> None:
    Tenant.objects.exists()
    assert finds("tenants_tenant")

    db.give_back()

    assert nothing_is_found()


def test_every_session_of_the_pool_is_given_back_so_whoever_takes_it_next() -> None:
    together = threading.Barrier(6, timeout=20)

    def serve(number: int) -> bool:
        together.wait()
        read_in(("t_demo", "t_template_")[number % 2])
        together.wait()  # six sessions are in hand
        db.give_back()
        together.wait()
        try:
            return nothing_is_found()
        finally:
            together.wait()  # and six again
            db.give_back()

    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(serve, range(6))) == [True] * 6


def test_a_failure_in_the_middle_of_a_switch_leaves_nothing_behind() -> None:
    def fail() -> None:
        with transaction.atomic():
            list(Workflow.objects.all()[:1])
            with tenancy.entered("t_template_"):
                db.execute("SELECT nothing FROM nowhere")

    with pytest.raises(ProgrammingError, match="nowhere"):
        tenancy.run_in("t_demo", fail)
    db.give_back()

    assert tenancy.current_schema() == tenancy.PUBLIC
    assert nothing_is_found()


def test_a_session_that_is_given_back_within_a_transaction_has_no_schema_either() -> None:
    def leave() -> None:
        with tenancy.entered("t_demo"), transaction.atomic():
            list(Workflow.objects.all()[:1])
            connection.close()
            list(Workflow.objects.all()[:1])

    with pytest.raises(ProgrammingError, match="in an atomic block"):
        leave()
    connection.close()

    assert nothing_is_found()


def test_a_session_that_was_cut_is_given_to_nobody() -> None:
    read_in("t_demo")
    [(mine,)] = db.fetch("SELECT pg_backend_pid()")

    def cut() -> None:
        db.fetch("SELECT pg_terminate_backend(%(id)s::int, 5000)", {"id": mine})
        db.give_back()

    with ThreadPoolExecutor(1) as threads:
        threads.submit(cut).result()
    db.give_back()

    assert nothing_is_found()
    assert db.fetch("SELECT pg_backend_pid()") != [(mine,)]


def test_coroutines_leave_nothing_to_each_other() -> None:
    def serve(schema: str) -> bool:
        list(Workflow.objects.all()[:1])
        db.give_back()
        try:
            return tenancy.current_schema() == schema and nothing_is_found()
        finally:
            db.give_back()

    async def ask(number: int) -> bool:
        run = sync_to_async(tenancy.run_in, thread_sensitive=number % 2 == 0)
        schema = ("t_demo", "t_template_")[number % 3 == 0]
        return await run(schema, serve, schema)

    async def ask_all() -> list[bool]:
        return await asyncio.gather(*(ask(number) for number in range(40)))

    assert asyncio.run(ask_all()) == [True] * 40


def test_outside_every_tenant_no_model_of_a_tenant_is_read_but_the_platforms_own_trail() -> None:
    assert tenancy.current_schema() == tenancy.PUBLIC
    read = set()
    for config in apps.get_app_configs():
        if config.label in migrations.tenant_apps():
            for model in config.get_models():
                try:
                    model.objects.exists()
                    read.add(config.label)
                except ProgrammingError:
                    continue

    assert read == {"audit"}
