"""The clock: looks each second whether any schedule of any tenant is due (docs/adr/0017)."""

import logging
import threading

from django.conf import settings

from apps.core import db
from apps.schedules.services import firing

logger = logging.getLogger(__name__)


def start(stopping: threading.Event) -> threading.Thread:
    """Let a thread of this process be a clock until told to stop. However many there are, a time fires once."""
    thread = threading.Thread(target=_run, args=(stopping,), name="clock", daemon=True)
    thread.start()
    return thread


def _run(stopping: threading.Event) -> None:
    while not stopping.wait(settings.GORAX_SWEEP_S):
        try:
            firing.fire_due()
        except Exception:
            logger.exception("clock.failed")
        finally:
            db.give_back()
