"""The browsers in which I am signed in."""

from itertools import groupby
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api.permissions import OwnAccount, caller
from apps.core.principals import Principal
from apps.tenants.api import serializers
from apps.tenants.api.authentication import clear_cookies
from apps.tenants.models import Session
from apps.tenants.queries import access
from apps.tenants.services import own_sessions

MOST_SHOWN = 500


class Sessions(APIView):
    """My sessions, the one used last first: one for each browser, however many hosts it has been on."""

    permission_classes = [OwnAccount]

    @extend_schema(responses=serializers.SessionPage)
    def get(self, request: Request) -> Response:
        principal = caller(request)
        rows = sorted(access.sessions_of(principal.user_id)[:MOST_SHOWN], key=_root)
        families = [list(rows) for _, rows in groupby(rows, key=_root)]
        results = sorted(
            (_body(family, principal) for family in families),
            key=lambda body: str(body["last_used_at"]),
            reverse=True,
        )
        page = {"results": results, "next": None, "previous": None}
        return Response(serializers.SessionPage(page).data)

    @extend_schema(operation_id="account_sessions_destroy_all", responses={204: None})
    def delete(self, request: Request) -> Response:
        """Sign out everywhere, here too: every access token is worthless from the next request on."""
        own_sessions.end_all(caller(request).user_id)
        response = Response(status=204)
        clear_cookies(response)
        return response


class OneSession(APIView):
    """End one of my sessions, on every host that it crossed to."""

    permission_classes = [OwnAccount]

    @extend_schema(responses={204: None})
    def delete(self, request: Request, root: UUID) -> Response:
        own_sessions.end(caller(request).user_id, root)
        return Response(status=204)


def _root(session: Session) -> UUID:
    return session.root


def _body(family: list[Session], principal: Principal) -> dict[str, object]:
    newest = max(family, key=lambda each: each.last_used_at or each.created_at)
    return {
        "id": newest.root,
        "ip": newest.ip,
        "user_agent": newest.user_agent,
        "created_at": min(each.created_at for each in family),
        "last_used_at": newest.last_used_at or newest.created_at,
        "tenants": sorted({each.tenant.name for each in family if each.tenant is not None}),
        "is_current": any(each.pk == principal.session_id for each in family),
    }
