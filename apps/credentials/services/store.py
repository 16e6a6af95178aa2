"""Everything that happens to a credential: made, changed, rotated, deleted. Values go in and never come out."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from apps.audit import facade as audit
from apps.core import events, tenancy
from apps.core.errors import FieldProblem
from apps.core.ids import uuid7
from apps.credentials import queries
from apps.credentials.errors import CredentialInvalidError, InUseError, NameTakenError
from apps.credentials.events import CredentialLeaving
from apps.credentials.models import Credential
from apps.credentials.rules import values as rules
from apps.credentials.rules.kinds import KINDS
from apps.credentials.services import accesses, envelope, guarding, parting
from apps.credentials.services.envelope import Place
from apps.engine.secret import Secret

EDITABLE = frozenset({"description", "allowed_hosts", "expires_at", "is_disabled"})
USERS_SHOWN = 20


def create(
    *, name: str, type_name: str, values: Mapping[str, str], actor_id: UUID | None, **facts: Any
) -> Credential:
    """Store a new credential, its secret values sealed. Unless `allowed_hosts` are given, its type says where it may go.

    Raises:
        CredentialInvalidError: its values do not fit its type, or a host is none; names every place.
        NameTakenError: there is one of that name.
        SealError: the installation's key cannot be used; nothing is stored.
    """
    kind = KINDS[type_name]
    defaults = {value.name: value.default for value in kind.values if value.default}
    facts.setdefault("allowed_hosts", list(kind.hosts))
    facts["allowed_hosts"] = facts["allowed_hosts"] or guarding.first_hosts(kind, values)
    problems = rules.problems_of(kind, values)
    _refuse([*problems, *guarding.problems(kind, {**defaults, **values}), *_host_problems(facts)])
    credential = Credential(
        id=uuid7(), name=name, type=type_name, version=0, created_by=actor_id, **_allowed(facts)
    )
    _write(credential, {**defaults, **values}, {})
    try:
        # A savepoint: a name taken in the same instant must not leave a broken transaction behind.
        with transaction.atomic():
            credential.save(force_insert=True)
            _record("created", credential, fields=values, after=_shown(credential))
    except IntegrityError as clash:
        raise NameTakenError(name) from clash
    return credential


@transaction.atomic
def update(
    credential_id: UUID, changes: Mapping[str, Any], *, action: str = "updated"
) -> Credential:
    """Change what is said of a credential; values that are given replace, those that are left out stay.

    An empty text removes a value. Any value given makes a new version.

    Raises:
        CredentialNotFoundError: there is none.
        CredentialInvalidError: what comes of it does not fit its type, or a secret that stays could go to further
            hosts; names every place, and nothing has changed.
        SealError: the installation's key cannot be used.
    """
    credential = queries.locked(credential_id)
    before = _shown(credential)
    given: Mapping[str, str] = changes.get("values") or {}
    kept = frozenset({*credential.values, *credential.secrets})
    problems = rules.problems_of(KINDS[credential.type], given, kept) if given else ()
    _refuse([*problems, *_host_problems(changes), *_spread_problems(credential, changes, given)])
    for name, value in _allowed(changes).items():
        setattr(credential, name, value)
    if given:
        place = Place(tenancy.current_schema(), credential.pk, credential.version)
        _write(credential, given, envelope.opened(place, credential.dek, credential.sealed))
    credential.save()
    was, now = audit.changed(before, _shown(credential))
    replaced = sorted(set(given) & {*credential.secrets})
    now |= {"secrets_replaced": replaced} if replaced else {}
    _record(action, credential, fields=given, before=was, after=now)
    return credential


def rotate(credential_id: UUID, *, values: Mapping[str, str], expires_at: Any = None) -> Credential:
    """Replace secret values by new ones and say until when these are good; `expires_at` None: for good.

    Raises:
        CredentialInvalidError: no secret value is among them.
        Everything that `update` raises.
    """
    kind = KINDS[queries.credential(credential_id).type]
    if not rules.split(kind, values)[1]:
        message = "Give at least one secret value: rotating is replacing secrets."
        _refuse([FieldProblem("/values", "secret_missing", message)])
    return update(credential_id, {"values": values, "expires_at": expires_at}, action="rotated")


def delete(credential_id: UUID, *, is_forced: bool = False) -> None:
    """Delete a credential for good, its key with it; the tokens of an account are given back first.

    Raises:
        CredentialNotFoundError: there is none.
        InUseError: published workflows name it, and nobody has said that they may fail.
        KeyAwayError: tokens cannot be given back now, since nobody can open them.
    """
    credential = queries.credential(credential_id)
    if guarding.is_account(KINDS.get(credential.type)):
        _refuse_used(credential, is_forced=is_forced)
        parting.before_deleting(credential_id)
    _delete(credential_id, is_forced=is_forced)


@transaction.atomic
def _delete(credential_id: UUID, *, is_forced: bool) -> None:
    credential = queries.locked(credential_id)
    _refuse_used(credential, is_forced=is_forced)
    _record("deleted", credential, before=_shown(credential), after={"is_forced": is_forced})
    credential.delete()


def _refuse_used(credential: Credential, *, is_forced: bool) -> None:
    leaving = CredentialLeaving(credential.name)
    if not is_forced:
        events.announce(leaving)
    if leaving.users:
        shown = ", ".join(f"“{user.name}”" for user in leaving.users[:USERS_SHOWN])
        raise InUseError(
            f"Published workflows use it and would fail: {shown}. Delete it with force=true all the same.",
            errors=[
                FieldProblem(f"/workflows/{user.id}", "uses_it", user.name)
                for user in leaving.users[:USERS_SHOWN]
                if user.id is not None
            ],
        )


def _record(
    action: str, credential: Credential, *, fields: Iterable[str] = (), **more: Any
) -> None:
    target = audit.Target("credential", credential.pk, credential.name)
    audit.record(f"credential.{action}", target=target, **more)
    accesses.wrote(action, credential, fields=fields)


def _shown(credential: Credential) -> dict[str, Any]:
    """Return what the trail may say of a credential: facts, and of values only what is no secret."""
    return {
        "type": credential.type,
        "version": credential.version,
        "values": credential.values,
        **{name: getattr(credential, name) for name in sorted(EDITABLE)},
    }


def _write(credential: Credential, given: Mapping[str, str], known: Mapping[str, Secret]) -> None:
    """Close the values under a new key, as the next version."""
    shown, secret = rules.split(KINDS[credential.type], given)
    kept = {name: text for name, text in credential.values.items() if name not in given}
    sealed = {name: value for name, value in known.items() if name not in given}
    sealed |= {name: Secret(text) for name, text in secret.items()}
    credential.version += 1
    credential.values = {**kept, **shown}
    credential.secrets = sorted(sealed)
    place = Place(tenancy.current_schema(), credential.pk, credential.version)
    credential.dek, credential.sealed = envelope.closed(place, sealed)
    credential.sealed_at = Now()


def _allowed(changes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in changes.items() if name in EDITABLE}


def _host_problems(changes: Mapping[str, Any]) -> list[FieldProblem]:
    return list(rules.host_problems(changes.get("allowed_hosts") or []))


def _spread_problems(
    credential: Credential, changes: Mapping[str, Any], given: Mapping[str, str]
) -> list[FieldProblem]:
    if not given and "allowed_hosts" not in changes:
        return []
    kind = KINDS[credential.type]
    after_all = {**credential.values, **given}
    shown, _ = rules.split(kind, after_all)
    before = rules.hosts_of(kind, credential.values, credential.allowed_hosts)
    after = rules.hosts_of(kind, shown, changes.get("allowed_hosts", credential.allowed_hosts))
    kept = [name for name in credential.secrets if name not in given]
    if guarding.is_account(kind):
        is_spread = rules.is_spread(before, after)
        return list(guarding.change_problems(credential, after_all, kept, is_spread=is_spread))
    is_led = rules.is_led_elsewhere(kind, credential.values, shown, credential.allowed_hosts)
    return list(rules.spread_problems(kind, before, after, kept, is_led_elsewhere=is_led))


def _refuse(problems: list[FieldProblem]) -> None:
    if problems:
        raise CredentialInvalidError(problems[0].message, errors=problems)
