"""A connected account as a step gets it: its token renewed in time, by one step of many.

    claim (a row, committed) → ask the provider → store the answer (a row, committed)

Nobody holds a lock or a connection of the database while a provider thinks. Whoever finds the claim taken uses the token
that is there, or waits for the new one. ADR 0038 says what a death between the last two means.
"""

import logging
import threading
import time
from dataclasses import dataclass
from functools import partial
from uuid import uuid4

from django.db import DatabaseError

from apps.adapters.errors import HttpError
from apps.core import db
from apps.core.failpoints import failpoint
from apps.credentials.queries import Row
from apps.credentials.rules import granted as rules
from apps.credentials.rules.granted import Granted
from apps.credentials.rules.providers import Provider, provider_of
from apps.credentials.services import envelope, losses, tokens
from apps.credentials.services.envelope import Place
from apps.credentials.services.token_calls import Client
from apps.credentials.services.tokens import ACCESS, REFRESH, Box, Held
from apps.engine.credential import RECONNECT, UNAVAILABLE, Credential, Unusable
from apps.engine.secret import Secret
from apps.keys.errors import SealError

RENEWED_BEFORE_S = 300.0
# Of a token that lives for five minutes, or less, the last quarter.
RENEWED_BEFORE_SHARE = 0.25
CONNECT = "Connect it: open it among the credentials, and choose Connect."
# A token that is as young as this is not what a server minds that answers 401.
YOUNG_S = 60.0
# A token that a provider has given is not given twice: the database may be away for a while.
PATIENCE_S = 60.0
_LOOK_S = 0.1
_WAIT_S = 20.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Account:
    """A connected account that is about to be used: its credential's row, and where its token may go."""

    schema: str
    row: Row
    hosts: tuple[str, ...]


def given(account: Account, *, may_call: bool) -> Credential | Unusable:
    """Return the account with a token that is good, or why there is none. Without `may_call` no provider is asked.

    Raises:
        SealError: its tokens do not open.
        KeyAwayError: the service that holds the installation's key does not answer.
    """
    return _good(account, may_call=may_call, refused=None)


def again(account: Account, refused: int) -> Secret | Unusable | None:
    """Return another token in the place of that of a generation which a server has refused (401), or why there is none.

    None: a better one than that is not to be had, since it was given just now or nothing renews it. So whoever always answers
    401 makes us ask the provider once a minute. That somebody refuses a token says nothing of the account: it is lost when
    its provider says so.
    """
    try:
        connection = tokens.held(account.schema, account.row.id)
        if connection is not None and connection.generation == refused:
            have = tokens.opened(account.schema, account.row.id, connection)
            if connection.dek is not None and (connection.age_s < YOUNG_S or REFRESH not in have):
                return None
        found = _good(account, may_call=True, refused=refused)
    except SealError as broken:
        return Unusable(broken.message, UNAVAILABLE, is_retryable=broken.is_retryable)
    except DatabaseError as failure:
        if not db.is_away(failure):
            raise
        return Unusable("The database is away.", UNAVAILABLE, is_retryable=True)
    finally:
        # A node that runs holds no connection of the database.
        db.let_go()
    return found if isinstance(found, Unusable) else found.secret(ACCESS)


def _good(account: Account, *, may_call: bool, refused: int | None) -> Credential | Unusable:
    over_at = time.monotonic() + _WAIT_S
    while True:
        connection = tokens.held(account.schema, account.row.id)
        if connection is None or connection.status != "active":
            return Unusable(_why(connection), RECONNECT)
        have = tokens.opened(account.schema, account.row.id, connection)
        left_s, is_taken = connection.left_s, connection.generation != refused
        is_good = is_taken and (left_s is None or left_s > 0)
        is_fresh = is_taken and (left_s is None or left_s > _margin_s(connection))
        is_left_alone = REFRESH not in have or connection.is_leased
        if is_fresh or not may_call or (is_good and is_left_alone):
            return _usable(account, connection, have, may_call=may_call)
        if REFRESH not in have:
            losses.note(account.schema, account.row, connection, problem="ended")
            sentence = f"Its token has ended, and there is none to renew it. {CONNECT}"
            return Unusable(sentence, RECONNECT)
        if connection.is_leased:
            db.let_go()
            threading.Event().wait(_LOOK_S)
        else:
            failure = _renewed(account, connection, have[REFRESH])
            if failure is not None:
                is_borne = is_good and failure.is_retryable
                return _usable(account, connection, have, may_call=True) if is_borne else failure
        if time.monotonic() > over_at:
            sentence = "Its token is being renewed, and that takes long."
            return Unusable(sentence, UNAVAILABLE, is_retryable=True)


def _margin_s(connection: Held) -> float:
    return min(RENEWED_BEFORE_S, (connection.life_s or 0.0) * RENEWED_BEFORE_SHARE)


def client_of(schema: str, row: Row) -> Client:
    """Return what we are to the provider of a credential.

    Raises:
        SealError: the client's secret does not open.
        KeyAwayError: the service that holds the installation's key does not answer.
    """
    place = Place(schema, row.id, row.version)
    secret = envelope.opened(place, row.dek, row.sealed).get("client_secret")
    return Client(schema, row.values["client_id"], secret, provider_of(row.values).auth_style)


def token_url_of(provider: Provider, addresses: dict[str, str]) -> str:
    """Return where tokens are asked for: as the issuer said when the account was connected, or as the provider has it."""
    return provider.token_url or addresses.get("token_url", "")


def _usable(
    account: Account, connection: Held, have: dict[str, Secret], *, may_call: bool
) -> Credential:
    # What renews a token is none of a step's business, nor is what proves the client.
    row = account.row
    values: dict[str, str | Secret] = {**row.values, ACCESS: have[ACCESS]}
    mark = f"{account.schema}|{row.id}|{row.version}|{connection.generation}"
    anew = partial(again, account, connection.generation) if may_call else None
    return Credential(row.name, row.type, values, account.hosts, mark, ACCESS, renew=anew)


def _why(connection: Held | None) -> str:
    if connection is None:
        return f"Nobody has connected it yet. {CONNECT}"
    if connection.status == "revoked":
        return f"It was disconnected. {CONNECT}"
    return f"Its account has to be connected anew ({connection.problem}). {CONNECT}"


def _renewed(account: Account, connection: Held, refresh: Secret) -> Unusable | None:
    """Renew a token; None: it is renewed, or somebody else was quicker."""
    schema, row = account.schema, account.row
    client = client_of(schema, row)
    box = tokens.box(schema, row.id, connection.generation + 1)
    about = {"id": row.id, "lease": uuid4()}
    claim = {**about, "generation": connection.generation, "seconds": tokens.LEASE_S}
    claimed = db.fetch(db.in_schema(tokens.CLAIM, schema), claim)
    if not claimed:
        return None
    was_cut: bool = claimed[0][0]
    db.let_go()

    def release(problem: str, *, may_have_arrived: bool) -> None:
        facts = {**about, "problem": problem, "may_have_arrived": may_have_arrived or was_cut}
        db.execute(db.in_schema(tokens.RELEASE, schema), facts)

    provider = provider_of(row.values)
    form = {"grant_type": "refresh_token", "refresh_token": refresh.reveal()}
    try:
        heard = client.post(token_url_of(provider, connection.addresses), form)
    except HttpError as failure:
        release("unreachable", may_have_arrived=failure.may_have_arrived)
        return Unusable(
            f"Its token cannot be renewed now: {failure.message}", UNAVAILABLE, is_retryable=True
        )
    failpoint("token.after_answer")
    fresh = rules.granted(heard.status, heard.said, usual_life_s=provider.usual_life_s)
    if fresh is not None:
        _store(box, connection, fresh, refresh)
        return None
    error = rules.error_of(heard.said)
    if error in rules.LOST:
        problem = "renewal_lost" if was_cut else error
        is_lost = losses.note(schema, row, connection, problem=problem, lease=about["lease"])
        sentence = f"Its account has to be connected anew ({problem}). {CONNECT}"
        return Unusable(sentence, RECONNECT) if is_lost else None
    is_passing = heard.status == 429 or heard.status >= 500
    problem = "unavailable" if is_passing else error or "refused"
    release(problem, may_have_arrived=is_passing)
    log.warning(
        "credential.not_renewed", extra={"credential_id": str(row.id), "status": heard.status}
    )
    sentence = f"Its token cannot be renewed: the provider answered {heard.status} ({problem})."
    return Unusable(sentence, UNAVAILABLE, is_retryable=is_passing)


def _store(box: Box, connection: Held, fresh: Granted, before: Secret) -> None:
    """Store tokens that a provider has given, however long the database is away; nothing if others are there already."""
    facts = {
        "id": box.place.credential_id,
        "generation": connection.generation,
        "dek": db.json_text(box.dek),
        "sealed": db.json_text(
            box.closed({ACCESS: fresh.access, REFRESH: fresh.refresh or before})
        ),
        "life": fresh.life_s,
        "scopes": None if fresh.scopes is None else db.json_text(list(fresh.scopes)),
    }
    statement = db.in_schema(tokens.STORE, box.place.schema)
    # Twice is once: the second finds the next generation.
    db.until_answered(lambda: db.execute(statement, facts), patience_s=PATIENCE_S)
