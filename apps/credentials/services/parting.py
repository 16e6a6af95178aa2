"""The end of a connected account: it is used by nobody from now on, its tokens are given back, and then forgotten.

In this order, so that a death between two of them leaves tokens that can still be given back, and none that are used.
"""

import json
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from apps.adapters.errors import HttpError
from apps.audit import facade as audit
from apps.core import tenancy
from apps.credentials import queries
from apps.credentials.errors import NotConnectableError
from apps.credentials.models import Connection
from apps.credentials.queries import Row
from apps.credentials.rules.kinds.connections import ACCOUNT
from apps.credentials.rules.providers import Provider, provider_of
from apps.credentials.services import connections, tokens
from apps.credentials.services.consents import NOTHING_HELD
from apps.credentials.services.token_calls import Client, send
from apps.credentials.services.tokens import ACCESS, REFRESH, Held
from apps.engine.secret import Secret
from apps.keys.errors import KeyAwayError, SealError


def disconnect(credential_id: UUID) -> bool:
    """Give the tokens back to the provider and forget them; return whether it has taken them back.

    Raises:
        CredentialNotFoundError: there is no such credential.
        NotConnectableError: it is not connected.
        KeyAwayError: the service that holds the installation's key does not answer; nobody uses the tokens any more, and
            they can still be given back.
    """
    schema = tenancy.current_schema()
    row = queries.row(schema, credential_id)
    connection = tokens.held(schema, row.id) if row.type == ACCOUNT else None
    if connection is None or connection.dek is None:
        raise NotConnectableError("It is not connected.")
    return _parted(schema, row, connection)


def before_deleting(credential_id: UUID) -> None:
    """Give back what a credential that is about to be deleted holds, if it is a connected account."""
    schema = tenancy.current_schema()
    row = queries.row(schema, credential_id)
    connection = tokens.held(schema, row.id) if row.type == ACCOUNT else None
    if connection is not None and connection.dek is not None:
        _parted(schema, row, connection)


def _parted(schema: str, row: Row, connection: Held) -> bool:
    mine = Connection.objects.filter(credential_id=row.id, generation=connection.generation)
    if connection.status == Connection.Status.ACTIVE:
        with transaction.atomic():
            mine.update(status=Connection.Status.REVOKED, problem="", updated_at=Now())
            target = audit.Target("credential", row.id, row.name)
            audit.record("credential.disconnected", target=target)
    is_taken = _given_back(schema, row, connection)
    mine.filter(status=Connection.Status.REVOKED).update(**NOTHING_HELD, updated_at=Now())
    return is_taken


def _given_back(schema: str, row: Row, connection: Held) -> bool:
    """Ask the provider to take tokens back; whether it did. What cannot be opened cannot be given back."""
    provider = provider_of(row.values)
    url = provider.revocation_url or connection.addresses.get("revocation_url", "")
    if not url or not provider.revocation:
        return False
    try:
        client = connections.client_of(schema, row)
        have = tokens.opened(schema, row.id, connection)
        return _asked(provider, client, url, have)
    except KeyAwayError:
        raise
    except (HttpError, SealError):
        return False


def _asked(provider: Provider, client: Client, url: str, have: dict[str, Secret]) -> bool:
    match provider.revocation:
        case "github":
            headers: dict[str, str | Secret] = {
                "Authorization": client.basic(),
                "Content-Type": "application/json",
            }
            body = Secret(json.dumps({"access_token": have[ACCESS].reveal()}))
            return send(client.schema, "DELETE", url, headers, body).status == 204
        case "slack":
            proof = Secret(f"Bearer {have[ACCESS].reveal()}")
            heard = send(client.schema, "POST", url, {"Authorization": proof})
            return heard.said.get("ok") is True
        case _:
            # With the one that renews, all that came of it goes too (RFC 7009, section 2.1), at most servers.
            taken = [
                client.post(url, {"token": have[name].reveal(), "token_type_hint": name}).status
                for name in (REFRESH, ACCESS)
                if name in have
            ]
            return taken[0] == 200
