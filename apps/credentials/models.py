"""A credential of a tenant: what it is called, and what lies sealed under that name."""

from django.db import models
from django.db.models import Q

from apps.core.fields import JsonDocumentField
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
