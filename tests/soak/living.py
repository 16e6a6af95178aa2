"""Threads that act for all tenants in turn, until enough is done or something is seen that must not be."""

import logging
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.soak.operations import Actor
from tests.soak.sweep import Listener
from tests.soak.world import World

THREADS = 4


def live(world: World, count: int, *, seed: str, names: Sequence[str] = ()) -> Counter[str]:
    """Let the actors do `count` things between them, until the first leak; return what was done."""
    done: Counter[str] = Counter()
    left, lock = iter(range(count)), threading.Lock()

    def act(number: int) -> None:
        actor = Actor(world, f"{seed}:{number}", names)
        while not world.witness.leaks:
            with lock:
                if next(left, None) is None:
                    return
            name = actor.act()
            with lock:
                done[name] += 1

    root, listener = logging.getLogger(), Listener(world)
    others, root.handlers = root.handlers, [listener]
    try:
        with ThreadPoolExecutor(THREADS) as threads:
            for each in [threads.submit(act, number) for number in range(THREADS)]:
                each.result()
    finally:
        root.handlers = others
    return done
