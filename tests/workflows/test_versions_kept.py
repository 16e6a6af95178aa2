"""Compiled versions are kept within a bound of nodes, so that many small tenants do not push each other out."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.engine.expressions.shelf import Shelf
from apps.workflows.models import WorkflowVersion
from apps.workflows.queries import registry
from tests.executions.makers import chain, make_version

SMALL = chain(("n", "control:no_op", {}))


@pytest.fixture
def shelf(monkeypatch):
    def of(nodes: int) -> Shelf:
        kept: Shelf = Shelf(nodes)
        monkeypatch.setattr(registry, "_versions", kept)
        return kept

    return of


def test_the_small_versions_of_many_tenants_are_all_read_and_compiled_once(tenant, shelf) -> None:
    shelf(registry.NODES_KEPT)
    first = make_version(SMALL)
    later = WorkflowVersion.objects.bulk_create(
        WorkflowVersion(workflow=first.workflow, number=number, definition=SMALL)
        for number in range(2, 302)
    )
    ids = [each.pk for each in (first, *later)]
    compiled = [registry.version(version_id) for version_id in ids]

    with CaptureQueriesContext(connection) as asked:
        again = [registry.version(version_id) for version_id in ids]

    assert len(asked) == 0
    assert all(one is other for one, other in zip(compiled, again, strict=True))


def test_a_large_version_takes_the_room_of_many_small_ones(tenant, shelf) -> None:
    kept = shelf(15)
    small = [make_version(SMALL).pk for _ in range(5)]
    large = make_version(chain(*((f"n{n}", "control:no_op", {}) for n in range(7)))).pk

    for version_id in small:
        registry.version(version_id)
    assert len(kept) == 5
    registry.version(large)

    assert len(kept) == 1
    assert len(registry.version(large).graph.nodes) == 8
