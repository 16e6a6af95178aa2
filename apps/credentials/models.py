"""A credential of a tenant: what it is called, and what lies sealed under that name."""

from datetime import timedelta

from django.db import models
from django.db.models import ExpressionWrapper, Q
from django.db.models.functions import Now

from apps.core.fields import JsonDocumentField
from apps.core.ids import uuid7
from apps.core.models import BaseModel
from apps.core.principals import Principal

# From so long before its expiry on, a credential is said to expire soon.
SOON = timedelta(days=7)


def _expires_soon() -> Q:
    return Q(expires_at__isnull=False, expires_at__gt=Now(), expires_at__lte=Now() + SOON)


class CredentialQuerySet(models.QuerySet["Credential"]):
    def of_type(self, name: str) -> "CredentialQuerySet":
        """Return those of one type."""
        return self.filter(type=name)

    def with_expiry(self) -> "CredentialQuerySet":
        """Return them with `expires_soon`, by the database's clock."""
        is_soon = ExpressionWrapper(_expires_soon(), models.BooleanField())
        return self.annotate(expires_soon=is_soon)

    def expiring(self, *, is_soon: bool) -> "CredentialQuerySet":
        """Return those that expire within a week, or all others."""
        return self.filter(_expires_soon() if is_soon else ~_expires_soon())

    def usable_by(self, by: Principal) -> "CredentialQuerySet":
        """Return those that somebody may use; the others are not there for them."""
        if by.is_manager:
            return self
        mine = CredentialGrant.objects.filter(
            credential=models.OuterRef("pk"), subject__in=by.names
        )
        return self.filter(Q(is_restricted=False) | models.Exists(mine))

    def without_seals(self) -> "CredentialQuerySet":
        """Return them with the accounts behind them, and without what is sealed: who only looks never needs it."""
        return self.select_related("connection").defer(
            "dek", "sealed", "connection__dek", "connection__sealed"
        )


class Credential(BaseModel):
    """Values under a name that workflows call it by, so neither name nor type ever changes.

    `values` are those that may be shown, `sealed` the secret ones by name, each under the key `dek`, which is sealed
    itself under the installation's key. Every writing of values makes a new `version` with a key of its own.
    """

    name = models.CharField(max_length=64)
    type = models.CharField(max_length=64)
    description = models.TextField(default="", db_default="", blank=True)
    values = JsonDocumentField(default=dict)
    secrets = JsonDocumentField(default=list)
    version = models.IntegerField(default=1)
    dek = JsonDocumentField()
    sealed = JsonDocumentField()
    # When its data key was made; None: by a release that did not write it down.
    sealed_at = models.DateTimeField(null=True, editable=False)
    allowed_hosts = JsonDocumentField(default=list)
    expires_at = models.DateTimeField(null=True, blank=True)
    # The expiry for which letters went out, and how many days before it the last ones did.
    reminded_for = models.DateTimeField(null=True, editable=False)
    reminded_days = models.SmallIntegerField(null=True, editable=False)
    is_disabled = models.BooleanField(default=False, db_default=False)
    # Only for those to whom it is granted, and the owners and admins of the tenant.
    is_restricted = models.BooleanField(default=False, db_default=False)
    created_by = models.UUIDField(null=True, blank=True)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        db_table = "credentials_credential"
        indexes = [models.Index("type", models.F("id").desc(), name="credential_type")]
        constraints = [
            models.UniqueConstraint(name="credential_name", fields=["name"]),
            models.CheckConstraint(
                name="credential_name_form", condition=Q(name__regex=r"^[A-Za-z0-9_-]{1,64}$")
            ),
            models.CheckConstraint(name="credential_version", condition=Q(version__gte=1)),
        ]

    def __str__(self) -> str:
        return self.name


class CredentialGrant(BaseModel):
    """Who may use a credential while it is restricted: a member by id, a built-in role by name, the tenant's own by id."""

    class Kind(models.TextChoices):
        MEMBER = "member"
        ROLE = "role"

    credential = models.ForeignKey(Credential, on_delete=models.CASCADE, related_name="grants")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    subject = models.CharField(max_length=36)

    class Meta:
        db_table = "credentials_grant"
        indexes = [models.Index("subject", name="credential_grant_subject")]
        constraints = [
            models.UniqueConstraint(name="credential_grant_once", fields=["credential", "subject"]),
            models.CheckConstraint(
                name="credential_grant_kind", condition=Q(kind__in=["member", "role"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.credential_id}"


class CredentialVersion(BaseModel):
    """That values were written: when, by whom and which ones. What they were is never kept."""

    credential = models.ForeignKey(Credential, on_delete=models.CASCADE, related_name="versions")
    number = models.IntegerField()
    names = JsonDocumentField(default=list)
    made_by = models.UUIDField(null=True, blank=True)

    class Meta:
        db_table = "credentials_version"
        constraints = [
            models.UniqueConstraint(
                name="credential_version_number", fields=["credential", "number"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.credential_id} {self.number}"


class Connection(BaseModel):
    """The account behind a credential of the type `oauth2`: its tokens, sealed, and how they fare.

    Tokens lie under a key of their own, `dek`, made anew for each `generation`; without one there are none. Whoever
    renews them holds `lease` until `leased_until` by the database's clock. `renewing_since` stays if nobody knows whether
    the provider has answered.
    """

    class Status(models.TextChoices):
        ACTIVE = "active"
        # Nothing but a new consent helps.
        LOST = "lost"
        # Somebody has disconnected it.
        REVOKED = "revoked"

    credential = models.OneToOneField(
        Credential, on_delete=models.CASCADE, related_name="connection"
    )
    status = models.CharField(max_length=8, choices=Status.choices)
    generation = models.IntegerField(default=1)
    dek = JsonDocumentField(null=True)
    sealed = JsonDocumentField(default=dict)
    scopes = JsonDocumentField(default=list)
    # What the issuer has said of itself when it was connected: where its servers are.
    addresses = JsonDocumentField(default=dict)
    good_until = models.DateTimeField(null=True, blank=True)
    connected_by = models.UUIDField(null=True, blank=True)
    connected_at = models.DateTimeField()
    renewed_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=40, default="", db_default="", blank=True)
    lease = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    renewing_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "credentials_connection"
        constraints = [
            models.CheckConstraint(
                name="connection_status", condition=Q(status__in=["active", "lost", "revoked"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.credential_id} {self.status}"


class Consent(BaseModel):
    """A person has been sent to a provider to say yes; good once, for ten minutes, in the same browser.

    Of the state only its SHA-256 is stored; the proof (PKCE) lies sealed.
    """

    credential = models.ForeignKey(Credential, on_delete=models.CASCADE, related_name="consents")
    state_hash = models.CharField(max_length=64, unique=True)
    sealed_proof = JsonDocumentField()
    user_id = models.UUIDField()
    session_id = models.UUIDField()
    # Of the credential: consent to one client is none to another.
    version = models.IntegerField()
    redirect_uri = models.TextField()
    issuer = models.TextField(default="", blank=True)
    scopes = JsonDocumentField(default=list)
    addresses = JsonDocumentField(default=dict)
    ends_at = models.DateTimeField()

    class Meta:
        db_table = "credentials_consent"
        indexes = [models.Index("ends_at", name="consent_end")]

    def __str__(self) -> str:
        return str(self.id)


class CredentialAccess(models.Model):
    """Who read or wrote a credential. Reads of one execution are one row, which counts them; it outlives the credential."""

    class Kind(models.TextChoices):
        READ = "read"
        CREATE = "create"
        UPDATE = "update"
        ROTATE = "rotate"
        DELETE = "delete"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    credential_id = models.UUIDField()
    credential_name = models.CharField(max_length=64)
    version = models.IntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    reader = models.CharField(max_length=12)
    execution_id = models.UUIDField(null=True, blank=True)
    user_id = models.UUIDField(null=True, blank=True)
    api_key_id = models.UUIDField(null=True, blank=True)
    ip = models.CharField(max_length=45, default="", db_default="", blank=True)
    is_success = models.BooleanField(db_default=True)
    error = models.TextField(default="", db_default="", blank=True)
    times = models.IntegerField(default=1, db_default=1)
    first_at = models.DateTimeField(db_default=Now())
    last_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "credentials_access"
        indexes = [
            models.Index("credential_id", models.F("id").desc(), name="credential_access"),
            models.Index("last_at", name="credential_access_age"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="credential_access_of_run",
                fields=["execution_id", "credential_id", "version", "is_success"],
                condition=Q(execution_id__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.credential_name}"
