"""Tries its first region; if that fails, the second one mends it; the third one follows in any case."""

from __future__ import annotations

from apps.engine.blocks import CAUGHT, TRIED, TRY_PASSES, Opening
from apps.engine.container import Collected, Open, Passes
from apps.engine.graph import Container
from apps.engine.node import Context, NodeType
from apps.engine.value import Json

TRY, CATCH, FINALLY, DONE = "try", "catch", "finally", "done"


def run(_ctx: Context) -> Open:
    """Open the regions, one after the other as they are needed."""
    return Open(Opening(count=TRY_PASSES))


def collect(collected: Collected) -> Json:
    """Return what the catch said if it ran, else what the try said."""
    outputs = {each.index: each.output for each in collected.passes}
    return outputs.get(CAUGHT, outputs.get(TRIED))


NODE = NodeType(
    type="control:try",
    title="Try",
    description="Goes through “try”; on a failure there through “catch”, which knows the error; then through “finally”.",
    category="control",
    run=run,
    ports=(DONE,),
    needs_port=True,
    passes=Passes(container=Container.TRY, handles=(TRY, CATCH, FINALLY), collect=collect),
)
