"""Language models: what is asked of one, what it answers, what that took. Implemented by apps.adapters.llm."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias, TypeVar

from apps.engine.errors import PortError
from apps.engine.secret import Secret
from apps.engine.value import Json

Number = TypeVar("Number", int, float)

# Is given each piece of a text as it comes.
Hear: TypeAlias = Callable[[str], None]


class Access(Protocol):
    """What opens a provider's door: a credential as a node has it, of which no more is asked than this."""

    @property
    def type(self) -> str:
        """The type, which names the provider."""
        ...

    @property
    def values(self) -> Mapping[str, str | Secret]:
        """Its fields."""
        ...

    @property
    def allowed_hosts(self) -> tuple[str, ...]:
        """The only hosts that it may be sent to; empty: any."""
        ...

    def text(self, name: str, default: str = "") -> str:
        """Return a plain value, `default` if it was left empty."""
        ...

    def secret(self, name: str) -> Secret:
        """Return a secret value.

        Raises:
            NodeError: `credential_incomplete`, it was left empty.
        """
        ...


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation; `role` is user or assistant."""

    role: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """One question to a model. The type of `credential` names the provider; what is None is not sent.

    `schema` asks for JSON that fits it, in the provider's own way. `extra` are further parameters, sent as they are.
    `key` is the same whenever the same question is asked again.
    """

    credential: Access
    model: str
    messages: tuple[Message, ...]
    system: str = ""
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    schema: Mapping[str, Json] | None = None
    extra: Mapping[str, Json] = field(default_factory=dict)
    timeout_s: float = 120.0
    key: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a call took. What the provider did not say is None; so is the cost of a model without a known price."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: float | None = None

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            _sum(self.input_tokens, other.input_tokens),
            _sum(self.output_tokens, other.output_tokens),
            _sum(self.cost_usd, other.cost_usd),
        )

    def shown(self) -> dict[str, Json]:
        """Return it as nodes show it."""
        return {
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "total_tokens": _sum(self.input_tokens, self.output_tokens),
            "cost_usd": None if self.cost_usd is None else round(self.cost_usd, 8),
        }


def _sum(one: Number | None, other: Number | None) -> Number | None:
    return None if one is None or other is None else one + other


@dataclass(frozen=True, slots=True)
class ChatReply:
    """What a model answered. `finish_reason` is stop or length; `model` is what the provider calls it."""

    text: str
    model: str
    finish_reason: str = "stop"
    usage: Usage = Usage()


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedRequest:
    """Texts to be turned into vectors by one call; None asks for as many dimensions as the model likes."""

    credential: Access
    model: str
    texts: tuple[str, ...]
    dimensions: int | None = None
    timeout_s: float = 120.0
    key: str = ""


@dataclass(frozen=True, slots=True)
class EmbedReply:
    """The vectors, in the order of the texts."""

    vectors: tuple[tuple[float, ...], ...]
    model: str
    usage: Usage = Usage()


class Chat(Protocol):
    def complete(self, request: ChatRequest, hear: Hear | None = None) -> ChatReply:
        """Ask a model once and return its whole answer; `hear` is given the pieces while they come.

        Raises:
            PortError: there is no answer: `model_key_refused`, `model_no_credit`, `model_unknown`,
                `model_rate_limited`, `model_overloaded`, `model_failed`, `context_too_long`, `content_filtered`,
                `model_request_refused`, `model_reply_invalid`, `model_sdk_missing`, `provider_unknown`, or what the
                Http port raises.
        """
        ...


class Embedding(Protocol):
    def embed(self, request: EmbedRequest) -> EmbedReply:
        """Turn texts into vectors by one call.

        Raises:
            PortError: as Chat does.
        """
        ...


class NoModels:
    """Models where there are none, as in a dry run."""

    def complete(self, request: ChatRequest, hear: Hear | None = None) -> ChatReply:
        """Answer nothing.

        Raises:
            PortError: `model_unreachable`, always.
        """
        raise PortError("model_unreachable", f"{request.model} cannot be reached here.")

    def embed(self, request: EmbedRequest) -> EmbedReply:
        """Answer nothing.

        Raises:
            PortError: `model_unreachable`, always.
        """
        raise PortError("model_unreachable", f"{request.model} cannot be reached here.")
