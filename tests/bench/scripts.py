"""What one script costs without an engine around it: the nodes' own sandbox, one script after the other.

    python -m tests.bench.scripts python 20 > milliseconds.json

It runs in a process of its own, as a worker does, and imports nothing of Django.
"""

import json
import sys
import time

from apps.adapters.calls import Cancellation
from apps.adapters.code.sandbox import Sandbox
from apps.engine.ports import CodeRequest
from tests.bench.documents import FIBONACCI

WARM_UP = 5


def main(language: str, count: int) -> list[float]:
    """Run the script `count` times after a few that do not count; return the milliseconds of each."""
    sandbox = Sandbox(1)
    request = CodeRequest(language, FIBONACCI)
    took_ms = []
    for _ in range(WARM_UP + count):
        began_at = time.perf_counter()
        reply = sandbox.run(request, "bench", Cancellation())
        took_ms.append((time.perf_counter() - began_at) * 1000)
        assert (reply.fault, reply.value) == (None, 55), reply
    return took_ms[WARM_UP:]


if __name__ == "__main__":
    json.dump(main(sys.argv[1], int(sys.argv[2])), sys.stdout)
