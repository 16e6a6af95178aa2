"""Chance that is a function of the step: each attempt gives the same, another step or execution something else."""

from __future__ import annotations

import hashlib
import uuid

from apps.engine.node import Context


def stream(ctx: Context, size: int) -> bytes:
    """Return so many bytes drawn from what names the step and its first start."""
    started = "" if ctx.started_at is None else ctx.started_at.isoformat()
    seed = "\0".join(("data:crypto", ctx.idempotency_key, ctx.step_key, started))
    return hashlib.shake_256(seed.encode("utf-8", "surrogatepass")).digest(size)


def whole_number(ctx: Context, least: int, most: int) -> int:
    """Return a number from `least` to `most`."""
    # So many bits more than the span has that no number is told from another.
    return least + int.from_bytes(stream(ctx, 32), "big") % (most - least + 1)


def identifier(ctx: Context) -> str:
    """Return a UUID of version 4."""
    return str(uuid.UUID(bytes=stream(ctx, 16), version=4))


def characters(ctx: Context, size: int, alphabet: str) -> str:
    """Return a text of so many characters of the alphabet."""
    drawn = stream(ctx, 8 * size)
    places = (int.from_bytes(drawn[8 * n : 8 * n + 8], "big") for n in range(size))
    return "".join(alphabet[place % len(alphabet)] for place in places)
