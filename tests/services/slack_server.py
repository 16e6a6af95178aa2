"""As much of Slack as its operations touch, as its documentation says: always 200 and `ok`, but for a rate limit."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.adapters.servers import Seen, ok

TOKEN = "xoxb-of-the-tests-only"
PEOPLE = {"ada@example.com": "U012AB3CD"}


@dataclass
class Slack:
    """One workspace with two channels and one person."""

    channels: dict[str, str] = field(default_factory=lambda: {"C1": "general", "C2": "deployments"})
    messages: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    reactions: set[tuple[str, str, str]] = field(default_factory=set)
    limited_for_s: int = 0

    def answer(self, seen: Seen) -> bytes:
        if self.limited_for_s:
            return ok(b"", f"Retry-After: {self.limited_for_s}", status="429 Too Many Requests")
        parts = urlsplit(seen.target)
        known = seen.headers.get("authorization") == f"Bearer {TOKEN}"
        if not known:
            return said(error="invalid_auth" if "authorization" in seen.headers else "not_authed")
        asked = dict(parse_qsl(parts.query))
        if seen.method == "POST":
            if seen.headers.get("content-type") != "application/json; charset=utf-8":
                return said(error="invalid_form_data")
            asked = json.loads(seen.body)
        method = getattr(self, parts.path.removeprefix("/api/").replace(".", "_"), None)
        return said(error="unknown_method") if method is None else method(asked)

    def chat_postMessage(self, asked: dict[str, Any]) -> bytes:  # noqa: N802 - Slack's own name
        channel = self._channel(asked["channel"])
        if channel is None:
            return said(error="channel_not_found")
        ts = f"1503435956.{len(self.messages):06}"
        self.messages[channel, ts] = {"type": "message", "ts": ts, **asked}
        return said(channel=channel, ts=ts, message=self.messages[channel, ts])

    def chat_update(self, asked: dict[str, Any]) -> bytes:
        message = self.messages.get((asked["channel"], asked["ts"]))
        if message is None:
            return said(error="message_not_found")
        message["text"] = asked["text"]
        return said(channel=asked["channel"], ts=asked["ts"], text=asked["text"])

    def reactions_add(self, asked: dict[str, Any]) -> bytes:
        reaction = (asked["channel"], asked["timestamp"], asked["name"])
        if reaction[:2] not in self.messages:
            return said(error="message_not_found")
        if reaction in self.reactions:
            return said(error="already_reacted")
        self.reactions.add(reaction)
        return said()

    def users_lookupByEmail(self, asked: dict[str, Any]) -> bytes:  # noqa: N802 - Slack's own name
        person = PEOPLE.get(asked["email"])
        return said(error="users_not_found") if person is None else said(user={"id": person})

    def conversations_open(self, asked: dict[str, Any]) -> bytes:
        if asked["users"] not in PEOPLE.values():
            return said(error="user_not_found")
        self.channels["D1"] = asked["users"]
        return said(channel={"id": "D1"})

    def conversations_list(self, asked: dict[str, Any]) -> bytes:
        names = sorted(self.channels)
        start, size = int(asked.get("cursor", "0=")[:-1]), int(asked["limit"])
        items = [{"id": name, "name": self.channels[name]} for name in names[start : start + size]]
        after = f"{start + size}=" if start + size < len(names) else ""
        return said(channels=items, response_metadata={"next_cursor": after})

    def _channel(self, name: str) -> str | None:
        by_name = {f"#{known}": id_ for id_, known in self.channels.items()}
        return name if name in self.channels else by_name.get(name)


def said(error: str | None = None, **more: Any) -> bytes:
    body = {"ok": error is None, **({} if error is None else {"error": error}), **more}
    return ok(json.dumps(body).encode(), "Content-Type: application/json; charset=utf-8")
