"""The test button: whether a credential is good, asked of the side that knows."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.db import transaction

from apps.audit import facade as audit
from apps.core import db, rate_limit, request_context, tenancy
from apps.core.rate_limit import Limit
from apps.credentials import queries
from apps.credentials.errors import CredentialInvalidError
from apps.credentials.rules import values as rules
from apps.credentials.rules import verdict
from apps.credentials.rules.kinds import KINDS, Call, Kind
from apps.credentials.rules.verdict import Verdict
from apps.credentials.services import accesses, opening
from apps.credentials.services.probes import aws, http, protocols, tokens
from apps.credentials.services.probes.way import Way, way_of
from apps.engine.credential import Credential, Unusable
from apps.engine.errors import PortError
from apps.engine.secret import Secret

# Ten at once, then one every six seconds: a person never meets it, a program that guesses does.
PER_ASKER = Limit(burst=10, per_s=1 / 6)
# For everything that is asked in one test.
TIMEOUT_S = 10.0
PER_TENANT = Limit(burst=60, per_s=1)
Procedure = Callable[[Way, Credential], Verdict | None]

PROCEDURES: dict[str, Procedure] = {
    "api_key": http.api_key,
    "aws": aws.identity,
    "client_credentials": tokens.client_credentials,
    "postgresql": protocols.postgresql,
    "s3": aws.s3,
    "service_account": tokens.service_account,
    "smtp": protocols.smtp,
    "ssh_key": protocols.ssh_key,
}


def tested(credential_id: UUID) -> Verdict:
    """Try a stored credential out. That it was opened is logged before anybody is asked, what came of it is audited.

    Raises:
        CredentialNotFoundError: there is none.
        RateLimitedError: this one tries too much.
        KeyAwayError: the service that holds the installation's key does not answer.
    """
    schema = tenancy.current_schema()
    credential = queries.credential(credential_id)
    _bounded(schema)
    asker_id = request_context.asker().user_id
    found = opening.opened(schema, [credential.name], acts_as=asker_id)[credential.name]
    if isinstance(found, Unusable):
        outcome = verdict.untestable(found.message)
    else:
        accesses.wrote("tested", credential)
        outcome = _tried(
            way_of(schema, found.allowed_hosts, timeout_s=TIMEOUT_S), KINDS[credential.type], found
        )
    _record(audit.Target("credential", credential.pk, credential.name), credential.type, outcome)
    return outcome


def tested_before(
    type_name: str, values: Mapping[str, str], allowed_hosts: list[str] | None
) -> Verdict:
    """Try values out that nobody has stored; nothing is kept but that somebody did.

    Raises:
        CredentialInvalidError: they do not fit the type, or a host is none; names every place.
        RateLimitedError: this one tries too much.
    """
    schema, kind = tenancy.current_schema(), KINDS[type_name]
    problems = [*rules.problems_of(kind, values), *rules.host_problems(allowed_hosts or [])]
    if problems:
        raise CredentialInvalidError(problems[0].message, errors=problems)
    _bounded(schema)
    defaults = {value.name: value.default for value in kind.values if value.default}
    shown, secret = rules.split(kind, {**defaults, **values})
    chosen = list(kind.hosts) if allowed_hosts is None else allowed_hosts
    hosts = rules.hosts_of(kind, shown, chosen)
    sealed = {name: Secret(text) for name, text in secret.items()}
    credential = Credential("new", kind.name, {**shown, **sealed}, hosts)
    outcome = _tried(way_of(schema, hosts, timeout_s=TIMEOUT_S), kind, credential)
    _record(audit.Target("credential"), kind.name, outcome)
    return outcome


def _bounded(schema: str) -> None:
    words = "Too many tests; try again in a moment."
    rate_limit.hold_back("credential-test", schema, asker=PER_ASKER, tenant=PER_TENANT, words=words)


def _tried(way: Way, kind: Kind, credential: Credential) -> Verdict:
    """Ask, and say what came of it in words of ours, in which no secret and nothing that was answered stands."""
    # A server may take its ten seconds; the database is not kept waiting for it.
    db.let_go()
    try:
        found = _asked(way, kind, credential)
    except PortError as failure:
        return verdict.of_failure(failure.code)
    return verdict.untestable(kind.untested) if found is None else found


def _asked(way: Way, kind: Kind, credential: Credential) -> Verdict | None:
    if isinstance(kind.probe, Call):
        return http.call(way, credential, kind.probe)
    procedure = PROCEDURES.get(kind.probe)
    return None if procedure is None else procedure(way, credential)


@transaction.atomic
def _record(target: audit.Target, type_name: str, outcome: Verdict) -> None:
    audit.record(
        "credential.tested",
        target=target,
        after={"type": type_name, "verdict": outcome.status, "code": outcome.code},
        outcome="failure" if outcome.status in verdict.FAILURES else "success",
    )
