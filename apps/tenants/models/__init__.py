from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django_tenants.models import DomainMixin, TenantMixin

from apps.core.models import BaseModel
from apps.tenants.models.sessions import CrossingCode, Session, SignInMethod

__all__ = [
    "ApiKey",
    "CallDay",
    "CrossingCode",
    "CustomRole",
    "Domain",
    "EgressAllowance",
    "Invitation",
    "Membership",
    "Plan",
    "PlanFigures",
    "ProvisioningScript",
    "Role",
    "RoleGrant",
    "Session",
    "SignInMethod",
    "Tenant",
    "TenantStatus",
    "UsageDay",
]


class TenantStatus(models.TextChoices):
    ACTIVE = "active"
    SUSPENDED = "suspended"
    # Marked for deletion: its owner may take it back until `gone_after`.
    LEAVING = "leaving"
    DELETED = "deleted"


class Role(models.TextChoices):
    OWNER = "owner"
    ADMIN = "admin"
    EDITOR = "editor"
    OPERATOR = "operator"
    VIEWER = "viewer"


class Plan(models.TextChoices):
    UNLIMITED = "unlimited"
    FREE = "free"
    PROFESSIONAL = "professional"
    ENTERPRISE = "enterprise"


class TenantQuerySet(models.QuerySet["Tenant"]):
    def living(self) -> "TenantQuerySet":
        """Return those whose schema exists: all but the deleted."""
        return self.exclude(status=TenantStatus.DELETED)


class Tenant(BaseModel, TenantMixin):  # type: ignore[misc]  # django-tenants ships no types
    """An organisation with its own schema. Made by `services.provision` alone (docs/adr/0003)."""

    auto_create_schema = False
    auto_drop_schema = False

    slug = models.CharField(max_length=38, unique=True)
    name = models.CharField(max_length=120)
    status = models.CharField(
        max_length=12, choices=TenantStatus.choices, default=TenantStatus.ACTIVE
    )

    plan = models.CharField(
        max_length=16, choices=Plan.choices, default=Plan.UNLIMITED, db_default=Plan.UNLIMITED
    )
    agreed_limits = models.JSONField(
        null=True, blank=True, help_text="Figures that hold instead of the plan's."
    )

    cors = models.JSONField(
        null=True, blank=True, help_text="Pages of other origins that may call, with a key."
    )

    requires_second_factor = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Members come in only by sessions in which they have shown a second factor.",
    )
    allows_acting = models.BooleanField(default=True, db_default=True)
    migration_state = models.CharField(
        max_length=64, blank=True, default="", help_text="What its schema was last migrated to."
    )

    gone_after = models.DateTimeField(
        null=True, blank=True, help_text="When it is deleted, if nobody takes it back."
    )
    was_suspended = models.BooleanField(default=False, db_default=False)
    swept_at = models.DateTimeField(
        null=True, blank=True, help_text="When nothing of a deleted one lay in the stores any more."
    )

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status=TenantStatus.LEAVING)
                | models.Q(gone_after__isnull=False),
                name="tenant_that_leaves_says_when",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=TenantStatus.values), name="tenant_status_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(plan__in=Plan.values), name="tenant_plan_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(slug__regex=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$"),
                name="tenant_slug_is_a_host_label",
            ),
            models.CheckConstraint(
                condition=models.Q(schema_name__regex=r"^t_[a-z0-9_]*[a-z0-9]$"),
                name="tenant_schema_is_a_tenants",
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class PlanFigures(models.Model):
    """What the operators say a plan allows, where that is not what the product says: one row for each plan."""

    plan = models.CharField(max_length=16, primary_key=True, choices=Plan.choices)
    figures = models.JSONField(default=dict, blank=True, help_text="Instead of the product's own.")

    class Meta:
        verbose_name = verbose_name_plural = "plans"

    def __str__(self) -> str:
        return str(self.plan)


class Domain(BaseModel, DomainMixin):  # type: ignore[misc]  # as above
    """A host of one tenant: lower case, without port. It serves from the moment that somebody has shown whose it is."""

    token = models.CharField(max_length=64, blank=True, default="", db_default="")
    verified_at = models.DateTimeField(null=True, blank=True)
    proof = models.CharField(max_length=12, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(proof="") ^ models.Q(verified_at__isnull=False),
                name="domain_is_verified_by_something",
            ),
            models.CheckConstraint(
                condition=models.Q(domain__regex=r"^[a-z0-9.-]+$"),
                name="domain_is_a_lower_case_host",
            ),
        ]


class Membership(BaseModel):
    """That a user belongs to a tenant, and as what."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "tenant"], name="one_membership_per_tenant"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="membership_role_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} is {self.role} of {self.tenant_id}"


class CustomRole(BaseModel):
    """A tenant's own set of permissions, which members hold beside their built-in role."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=500, blank=True, default="", db_default="")
    permissions = ArrayField(models.CharField(max_length=40))

    class Meta:
        constraints = [
            models.UniqueConstraint("tenant", Lower("name"), name="one_role_per_name"),
        ]

    def __str__(self) -> str:
        return self.name


class RoleGrant(BaseModel):
    """That a member holds a custom role, by whom and, as `created_at`, since when."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="grants")
    role = models.ForeignKey(CustomRole, on_delete=models.CASCADE, related_name="grants")
    granted_by = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["membership", "role"], name="one_grant_per_role"),
        ]

    def __str__(self) -> str:
        return f"{self.role_id} of {self.membership_id}"


class ApiKey(BaseModel):
    """A program's way in: `gx_<prefix>_<secret>`. Of the secret only its SHA-256 is stored."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="api_keys")
    created_by = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=16, unique=True)
    secret_hash = models.BinaryField(max_length=32)
    scopes = ArrayField(
        models.CharField(max_length=40), help_text="Permissions, at most its maker's."
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    last_used_ip = models.GenericIPAddressField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["tenant", "-id"], name="api_key_of_tenant")]

    def __str__(self) -> str:
        return f"gx_{self.prefix}_…"


class EgressAllowance(BaseModel):
    """One private address and port that a tenant's nodes may call; all others stay refused."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="egress_allowances")
    address = models.GenericIPAddressField()
    port = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "address", "port"], name="one_allowance_per_address_and_port"
            ),
            models.CheckConstraint(
                condition=models.Q(port__gte=1, port__lte=65_535), name="allowance_port_is_a_port"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address} port {self.port}"


class UsageDay(models.Model):
    """What a tenant has used on one day (UTC), as it was last counted; the day of now is counted again and again."""

    pk = models.CompositePrimaryKey("tenant_id", "day")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    executions = models.BigIntegerField()
    steps = models.BigIntegerField()
    stored_bytes = models.BigIntegerField(help_text="Of files, at the time of counting.")
    seats = models.IntegerField(help_text="People, at the time of counting.")

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.day}"


class CallDay(models.Model):
    """How often a tenant has called the API on one day (UTC): beside its usage, because it grows and is not counted anew."""

    pk = models.CompositePrimaryKey("tenant_id", "day")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    calls = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.day}"


class Invitation(BaseModel):
    """That a person is wanted in a tenant: for one address, one role and any of the tenant's own, once, within 72 hours."""

    LIFE: ClassVar[timedelta] = timedelta(hours=72)

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=12, choices=Role.choices)
    # Of those that are deleted meanwhile nothing is left.
    roles = models.ManyToManyField(CustomRole, related_name="+", blank=True)
    invited_by = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    token_hash = models.BinaryField(
        max_length=32,
        unique=True,
        null=True,
        help_text="Of the newest letter; empty before the first.",
    )
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "email"],
                name="one_open_invitation_per_address",
                condition=models.Q(accepted_at__isnull=True, revoked_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="invitation_role_is_known"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "-id"], name="invitation_of_tenant")]

    def __str__(self) -> str:
        return f"{self.email} to {self.tenant_id}"


class ProvisioningScript(models.Model):
    """The template schema as SQL, rendered once for each state of the tenant migrations."""

    migration_state = models.CharField(max_length=64, primary_key=True)
    script = models.TextField()
    rendered_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.migration_state
