from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.forms import AuthenticationForm
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.accounts.events import AccountClosing
from apps.accounts.models import User
from apps.accounts.services import entrance as services
from apps.accounts.services import second_factor
from apps.core.api.proxies import address_of
from apps.core.desk import Desk
from apps.core.errors import GoraxError
from apps.core.events import announce


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
class UserAdmin(Desk):
    """People. Passwords are neither shown nor set here; closing an account ends its sessions at once."""

    list_display = ("email", "name", "is_active", "is_operator", "is_service", "created_at")
    list_filter = ("is_active", "is_operator")
    search_fields = ("email", "name")
    fields = ("email", "name", "is_active", "is_operator", "created_at")
    readonly_fields = ("email", "created_at")
    ordering = ("email",)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show as a message why an account cannot be closed."""
        try:
            response: HttpResponse = super().changeform_view(request, *args, **kwargs)
        except GoraxError as refusal:
            self.message_user(request, refusal.message, messages.ERROR)
            response = redirect("admin:accounts_user_changelist")
        return response

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Ask whoever depends on an account before it is closed."""
        if "is_active" in form.changed_data and not obj.is_active:
            announce(AccountClosing(obj.pk))
        super().save_model(request, obj, form, change)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People sign up themselves."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Accounts are closed, not deleted: what they made refers to them."""
        return False
