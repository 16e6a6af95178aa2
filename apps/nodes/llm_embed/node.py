"""Turns texts into vectors."""

from __future__ import annotations

from collections.abc import Iterator

from apps.engine import asking
from apps.engine.errors import NodeError
from apps.engine.fields import Field, FieldProblem, Kind
from apps.engine.graph import Effect
from apps.engine.llm import Access, EmbedRequest, Usage
from apps.engine.node import Context, NodeType, Raw, Result
from apps.engine.value import Json

PROVIDERS = ("openai", "aws")
USUAL_BATCH = 100
MOST_TEXTS = 10_000


def run(ctx: Context) -> Result:
    """Return `{embeddings, count, dimensions, model, usage}`; the vectors stand in the order of the texts.

    Raises:
        NodeError: `bad_config`, what is given are no texts.
        PortError: a call brought no vectors.
    """
    credential = asking.access(ctx)
    texts = _texts(ctx.config.json("texts"))
    over_at_s = ctx.clock.monotonic_s() + min(ctx.config.number("timeout_s"), ctx.timeout_s)
    vectors: list[Json] = []
    usage, model = Usage(0, 0, 0.0), ctx.config.text("model")
    for request in _requests(ctx, credential, texts, over_at_s):
        began_s = ctx.clock.monotonic_s()
        reply = ctx.embedding.embed(request)
        took_ms = round((ctx.clock.monotonic_s() - began_s) * 1000)
        facts: dict[str, Json] = {
            "model": reply.model,
            "usage": reply.usage.shown(),
            "took_ms": took_ms,
        }
        ctx.log.write("info", "A model embedded texts.", facts)
        vectors += [list(vector) for vector in reply.vectors]
        usage, model = usage + reply.usage, reply.model
    return Result(
        {
            "embeddings": vectors,
            "count": len(vectors),
            "dimensions": _length(vectors),
            "model": model,
            "usage": usage.shown(),
        }
    )


def _requests(
    ctx: Context, credential: Access, texts: tuple[str, ...], over_at_s: float
) -> Iterator[EmbedRequest]:
    """Yield one call after the other; each is given what is left of the time."""
    size, config = int(ctx.config.number("batch_size")), ctx.config
    dimensions = int(config.number("dimensions")) if config.is_given("dimensions") else None
    for start in range(0, len(texts), size):
        yield EmbedRequest(
            credential=credential,
            model=config.text("model"),
            texts=texts[start : start + size],
            dimensions=dimensions,
            timeout_s=max(over_at_s - ctx.clock.monotonic_s(), asking.SHORTEST_CALL_S),
            key=f"{ctx.idempotency_key}:{start // size}",
        )


def _texts(listed: Json) -> tuple[str, ...]:
    """Return the texts; what is no text is read as JSON."""
    given = listed if isinstance(listed, list) else []
    if len(given) > MOST_TEXTS:
        raise NodeError("bad_config", f"“texts” must be at most {MOST_TEXTS} texts.")
    texts = tuple(map(asking.text_of, given))
    for index, text in enumerate(texts):
        if not text.strip():
            raise NodeError("bad_config", f"“texts[{index}]” must be a text, but is empty.")
    return texts


def _length(vectors: list[Json]) -> int:
    first = vectors[0] if vectors else None
    return len(first) if isinstance(first, list) else 0


def _check(config: Raw) -> Iterator[FieldProblem]:
    texts = config.get("texts")
    if isinstance(texts, list) and len(texts) > MOST_TEXTS:
        yield FieldProblem("texts", "field_length", f"There may be at most {MOST_TEXTS} texts.")


NODE = NodeType(
    type="llm:embed",
    title="Embed texts",
    description="Turns texts into vectors, for searching and comparing by meaning.",
    category="llm",
    run=run,
    effect=Effect.EXTERNAL,
    attempts=asking.attempts,
    timeout_s=asking.timeout_s,
    check=_check,
    fields=(
        Field(
            name="credential",
            kind=Kind.CREDENTIAL,
            title="Credential",
            help="Of OpenAI or a server that speaks its language, or of AWS for Bedrock.",
            options=PROVIDERS,
            is_required=True,
        ),
        Field(
            name="model",
            kind=Kind.TEMPLATE,
            title="Model",
            help="As the provider calls it; on Bedrock one of Titan or Cohere.",
            placeholder="text-embedding-3-small",
            is_required=True,
            longest=200,
        ),
        Field(
            name="texts",
            kind=Kind.LIST,
            title="Texts",
            help=f"At most {MOST_TEXTS}; or a template that gives a list. What is no text is read as JSON.",
            is_required=True,
        ),
        Field(
            name="dimensions",
            kind=Kind.NUMBER,
            title="Dimensions",
            help="How long each vector is to be, if the model leaves a choice.",
            minimum=1,
            maximum=10_000,
            is_whole=True,
        ),
        Field(
            name="batch_size",
            kind=Kind.NUMBER,
            title="Texts in one call",
            default=USUAL_BATCH,
            minimum=1,
            maximum=2_048,
            is_whole=True,
        ),
        asking.TIMEOUT,
    ),
    output_schema={
        "type": "object",
        "properties": {
            "embeddings": {
                "type": "array",
                "items": {"type": "array", "items": {"type": "number"}},
            },
            "count": {"type": "integer"},
            "dimensions": {"type": "integer"},
            "model": {"type": "string"},
            "usage": asking.USAGE_SCHEMA,
        },
        "required": ["embeddings", "count", "dimensions", "model", "usage"],
    },
)
