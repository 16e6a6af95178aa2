"""Going round the tenants."""

import logging
from collections.abc import Callable

from apps.core import tenancy
from apps.tenants.queries import directory

log = logging.getLogger(__name__)


def in_each(work: Callable[[], object]) -> int:
    """Call `work` inside each living tenant, oldest first; return in how many it went well.

    What one raises is logged, and the next goes on: a broken tenant costs no other anything.
    """
    done = 0
    for schema in directory.living_schemas():
        try:
            tenancy.run_in(schema, work)
            done += 1
        except Exception:
            log.exception("tenant.round_failed", extra={"schema": schema})
    return done
