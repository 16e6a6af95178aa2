"""Who is signed in where, and how one gets from one host to another."""

from uuid import UUID

from django.db import models
from django.db.models.functions import Now

from apps.core.models import BaseModel


class SignInMethod(models.TextChoices):
    PASSWORD = "password"  # noqa: S105 - a word, no secret
    SSO = "sso"


class SessionQuerySet(models.QuerySet["Session"]):
    def on(self, tenant_id: UUID | None) -> "SessionQuerySet":
        """Return those of one host: a tenant's, or the public one (None)."""
        if tenant_id is None:
            return self.filter(tenant__isnull=True)
        return self.filter(tenant_id=tenant_id)

    def alive(self) -> "SessionQuerySet":
        """Return those that are neither ended nor expired, of open accounts."""
        return self.filter(revoked_at=None, expires_at__gt=Now(), user__is_active=True)


class Session(BaseModel):
    """A browser's signed-in state on one host: refresh tokens each of which is computed from the one before.

    The last one works; the one before it for a grace, to the same effect. In one with an `operator` that one acts as its user.
    """

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    tenant = models.ForeignKey(
        "tenants.Tenant",
        on_delete=models.CASCADE,
        related_name="sessions",
        null=True,
        blank=True,
        help_text="Empty: the public host.",
    )
    root = models.UUIDField(
        db_index=True,
        help_text="The session it was crossed from, first of all; signing out ends all of one root.",
    )
    password_mark = models.CharField(
        max_length=64,
        help_text="Of the password at its beginning: a new password ends every session.",
    )
    refresh_hash = models.BinaryField(max_length=32)
    rotated_at = models.DateTimeField(
        null=True, blank=True, help_text="When this refresh token replaced another; empty: never."
    )
    has_second_factor = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Its owner has shown one, here or where it crossed from.",
    )
    confirmed_at = models.DateTimeField(
        null=True, blank=True, help_text="When its owner last showed who they are."
    )
    ip = models.GenericIPAddressField(null=True, blank=True, help_text="Of its last refresh.")
    user_agent = models.CharField(max_length=200, blank=True, default="", db_default="")
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="To a quarter of an hour.")
    expires_at = models.DateTimeField()
    method = models.CharField(
        max_length=12,
        choices=SignInMethod.choices,
        default=SignInMethod.PASSWORD,
        db_default=SignInMethod.PASSWORD,
        help_text="Who vouches for it: the person's own password, or their tenant's identity provider.",
    )
    ends_at = models.DateTimeField(
        null=True, blank=True, help_text="No refresh makes it last longer; empty: any does."
    )
    operator = models.ForeignKey("accounts.User", models.CASCADE, related_name="+", null=True)
    acting_because = models.CharField(max_length=500, blank=True, default="", db_default="")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_because = models.CharField(max_length=24, blank=True, default="")

    objects = SessionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="session_expiry")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(method__in=SignInMethod.values),
                name="session_method_is_known",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class CrossingCode(BaseModel):
    """A single-use way from one host to a tenant's, for one user, tenant and browser, good for 30 seconds."""

    code_hash = models.BinaryField(max_length=32, unique=True)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey(
        Session,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="Where its owner asked for it.",
    )
    browser_hash = models.BinaryField(
        max_length=32,
        null=True,
        help_text="Of the cookie of the one browser that may spend it; empty: it has not shown itself yet.",
    )
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="crossing_code_expiry")]

    def __str__(self) -> str:
        return str(self.id)
