"""The sockets: hints about executions of the tenant whose host was called, for a browser that is signed in there."""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from asgiref.sync import sync_to_async
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from apps.core import db, tenancy
from apps.core.errors import GoraxError
from apps.core.pace import Pace
from apps.executions.errors import ExecutionNotFoundError
from apps.executions.queries import finding, seeing
from apps.executions.services.news import execution_channel, tenant_channel
from apps.tenants import facade as tenants
from apps.workflows import facade as workflows
from apps.workflows.errors import ShareTooNarrowError

log = logging.getLogger(__name__)

CLOSE_TOO_MUCH = 1008
CLOSE_TRY_AGAIN_LATER = 1013
CLOSE_UNAUTHORIZED = 4401
CLOSE_FORBIDDEN = 4403
CLOSE_NOT_FOUND = 4404
LONGEST_MESSAGE_CHARACTERS = 1024
# The screen says nothing at all; each open socket costs a statement every few seconds, and a place in this process.
MOST_MESSAGES_PER_S = 20
MOST_SOCKETS = 10
# A browser that takes nothing for so long is let go: what is meant for it would pile up in this process.
SENT_WITHIN_S = 5.0
PERMISSION = "execution.read"
# Who listens is looked at again this often: a session that was ended, a role or a membership that was taken, and a
# suspended tenant lose their socket within 5 s, not only their next request. One statement for each socket.
RECHECK_S = 4.0
# Looks in a row that nobody answered: a socket outlives a restart of the database, not a session that cannot be judged.
MOST_UNANSWERED = 20


# How many each person has open here, on hosts of all tenants together. Counted by the one loop of this process.
_open: Counter[UUID] = Counter()


@dataclass(frozen=True, slots=True)
class Refusal(Exception):  # noqa: N818 - a close code, not an error of ours
    """Why a socket is closed, as its code."""

    code: int


@dataclass(frozen=True, slots=True)
class Admission:
    """Who listens, to which tenant, and of which of its workflows nothing may be said."""

    user_id: UUID
    schema: str
    hidden: frozenset[UUID] = frozenset()


class ExecutionNews(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels ships no types
    """`/ws/executions` (all of the tenant) and `/ws/executions/<id>`: hints only, REST is the truth."""

    permission = PERMISSION

    async def __call__(self, *scope_receive_send: Any) -> None:
        """Serve one socket; however it ends, its place is free afterwards."""
        self._counted_for: UUID | None = None
        try:
            await super().__call__(*scope_receive_send)
        finally:
            if self._counted_for is not None:
                _open[self._counted_for] -= 1
                if not _open[self._counted_for]:
                    del _open[self._counted_for]

    async def connect(self) -> None:
        """Accept a browser of this host that may read executions; the reason of a refusal is the close code."""
        self._recheck: asyncio.Task[None] | None = None
        self._group = ""
        self._pace = Pace(MOST_MESSAGES_PER_S)
        execution_id: UUID | None = self.scope["url_route"]["kwargs"].get("execution_id")
        try:
            admission = await self._admitted(execution_id)
        except Refusal as refusal:
            await self.accept()  # a browser is told the code only of a socket that was open
            await self.close(code=refusal.code)
            return
        if _open[admission.user_id] >= MOST_SOCKETS:
            # Never open, so that a browser waits longer each time it tries again.
            await self.close()
            return
        _open[admission.user_id] += 1
        self._counted_for, self._hidden = admission.user_id, admission.hidden
        self._group = (
            execution_channel(admission.schema, execution_id)
            if execution_id
            else tenant_channel(admission.schema)
        )
        await self.channel_layer.group_add(self._group, self.channel_name)
        await self.accept()
        self._recheck = asyncio.create_task(self._check_again(execution_id))

    async def disconnect(self, code: int) -> None:
        """Leave the group."""
        if self._recheck is not None:
            self._recheck.cancel()
        if self._group:
            await self.channel_layer.group_discard(self._group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Answer a ping; anything else a client says here means nothing."""
        if self._pace.admits() is None:
            await self.close(code=CLOSE_TOO_MUCH)
        elif bytes_data is not None or len(text_data or "") > LONGEST_MESSAGE_CHARACTERS:
            await self.close(code=1009)
        elif text_data == "ping":
            await self.send(text_data="pong")

    async def execution_news(self, message: Mapping[str, Any]) -> None:
        """Pass a hint on, unless it is about a workflow that is not there for who listens."""
        if self._hidden and UUID(json.loads(message["text"])["workflow"]) in self._hidden:
            return
        try:
            async with asyncio.timeout(SENT_WITHIN_S):
                await self.send(text_data=message["text"])
        except TimeoutError:
            raise StopConsumer from None  # a close would wait behind what was not taken

    async def _check_again(self, execution_id: UUID | None) -> None:
        unanswered = 0
        while unanswered < MOST_UNANSWERED:
            await asyncio.sleep(RECHECK_S)
            try:
                self._hidden = (await self._admitted(execution_id)).hidden
                unanswered = 0
            except Refusal as refusal:
                await self.close(code=refusal.code)
                return
            except Exception:  # whatever failed, the next look must not fall out
                log.exception("socket.recheck_failed")
                unanswered += 1
        await self.close(code=CLOSE_TRY_AGAIN_LATER)

    async def _admitted(self, execution_id: UUID | None) -> Admission:
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in self.scope["headers"]
        }
        # In a thread of its own: the schema belongs to a thread's connection, which is given back there.
        return await sync_to_async(_admit, thread_sensitive=False)(headers, execution_id)


def _admit(headers: Mapping[str, str], execution_id: UUID | None) -> Admission:
    """Return who may hear which tenant's news.

    Raises:
        Refusal: unknown host, foreign origin, nobody signed in, no permission, or no such execution here.
    """
    try:
        host = urlsplit(f"//{headers.get('host', '')}")
        tenant = _tenant(host.hostname or "")
        _refuse_foreign_origin(headers.get("origin", ""), host.hostname or "", host.port)
        token = _cookie(headers.get("cookie", ""))
        _, principal = tenants.by_access_token(token, tenant.id)
        if not principal.may(PERMISSION):
            raise Refusal(CLOSE_FORBIDDEN)
        with tenancy.entered(tenant.schema):
            if execution_id is None:
                hidden = workflows.hidden_from(principal)
                return Admission(principal.user_id, tenant.schema, hidden)
            finding.require(execution_id)
            seeing.require(principal, PERMISSION, execution_id)
            return Admission(principal.user_id, tenant.schema)
    except ShareTooNarrowError:
        raise Refusal(CLOSE_FORBIDDEN) from None
    except ExecutionNotFoundError:
        raise Refusal(CLOSE_NOT_FOUND) from None
    except (GoraxError, ValueError):
        raise Refusal(CLOSE_UNAUTHORIZED) from None
    finally:
        db.give_back()


def _tenant(host: str) -> tenants.TenantInfo:
    if settings.GORAX_SINGLE_HOST:
        tenant = tenants.single() if host == settings.GORAX_SINGLE_HOST else None
    else:
        tenant = tenants.by_host(host)
    if tenant is None:
        raise Refusal(CLOSE_NOT_FOUND)
    if not tenant.is_active:
        raise Refusal(CLOSE_FORBIDDEN)
    return tenant


def _refuse_foreign_origin(origin: str, host: str, port: int | None) -> None:
    """Our pages come from this very host: from the web's port, or, behind an ingress, from the socket's own."""
    ours = urlsplit(origin)
    if ours.scheme not in {"http", "https"} or ours.hostname != host:
        raise Refusal(CLOSE_FORBIDDEN)
    if ours.port not in {settings.GORAX_PORT, port}:
        raise Refusal(CLOSE_FORBIDDEN)


def _cookie(text: str) -> str:
    try:
        found = SimpleCookie(text).get(f"{settings.GORAX_COOKIE_PREFIX}gorax_access")
    except CookieError:
        found = None
    if found is None:
        raise Refusal(CLOSE_UNAUTHORIZED)
    return found.value
