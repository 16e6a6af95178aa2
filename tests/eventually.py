"""The one place where tests wait for another thread or process."""

import time
from collections.abc import Callable

PAUSE_S = 0.01


def eventually(condition: Callable[[], object], *, within_s: float = 20.0) -> bool:
    """Say whether `condition` became true within the given seconds; `assert eventually(…)` is the whole idiom."""
    ends_at = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > ends_at:
            return False
        time.sleep(PAUSE_S)
    return True
