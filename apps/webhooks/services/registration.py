"""What a webhook must have before it may listen, and what is kept of it while it exists."""

from uuid import UUID

from apps.core.errors import FieldProblem
from apps.webhooks.errors import ConfigInvalidError, SecretMissingError
from apps.webhooks.models import Webhook, WebhookDelivery
from apps.webhooks.queries import doors as stored
from apps.webhooks.rules import declared, doors
from apps.workflows.events import TriggersWritten


def refuse_unusable(written: TriggersWritten) -> None:
    """Undo a publish or an activation whose webhooks could not work.

    A published draft was judged with its document; a version may be older than what is asked of webhooks today.
    A webhook that comes with a new version of an active workflow may still lack its secret, which can only be given
    to what exists: until then it answers 401.

    Raises:
        ConfigInvalidError: a config holds what cannot work; names each place.
        SecretMissingError: the workflow is being activated, and a webhook has nothing to verify its senders by.
    """
    webhooks = [trigger for trigger in written.triggers if trigger.kind == "webhook"]
    problems: list[FieldProblem] = []
    without_secret: list[FieldProblem] = []
    for webhook in webhooks:
        rules, found = doors.read(webhook.config)
        problems += [
            FieldProblem(path, each.code, f"“{webhook.name}”: {each.message}")
            for path, each in declared.wrongs(webhook, found)
        ]
        if written.is_activating and rules.has_secret and stored.live_secrets(webhook.id) == ():
            sentence = f"“{webhook.name}” verifies its senders but has no secret yet. Make one, then activate."
            without_secret.append(
                FieldProblem(f"{webhook.place}/auth_type", "webhook_secret_missing", sentence)
            )
    if problems:
        raise ConfigInvalidError(problems[0].message, errors=problems)
    if without_secret:
        raise SecretMissingError(without_secret[0].message, errors=without_secret)


def follow(written: TriggersWritten) -> None:
    """Offer exactly the webhooks that a workflow has now; their switches, secrets and history stay."""
    ids = [trigger.id for trigger in written.triggers if trigger.kind == "webhook"]
    known = Webhook.objects.filter(workflow_id=written.workflow_id)
    known.exclude(pk__in=ids).update(is_offered=False)
    known.filter(pk__in=ids).update(is_offered=True)
    Webhook.objects.bulk_create(
        [Webhook(pk=each, workflow_id=written.workflow_id) for each in ids], ignore_conflicts=True
    )


def forget(workflow_id: UUID) -> None:
    """Delete the webhooks of a purged workflow, with their secrets and the keys of their deliveries."""
    ids = list(Webhook.objects.filter(workflow_id=workflow_id).values_list("pk", flat=True))
    WebhookDelivery.objects.filter(webhook_id__in=ids).delete()
    Webhook.objects.filter(pk__in=ids).delete()
