"""Garbage in each field of each body, and in each parameter of each query: named and refused, or harmless; never a fault of ours."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from tests.matrix.operations import Operation, declared
from tests.matrix.test_answers import filters
from tests.matrix.test_fields import documented
from tests.matrix.world import Rows, World, is_left, undone

pytestmark = pytest.mark.django_db
VALUES: tuple[Any, ...] = (
    *(None, True, -1, 10**400, "", "x" * 70_000, "%00' OR 1=1 --\u202e"),
    *("01990000-0000-7000-8000-000000000000", [], {"x": [None]}),
)
PARAMETERS = ("", "x", "-1", "9" * 40, "1.5", "\x00", "\udcff", "'", "[]", "é" * 300)
TAKING = [each for each in declared() if documented(each)]
ASKED = [each for each in declared() if each.method == "GET" and filters(each)]


class Asking:
    """Asks as an owner, takes back what that did, and says what is wrong with the answer."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rows = Rows()
        self.refused = 0

    def fault(self, operation: Operation) -> str:
        with undone():
            status = self._ask(operation)
            done = self._rows.new()
        self.refused += status >= 400
        if status >= 400 and done:
            done = is_left(self._world.demo, lambda: self._ask(operation))
            self._rows.new()
        return f"{status}, {done} rows" if status >= 500 or (status >= 400 and done) else ""

    def _ask(self, operation: Operation) -> int:
        return self._world.call(operation, "owner").status_code


# In passing, `make fuzz-api` shows the same of a whole product at each commit.
@pytest.mark.rotating
@pytest.mark.timeout(300)
def test_a_value_that_is_not_meant_is_refused_by_its_place_and_changes_nothing(
    world: World,
) -> None:
    wrong, asking = [], Asking(world)
    for operation in TAKING:
        for name in sorted(documented(operation)):
            for value in VALUES:
                body = {**(operation.body or {}), name: value}
                said = asking.fault(replace(operation, body=body))
                if said:
                    wrong.append(f"{operation} with {name}={value!r:.40}: {said}")

    assert "\n".join(wrong) == ""
    assert asking.refused > 500


def test_a_parameter_that_is_not_meant_is_refused_or_ignored(world: World) -> None:
    wrong, asking = [], Asking(world)
    for operation in ASKED:
        for name in sorted(filters(operation)):
            for value in PARAMETERS:
                text = quote(value.encode("utf-8", "surrogateescape"))
                said = asking.fault(replace(operation, sample=f"{operation.path}?{name}={text}"))
                if said:
                    wrong.append(f"{operation} with {name}={value!r}: {said}")

    assert "\n".join(wrong) == ""
    assert asking.refused > 100
