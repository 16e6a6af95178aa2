"""Which commits may be lost in a power cut: claims and renewals, whose loss costs a lease; never a result."""

from contextlib import ExitStack

import pytest
from django.db import connection

from apps.core import db
from apps.core.failpoints import hooked
from apps.executions.services.worker import Worker
from tests.executions.crew import work, work_to_the_end
from tests.executions.makers import begin, call, chain, edges, make_version, nodes

# Claims happen before and between; every other named commit carries results or a promise to somebody.
RESULTS = ("record.before_commit", "finish.before_commit", "cancel.before_commit")


@pytest.fixture
def durable(demo):
    """The database's own answer is `on`, whatever the servers of tests are started with."""
    for session in (
        "ALTER DATABASE {db} SET synchronous_commit TO on",
        "ALTER DATABASE {db} RESET synchronous_commit",
    ):
        with connection.cursor() as cursor:
            cursor.execute(
                session.format(db=connection.ops.quote_name(connection.settings_dict["NAME"]))
            )
        connection.close()
        connection.close_pool()
        if "RESET" not in session:
            yield


def shown(name: str, into: dict[str, set[str]]):
    return lambda: into.setdefault(name, set()).add(db.fetch("SHOW synchronous_commit")[0][0])


def test_claims_need_not_be_on_disk_and_results_must(durable, receiver) -> None:
    from apps.executions import facade as executions

    abreast = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("one", "action:http", call(f"{receiver.url}/ok")),
            ("two", "action:http", call(f"{receiver.url}/ok")),
            ("rest", "control:delay", {"config": {"duration": "1h"}}),
        ),
        "edges": edges("start>one", "start>two", "one>rest", "two>rest"),
    }
    alone = chain(("one", "action:http", call(f"{receiver.url}/ok")))
    seen: dict[str, set[str]] = {}
    with ExitStack() as hooks:
        for name in ("claim.before_commit", *RESULTS):
            hooks.enter_context(hooked(name, shown(name, seen), nth=None))
        worker = Worker()
        begin(make_version(alone), {})
        resting = begin(make_version(abreast), {})
        work(worker)
        work_to_the_end(worker)
        executions.request_cancel(resting)
        work_to_the_end(worker)

    assert seen == {"claim.before_commit": {"off"}} | {name: {"on"} for name in RESULTS}
