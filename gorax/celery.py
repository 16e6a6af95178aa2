"""Celery carries doorbells and nothing else: no results, no ETA, no retries, no work (docs/adr/0012)."""

import os
import threading
import warnings
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gorax.settings.local")
# Django's checks belong to `make lint`; here they would load every view into a process that serves none.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

# Said to root because of pickle, which is not accepted here.
warnings.filterwarnings("ignore", message="You're running the worker with superuser")

app = Celery("gorax")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_acks_late=False,  # a lost bell costs a second; a bell that comes back costs a turn for nothing
    task_publish_retry=False,  # ringing never blocks a request
    task_default_queue="celery",
    task_create_missing_queues=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,  # for ever: the sweep beside the pool works meanwhile
    broker_connection_timeout=2,
    beat_max_loop_interval=5,
)
app.autodiscover_tasks()

_stopping = threading.Event()


@signals.worker_init.connect
def _start_worker(sender: Any, **_: Any) -> None:
    """Refuse a bad database, then sweep beside the pool, so that work goes on without a broker.

    A prefork pool's parent does neither: whatever it opened or started would not survive the fork. Its children do.
    """
    from gorax import startup

    startup.check()
    startup.settle()
    if "prefork" in str(sender.pool_cls):
        # Only now, so that it runs after Celery's own, which closes what a child has open.
        signals.worker_process_init.connect(_start_child)
    else:
        _sweep()
        _tick()
        _send_on()
        _fulfil()


def _start_child(**_: Any) -> None:
    """Make a process that was forked a moment ago a worker of its own."""
    from apps.executions.services import worker

    _leave_connections_alone()
    worker.serve("prefork")
    _sweep()


def _leave_connections_alone() -> None:
    """Let Celery not close the process's whole pool of connections around each bell, under the threads that renew and sweep.

    Whoever answers a bell gives its connection back.
    """
    # Celery has no other door to what it connected for Django.
    for fixup in app._fixups:  # type: ignore[attr-defined]  # noqa: SLF001
        signals.task_prerun.disconnect(fixup.worker_fixup.on_task_prerun)
        signals.task_postrun.disconnect(fixup.worker_fixup.on_task_postrun)


@signals.worker_process_shutdown.connect
def _stop_child(**_: Any) -> None:
    from apps.executions.services import worker

    _stopping.set()
    worker.shut_down()


def _sweep() -> None:
    from apps.executions.services import dispatcher

    threading.Thread(
        target=dispatcher.sweep_forever,
        args=(_stopping,),
        kwargs={"works": True},
        name="sweep",
        daemon=True,
    ).start()


def _tick() -> None:
    """Let schedules fire, also while nobody runs beat or the dispatcher."""
    from apps.schedules.services import clock

    clock.start(_stopping)


def _send_on() -> None:
    """Send audit trails to where their tenants want them."""
    from apps.streams.services import sending

    sending.start(_stopping)


def _fulfil() -> None:
    """Do what was wished for all executions that fit a filter."""
    from apps.executions.services import fulfilling

    fulfilling.start_thread(_stopping)


@signals.worker_shutting_down.connect
def _stop_looking(**_: Any) -> None:
    """Claim nothing more, at once: Celery says `worker_shutdown` only when its threads have come to an end."""
    from apps.executions.services import worker

    _stopping.set()
    worker.stop_claiming()


@signals.worker_shutdown.connect
def _stop_worker(**_: Any) -> None:
    """Hand back what was not begun, and give what was up to 20 s."""
    from apps.executions.services import worker

    worker.shut_down()
