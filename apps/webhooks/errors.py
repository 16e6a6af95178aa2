"""What webhooks refuse, each with its stable code."""

from apps.core.errors import (
    ConflictError,
    ForbiddenError,
    GoraxError,
    InvalidError,
    NotFoundError,
    UnauthorizedError,
    UnavailableError,
)


class WebhookNotFoundError(NotFoundError):
    """No active webhook listens here; the same answer whether it is unknown, inactive or paused."""

    code = "webhook_not_found"

    def __init__(self) -> None:
        super().__init__("No webhook listens here.")


class EventNotFoundError(NotFoundError):
    """This tenant has no such event."""

    code = "event_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such event.")


class UnverifiedError(UnauthorizedError):
    """The delivery does not prove where it comes from. What exactly is wrong stands in the log only."""

    code = "webhook_unverified"

    def __init__(self, reason: str) -> None:
        super().__init__("The delivery could not be verified.")
        self.reason = reason


class AddressRefusedError(ForbiddenError):
    """The caller's address is not on the webhook's list."""

    code = "address_refused"

    def __init__(self) -> None:
        super().__init__("This address may not call here.")


class DeliveryReusedError(ConflictError):
    """A known delivery id came with another body."""

    code = "delivery_id_reused"

    def __init__(self) -> None:
        super().__init__("This delivery id was used with another body.")


class SampleRefusedError(ConflictError):
    """The sample delivery is signed as GitHub signs, and this webhook does not take that."""

    code = "sample_refused"

    def __init__(self) -> None:
        super().__init__("Only a webhook with a GitHub signature and a secret takes the sample.")


class SecretMissingError(ConflictError):
    """A webhook that verifies its senders has nothing to verify them by."""

    code = "webhook_secret_missing"


class SecretUnreadableError(UnavailableError):
    """The key that sealed the webhook's secret is lost or another one; nothing is accepted until it is back."""

    code = "webhook_secret_unreadable"

    def __init__(self) -> None:
        super().__init__("The webhook's secret cannot be opened.", retry_after_s=60)


class ConfigInvalidError(InvalidError):
    """A webhook's config holds something that cannot work."""

    code = "webhook_invalid"


class SecretInvalidError(InvalidError):
    """A secret that the webhook's scheme cannot use."""

    code = "secret_invalid"


class WebhookInactiveError(ConflictError):
    """The event's webhook is not active, so nothing can be replayed through it."""

    code = "webhook_inactive"

    def __init__(self) -> None:
        super().__init__("The webhook of this event is not active.")


class StaleDoorError(GoraxError):
    """What this process remembers of a webhook is out of date; read it again. Never leaves this context."""

    code = "stale_door"
