"""Telling those who watch: hints over Redis, after the commit, from one background thread per process.

A hint may be lost; whoever sees a gap in `seq`, or waits too long, reads the database again. Nothing here blocks the
worker, and a dead Redis costs a log line.
"""

import asyncio
import logging
import os
import queue
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import redis
from django.conf import settings

from apps.core.ids import born_at
from apps.executions.services import lines, metrics

logger = logging.getLogger(__name__)

# Under load the newest hints are dropped first: the screen re-reads, the worker never waits.
MOST_UNSENT = 10_000
# Texts that grow give way to hints long before, and their end is all that a person reads.
MOST_TEXTS_UNSENT = 500
SHOWN_CHARACTERS = 8_192
BATCH = 200
# News that nobody waits for are sent so much later together: one by one they took 7 % of a synchronous delivery, and a
# page has 50 ms.
GATHER_S = 0.01
# What channels-redis puts before a group (its prefix setting and its own word); the tests of the sockets notice.
LAYER_CHANNEL = "gorax__group__"
ANSWERS = "gorax.*.answer.*"
# Without Redis a caller loses this once; then its own re-reading finds the answer.
SUBSCRIBED_WITHIN_S = 0.25
RECONNECT_S = 1.0
SETTLED = frozenset({"completed", "failed", "skipped", "cancelled"})
FINAL = frozenset({"completed", "failed", "cancelled", "timed_out"})


@dataclass(frozen=True, slots=True)
class StepNews:
    """One step that changed."""

    node_id: str
    scope: str
    status: str
    node_type: str


@dataclass(frozen=True, slots=True)
class News:
    """What one commit changed: seqs (before, seq] of an execution, its status, and the steps."""

    execution: UUID
    workflow: UUID
    before: int
    seq: int
    status: str
    reason: str
    steps: tuple[StepNews, ...] = ()
    has_answer: bool = False
    trace_id: str = ""


@dataclass(frozen=True, slots=True)
class Growth:
    """How far the text of a running step has come: its end, and how long all of it is. Nobody keeps it."""

    execution: UUID
    node_id: str
    scope: str
    attempt: int
    text: str
    length: int


def execution_channel(schema: str, execution_id: UUID) -> str:
    """Return the channel of one execution's news."""
    return f"gorax.{schema}.execution.{execution_id}"


def tenant_channel(schema: str) -> str:
    """Return the channel on which every execution of a tenant says that it changed."""
    return f"gorax.{schema}.executions"


def answer_channel(schema: str, execution_id: UUID) -> str:
    """Return the channel on which a synchronous caller is woken."""
    return f"gorax.{schema}.answer.{execution_id}"


class Publisher:
    """Sends news in the order they were told; started by the first one after a fork."""

    def __init__(self) -> None:
        self._unsent: queue.Queue[tuple[str, News | Growth]] = queue.Queue(MOST_UNSENT)
        self._awaited = threading.Event()
        self._lock = threading.Lock()
        self._pid = 0

    def tell(self, schema: str, news: News) -> None:
        """Queue a hint; never blocks, never raises."""
        self._start()
        try:
            self._unsent.put_nowait((schema, news))
        except queue.Full:
            metrics.NEWS_DROPPED.inc()
            logger.warning("news.dropped", extra={"execution_id": str(news.execution)})
        if news.has_answer:
            self._awaited.set()

    def show(self, schema: str, growth: Growth) -> None:
        """Queue a text that grows, unless much is waiting already: the next one says the same and more."""
        self._start()
        if self._unsent.qsize() < MOST_TEXTS_UNSENT:
            with suppress(queue.Full):
                self._unsent.put_nowait((schema, growth))

    def _start(self) -> None:
        with self._lock:
            if self._pid != os.getpid():
                self._pid = os.getpid()
                self._unsent = queue.Queue(MOST_UNSENT)
                self._awaited = threading.Event()
                threading.Thread(target=self._run, name="news", daemon=True).start()

    def _run(self) -> None:
        from channels.layers import get_channel_layer

        layer = get_channel_layer()
        answers = redis.Redis.from_url(
            settings.GORAX_REDIS_URL, socket_timeout=2, socket_connect_timeout=2
        )
        loop = asyncio.new_event_loop()
        while True:
            batch = self._gathered()
            try:
                heard = _heard(answers, batch)
                if heard:
                    loop.run_until_complete(_send(layer, heard))
            except Exception as failure:  # noqa: BLE001 - nobody would start this thread again
                logger.warning(
                    "news.not_sent", extra={"count": len(batch), "reason": type(failure).__name__}
                )

    def _gathered(self) -> list[tuple[str, News | Growth]]:
        """Return what is to be sent, at least one: all that comes within a moment, or until an answer is among it."""
        batch = [self._unsent.get()]
        if self._unsent.qsize() < BATCH:
            self._awaited.wait(GATHER_S)
        self._awaited.clear()
        with suppress(queue.Empty):
            while len(batch) < BATCH:
                batch.append(self._unsent.get_nowait())
        return batch


def _heard(
    client: redis.Redis, batch: list[tuple[str, News | Growth]]
) -> list[tuple[str, News | Growth]]:
    """Wake who waits for an answer, and return the (group, news) that somebody listens to.

    Sending to a group costs 0.15 ms of the worker's time, and most executions are watched by nobody.
    """
    told = [(group, news) for schema, news in batch for group in _groups(schema, news)]
    with client.pipeline(transaction=False) as pipe:
        for schema, news in batch:
            if isinstance(news, News) and news.has_answer:
                pipe.publish(answer_channel(schema, news.execution), b"1")
        pipe.pubsub_numsub(*{LAYER_CHANNEL + group for group, _ in told})
        counts = pipe.execute()[-1]
    listened = {name.decode() for name, count in counts if count}
    return [(group, news) for group, news in told if LAYER_CHANNEL + group in listened]


def _groups(schema: str, news: News | Growth) -> Iterator[str]:
    yield execution_channel(schema, news.execution)
    if isinstance(news, Growth):
        return
    if news.before == 0 or news.status in FINAL:
        yield tenant_channel(schema)


async def _send(layer: Any, heard: list[tuple[str, News | Growth]]) -> None:
    for group, news in heard:
        text = orjson.dumps(asdict(news)).decode()
        await layer.group_send(group, {"type": "execution.news", "text": text})


publisher = Publisher()


def tell(schema: str, news: News) -> None:
    """Tell those who watch; only after the commit. An execution's start and end are a log line each."""
    publisher.tell(schema, news)
    settled = Counter(
        (step.node_type, step.status) for step in news.steps if step.status in SETTLED
    )
    for (node_type, status), count in settled.items():
        metrics.STEPS.labels(node_type, status).inc(count)
    # Its first turn records at least the trigger; what ends unread before that has not started.
    if news.before == 0 and news.steps:
        lines.started(
            str(news.execution),
            schema=schema,
            workflow_id=str(news.workflow),
            trace_id=news.trace_id,
        )
    if news.status in FINAL:
        metrics.FINISHED.labels(news.status).inc()
        metrics.EXECUTION_SECONDS.observe(
            (datetime.now(UTC) - born_at(news.execution)).total_seconds()
        )
        lines.finished(
            str(news.execution),
            schema=schema,
            status=news.status,
            reason=news.reason,
            trace_id=news.trace_id,
        )


@contextmanager
def waiting_for(schema: str, execution_id: UUID) -> Iterator[threading.Event]:
    """Subscribe before the commit whose answer is awaited; the event is set when an answer may be there.

    Without Redis the event is never set, and the caller's own re-reading finds the answer.
    """
    woken = threading.Event()
    with waiters.listening(answer_channel(schema, execution_id), woken):
        yield woken


class Waiters:
    """All synchronous callers of this process: one Redis connection, which only its own thread touches.

    It hears every answer of the installation and wakes whoever waits here; subscribing per caller would cost each a
    round trip, and a client of Redis must not be shared by threads.
    """

    def __init__(self) -> None:
        self._events: dict[str, threading.Event] = {}
        self._lock = threading.Lock()
        self._listening = threading.Event()
        self._pid = 0

    @contextmanager
    def listening(self, channel: str, woken: threading.Event) -> Iterator[None]:
        """Let messages on `channel` set `woken` inside the block."""
        with self._lock:
            if self._pid != os.getpid():
                self._pid = os.getpid()
                self._listening = threading.Event()
                threading.Thread(target=self._run, name="waiters", daemon=True).start()
            self._events[channel] = woken
        self._listening.wait(SUBSCRIBED_WITHIN_S)
        try:
            yield
        finally:
            with self._lock:
                self._events.pop(channel, None)

    def _run(self) -> None:
        while True:
            try:
                self._listen()
            except Exception:  # noqa: BLE001 - nobody would start this thread again
                self._listening.clear()
                logger.warning("news.no_subscription")
                time.sleep(RECONNECT_S)

    def _listen(self) -> None:
        client = redis.Redis.from_url(settings.GORAX_REDIS_URL, socket_connect_timeout=1)
        with client.pubsub(ignore_subscribe_messages=True) as pubsub:  # type: ignore[no-untyped-call]  # redis-py
            pubsub.psubscribe(ANSWERS)
            self._listening.set()
            while True:
                message = pubsub.get_message(timeout=60.0)
                event = self._events.get(message["channel"].decode()) if message else None
                if event is not None:
                    event.set()


waiters = Waiters()
