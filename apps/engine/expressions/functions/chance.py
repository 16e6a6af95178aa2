"""Time and chance, drawn from the step's seed: rendering a step again gives the same bytes."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC

from apps.engine.expressions.errors import ExpressionError
from apps.engine.expressions.functions.catalogue import (
    INTEGER,
    TEXT,
    Catalogue,
    Evaluation,
    Example,
    Parameter,
    needs,
    optional,
)
from apps.engine.expressions.functions.dates import shown, zone_named
from apps.engine.expressions.scope import Seed

CATALOGUE = Catalogue("Time and chance")
# A draw hashes what it depends on, and a moment is written as a text; either takes as long as so many plain steps.
STEPS_PER_DRAW = 20
STEPS_PER_MOMENT = 10


def seed_of(evaluation: Evaluation) -> Seed:
    """Return the seed.

    Raises:
        ExpressionError: `no_seed`, this expression is evaluated outside of a step.
    """
    if evaluation.seed is None:
        raise ExpressionError("no_seed", "now(), uuid() and random() work inside of a step only.")
    return evaluation.seed


def drawn(evaluation: Evaluation) -> bytes:
    """Return 32 bytes that depend on the step, the expression and how many were drawn before.

    Raises:
        ExpressionError: `no_seed`; `too_many_steps`, the budget is used up.
    """
    seed = seed_of(evaluation)
    evaluation.spend(STEPS_PER_DRAW)
    evaluation.draws += 1
    parts = (
        seed.execution_id,
        seed.step_key,
        seed.started_at.astimezone(UTC).isoformat(),
        evaluation.salt,
        str(evaluation.draws),
    )
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()


@CATALOGUE.function("now", (), "date", Example("now()"))
def now(evaluation: Evaluation) -> str:
    """Return when this step was first started, in UTC; the same in every retry."""
    evaluation.spend(STEPS_PER_MOMENT)
    return shown(seed_of(evaluation).started_at.astimezone(UTC))


@CATALOGUE.function("today", (optional("zone", TEXT),), "text", Example("today()"))
def today(evaluation: Evaluation, zone: str | None = None) -> str:
    """Return the day on which this step was first started, as 2024-05-17, in the given time zone or that of the workflow."""
    evaluation.spend(STEPS_PER_MOMENT)
    place = zone_named("today", evaluation.zone if zone is None else zone)
    return seed_of(evaluation).started_at.astimezone(place).date().isoformat()


@CATALOGUE.function("uuid", (), "text", Example("uuid()"))
def uuid_(evaluation: Evaluation) -> str:
    """Return a random identifier; the same in every retry of this step."""
    return str(uuid.UUID(bytes=drawn(evaluation)[:16], version=4))


@CATALOGUE.function("random", (), "number", Example("random()"))
def random(evaluation: Evaluation) -> float:
    """Return a random number from 0 up to, not including, 1; the same in every retry of this step."""
    # 53 bits fill a double exactly, so that 1 is never reached by rounding.
    return (int.from_bytes(drawn(evaluation)[:8], "big") >> 11) / 2**53


@CATALOGUE.function(
    "randomInt",
    (Parameter("least", INTEGER), Parameter("most", INTEGER)),
    "number",
    Example("randomInt(1, 6)"),
)
def random_int(evaluation: Evaluation, least: int, most: int) -> int:
    """Return a random whole number from `least` to `most`; the same in every retry of this step."""
    if least > most:
        raise needs("randomInt", "needs the smaller number first")
    return least + int.from_bytes(drawn(evaluation), "big") % (most - least + 1)
