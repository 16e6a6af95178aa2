"""What the providers put on the wire, byte for byte: JSON, server-sent events, and the event stream of AWS."""

import json
import struct
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from tests.adapters.servers import ok


def answer(body: Any, *headers: str, status: str = "200 OK") -> bytes:
    return ok(json.dumps(body).encode(), "Content-Type: application/json", *headers, status=status)


def stream(pieces: Iterable[bytes], kind: str = "text/event-stream") -> Iterator[bytes]:
    """A reply that comes in chunks and says when it is over."""
    yield f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    for piece in pieces:
        yield f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
    yield b"0\r\n\r\n"


def event(data: Any, name: str = "") -> bytes:
    head = f"event: {name}\n" if name else ""
    text = data if isinstance(data, str) else json.dumps(data)
    return f"{head}data: {text}\n\n".encode()


def openai_reply(text: str = "Hello", reason: str = "stop", **message: Any) -> dict[str, Any]:
    return {
        "id": "c-1",
        "object": "chat.completion",
        "created": 1,
        "model": "gpt-4o-2024-08-06",
        "choices": [
            {
                "index": 0,
                "finish_reason": reason,
                "message": {"role": "assistant", "content": text, **message},
            }
        ],
        "usage": {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100},
    }


def openai_events(*pieces: str, reason: str | None = "stop") -> Iterator[bytes]:
    def chunk(delta: Any, finish: str | None = None) -> bytes:
        choices = [{"index": 0, "delta": delta, "finish_reason": finish}]
        return event({"id": "c-1", "model": "gpt-4o-2024-08-06", "choices": choices})

    yield chunk({"role": "assistant", "content": ""})
    for piece in pieces:
        yield chunk({"content": piece})
    if reason is not None:
        yield chunk({}, reason)
        usage = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}
        yield event({"id": "c-1", "model": "gpt-4o-2024-08-06", "choices": [], "usage": usage})
        yield event("[DONE]")


def anthropic_reply(text: str = "Hello", reason: str = "end_turn") -> dict[str, Any]:
    return {
        "id": "m-1",
        "type": "message",
        "role": "assistant",
        "model": "claude-sonnet-4-6-20260115",
        "content": [{"type": "text", "text": text}],
        "stop_reason": reason,
        "stop_sequence": None,
        "usage": {"input_tokens": 1000, "output_tokens": 100},
    }


def anthropic_events(*pieces: str, reason: str | None = "end_turn") -> Iterator[bytes]:
    def said(kind: str, **data: Any) -> bytes:
        return event({"type": kind, **data}, kind)

    start = {**anthropic_reply(), "content": [], "stop_reason": None}
    start["usage"] = {"input_tokens": 1000, "output_tokens": 1}
    yield said("message_start", message=start)
    yield said("content_block_start", index=0, content_block={"type": "text", "text": ""})
    yield said("ping")
    for piece in pieces:
        delta = {"type": "text_delta", "text": piece}
        yield said("content_block_delta", index=0, delta=delta)
    yield said("content_block_stop", index=0)
    if reason is not None:
        delta = {"stop_reason": reason, "stop_sequence": None}
        yield said("message_delta", delta=delta, usage={"output_tokens": 100})
        yield said("message_stop")


def bedrock_reply(text: str = "Hello", reason: str = "end_turn") -> dict[str, Any]:
    return {
        "output": {"message": {"role": "assistant", "content": [{"text": text}]}},
        "stopReason": reason,
        "usage": {"inputTokens": 1000, "outputTokens": 100, "totalTokens": 1100},
        "metrics": {"latencyMs": 5},
    }


def bedrock_events(*pieces: str, reason: str | None = "end_turn") -> Iterator[bytes]:
    yield aws_event("messageStart", {"role": "assistant"})
    for piece in pieces:
        delta = {"contentBlockIndex": 0, "delta": {"text": piece}}
        yield aws_event("contentBlockDelta", delta)
    if reason is not None:
        yield aws_event("contentBlockStop", {"contentBlockIndex": 0})
        yield aws_event("messageStop", {"stopReason": reason})
        usage = {"inputTokens": 1000, "outputTokens": 100, "totalTokens": 1100}
        yield aws_event("metadata", {"usage": usage, "metrics": {"latencyMs": 5}})


def aws_event(name: str, data: Any, kind: str = "event") -> bytes:
    """One message of AWS's event stream: lengths, headers, payload, each part with its checksum."""
    named = ":event-type" if kind == "event" else ":exception-type"
    told = {":message-type": kind, named: name, ":content-type": "application/json"}
    headers = b"".join(
        bytes([len(key)]) + key.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()
        for key, value in told.items()
    )
    payload = json.dumps(data).encode()
    prelude = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    message = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + payload
    return message + struct.pack(">I", zlib.crc32(message))
