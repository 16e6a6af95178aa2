"""The dispatcher, the clock of schedules and beat in one process: together they cost the memory of one."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.executions.services import dispatcher
from apps.schedules.services import clock
from gorax import startup
from gorax.beat import Beat


class Command(BaseCommand):
    """Sweep and fire schedules every second and send the platform's periodic ticks, until told to stop."""

    help = "Run the dispatcher, the clock of schedules and beat in one process."
    requires_system_checks = ()  # as in prepare

    def handle(self, *args: Any, **options: Any) -> None:
        startup.check()
        startup.settle()
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        beat = Beat(stopping)
        beat.start()
        clock.start(stopping)
        dispatcher.sweep_forever(stopping, works=False)
        beat.stop()
        if beat.has_failed:
            raise CommandError("Beat ended by itself; whoever supervises starts both anew.")
