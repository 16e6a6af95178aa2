"""A worker in a process of its own that says how much memory two executions took: `python -m tests.executions.carrier`."""

import json
import re
import sys
from pathlib import Path
from uuid import UUID

import django


def peak_bytes() -> int:
    """The most memory that this program has ever held; getrusage would count whoever started it, too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


def carry(first: str, second: str) -> None:
    """Work both executions to their ends, one after the other; print the peak after each, and how they ended."""
    django.setup()
    from apps.core import tenancy
    from tests.executions import makers

    said = []
    with tenancy.entered(makers.SCHEMA):
        for execution_id in (first, second):
            ended = makers.work_until_ended(UUID(execution_id), for_s=60)
            said.append({"status": ended.status, "peak_bytes": peak_bytes()})
        makers.forget_worker()
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    carry(*sys.argv[1:])
