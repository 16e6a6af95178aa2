"""A close is sent while nobody listens, and the application hears of it once it is on its way."""

import asyncio
from typing import Any

from apps.core.api.closing import ClosesAtOnce


class Server:
    """What a socket's server does: it says `connect`, then nothing; and it sends no close while somebody listens."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []
        self.is_connected = False
        self.listening = 0

    async def receive(self) -> dict[str, Any]:
        if not self.is_connected:
            self.is_connected = True
            return {"type": "websocket.connect"}
        self.listening += 1
        try:
            return await asyncio.Future()
        finally:
            self.listening -= 1

    async def send(self, message: dict[str, Any]) -> None:
        assert self.listening == 0 or message["type"] != "websocket.close"
        await asyncio.sleep(0)
        self.said.append(dict(message))


def served(application: Any) -> tuple[Server, list[dict[str, Any]]]:
    server, heard = Server(), []

    async def serve() -> None:
        async def whole(scope: Any, receive: Any, send: Any) -> None:
            await application(receive, send, heard)

        await asyncio.wait_for(
            ClosesAtOnce(whole)({"type": "websocket"}, server.receive, server.send), 10
        )

    asyncio.run(serve())
    return server, heard


def test_a_close_by_another_task_ends_the_listening_first_and_is_heard_after_it_was_sent() -> None:
    async def application(receive: Any, send: Any, heard: list) -> None:
        await receive()
        await send({"type": "websocket.accept"})

        async def later() -> None:
            await asyncio.sleep(0)
            await send({"type": "websocket.close", "code": 4401})

        closing = asyncio.ensure_future(later())
        heard.append(await receive())
        closing.cancel()

    server, heard = served(application)

    assert [each["type"] for each in server.said] == ["websocket.accept", "websocket.close"]
    assert server.said[-1]["code"] == 4401
    assert heard[0] == {"type": "websocket.disconnect", "code": 4401}
    assert server.listening == 0


def test_a_close_while_nobody_listens_is_sent_as_it_is() -> None:
    async def application(receive: Any, send: Any, heard: list) -> None:
        await receive()
        await send({"type": "websocket.close"})
        heard.append(await receive())

    server, heard = served(application)

    assert server.said == [{"type": "websocket.close"}]
    assert heard == [{"type": "websocket.disconnect", "code": 1000}]


def test_whoever_ends_the_whole_socket_ends_its_listening() -> None:
    async def application(receive: Any, send: Any, heard: list) -> None:
        await receive()
        listening = asyncio.ensure_future(receive())
        await asyncio.sleep(0)
        listening.cancel()
        heard.extend(await asyncio.gather(listening, return_exceptions=True))

    server, heard = served(application)

    assert [type(each) for each in heard] == [asyncio.CancelledError]
    assert (server.said, server.listening) == ([], 0)
