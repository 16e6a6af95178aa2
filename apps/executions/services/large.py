"""Setting large outputs apart: their JSON goes to the store before the commit that names it, as every file does."""

import logging
import re
from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from apps.core import db
from apps.engine.blob import PIECE_BYTES
from apps.engine.errors import PortError
from apps.engine.value import DEFAULT_LIMITS, NodeId, ScopeKey, StepKey, step_key
from apps.executions.services.blobs import OwnedBlobs
from apps.executions.services.record import StepRecord

logger = logging.getLogger(__name__)

# A text of so many characters may take as many bytes as stay in the row.
FEWEST_CHARACTERS = DEFAULT_LIMITS.output_inline_bytes // 4
# Their ids stand in the row; an output that names more stays there itself.
MOST_FILES = 1_000
# Also in a JSON text inside of the JSON, as often as it is quoted.
_FILE = re.compile(
    r'\$blob\\*": ?\\*"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})', re.ASCII
)


def set_apart(schema: str, execution_id: UUID, text: str) -> str:
    """Store the compact JSON of an output if it is large; return what the row says of it, empty if it is to hold it.

    A store that does not take it loses nothing: the row then holds what a step has come to.
    """
    if len(text) < FEWEST_CHARACTERS:
        return ""
    raw = text.encode()
    if not DEFAULT_LIMITS.output_inline_bytes < len(raw) <= DEFAULT_LIMITS.blob_bytes:
        return ""
    files = dict.fromkeys(_FILE.findall(text)) if "$blob" in text else {}
    if len(files) > MOST_FILES:
        return ""
    db.let_go()
    try:
        with OwnedBlobs(schema, execution_id).create("application/json") as writer:
            for first in range(0, len(raw), PIECE_BYTES):
                writer.write(raw[first : first + PIECE_BYTES])
            kept = writer.finish()
    except PortError as reason:
        logger.warning("output.not_set_apart", extra={"reason": reason.code})
        return ""
    return " ".join((kept.id, *files))


def relieved(
    schema: str, execution_id: UUID, steps: Iterable[StepRecord], heavy: dict[StepKey, int]
) -> list[StepRecord]:
    """Return records whose large outputs lie in the store from now on; note in `heavy` how large each is."""
    # A pass has the output of its last step.
    kept: dict[str, str] = {}

    def one(step: StepRecord) -> StepRecord:
        output = step.output or ""
        if len(output) >= FEWEST_CHARACTERS and output not in kept:
            kept[output] = set_apart(schema, execution_id, output)
        output_blob = kept.get(output)
        if not output_blob:
            return step
        heavy[step_key(ScopeKey(step.scope), NodeId(step.node_id))] = len(output)
        return replace(step, output=None, output_blob=output_blob)

    return [one(step) for step in steps]
