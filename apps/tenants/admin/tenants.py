from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from unfold.admin import TabularInline
from unfold.decorators import action

from apps.audit import facade as audit
from apps.core.desk import Desk, permits
from apps.core.errors import GoraxError
from apps.tenants import facade, rules
from apps.tenants.errors import LastOwnerError, SlugRefusedError
from apps.tenants.models import EgressAllowance, Membership, Role, Tenant
from apps.tenants.rules import plans


class ProvisionForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """What an operator says about a new tenant; its schema is made from it."""

    owner = forms.ModelChoiceField(queryset=get_user_model().objects.filter(is_active=True))

    class Meta:
        model = Tenant
        fields = ("slug", "name")

    def clean_slug(self) -> str:
        """Refuse beside its field what provisioning would refuse."""
        slug: str = self.cleaned_data["slug"]
        if not rules.is_slug(slug) or slug in rules.RESERVED_SLUGS:
            raise forms.ValidationError(SlugRefusedError().message, code=SlugRefusedError.code)
        return slug

    def save(self, commit: bool = True) -> Tenant:  # noqa: FBT001, FBT002 - Django's signature
        """Provision; the row is there, with its schema, when this returns."""
        made = facade.provision(
            slug=self.cleaned_data["slug"],
            name=self.cleaned_data["name"],
            owner_id=self.cleaned_data["owner"].pk,
        )
        row = Tenant.objects.get(pk=made.id)
        self.instance = row
        return row

    def save_m2m(self) -> None:
        """Nothing is left to save."""


class TenantForm(forms.ModelForm):  # type: ignore[type-arg]  # as above
    """What an operator may change of a tenant."""

    class Meta:
        model = Tenant
        fields = ("name", "plan", "agreed_limits")

    def clean_agreed_limits(self) -> dict[str, Any]:
        """Refuse beside its field what the service would refuse."""
        agreed: dict[str, Any] = self.cleaned_data["agreed_limits"] or {}
        if wrong := plans.problems(agreed):
            raise forms.ValidationError(wrong)
        return agreed


class MembershipForms(forms.BaseInlineFormSet):  # type: ignore[type-arg]  # not subscriptable at run time
    """The members of a tenant, of whom one at least stays its owner."""

    def clean(self) -> None:
        """Refuse a tenant that nobody owns."""
        super().clean()
        kept = [
            form.cleaned_data
            for form in self.forms
            if hasattr(form, "cleaned_data") and not form.cleaned_data.get("DELETE")
        ]
        if not any(given.get("role") == Role.OWNER for given in kept):
            raise forms.ValidationError(LastOwnerError().message, code=LastOwnerError.code)


class MembershipInline(TabularInline):  # type: ignore[misc]  # unfold ships no types
    model = Membership
    formset = MembershipForms
    extra = 0
    autocomplete_fields = ("user",)


class EgressInline(TabularInline):  # type: ignore[misc]  # unfold ships no types
    model = EgressAllowance
    extra = 0


@admin.register(Tenant)
class TenantAdmin(Desk):
    """Tenants: made with their schema, suspended and resumed; never edited into another schema."""

    list_display = ("slug", "name", "status", "plan", "schema_name", "created_at")
    list_filter = ("status", "plan")
    search_fields = ("slug", "name")
    readonly_fields = (
        "slug",
        "schema_name",
        "status",
        "gone_after",
        "migration_state",
        "created_at",
    )
    fields = (
        "slug",
        "name",
        "status",
        "gone_after",
        "plan",
        "agreed_limits",
        "schema_name",
        "migration_state",
        "created_at",
    )
    ordering = ("slug",)
    inlines = (MembershipInline, EgressInline)
    actions = ("suspend", "resume")
    form = TenantForm
    actions_detail = ("act", "leave")
    has_suspend_permission = permits("tenants.suspend_tenant")
    has_act_permission = permits("tenants.act_as_member")
    has_leave_permission = permits("tenants.delete_tenant")

    def get_form(self, request: HttpRequest, obj: Tenant | None = None, **kwargs: Any) -> Any:
        """Return the form of a new tenant, or of an existing one."""
        if obj is None:
            return ProvisionForm
        return super().get_form(request, obj, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Tenant | None = None) -> tuple[str, ...]:
        """A new tenant has an owner; an existing one has facts."""
        return ("slug", "name", "owner") if obj is None else self.fields

    def get_readonly_fields(
        self, request: HttpRequest, obj: Tenant | None = None
    ) -> tuple[str, ...]:
        """Nothing of a new tenant is fixed yet."""
        return () if obj is None else self.readonly_fields

    def get_inlines(self, request: HttpRequest, obj: Tenant | None = None) -> tuple[Any, ...]:
        """A new tenant's host and owner are made with it."""
        return () if obj is None else self.inlines

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show what a service refuses as a message: two operators may want one slug at once."""
        try:
            response: HttpResponse = super().changeform_view(request, *args, **kwargs)
        except GoraxError as refusal:
            self.message_user(request, refusal.message, messages.ERROR)
            response = redirect("admin:tenants_tenant_changelist")
        return response

    def save_model(self, request: HttpRequest, obj: Tenant, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Save an existing row; a new one was saved by provisioning. The plan goes by its service, which tells the workers."""
        if change:
            super().save_model(request, obj, form, change)
            facade.set_plan(obj.pk, plan=obj.plan, agreed=obj.agreed_limits or {})
            facade.forget()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Hosts have changed, perhaps: forget what was known of them."""
        super().save_related(request, form, formsets, change)
        facade.forget()

    def log_change(self, request: HttpRequest, obj: Tenant, message: Any) -> Any:
        """Tell the tenant's own trail, too, what an operator changed."""
        entry = super().log_change(request, obj, message)
        said = entry.get_change_message()
        target = audit.Target("tenant", obj.pk, obj.slug)
        audit.record("tenant.changed", target=target, after={"said": said}, schema=obj.schema_name)
        return entry

    def has_delete_permission(self, request: HttpRequest, obj: Tenant | None = None) -> bool:
        """A schema is not dropped by a click."""
        return False

    @action(permissions=["act"], description="Act as a member", icon="person_play")  # type: ignore[untyped-decorator]  # unfold ships no types
    def act(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Go where it is asked as whom, and why."""
        return redirect(f"{reverse('admin:acting_begin')}?{urlencode({'tenant': object_id})}")

    @action(permissions=["leave"], description="Delete or take back", icon="delete")  # type: ignore[untyped-decorator]  # as above
    def leave(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Go where it is asked whether this one is meant."""
        return redirect(f"{reverse('admin:leaving')}?{urlencode({'tenant': object_id})}")

    @admin.action(
        permissions=["suspend"], description="Suspend: its host answers 403 and nothing of it runs"
    )
    def suspend(self, request: HttpRequest, queryset: QuerySet[Tenant]) -> None:
        self._each(request, queryset, facade.suspend)

    @admin.action(permissions=["suspend"], description="Resume")
    def resume(self, request: HttpRequest, queryset: QuerySet[Tenant]) -> None:
        self._each(request, queryset, facade.resume)

    def _each(self, request: HttpRequest, tenants: QuerySet[Tenant], act: Any) -> None:
        for tenant in tenants:
            try:
                act(tenant.pk)
            except GoraxError as refusal:
                self.message_user(request, f"{tenant}: {refusal.message}", messages.ERROR)
