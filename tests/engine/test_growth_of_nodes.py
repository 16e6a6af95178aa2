"""A node that is given four times as much takes four times as long, not sixteen, also when the data wants it to."""

from __future__ import annotations

import base64
import gc
import gzip
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from apps.engine.testing import Given, try_node
from apps.engine.value import Json
from apps.nodes import catalogue
from apps.nodes.action_http.curl import CurlError, read_curl
from tests.pace import grows_at_most

FOUR_TIMES = 4
# Sorting adds a little to a straight line, and so does a busy machine; a square would be four times as high.
TOLERANCE = 1.7
TEXT = {"text": "{{ trigger }}"}


def rows(count: int) -> Json:
    return [{"a": count - number, "b": f"file{number}", "c": number % 7} for number in range(count)]


def attributes(count: int) -> Json:
    return "<a " + " ".join(f"a{number}=''" for number in range(count)) + "/>"


def packed(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


CASES: dict[str, tuple[str, dict[str, Json], Callable[[int], Json], int]] = {
    "sort": ("data:sort", {"keys": [{"path": "c"}, {"path": "b", "compare": "natural"}]}, rows, 2_000),
    "sort digits": ("data:sort", {"keys": [{"compare": "natural"}]}, lambda n: ["9" * n, "8" * n], 200_000),
    "deduplicate": ("data:deduplicate", {}, rows, 2_000),
    "aggregate": (
        "data:aggregate",
        {"group_by": ["b"], "operations": [{"operation": "sum", "path": "a"}]},
        rows,
        2_000,
    ),
    "split": ("data:split", {"mode": "field", "path": "l"}, lambda n: [{"l": [0] * n, "x": 1}], 4_000),
    "json query": ("data:json_query", {"path": "$..a"}, rows, 2_000),
    "csv": ("data:csv", TEXT, lambda n: "a,b\n" + "1,2\n" * n, 4_000),
    "write csv": ("data:csv", {"operation": "write"}, rows, 2_000),
    "xml": ("data:xml", TEXT, lambda n: "<a>" + "<b c='1'>x</b>" * n + "</a>", 4_000),
    "xml attributes": ("data:xml", TEXT, attributes, 4_000),
    "write xml": ("data:xml", {"operation": "write", "root": "r"}, lambda n: {"x": rows(n)}, 1_000),
    "html": ("data:html", TEXT, lambda n: "<p>a <b>b</b>" * n, 2_000),
    "html that never ends": ("data:html", TEXT, lambda n: "<a b='" * n, 20_000),
    "html of comments": ("data:html", TEXT, lambda n: "<!--" * n, 200_000),
    "html entities": ("data:html", TEXT, lambda n: "&amp;&#1;" * n, 10_000),
    "percent": ("data:crypto", {**TEXT, "operation": "decode", "format": "url"}, lambda n: "%41" * n, 40_000),
    "gzip": (
        "data:compress",
        {**TEXT, "operation": "decompress"},
        lambda n: packed(gzip.compress(bytes(range(97, 123)) * n, 0)),
        40_000,
    ),
    "lines": ("data:template", {**TEXT, "tidy": "lines"}, lambda n: " x \n" * n, 40_000),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _no_garbage_collection() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("name", CASES)
def test_the_time_grows_with_the_data(name: str) -> None:
    kind, config, make, count = CASES[name]

    def trying(size: int) -> Callable[[], object]:
        data = make(size)
        given = Given(trigger=data, inputs={"before": data})
        return lambda: try_node(catalogue().get(kind), config, given)

    assert grows_at_most(trying, (count, count * FOUR_TIMES), FOUR_TIMES * TOLERANCE)


@pytest.mark.parametrize(
    "command",
    [
        lambda n: "$ " * n,
        lambda n: "curl x " + "".join(f"-H {i}:b " for i in range(n)) + "--json x " * n,
        lambda n: "curl x " + "-F 'a=b;type=c' " * n,
    ],
)
def test_the_time_grows_with_a_curl_command(command: Callable[[int], str]) -> None:
    def reading(count: int) -> Callable[[], None]:
        text = command(count)
        return lambda: imported(text)

    assert grows_at_most(reading, (1_000, 1_000 * FOUR_TIMES), FOUR_TIMES * TOLERANCE)


def imported(text: str) -> None:
    with suppress(CurlError):
        read_curl(text)
