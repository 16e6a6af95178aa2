from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from apps.core.fields import JsonDocumentField
from apps.core.models import BaseModel


class RoleSync(models.TextChoices):
    FIRST = "first"
    ALWAYS = "always"


class Proof(models.TextChoices):
    DNS = "dns"
    OPERATOR = "operator"


class Connection(BaseModel):
    """A tenant's identity provider: who it is, what we are to it, and what its word is good for (docs/adr/0036)."""

    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    issuer = models.CharField(max_length=512)
    client_id = models.CharField(max_length=255)
    sealed_secret = JsonDocumentField(
        help_text="The client's secret, sealed; sealed is also the empty one of a public client."
    )
    has_secret = models.BooleanField(default=False)
    scopes = ArrayField(models.CharField(max_length=64))
    email_claim = models.CharField(max_length=128, default="email")
    name_claim = models.CharField(max_length=128, default="name")
    role_rules = models.JSONField(
        default=list, blank=True, help_text="In order: a claim, the value it must have, the role."
    )
    default_role = models.CharField(max_length=40, default="viewer")
    role_sync = models.CharField(max_length=8, choices=RoleSync.choices, default=RoleSync.FIRST)
    adds_members = models.BooleanField(
        default=True, help_text="Whoever the provider vouches for becomes a member."
    )
    is_enforced = models.BooleanField(
        default=False, help_text="Addresses of its domains enter by no password; owners may."
    )
    is_enabled = models.BooleanField(default=False)
    session_hours = models.PositiveSmallIntegerField(default=12)
    # A connection of the release before counted always, and one that it makes meanwhile does.
    asks_second_factor = models.BooleanField(
        default=False,
        db_default=True,
        help_text="The provider asks everybody for a second factor, also if its tokens do not say so.",
    )
    last_sign_in_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], name="one_connection_of_a_name"),
            models.CheckConstraint(
                condition=models.Q(role_sync__in=RoleSync.values), name="role_sync_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(session_hours__gte=1, session_hours__lte=336),
                name="session_hours_are_a_fortnight_at_most",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MailDomain(BaseModel):
    """A mail domain that a tenant says is its own. It counts from the moment that this is proven."""

    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.CASCADE, related_name="+")
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="domains")
    domain = models.CharField(max_length=253)
    token = models.CharField(max_length=64)
    verified_at = models.DateTimeField(null=True, blank=True)
    proof = models.CharField(max_length=8, choices=Proof.choices, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "domain"], name="one_mail_domain_per_tenant"),
            models.CheckConstraint(
                condition=models.Q(domain=Lower("domain")), name="mail_domain_is_lower_case"
            ),
            models.CheckConstraint(
                condition=models.Q(proof="", verified_at=None)
                | models.Q(proof__in=Proof.values, verified_at__isnull=False),
                name="mail_domain_is_verified_by_something",
            ),
        ]
        indexes = [models.Index(fields=["domain"], name="mail_domain_by_name")]

    def __str__(self) -> str:
        return self.domain


class Attempt(BaseModel):
    """A browser's way to a provider and back: once, for ten minutes, in that browser. Nonce and PKCE follow from its state."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    state_hash = models.BinaryField(max_length=32, unique=True)
    browser_hash = models.BinaryField(max_length=32)
    next = models.CharField(max_length=2000)
    user = models.ForeignKey(
        "accounts.User",
        on_delete=models.CASCADE,
        related_name="+",
        null=True,
        blank=True,
        help_text="Who, signed in by a password, wants to be known by the provider's word; empty: a sign-in.",
    )
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="sso_attempt_expiry")]

    def __str__(self) -> str:
        return str(self.id)


class Identity(BaseModel):
    """That a provider's subject is one of our people, in this tenant. An e-mail address alone never says so."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=512)
    subject = models.CharField(max_length=255)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    email = models.CharField(max_length=254, blank=True, default="")
    last_sign_in_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "issuer", "subject"], name="one_identity_per_subject"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} at {self.issuer}"


class Vouching(BaseModel):
    """Which session the provider vouches for, and by which of its own: what a logout, theirs or ours, must name."""

    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="vouchings")
    root = models.UUIDField(
        unique=True, help_text="The session that those of the browser come from."
    )
    provider_session = models.CharField(max_length=255, blank=True, default="")
    sealed_id_token = JsonDocumentField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="vouching_expiry")]

    def __str__(self) -> str:
        return str(self.root)
