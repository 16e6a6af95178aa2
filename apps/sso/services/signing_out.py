"""Signing out, from both sides: the provider ends our sessions, and we say where to end the provider's."""

import logging
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from apps.core import tenancy
from apps.core.errors import GoraxError
from apps.keys import facade as keys
from apps.keys.facade import Sealed
from apps.sso.errors import IdentityNotFoundError, SignInNotOfferedError
from apps.sso.models import Attempt, Vouching
from apps.sso.queries import connections as queries
from apps.sso.rules import claims as rules
from apps.sso.services import provider, settling, signed, trail
from apps.sso.services.connections import client_of
from apps.tenants import facade as tenants
from apps.tenants.facade import TenantInfo

log = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=1)


def by_provider(tenant: TenantInfo, connection_id: UUID, token: str) -> int:
    """End the sessions that a logout token names; return how many.

    Only those that began before the token was made: who sends it a second time ends nothing.

    Raises:
        SignInNotOfferedError: this tenant has no such connection, or it is switched off.
        ProviderBrokenError, ProviderUnreachableError: the token is not good, or its key could not be asked for.
    """
    row = queries.enabled(tenant.id, connection_id)
    if row is None:
        raise SignInNotOfferedError
    claims = signed.logout_token(client_of(row, tenant.schema), token)
    made_at = datetime.fromtimestamp(float(claims["iat"]), UTC) + timedelta(seconds=1)
    with tenancy.entered(tenancy.PUBLIC):
        named = Vouching.objects.filter(
            identity__connection=row, identity__issuer=row.issuer, created_at__lt=made_at
        )
        if claims.get("sub") is not None:
            named = named.filter(identity__subject=claims["sub"])
        if rules.session_of(claims):
            named = named.filter(provider_session=rules.session_of(claims))
        roots = list(named.values_list("root", flat=True))
        with transaction.atomic():
            ended = tenants.end_sessions(roots, "provider_logout")
            if ended:
                trail.logged_out(row, ended, tenant.schema)
    return ended


def way_out(tenant: TenantInfo, session_id: UUID, *, landing: str) -> str | None:
    """Return where the browser ends its session at the provider too, None if no provider vouches or offers that."""
    root = tenants.root_of(session_id)
    if root is None:
        return None
    with tenancy.entered(tenancy.PUBLIC):
        row = (
            Vouching.objects.filter(root=root, identity__connection__tenant_id=tenant.id)
            .select_related("identity__connection")
            .first()
        )
    if row is None:
        return None
    connection = row.identity.connection
    try:
        about = provider.metadata(client_of(connection, tenant.schema))
        aad = settling.id_token_aad(row.identity_id, row.root)
        hint = keys.open_sealed(Sealed.from_json(row.sealed_id_token), aad=aad).reveal()
    except GoraxError as failure:
        # Whoever wants out gets out of here at least.
        log.warning("sso.no_way_out", extra={"reason": failure.code})
        return None
    if not about.end_session_endpoint:
        return None
    asked = {
        "id_token_hint": hint,
        "client_id": connection.client_id,
        "post_logout_redirect_uri": landing,
    }
    joint = "&" if urlsplit(about.end_session_endpoint).query else "?"
    return f"{about.end_session_endpoint}{joint}{urlencode(asked)}"


def disconnect(tenant: TenantInfo, user_id: UUID, identity_id: UUID) -> None:
    """Forget an identity of a person; the sessions that it opened end.

    Raises:
        IdentityNotFoundError: the person has none of that id here.
    """
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        row = queries.identities(tenant.id, user_id).filter(pk=identity_id).first()
        if row is None:
            raise IdentityNotFoundError
        roots = list(row.vouchings.values_list("root", flat=True))
        tenants.end_sessions(roots, "sso_removed")
        trail.identity("unlinked", row, tenant.schema)
        row.delete()


def forget_ended() -> int:
    """Delete ways that were begun, and what vouched for sessions, that ended more than a day ago; return how many."""
    with tenancy.entered(tenancy.PUBLIC):
        attempts, _ = Attempt.objects.filter(expires_at__lt=Now() - KEPT_FOR).delete()
        vouchings, _ = Vouching.objects.filter(expires_at__lt=Now() - KEPT_FOR).delete()
    return attempts + vouchings
