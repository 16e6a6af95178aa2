"""A credential of a tenant: what it is called, and what lies sealed under that name."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from apps.core.fields import JsonDocumentField
from apps.core.ids import uuid7
from apps.core.models import BaseModel


class CredentialQuerySet(models.QuerySet["Credential"]):
    def of_type(self, name: str) -> "CredentialQuerySet":
        """Return those of one type."""
        return self.filter(type=name)

    def without_seals(self) -> "CredentialQuerySet":
        """Return them without what is sealed, which nobody who only looks ever needs."""
        return self.defer("dek", "sealed")


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
    is_disabled = models.BooleanField(default=False, db_default=False)
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
