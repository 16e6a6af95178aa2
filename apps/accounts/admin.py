from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from unfold.forms import AuthenticationForm
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from apps.accounts.errors import OwnSecondFactorError
from apps.accounts.events import AccountClosing
from apps.accounts.models import User
from apps.accounts.queries import factors_of
from apps.accounts.services import entrance as services
from apps.accounts.services import rescue, second_factor
from apps.core.api.proxies import address_of
from apps.core.desk import Desk, add_page, confirm_first, is_fresh, note_second_factor, permits
from apps.core.errors import GoraxError
from apps.core.events import announce

RESCUE = "accounts.take_second_factor"
SHORTEST_REASON = 10
WORDS = {"passkey": "passkeys", "totp": "an app", "recovery": "recovery codes"}


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


class ConfirmForm(forms.Form):
    """A second factor, once more."""

    code = forms.CharField(
        label="Code of your app, or a recovery code",
        max_length=32,
        widget=UnfoldAdminTextInputWidget(
            attrs={"autofocus": True, "autocomplete": "one-time-code"}
        ),
    )


def confirm(request: HttpRequest) -> HttpResponse:
    """Ask an operator for a second factor once more, then let them go on to where they wanted."""
    wanted = request.GET.get("next", "")
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user_id = UUID(str(request.user.pk))
            second_factor.admit(user_id, form.cleaned_data["code"], address=address_of(request))
        except GoraxError as refusal:
            form.add_error("code", refusal.message)
        else:
            note_second_factor(request)
            is_ours = wanted.startswith("/admin/") and url_has_allowed_host_and_scheme(wanted, None)
            return redirect(wanted if is_ours else "/admin/")
    context = {**admin.site.each_context(request), "title": "Confirm that it is you", "form": form}
    return TemplateResponse(request, "operators/confirm.html", context)


add_page("confirm/", "confirm", confirm, permission="accounts.confirm_operator")
admin.site.login_form = OperatorSignIn
admin.site.login_template = "operators/login.html"


class RescueForm(forms.Form):
    """Why somebody's second factor is taken away."""

    reason = forms.CharField(
        min_length=SHORTEST_REASON,
        max_length=500,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="How it was made sure who asks. It stands in the platform's audit trail.",
    )


def take_second_factor(request: HttpRequest) -> HttpResponse:
    """Ask why, then take a person's second factor away. Who does it has shown their own a moment ago."""
    person = get_object_or_404(User, pk=_uuid(request.GET.get("user", "")), is_active=True)
    if not is_fresh(request):
        return confirm_first(request)
    form = RescueForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if person.pk == request.user.pk:
                raise OwnSecondFactorError
            rescue.take_second_factor(person.pk, reason=form.cleaned_data["reason"])
        except GoraxError as refusal:
            form.add_error("reason", refusal.message)
        else:
            messages.success(request, f"{person.email} signs in by the password alone.")
            return redirect("admin:accounts_user_change", person.pk)
    title = f"Take the second factor of {person.email} away"
    context = {**admin.site.each_context(request), "title": title, "form": form}
    return TemplateResponse(request, "operators/second_factor.html", context)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


admin.site.add_page("second-factor/", "second_factor", take_second_factor, permission=RESCUE)  # type: ignore[attr-defined]  # the desk's own


@admin.register(User)
class UserAdmin(Desk):
    """People. Passwords are neither shown nor set here; closing an account ends its sessions at once."""

    actions = ("take_second_factor",)
    has_rescue_permission = permits(RESCUE)

    list_display = ("email", "name", "is_active", "is_operator", "is_service", "created_at")
    list_filter = ("is_active", "is_operator")
    search_fields = ("email", "name")
    fields = ("email", "name", "is_active", "is_operator", "second_factor", "created_at")
    readonly_fields = ("email", "second_factor", "created_at")
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

    @admin.display(description="Second factor")
    def second_factor(self, obj: User) -> str:
        """Return what a person can show beside their password."""
        return ", ".join(WORDS[each] for each in factors_of(obj.pk).methods) or "none"

    @admin.action(permissions=["rescue"], description="Take the second factor away")
    def take_second_factor(
        self, request: HttpRequest, queryset: QuerySet[User]
    ) -> HttpResponse | None:
        """Lead to where the reason is asked for; one person at a time."""
        ticked = list(queryset.values_list("pk", flat=True)[:2])
        if len(ticked) != 1:
            self.message_user(request, "Tick one person: each has a reason.", messages.ERROR)
            return None
        return redirect(f"{reverse('admin:second_factor')}?user={ticked[0]}")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People sign up themselves."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Accounts are closed, not deleted: what they made refers to them."""
        return False
