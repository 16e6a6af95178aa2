from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower, Now

from apps.core.fields import JsonDocumentField
from apps.core.models import BaseModel


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> "UserQuerySet":
        """Return those who may sign in."""
        return self.filter(is_active=True)


class Users(BaseUserManager["User"]):
    """How Django's own commands and sign-in find and make users."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Insert a user; the address is stored in lower case."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Insert a platform operator: `manage.py createsuperuser` calls this."""
        return self.create_user(email, password, is_operator=True, **fields)


class User(BaseModel, AbstractBaseUser):
    """A person, once for the whole installation; memberships say in which tenants (docs/adr/0001)."""

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120, blank=True, default="")
    is_active = models.BooleanField(
        default=True, help_text="Closed accounts are signed out at once."
    )
    is_operator = models.BooleanField(
        default=False, help_text="Runs the platform: may use the admin on the public host."
    )
    is_service = models.BooleanField(
        default=False, db_default=False, help_text="No person: acts by API keys, never signs in."
    )
    email_verified_at = models.DateTimeField(
        null=True, blank=True, help_text="When its owner proved to read mail there; empty: not yet."
    )

    objects: ClassVar[Users] = Users.from_queryset(UserQuerySet)()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_is_lower_case"
            )
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def is_staff(self) -> bool:
        """Whether Django's admin opens: operators only."""
        return self.is_operator

    @property
    def is_superuser(self) -> bool:
        """Operators hold every permission of the admin; nobody else holds any."""
        return self.is_operator

    def has_perm(self, perm: str, obj: object | None = None) -> bool:
        return self.is_active and self.is_operator

    def has_perms(self, perm_list: object, obj: object | None = None) -> bool:
        return self.is_active and self.is_operator

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_operator


class Alive(models.QuerySet[Any]):
    def alive(self) -> "Alive":
        """Return those that are neither used nor too old."""
        return self.filter(used_at=None, expires_at__gt=Now())


class Purpose(models.TextChoices):
    VERIFY = "verify"
    CHANGE = "change"
    RESET = "reset"


class Proof(BaseModel):
    """What a link in a letter proves: that its reader reads the mail of `email`. Works once."""

    LIFE: ClassVar[dict[str, timedelta]] = {
        Purpose.VERIFY: timedelta(hours=24),
        Purpose.CHANGE: timedelta(hours=24),
        Purpose.RESET: timedelta(minutes=30),
    }

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="proofs")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    email = models.EmailField(max_length=254)
    token_hash = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = Alive.as_manager()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="proof_expiry")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.id}"


class Letter(BaseModel):
    """A letter that is to be sent, written in the transaction of its cause. It names what it is about, and holds no secret."""

    kind = models.CharField(max_length=32)
    to = models.EmailField(max_length=254)
    subject_id = models.UUIDField(
        null=True, blank=True, help_text="What it is about; kinds differ."
    )
    facts = models.JSONField(default=dict, blank=True)
    due_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], name="letter_due", condition=models.Q(ended_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Totp(BaseModel):
    """An app that shows codes. It counts once its owner has shown one; each code works once."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    sealed = JsonDocumentField(
        null=True, blank=True, help_text="By the ring of keys; empty: not sealed anew yet."
    )
    # What releases before have sealed under SECRET_KEY. Never NULL: they refuse the code of an empty one, and stumble over none.
    sealed_secret = models.BinaryField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    last_counter = models.BigIntegerField(
        default=0, help_text="The 30 s whose code was used last: it and older ones are refused."
    )

    def __str__(self) -> str:
        return str(self.id)


class RecoveryCode(BaseModel):
    """A way in without the app: 80 random bits, used once, known by their hash."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    code_hash = models.BinaryField(max_length=32)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "code_hash"], name="one_recovery_code_each")
        ]

    def __str__(self) -> str:
        return str(self.id)


class Passkey(BaseModel):
    """A key pair in somebody's device; here lies the public half."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    credential_id = models.BinaryField(max_length=1023, unique=True)
    public_data = models.BinaryField(help_text="Id and public key, as WebAuthn writes them.")
    sign_count = models.BigIntegerField(default=0)
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Ticket(BaseModel):
    """A state between two steps: the password was right, or a passkey is being asked. It opens nothing by itself."""

    LIFE: ClassVar[timedelta] = timedelta(minutes=5)

    class For(models.TextChoices):
        SECOND_FACTOR = "second_factor"
        PASSKEY_SIGN_IN = "passkey_sign_in"
        ADD_PASSKEY = "add_passkey"
        CONFIRM = "confirm"

    purpose = models.CharField(max_length=16, choices=For.choices)
    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="+",
        null=True,
        help_text="Empty: not known yet.",
    )
    token_hash = models.BinaryField(max_length=32, unique=True)
    challenge = models.BinaryField(max_length=32, help_text="What a passkey has to sign.")
    attempts = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = Alive.as_manager()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="ticket_expiry")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.id}"
