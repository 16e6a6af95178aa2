"""The sockets: hints about executions of the tenant whose host was called, for a browser that is signed in there."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from apps.core import db
from apps.executions.services.news import execution_channel, tenant_channel
from apps.tenants import facade as tenants

CLOSE_UNAUTHORIZED = 4401
CLOSE_FORBIDDEN = 4403
CLOSE_NOT_FOUND = 4404
LONGEST_MESSAGE_BYTES = 1024
# The session is looked at again this often: a revoked one loses its socket, not only its next request.
RECHECK_S = 60.0


class ExecutionNews(AsyncWebsocketConsumer):
    """`/ws/executions` (all of the tenant) and `/ws/executions/<id>`: hints only, REST is the truth."""

    async def connect(self) -> None:
        """Accept a browser of this host that may read executions; the reason of a refusal is the close code."""
        self._recheck: asyncio.Task[None] | None = None
        self._group = ""
        admission = await self._admission()
        if not isinstance(admission, tenants.Admission):
            await self.accept()  # a browser sees a close code only of a socket that was open
            await self.close(code=admission)
            return
        execution_id: UUID | None = self.scope["url_route"]["kwargs"].get("execution_id")
        schema = admission.schema
        self._group = (
            execution_channel(schema, execution_id) if execution_id else tenant_channel(schema)
        )
        await self.channel_layer.group_add(self._group, self.channel_name)
        await self.accept()
        self._recheck = asyncio.create_task(self._check_again())

    async def disconnect(self, code: int) -> None:
        """Leave the group."""
        if self._recheck is not None:
            self._recheck.cancel()
        if self._group:
            await self.channel_layer.group_discard(self._group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Answer a ping; anything else a client says here means nothing."""
        if bytes_data is not None or len(text_data or "") > LONGEST_MESSAGE_BYTES:
            await self.close(code=1009)
        elif text_data == "ping":
            await self.send(text_data="pong")

    async def execution_news(self, message: Mapping[str, Any]) -> None:
        """Pass a hint on."""
        await self.send(text_data=message["text"])

    async def _check_again(self) -> None:
        while True:
            await asyncio.sleep(RECHECK_S)
            admission = await self._admission()
            if not isinstance(admission, tenants.Admission):
                await self.close(code=admission)
                return

    async def _admission(self) -> "tenants.Admission | int":
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in self.scope["headers"]
        }
        return await sync_to_async(_admit, thread_sensitive=False)(headers)


def _admit(headers: Mapping[str, str]) -> "tenants.Admission | int":
    """Say who may listen, in a thread whose connection is given back."""
    try:
        admission = tenants.admit_socket(headers)
    except tenants.UnknownHostError:
        return CLOSE_NOT_FOUND
    except tenants.NotSignedInError:
        return CLOSE_UNAUTHORIZED
    except tenants.ForeignOriginError:
        return CLOSE_FORBIDDEN
    finally:
        db.give_back()
    return admission if "execution.read" in admission.permissions else CLOSE_FORBIDDEN
