"""What a look at a whole document costs: the checker that every save and every publication asks.

    python -m tests.bench.checks 1000 7 > milliseconds.json

It runs in a process of its own, as a web process does, and imports nothing of Django.
"""

import json
import sys
import time

from apps.engine.check import check
from apps.engine.problem import Severity
from apps.nodes import catalogue
from tests.bench.documents import lanes

WARM_UP = 2


def main(nodes: int, count: int) -> list[float]:
    """Check a document of so many nodes `count` times after a few that do not count; return the milliseconds of each."""
    document, registry = lanes(nodes), catalogue()
    took_ms = []
    for _ in range(WARM_UP + count):
        began_at = time.perf_counter()
        problems = check(document, registry)
        took_ms.append((time.perf_counter() - began_at) * 1000)
        assert all(each.severity is Severity.WARNING for each in problems), problems
    return took_ms[WARM_UP:]


if __name__ == "__main__":
    json.dump(main(int(sys.argv[1]), int(sys.argv[2])), sys.stdout)
