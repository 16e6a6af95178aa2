"""W2: chains of forty nodes, and what one of their nodes takes when no engine is around it."""

import json
import statistics
import subprocess
import sys

from tests.bench import documents
from tests.bench.documents import Document
from tests.bench.product import Product, took_ms
from tests.bench.rows import Plan, Row

STEPS = 40
LONE_CALLS = 200
LONE_SCRIPTS = 20
# A tenth of the best figure that a rival publishes for forty sequential tasks, fib(10) each.
STEP_TARGET = "≤ 2.8"


def w2_chain(product: Product, plan: Plan) -> list[Row]:
    """A chain of 40 pure nodes, and one of 40 calls to a server on this machine, beside such a call alone."""
    url = f"{product.facts['receiver_url']}/ok"
    pure = documents.chain(STEPS, "action:set", {"values": {"a": 1}})
    calls = documents.chain(STEPS, "action:http", {"url": url})
    alone = Row("W2 one such call alone, without the engine", "ms")
    overhead = Row(f"W2 chain of {STEPS} calls, overhead per step", "ms", target="≤ 2")
    whole = Row(f"W2 chain of {STEPS} calls, per step, the call included", "ms")
    whole.values = per_step_ms(product, plan, "w2-calls", calls)
    # No record of a step says what its call took: between its start and its end lies the commit of the start, too.
    for wall_ms in whole.values:
        call_ms = lone_ms("calls", url, LONE_CALLS)
        alone.values.append(call_ms)
        overhead.values.append(wall_ms - call_ms)
    own = Row(f"W2 chain of {STEPS} set nodes, per step", "ms", target="≤ 0.3")
    own.values = per_step_ms(product, plan, "w2-pure", pure)
    return [own, whole, alone, overhead]


def w2_scripts(product: Product, plan: Plan) -> list[Row]:
    """The work of which rivals publish figures: 40 scripts in a row, fib(10) each, beside such a script alone."""
    document = documents.chain(
        STEPS, "action:code", {"language": "python", "script": documents.FIBONACCI}
    )
    alone = Row("W2 one such script alone, without the engine", "ms")
    overhead = Row(
        f"W2 chain of {STEPS} scripts, the engine's share per step", "ms", [], STEP_TARGET
    )
    whole = Row(f"W2 chain of {STEPS} scripts, per step, the script included", "ms")
    whole.values = per_step_ms(product, plan, "w2-scripts", document)
    for wall_ms in whole.values:
        script_ms = lone_ms("scripts", "python", LONE_SCRIPTS)
        alone.values.append(script_ms)
        overhead.values.append(wall_ms - script_ms)
    return [whole, alone, overhead]


def per_step_ms(product: Product, plan: Plan, name: str, document: Document) -> list[float]:
    """Return what each step of a chain took on average, for each start but the first."""
    workflow_id = product.make_workflow(name, document)
    took = []
    for _ in range(plan.starts + 1):
        # The database says when it ended; whoever asks every 20 ms takes a third of a core from what is measured.
        shown = product.ended(product.execute(workflow_id, {}), pause_s=0.25)
        assert shown["status"] == "completed", shown
        took.append(took_ms(shown) / STEPS)
    return took[1:]


def lone_ms(module: str, what: str, count: int) -> float:
    """Return the median of `count` repetitions in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-m", f"tests.bench.{module}", what, str(count)],
        capture_output=True,
        check=True,
        text=True,
    )
    return statistics.median(json.loads(ran.stdout))
