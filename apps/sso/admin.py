from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.core.desk import Desk, permits
from apps.sso.models import MailDomain
from apps.sso.services import domains


@admin.register(MailDomain)
class MailDomainAdmin(Desk):
    """Mail domains that tenants say are theirs. An operator who knows it may approve one; nothing else is changed here."""

    list_display = ("domain", "tenant", "connection", "proof", "verified_at")
    list_filter = ("proof",)
    list_select_related = ("tenant", "connection")
    search_fields = ("domain", "tenant__slug")
    fields = ("domain", "tenant", "connection", "proof", "verified_at", "created_at")
    readonly_fields = fields
    ordering = ("domain",)
    actions = ("approve",)
    has_approve_permission = permits("sso.approve_maildomain")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Tenants say what is theirs."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: MailDomain | None = None) -> bool:
        """And take it away."""
        return False

    @admin.action(
        permissions=["approve"],
        description="Approve: its addresses are led to the tenant's sign-in",
    )
    def approve(self, request: HttpRequest, queryset: QuerySet[MailDomain]) -> None:
        for row in queryset:
            domains.approve(row.pk)
