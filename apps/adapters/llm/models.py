"""The engine's Chat and Embedding ports: the credential's type says which SDK, and that is loaded only now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from apps.adapters.llm import refusals
from apps.adapters.llm.line import Exit, Line
from apps.adapters.llm.prices import Prices
from apps.engine.errors import PortError
from apps.engine.llm import ChatReply, ChatRequest, EmbedReply, EmbedRequest, Hear


class Provider(Protocol):
    """A module of this package that speaks with one provider."""

    def complete(
        self, way: Line, request: ChatRequest, hear: Hear | None, prices: Prices
    ) -> ChatReply: ...

    def embed(self, way: Line, request: EmbedRequest, prices: Prices) -> EmbedReply: ...


# Credential type → the library that it needs.
PROVIDERS: Mapping[str, str] = {"openai": "openai", "anthropic": "anthropic", "aws": "boto3"}


@dataclass(frozen=True, slots=True)
class GuardedModels:
    """The models that one tenant's step may ask. Cheap to make."""

    way: Exit
    prices: Prices

    def complete(self, request: ChatRequest, hear: Hear | None = None) -> ChatReply:
        """Ask a model once; the Chat port says what may be raised."""
        provider = provider_of(request.credential.type)
        with self.way.line(request.credential, request.timeout_s) as line:
            return provider.complete(line, request, hear, self.prices)

    def embed(self, request: EmbedRequest) -> EmbedReply:
        """Turn texts into vectors; the Embedding port says what may be raised."""
        provider = provider_of(request.credential.type)
        with self.way.line(request.credential, request.timeout_s) as line:
            reply = provider.embed(line, request, self.prices)
        if len(reply.vectors) != len(request.texts):
            raise refusals.unreadable(
                f"{len(reply.vectors)} vectors for {len(request.texts)} texts."
            )
        return reply


def provider_of(kind: str) -> Provider:
    """Return what speaks with the provider of a type of credential.

    Raises:
        PortError: `provider_unknown`, no provider has such credentials; `model_sdk_missing`, its SDK is not installed.
    """
    if kind not in PROVIDERS:
        raise PortError("provider_unknown", f"A credential of type “{kind}” leads to no model.")
    try:
        return _loaded(kind)
    except ImportError:
        raise refusals.missing_sdk(PROVIDERS[kind]) from None


def _loaded(kind: str) -> Provider:
    if kind == "openai":
        from apps.adapters.llm import openai

        return openai
    if kind == "anthropic":
        from apps.adapters.llm import anthropic

        return anthropic
    from apps.adapters.llm import bedrock

    return bedrock
