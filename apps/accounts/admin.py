from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.forms import AuthenticationForm
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.accounts.models import User
from apps.accounts.services import entrance as services
from apps.accounts.services import second_factor
from apps.core.api.proxies import address_of
from apps.core.errors import GoraxError


class OperatorSignIn(AuthenticationForm):  # type: ignore[misc]  # unfold ships no types
    """The admin's sign-in, under the same limits as everybody's, and never without a second factor."""

    code = forms.CharField(
        label="Code of your app, or a recovery code",
        max_length=32,
        widget=UnfoldAdminTextInputWidget,
    )

    def clean(self) -> dict[str, Any]:
        """Let Django check the password, unless there were too many attempts or it is wrong."""
        given: dict[str, Any] = self.cleaned_data
        address = address_of(self.request)
        try:
            user = services.authenticate(
                email=given.get("username", ""),
                password=given.get("password", ""),
                address=address,
            )
            second_factor.admit(user.id, given.get("code", ""), address=address)
        except GoraxError as refusal:
            raise forms.ValidationError(refusal.message, code=refusal.code) from refusal
        cleaned: dict[str, Any] = super().clean()
        return cleaned


admin.site.login_form = OperatorSignIn
admin.site.login_template = "operators/login.html"


@admin.register(User)
class UserAdmin(ModelAdmin):  # type: ignore[misc]  # as above
    """People. Passwords are neither shown nor set here; closing an account ends its sessions at once."""

    list_display = ("email", "name", "is_active", "is_operator", "is_service", "created_at")
    list_filter = ("is_active", "is_operator")
    search_fields = ("email", "name")
    fields = ("email", "name", "is_active", "is_operator", "created_at")
    readonly_fields = ("email", "created_at")
    ordering = ("email",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People sign up themselves."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Accounts are closed, not deleted: what they made refers to them."""
        return False
