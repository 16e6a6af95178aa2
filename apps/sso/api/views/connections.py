"""A tenant's connections over HTTP: `/api/v1/sso/connections…`. The client's secret goes in and never comes out."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import reading
from apps.core.api.permissions import caller, can
from apps.core.api.screen import public_url
from apps.core.api.serializers import NothingIn
from apps.sso.api.serializers import (
    ConnectionChange,
    ConnectionIn,
    ConnectionOut,
    DomainIn,
    DomainOut,
    ReportOut,
)
from apps.sso.models import Connection
from apps.sso.queries import connections as queries
from apps.sso.services import connections, domains
from apps.tenants import facade as tenants


def origin_of(request: Request) -> str:
    """Return the origin of the host that was called."""
    return f"{request.scheme}://{request.get_host()}".lower()


class SsoView(GenericAPIView[Any]):
    """What the views of single sign-on share."""

    permission_classes = [can("sso.manage")]
    serializer_class: type[serializers.BaseSerializer[Any]] = NothingIn

    def shown(self, request: Request, connection_id: UUID) -> Any:
        """Return a connection as the API shows it."""
        row = queries.connection(tenants.current().id, connection_id)
        return ConnectionOut(row, context=self.places(request)).data

    def places(self, request: Request) -> dict[str, str]:
        """Return what addresses are made of: this host, and where people sign in."""
        return {"origin": origin_of(request), "landing": f"{public_url(request)}/sign-in"}


class Connections(SsoView):
    """All connections of the tenant."""

    serializer_class = ConnectionIn

    @extend_schema(operation_id="sso_connections_list", responses=ConnectionOut(many=True))
    def get(self, request: Request) -> Response:
        """List connections, newest first."""
        page: list[Connection] | None = self.paginate_queryset(
            queries.connections(tenants.current().id)
        )
        shown = ConnectionOut(page, many=True, context=self.places(request)).data
        return self.get_paginated_response(shown)

    @extend_schema(
        operation_id="sso_connections_create", request=ConnectionIn, responses={201: ConnectionOut}
    )
    def post(self, request: Request) -> Response:
        """Store a connection. It lets nobody in before it is enabled."""
        body = reading.body(request, ConnectionIn)
        made = connections.create(tenants.current(), body, held=caller(request).permissions)
        return Response(self.shown(request, made.pk), status=status.HTTP_201_CREATED)


class OneConnection(SsoView):
    """One connection."""

    serializer_class = ConnectionChange

    @extend_schema(operation_id="sso_connections_get", responses=ConnectionOut)
    def get(self, request: Request, connection_id: UUID) -> Response:
        """Return a connection with the addresses to be entered at the provider."""
        return Response(self.shown(request, connection_id))

    @extend_schema(
        operation_id="sso_connections_update", request=ConnectionChange, responses=ConnectionOut
    )
    def patch(self, request: Request, connection_id: UUID) -> Response:
        """Change a connection; what is left out stays. Another issuer or client needs its secret anew."""
        body = reading.body(request, ConnectionChange)
        held = caller(request).permissions
        connections.update(tenants.current(), connection_id, body, held=held)
        return Response(self.shown(request, connection_id))

    @extend_schema(operation_id="sso_connections_delete", responses={204: None})
    def delete(self, request: Request, connection_id: UUID) -> Response:
        """Delete a connection for good; whom it let in is signed out."""
        connections.delete(tenants.current(), connection_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class TryOut(SsoView):
    """A look at the provider."""

    @extend_schema(operation_id="sso_connections_test", request=NothingIn, responses=ReportOut)
    def post(self, request: Request, connection_id: UUID) -> Response:
        """Ask the provider what it is and for its keys; says what is wrong, and stores nothing."""
        reading.body(request, NothingIn)
        report = connections.try_out(tenants.current(), connection_id)
        return Response(ReportOut(report).data)


class Domains(SsoView):
    """The mail domains of a connection."""

    serializer_class = DomainIn

    @extend_schema(operation_id="sso_domains_create", request=DomainIn, responses={201: DomainOut})
    def post(self, request: Request, connection_id: UUID) -> Response:
        """Say that a domain is yours. It counts once its TXT record is found, or an operator approves it."""
        body = reading.body(request, DomainIn)
        row = domains.add(tenants.current(), connection_id, body["domain"])
        return Response(DomainOut(row).data, status=status.HTTP_201_CREATED)


class OneDomain(SsoView):
    """One mail domain."""

    @extend_schema(operation_id="sso_domains_delete", responses={204: None})
    def delete(self, request: Request, connection_id: UUID, domain_id: UUID) -> Response:
        """Take a domain away: its addresses are led nowhere, and may use their passwords."""
        domains.remove(tenants.current(), connection_id, domain_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class VerifyDomain(SsoView):
    """Proof of a mail domain."""

    @extend_schema(operation_id="sso_domains_verify", request=NothingIn, responses=DomainOut)
    def post(self, request: Request, connection_id: UUID, domain_id: UUID) -> Response:
        """Look for the TXT record now."""
        reading.body(request, NothingIn)
        row = domains.verify(tenants.current(), connection_id, domain_id)
        return Response(DomainOut(row).data)
