"""Models in memory: what they answer is a function, or a list of answers; they keep what they were asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from apps.engine.growing import Partial
from apps.engine.llm import ChatReply, ChatRequest, EmbedReply, EmbedRequest, Hear, NoModels, Usage
from apps.engine.value import StepKey

Answer: TypeAlias = Callable[[ChatRequest], ChatReply]
Embed: TypeAlias = Callable[[EmbedRequest], EmbedReply]

_WORD = re.compile(r"\S+\s*|\s+")


@dataclass(slots=True)
class FakeModels:
    """Both ports of models; whoever listens hears an answer word by word."""

    answer: Answer = NoModels().complete
    vectors: Embed = NoModels().embed
    asked: list[ChatRequest] = field(default_factory=list)
    embedded: list[EmbedRequest] = field(default_factory=list)

    def complete(self, request: ChatRequest, hear: Hear | None = None) -> ChatReply:
        """Hand the question to the function."""
        self.asked.append(request)
        reply = self.answer(request)
        if hear is not None:
            for word in _WORD.findall(reply.text):
                hear(word)
        return reply

    def embed(self, request: EmbedRequest) -> EmbedReply:
        """Hand the texts to the function."""
        self.embedded.append(request)
        return self.vectors(request)


@dataclass(slots=True)
class FakeLive:
    """Keeps everything that was shown."""

    shown: list[tuple[StepKey, int, Partial]] = field(default_factory=list)

    def show(self, key: StepKey, attempt: int, partial: Partial) -> None:
        """Keep it."""
        self.shown.append((key, attempt, partial))


def scripted(said: Mapping[str, Any]) -> FakeModels:
    """Return models that give the `answers` of an entry of examples.json in turn, and its `vectors` by text.

    Each call counts `usage`: input tokens, output tokens, dollars.
    """
    usage = Usage(*said.get("usage", (10, 5, None)))
    answers: Iterator[str] = iter(said.get("answers", ()))
    vectors: Mapping[str, list[float]] = said.get("vectors", {})

    def answer(request: ChatRequest) -> ChatReply:
        return ChatReply(next(answers), request.model, said.get("finish_reason", "stop"), usage)

    def embed(request: EmbedRequest) -> EmbedReply:
        found = tuple(tuple(vectors[text]) for text in request.texts)
        return EmbedReply(found, request.model, usage)

    return FakeModels(answer, embed)
