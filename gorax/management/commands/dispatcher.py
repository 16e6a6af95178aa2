"""The dispatcher and beat in one process: together they cost the memory of one."""

import signal
import threading
from typing import Any

from celery import current_app
from celery.beat import Service
from django.core.management.base import BaseCommand
from django_celery_beat.schedulers import DatabaseScheduler

from apps.executions.services import dispatcher
from gorax import startup


class Command(BaseCommand):
    """Sweep every second and send the platform's periodic ticks, until told to stop."""

    help = "Run the dispatcher and beat in one process."
    requires_system_checks = ()  # as in prepare

    def handle(self, *args: Any, **options: Any) -> None:
        startup.check()
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        beat = Service(current_app, scheduler_cls=DatabaseScheduler, max_interval=5)
        threading.Thread(target=beat.start, name="beat", daemon=True).start()
        dispatcher.sweep_forever(stopping, works=False)
        beat.stop(wait=False)
