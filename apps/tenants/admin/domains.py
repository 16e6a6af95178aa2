from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.core.desk import Desk, permits
from apps.core.errors import GoraxError
from apps.tenants.models import Domain
from apps.tenants.rules import hosts
from apps.tenants.services import domains


class DomainForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """A host of a tenant, to be proven."""

    class Meta:
        model = Domain
        fields = ("tenant", "domain")

    def save(self, commit: bool = True) -> Domain:  # noqa: FBT001, FBT002 - Django's signature
        """Nothing yet: the desk's service stores it."""
        return self.instance  # type: ignore[no-any-return]  # Django's own

    def save_m2m(self) -> None:
        """Nothing is left to save."""

    def clean(self) -> dict[str, Any]:
        """Store it, and show beside its field what the service refuses."""
        given: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                self.instance = domains.add(given["tenant"].pk, given["domain"])
            except GoraxError as refusal:
                self.add_error("domain", refusal.message)
        return given

    def _post_clean(self) -> None:
        """Nothing of the model is asked: the service has."""


@admin.register(Domain)
class DomainDesk(Desk):
    """Hosts of tenants: added, proven by a record or by an operator's word, made the first one, taken away."""

    list_display = ("domain", "tenant", "is_primary", "proof", "verified_at")
    list_filter = ("proof",)
    list_select_related = ("tenant",)
    search_fields = ("domain", "tenant__slug")
    ordering = ("domain",)
    form = DomainForm
    autocomplete_fields = ("tenant",)
    actions = ("verify", "approve", "make_primary", "remove")
    has_manage_permission = permits("tenants.manage_domain")

    def get_fields(self, request: HttpRequest, obj: Domain | None = None) -> tuple[str, ...]:
        """A new one is said; of one that is there the record is shown that proves it."""
        facts = ("tenant", "domain", "record", "is_primary", "proof", "verified_at")
        return ("tenant", "domain") if obj is None else facts

    def get_readonly_fields(
        self, request: HttpRequest, obj: Domain | None = None
    ) -> tuple[str, ...]:
        """Nothing of a host is changed but by an action."""
        return () if obj is None else self.get_fields(request, obj)

    @admin.display(description="TXT record")
    def record(self, row: Domain) -> str:
        """Return what the owner writes beside the name."""
        if not row.token:
            return "None is needed."
        return f"{hosts.record_of(row.domain)} holds {hosts.proof_of(row.token)}"

    def has_change_permission(self, request: HttpRequest, obj: Domain | None = None) -> bool:
        """It is proven, or taken away."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Domain | None = None) -> bool:
        """By the action, which knows of the first one."""
        return False

    def save_model(self, request: HttpRequest, obj: Domain, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """It is stored already."""

    @admin.action(permissions=["manage"], description="Verify: look for the TXT record")
    def verify(self, request: HttpRequest, queryset: QuerySet[Domain]) -> None:
        self._each(request, queryset, domains.verify)

    @admin.action(permissions=["manage"], description="Approve: serve it without a record")
    def approve(self, request: HttpRequest, queryset: QuerySet[Domain]) -> None:
        self._each(request, queryset, domains.approve)

    @admin.action(permissions=["manage"], description="Make primary: links lead to it")
    def make_primary(self, request: HttpRequest, queryset: QuerySet[Domain]) -> None:
        self._each(request, queryset, domains.make_primary)

    @admin.action(permissions=["manage"], description="Remove: nobody is served there")
    def remove(self, request: HttpRequest, queryset: QuerySet[Domain]) -> None:
        self._each(request, queryset, domains.remove)

    def _each(self, request: HttpRequest, rows: QuerySet[Domain], act: Any) -> None:
        for row in rows:
            try:
                act(row.pk)
            except GoraxError as refusal:
                self.message_user(request, f"{row}: {refusal.message}", messages.ERROR)
