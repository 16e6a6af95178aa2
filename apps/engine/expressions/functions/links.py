"""Addresses by which somebody outside comes back to a step that waits."""

from __future__ import annotations

from apps.engine.expressions.errors import ExpressionError
from apps.engine.expressions.functions.catalogue import (
    TEXT,
    Catalogue,
    Evaluation,
    Example,
    Parameter,
)

CATALOGUE = Catalogue("Waiting")


@CATALOGUE.function(
    "resumeUrl",
    (Parameter("node", TEXT),),
    "text",
    Example('resumeUrl("wait-1")'),
    aliases=("resume_url",),
)
def resume_url(evaluation: Evaluation, node: str) -> str:
    """Return the address, good for one call, at which the node of this id waits for a call or an approval; also before it waits."""
    if evaluation.links is None:
        raise ExpressionError("no_links", "resumeUrl() works inside of a step only.")
    return evaluation.links.url_of(node)
