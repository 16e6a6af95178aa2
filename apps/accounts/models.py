from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

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
