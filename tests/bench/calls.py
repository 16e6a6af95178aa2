"""What one HTTP call costs without an engine around it: the nodes' own client, one call after the other.

    python -m tests.bench.calls http://127.0.0.1:8002/ok 200 > milliseconds.json

It runs in a process of its own, as a worker does, and imports nothing of Django.
"""

import json
import sys
import time
from urllib.parse import urlsplit

from apps.adapters.addresses import Allowance
from apps.adapters.destination import Policy
from apps.adapters.http import GuardedHttp
from apps.engine.ports import HttpRequest

WARM_UP = 20


def main(url: str, count: int) -> list[float]:
    """Make `count` calls after a few that do not count; return the milliseconds of each."""
    address = urlsplit(url)
    policy = Policy(allowances=(Allowance(str(address.hostname), address.port or 80),))
    http = GuardedHttp(policy, owner="bench")
    took_ms = []
    for number in range(WARM_UP + count):
        # A key of its own for each, as the steps of a chain have.
        request = HttpRequest("GET", url, {"Idempotency-Key": f"bench-{number}"})
        began_at = time.perf_counter()
        reply = http.send(request)
        took_ms.append((time.perf_counter() - began_at) * 1000)
        assert reply.status == 200, reply
    return took_ms[WARM_UP:]


if __name__ == "__main__":
    json.dump(main(sys.argv[1], int(sys.argv[2])), sys.stdout)
