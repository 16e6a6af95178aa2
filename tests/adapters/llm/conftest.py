"""The three providers as loopback servers, and what asks them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from apps.adapters.addresses import Allowance
from apps.adapters.calls import Cancellation
from apps.adapters.destination import Policy
from apps.adapters.llm.line import Exit
from apps.adapters.llm.models import GuardedModels
from apps.adapters.llm.prices import Prices
from apps.adapters.transport import Transport
from apps.engine.credential import Credential
from apps.engine.llm import ChatRequest, EmbedRequest, Message
from apps.engine.secret import Secret
from tests.adapters.llm import wire
from tests.adapters.servers import Server

KEY = "sk-hunter2-hunter2"


@dataclass(frozen=True)
class Provider:
    """One provider's way of saying the same things."""

    kind: str
    model: str
    reply: Callable[..., Any]
    events: Callable[..., Any]
    filtered: str
    media: str = "text/event-stream"

    def credential(self, url: str, **values: Any) -> Credential:
        given: dict[str, Any]
        if self.kind == "aws":
            given = {
                "access_key_id": "AKIDEXAMPLE",
                "secret_access_key": Secret(KEY),
                "region": "eu-central-1",
                "endpoint_url": url,
            }
        else:
            path = "/v1" if self.kind == "openai" else ""
            given = {"api_key": Secret(KEY), "base_url": f"{url}{path}" if url else ""}
        return Credential("mine", self.kind, {**given, **values})

    def streamed(self, *pieces: str, reason: str | None = ...) -> Any:
        given = {} if reason is ... else {"reason": reason}
        return wire.stream(self.events(*pieces, **given), self.media)


PROVIDERS = {
    "openai": Provider("openai", "gpt-4o", wire.openai_reply, wire.openai_events, "content_filter"),
    "anthropic": Provider(
        "anthropic", "claude-sonnet-4-6", wire.anthropic_reply, wire.anthropic_events, "refusal"
    ),
    "aws": Provider(
        "aws",
        "eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
        wire.bedrock_reply,
        wire.bedrock_events,
        "guardrail_intervened",
        "application/vnd.amazon.eventstream",
    ),
}


@pytest.fixture(params=PROVIDERS, ids=list(PROVIDERS))
def provider(request) -> Provider:
    return PROVIDERS[request.param]


@dataclass
class Asking:
    """Asks one loopback server, which alone is allowed."""

    server: Server
    provider: Provider
    prices: Prices = field(default_factory=Prices)
    cancellation: Cancellation = field(default_factory=Cancellation)
    credential: Credential | None = None
    transport: Transport = field(default_factory=Transport)
    own_hosts: tuple[str, ...] = ()

    @property
    def models(self) -> GuardedModels:
        policy = Policy((Allowance("127.0.0.1", self.server.port),), self.own_hosts)
        way = Exit(policy, "tenant", self.cancellation, self.transport)
        return GuardedModels(way, self.prices)

    @property
    def given(self) -> Credential:
        return self.credential or self.provider.credential(self.server.url)

    def ask(self, text: str = "Hi", hear: Any = None, **asked: Any):
        request = {"model": self.provider.model, "messages": (Message("user", text),), **asked}
        try:
            return self.models.complete(ChatRequest(credential=self.given, **request), hear)
        finally:
            self.transport.close()

    def embed(self, *texts: str, **asked: Any):
        request = {"model": self.provider.model, "texts": texts, **asked}
        try:
            return self.models.embed(EmbedRequest(credential=self.given, **request))
        finally:
            self.transport.close()
