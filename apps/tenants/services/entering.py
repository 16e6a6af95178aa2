"""From what a caller shows to who they are: for requests and sockets alike."""

from uuid import UUID

from apps.core import request_context
from apps.core.principals import Principal
from apps.tenants.errors import SecondFactorNeededError, SessionOverError
from apps.tenants.queries import access
from apps.tenants.queries.access import Standing
from apps.tenants.services import api_keys, tokens


def by_access_token(token: str, tenant_id: UUID | None) -> tuple[Standing, Principal]:
    """Return who a browser's access token is, by one query, so a revoked session is out at once.

    Raises:
        AccessExpiredError: the token is older than 15 minutes.
        SessionOverError: it is not one of this host, its session has ended, or its owner has left the tenant.
        SecondFactorNeededError: the tenant asks for one, and this session has shown none.
    """
    claims = tokens.read_access(token, tenant_id)
    standing = access.standing(claims.session_id, tenant_id)
    if standing is None or standing.user_id != claims.user_id:
        raise SessionOverError
    if standing.is_kept_out:
        raise SecondFactorNeededError
    return standing, Principal(
        kind="user" if standing.acting is None else "operator",
        user_id=standing.user_id,
        tenant_id=tenant_id,
        role=standing.role,
        permissions=standing.permissions,
        session_id=claims.session_id,
        is_federated=standing.is_federated,
        is_confirmed=standing.is_confirmed,
        roles=standing.roles,
        acting=standing.acting,
    )


def by_api_key(text: str, tenant_id: UUID, *, address: str = "") -> Principal:
    """Return who an API key is: at most what its maker may today.

    Raises:
        ApiKeyRefusedError: it is not good here.
    """
    holder = api_keys.holder_of(text, tenant_id, address=address)
    principal = Principal(
        kind="api_key",
        user_id=holder.user_id,
        tenant_id=tenant_id,
        role=holder.role,
        permissions=holder.permissions,
        api_key_id=holder.key_id,
        roles=holder.roles,
    )
    request_context.bind_principal(principal, holder.email)
    return principal
