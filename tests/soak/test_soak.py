"""Look-alike tenants live together for thousands of operations, and none ever reads a word of another."""

import os
import sys
import time

import pytest

from gorax.stack import servers
from tests.soak import world as worlds
from tests.soak.living import live
from tests.soak.operations import OPERATIONS
from tests.soak.sweep import sweep

pytestmark = pytest.mark.stack

COUNT = int(os.environ.get("SOAK_OPERATIONS", "10000"))
SEED = os.environ.get("SOAK_SEED", "7")


@pytest.mark.timeout(0)
def test_no_word_of_a_tenant_is_ever_seen_where_another_one_is(world, tmp_path, capsys) -> None:
    with worlds.served(world, tmp_path), worlds.tapped(world), worlds.listening(world):
        began_s = time.monotonic()
        done = live(world, COUNT, seed=SEED)
        took_s = time.monotonic() - began_s
        assert worlds.workers_at_the_database() == {servers.APPLICATION}
    sweep(world)

    witness = world.witness
    said = (
        f"{sum(done.values())} operations of {len(done)} kinds over {len(world.neighbours)} tenants, {took_s:.0f} s, "
        f"{sum(done.values()) / took_s:.0f}/s, seed {SEED}; looked at {sum(witness.looked.values())} things, "
        f"{sum(witness.own.values())} with their own word"
    )
    with capsys.disabled():
        sys.stdout.write(f"\n{said}\n")
    assert witness.leaks == []
    assert set(done) == set(OPERATIONS)
    # Silence means something only where the own word was seen.
    seen = {place for place, times in witness.own.items() if times}
    assert {"answer", "http", "frame", "redis", "blob", "read", "sent"} <= seen
    assert {"row of executions_execution", "row of executions_step"} <= seen
    assert "row of webhooks_event" in seen
    assert witness.looked["log of soak"] > 0
