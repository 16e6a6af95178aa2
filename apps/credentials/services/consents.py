"""Connecting an account: a person is sent to the provider, comes back with a code, and the code is traded for tokens.

RFC 6749 with what RFC 9700 asks of it: a proof (PKCE), a state that is good once in one browser, the issuer of the answer.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from apps.accounts import facade as accounts
from apps.adapters.errors import HttpError
from apps.audit import facade as audit
from apps.core import db, tenancy
from apps.core.failpoints import failpoint
from apps.core.principals import Principal
from apps.credentials import queries
from apps.credentials.errors import ConsentError, NotConnectableError, ProviderAwayError
from apps.credentials.models import Connection, Consent
from apps.credentials.queries import Row
from apps.credentials.rules import accounts as places
from apps.credentials.rules import granted as rules
from apps.credentials.rules.granted import Granted
from apps.credentials.rules.kinds.connections import ACCOUNT
from apps.credentials.rules.providers import Provider, provider_of
from apps.credentials.services import connections, discovery, tokens
from apps.credentials.services.tokens import ACCESS, REFRESH
from apps.engine.secret import Secret
from apps.keys import facade as keys
from apps.tenants import facade as tenants

LIFE = timedelta(minutes=10)
PROOF_PLACE = "{schema}|consent|{state_hash}|proof"
# Whoever has another session cannot even use it up.
TAKE = """
DELETE FROM {s}.credentials_consent
WHERE state_hash = %(state)s::text AND user_id = %(user)s::uuid AND session_id = %(session)s::uuid
RETURNING id, credential_id, state_hash, sealed_proof, version, redirect_uri, issuer, scopes, addresses,
          ends_at > clock_timestamp()
"""


@dataclass(frozen=True, slots=True)
class Person:
    """Who connects, and in which browser."""

    user_id: UUID
    session_id: UUID


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person brings back from a provider, and on which path."""

    state: str = field(repr=False)
    path: str = places.CALLBACK
    code: str = field(default="", repr=False)
    error: str = ""
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class _Taken:
    """A consent that is used up now."""

    id: UUID
    credential_id: UUID
    state_hash: str
    sealed_proof: Mapping[str, str]
    version: int
    redirect_uri: str
    issuer: str
    scopes: list[str]
    addresses: dict[str, str]
    is_in_time: bool


def begin(credential_id: UUID, person: Person, *, more_scopes: tuple[str, ...] = ()) -> str:
    """Return the address of the provider where the person says yes.

    What was granted before is asked for again beside `more_scopes`, so that connecting anew takes nothing away.

    Raises:
        CredentialNotFoundError: there is no such credential.
        NotConnectableError: it is of another type, or disabled.
        ProviderAwayError: the issuer's own description cannot be read.
        SealError: the installation's key cannot be used.
    """
    schema = tenancy.current_schema()
    row = connectable(schema, credential_id)
    provider = provider_of(row.values)
    addresses = discovery.addresses_of(schema, provider)
    state, proof = f"{tenants.current().id.hex}.{secrets.token_urlsafe(32)}", _proof()
    hashed, redirect_uri = _hash(state), redirect_uri_of(row.values)
    scopes = _asked_for(provider, row, more_scopes)
    sealed = keys.seal(Secret(proof), aad=_aad(schema, hashed))
    Consent.objects.filter(ends_at__lte=Now()).delete()
    with transaction.atomic():
        Consent.objects.create(
            credential_id=row.id,
            state_hash=hashed,
            sealed_proof=sealed.to_json(),
            user_id=person.user_id,
            session_id=person.session_id,
            version=row.version,
            redirect_uri=redirect_uri,
            issuer=provider.issuer,
            scopes=scopes,
            addresses=addresses,
            ends_at=Now() + LIFE,
        )
        _record("connecting_began", row, after={"scopes": scopes})
    asked = {
        **provider.extra,
        "response_type": "code",
        "client_id": row.values["client_id"],
        "redirect_uri": redirect_uri,
        "state": state,
        "scope": provider.separator.join(scopes),
    }
    if _has_proof(provider, row):
        asked |= {"code_challenge": _challenge(proof), "code_challenge_method": "S256"}
    url = provider.authorization_url or addresses["authorization_url"]
    glue = "&" if urlsplit(url).query else "?"
    return f"{url}{glue}{urlencode({name: text for name, text in asked.items() if text})}"


def finish(answer: Answer, person: Person, by: Principal) -> UUID:
    """Trade what a person brought back for tokens, and return the id of the credential that is connected now.

    Raises:
        ConsentError: nothing is connected; the code says why. The state is used up all the same.
        ProviderAwayError: the provider does not answer; connect again.
        CredentialNotFoundError, NotConnectableError: the credential is gone, disabled, or since then none for them.
        SealError: the installation's key cannot be used.
    """
    schema = tenancy.current_schema()
    taken = _take(schema, answer.state, person)
    if not by.is_manager:
        queries.require(by, taken.credential_id)
    row = connectable(schema, taken.credential_id)
    if row.version != taken.version:
        raise ConsentError("The credential was changed meanwhile: connect it again.")
    _refuse_strange(taken, answer)
    if answer.error or not answer.code:
        word = rules.error_of({"error": answer.error}) or "no_code"
        raise ConsentError(
            f"The provider connects nothing ({word}): it, or you, said no.", code="consent_refused"
        )
    connection = tokens.held(schema, row.id)
    box = tokens.box(schema, row.id, 1 if connection is None else connection.generation + 1)
    fresh = _traded(schema, row, taken, answer.code)
    failpoint("consent.after_answer")
    _store(box, row, taken, fresh, person)
    return row.id


def connectable(schema: str, credential_id: UUID) -> Row:
    """Return the row of an account.

    Raises:
        CredentialNotFoundError: there is no such credential.
        NotConnectableError: it is of another type, or disabled.
    """
    row = queries.row(schema, credential_id)
    if row.type != ACCOUNT:
        raise NotConnectableError(f"A credential of type {row.type} is not connected.")
    if row.is_disabled:
        raise NotConnectableError("It is disabled: enable it first.")
    return row


def redirect_uri_of(values: Mapping[str, str]) -> str:
    """Return the address to which a provider sends people back: on the host where everybody signs in."""
    return accounts.front_door(places.callback_of(values))


def _take(schema: str, state: str, person: Person) -> _Taken:
    facts = {"state": _hash(state), "user": person.user_id, "session": person.session_id}
    found = db.fetch(db.in_schema(TAKE, schema), facts)
    if not found or not found[0][-1]:
        raise ConsentError(
            "This way was gone before, began more than ten minutes ago, or in another browser: connect it again."
        )
    return _Taken(*found[0])


def _refuse_strange(taken: _Taken, answer: Answer) -> None:
    """Refuse an answer of another server than the one that was asked (RFC 9207), and one on another's path."""
    must_say = taken.addresses.get("names_itself") == "true"
    is_strange = bool(answer.issuer) and answer.issuer != taken.issuer
    is_astray = urlsplit(taken.redirect_uri).path != answer.path
    if is_strange or is_astray or (must_say and not answer.issuer):
        raise ConsentError(
            "The answer comes from another server than the one that was asked. If it is the right one, "
            "name it in the credential as its issuer.",
            code="issuer_mismatch",
        )


def _traded(schema: str, row: Row, taken: _Taken, code: str) -> Granted:
    sealed = keys.Sealed.from_json(taken.sealed_proof)
    proof = keys.open_sealed(sealed, aad=_aad(schema, taken.state_hash))
    provider = provider_of(row.values)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": taken.redirect_uri,
        "code_verifier": proof.reveal() if _has_proof(provider, row) else "",
    }
    url = connections.token_url_of(provider, taken.addresses)
    try:
        heard = connections.client_of(schema, row).post(url, form)
    except HttpError as failure:
        raise ProviderAwayError(f"The provider does not answer: {failure.message}") from None
    fresh = rules.granted(heard.status, heard.said, usual_life_s=provider.usual_life_s)
    if fresh is None:
        if heard.status == 429 or heard.status >= 500:
            raise ProviderAwayError(f"The provider answered {heard.status}: connect again later.")
        word = rules.error_of(heard.said) or str(heard.status)
        raise ConsentError(f"The provider gives no token ({word}).", code="code_refused")
    return fresh


@transaction.atomic
def _store(box: tokens.Box, row: Row, taken: _Taken, fresh: Granted, person: Person) -> None:
    locked = queries.locked(row.id)
    old = Connection.objects.select_for_update().filter(credential_id=row.id).first()
    generation = 1 if old is None else old.generation + 1
    if locked.version != taken.version or generation != box.place.version:
        raise ConsentError("The credential was changed meanwhile: connect it again.")
    values = {ACCESS: fresh.access, **({REFRESH: fresh.refresh} if fresh.refresh else {})}
    # What a server leaves unsaid is what it was asked for (RFC 6749, section 5.1).
    scopes = taken.scopes if fresh.scopes is None else list(fresh.scopes)
    facts: dict[str, object] = {
        **NOTHING_HELD,
        "status": Connection.Status.ACTIVE,
        "generation": generation,
        "dek": box.dek,
        "sealed": box.closed(values),
        "scopes": scopes,
        "addresses": taken.addresses,
        "good_until": None if fresh.life_s is None else Now() + timedelta(seconds=fresh.life_s),
        "connected_by": person.user_id,
        "connected_at": Now(),
        "renewed_at": None,
        "problem": "",
        "updated_at": Now(),
    }
    Connection.objects.update_or_create(credential_id=row.id, defaults=facts)
    _record("connected", row, after={"scopes": scopes, "provider": row.values["provider"]})


# What a connection has no more when its tokens are gone, or are others.
NOTHING_HELD: dict[str, object] = {
    "dek": None,
    "sealed": {},
    "good_until": None,
    "lease": None,
    "leased_until": None,
    "renewing_since": None,
}


def _record(action: str, row: Row, *, after: Mapping[str, object]) -> None:
    target = audit.Target("credential", row.id, row.name)
    audit.record(f"credential.{action}", target=target, after=after)


def _asked_for(provider: Provider, row: Row, more: tuple[str, ...]) -> list[str]:
    usual = rules.scopes_of(provider.scopes) or ()
    before = Connection.objects.filter(credential_id=row.id).values_list("scopes", flat=True)
    granted = before.first() or []
    return list(dict.fromkeys([*usual, *granted, *more]))[: rules.MOST_SCOPES]


def _has_proof(provider: Provider, row: Row) -> bool:
    # Whoever refuses it from servers takes it from a client that has no secret.
    return provider.has_pkce or not row.sealed


def _proof() -> str:
    return secrets.token_urlsafe(48)


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode("utf-8", "replace")).hexdigest()


def _challenge(proof: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(proof.encode()).digest()).decode().rstrip("=")


def _aad(schema: str, state_hash: str) -> str:
    return PROOF_PLACE.format(schema=schema, state_hash=state_hash)
