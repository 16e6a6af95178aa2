"""The secrets by which senders prove themselves: sealed, shown once, two at a time while senders move."""

import base64
import secrets as chance
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from apps.audit import facade as audit
from apps.core.ids import uuid7
from apps.credentials import facade as credentials
from apps.engine.secret import Secret
from apps.webhooks.errors import SecretInvalidError, WebhookNotFoundError
from apps.webhooks.models import WebhookSecret
from apps.webhooks.queries import doors
from apps.webhooks.rules import verification
from apps.workflows import facade as workflows

SECRET_BYTES = 32
SHORTEST = 8
LONGEST = 1024
# Long enough to change every sender within a working day.
USUAL_OVERLAP_S = 86_400


@transaction.atomic
def renew(
    webhook_id: UUID, *, given: Secret | None = None, overlap_s: int = USUAL_OVERLAP_S
) -> Secret:
    """Give a webhook a new secret (`given`, or a random one) and return it; this is the only time it is shown.

    The one before stays good for `overlap_s` seconds more (0: not at all), those before that are deleted.

    Raises:
        WebhookNotFoundError: no live version has such a webhook.
        SecretInvalidError: the scheme cannot use the given secret.
    """
    trigger = workflows.trigger_by_id(webhook_id)
    if trigger is None or trigger.kind != "webhook":
        raise WebhookNotFoundError
    scheme = str(trigger.config.get("auth_type") or "signature")
    secret = given if given is not None else _random(scheme)
    _refuse_useless(scheme, secret)
    # The trigger's row first: two who renew at once take turns, and every remembered door becomes stale.
    workflows.touch(webhook_id)
    rows = WebhookSecret.objects.filter(webhook_id=webhook_id)
    rows.filter(expires_at__isnull=False).delete()
    if overlap_s > 0:
        rows.update(expires_at=Now() + timedelta(seconds=overlap_s), updated_at=Now())
    else:
        rows.delete()
    secret_id = uuid7()
    sealed = credentials.seal(secret, aad=doors.secret_aad(webhook_id, secret_id))
    WebhookSecret.objects.create(id=secret_id, webhook_id=webhook_id, sealed=sealed.to_json())
    audit.record(
        "webhook.secret_renewed",
        target=audit.Target("webhook", webhook_id),
        after={"is_given": given is not None, "overlap_s": overlap_s},
    )
    return secret


def _random(scheme: str) -> Secret:
    raw = chance.token_bytes(SECRET_BYTES)
    if scheme == "standard":
        return Secret(f"whsec_{base64.b64encode(raw).decode()}")
    return Secret(base64.urlsafe_b64encode(raw).decode().rstrip("="))


def _refuse_useless(scheme: str, secret: Secret) -> None:
    text = secret.reveal()
    if not SHORTEST <= len(text) <= LONGEST:
        raise SecretInvalidError(f"A secret has {SHORTEST} to {LONGEST} characters.")
    if scheme == "standard" and verification.standard_key(secret) is None:
        raise SecretInvalidError("A Standard Webhooks secret is whsec_ and base64.")
    if scheme == "none":
        raise SecretInvalidError("This webhook verifies nobody, so a secret would protect nothing.")
