"""What the database took for each statement of the product: its own log, switched on for a while.

The log counts parsing, planning, running and, where a statement is its own transaction, the commit; not the way to
the client. Writing it costs something, so nothing else is measured meanwhile.
"""

import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.bench.product import Product
from tests.eventually import eventually

# Texts, because a duration alone does not say whose it is; parameters may be large and say nothing.
SETTINGS = {
    "log_min_duration_statement": "0",
    "log_line_prefix": "'%p '",
    "log_parameter_max_length": "0",
}
TAKES_EFFECT_S = 0.3
WRITTEN_WITHIN_S = 20.0
LINE = re.compile(
    r"(?P<pid>\d+) LOG:  duration: (?P<ms>[\d.]+) ms  (?P<phase>statement|parse|bind|execute)[^:]*:(?P<text>.*)"
)
# What surrounds a query without being one. A commit is one: it waits for the disk.
AROUND = ("SET ", "BEGIN", "SAVEPOINT ", "RELEASE ", "ROLLBACK")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as the database has run it."""

    ms: float
    text: str

    @property
    def is_query(self) -> bool:
        """Say whether it reads, writes or commits."""
        return not self.text.startswith(AROUND)


def statements_of(log: str) -> list[Statement]:
    """Return the statements of a log in the order of their ends; parsing and binding count with what they led to."""
    found: list[Statement] = []
    waiting: dict[str, float] = {}
    for entry in re.split(r"\n(?!\t)", log):
        head, _, rest = entry.partition("\n")
        line = LINE.fullmatch(head)
        if line is None:
            continue
        ms = waiting.pop(line["pid"], 0.0) + float(line["ms"])
        if line["phase"] in {"parse", "bind"}:
            waiting[line["pid"]] = ms
        else:
            found.append(Statement(ms, " ".join(f"{line['text']} {rest}".split())))
    return found


@contextmanager
def logged(product: Product) -> Iterator[list[Statement]]:
    """Yield a list that holds, after the block, what the product has asked its database in it."""
    found: list[Statement] = []
    mark = uuid.uuid4().hex
    _set(product, [f"{name} = {value}" for name, value in SETTINGS.items()], verb="SET")
    try:
        product.sql(f"SELECT 'begin {mark}'")
        yield found
        product.sql(f"SELECT 'end {mark}'")
    finally:
        _set(product, list(SETTINGS), verb="RESET")
    # The supervisor writes the log, and lags behind.
    assert eventually(lambda: f"'end {mark}'" in product.database_log(), within_s=WRITTEN_WITHIN_S)
    _, begin, after = product.database_log().partition(f"'begin {mark}'\n")
    assert begin, "the log was rotated away; measure for a shorter time"
    found += statements_of(after.partition(f"'end {mark}'")[0])


def _set(product: Product, settings: list[str], *, verb: str) -> None:
    for setting in settings:
        product.sql(f"ALTER SYSTEM {verb} {setting}")
    product.sql("SELECT pg_reload_conf()")
    time.sleep(TAKES_EFFECT_S)
