"""The platform's own ticks: each is called once soon after the first start, and then at its interval."""

import datetime
import logging
import threading
from typing import Any

from celery import current_app
from celery.beat import Service
from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler, ModelEntry

logger = logging.getLogger(__name__)

NEVER = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


class Entry(ModelEntry):  # type: ignore[misc]  # the library ships no types
    """A tick that has never run is due now.

    The library counts from the row's last change, which every start renews: an installation that is started more
    often than a tick's interval would never see it.
    """

    def __init__(self, model: PeriodicTask, app: Any = None) -> None:
        model.last_run_at = model.last_run_at or NEVER
        super().__init__(model, app=app)


class Scheduler(DatabaseScheduler):  # type: ignore[misc]  # as above
    Entry = Entry


class Beat:
    """Beat in a thread of its own. If it ends by itself, `stopping` is set, so that the process ends with it."""

    def __init__(self, stopping: threading.Event, *, longest_nap_s: float = 5.0) -> None:
        self.has_failed = False
        self._stopping = stopping
        self._service = Service(
            current_app,
            scheduler_cls=Scheduler,
            max_interval=longest_nap_s,  # type: ignore[arg-type]  # seconds, whole or not
        )
        self._thread = threading.Thread(target=self._run, name="beat", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Let the thread end after its nap. Nobody need wait: what ran is written down at the process's end, too."""
        self._service.stop(wait=False)

    def join(self) -> None:
        self._thread.join()

    def _run(self) -> None:
        try:
            self._service.start()
        except Exception:
            logger.exception("beat.failed")
        finally:
            self.has_failed = not self._stopping.is_set()
            self._stopping.set()
