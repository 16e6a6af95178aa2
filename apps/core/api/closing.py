"""A socket that is closed while it listens is closed at once."""

import asyncio
from typing import Any

from apps.core.api.asgi import Message, Receive, Send

NORMAL = 1000


class ClosesAtOnce:
    """Wraps an application of sockets: before a close is sent, its listening ends.

    granian sends no close while a `receive` waits (2.8.7, measured: until the browser says something), so whoever was
    signed out went on listening. The application hears of the end after the close is on its way, as of any other.
    """

    def __init__(self, application: Any) -> None:
        self._application = application

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one socket."""
        one = _Socket(receive, send)
        await self._application(scope, one.receive, one.send)


class _Socket:
    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._pending: asyncio.Future[Message] | None = None
        self._code: int | None = None
        self._is_sent = asyncio.Event()

    async def receive(self) -> Message:
        if self._code is None:
            self._pending = asyncio.ensure_future(self._receive())
            try:
                return await self._pending
            except asyncio.CancelledError:
                # By us, or with the whole socket.
                if self._code is None:
                    raise
        await self._is_sent.wait()
        return {"type": "websocket.disconnect", "code": self._code}

    async def send(self, message: Message) -> None:
        if message["type"] != "websocket.close":
            await self._send(message)
            return
        self._code = int(message.get("code") or NORMAL)
        if self._pending is not None and not self._pending.done():
            self._pending.cancel()
            await asyncio.wait([self._pending])
        try:
            await self._send(message)
        finally:
            self._is_sent.set()
