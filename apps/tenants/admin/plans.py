from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from apps.core.desk import Desk
from apps.tenants.models import PlanFigures
from apps.tenants.rules import plans
from apps.tenants.services import plans as services


class FiguresForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """Which figures hold instead of the product's own."""

    class Meta:
        model = PlanFigures
        fields = ("figures",)

    def clean_figures(self) -> dict[str, Any]:
        """Refuse beside its field what the service would refuse."""
        figures: dict[str, Any] = self.cleaned_data["figures"] or {}
        if wrong := plans.problems(figures):
            raise forms.ValidationError(wrong)
        return figures


@admin.register(PlanFigures)
class PlanDesk(Desk):
    """What each plan allows; a change holds at once for every tenant on it."""

    list_display = ("plan", "allows")
    fields = ("plan", "allows", "figures")
    readonly_fields = ("plan", "allows")
    ordering = ("plan",)
    form = FiguresForm

    @admin.display(description="allows")
    def allows(self, row: PlanFigures) -> str:
        """Return all that holds, in words."""
        held = plans.limits_of(row.plan, row.figures)
        return ", ".join(
            f"{name.replace('_', ' ')} {'without limit' if value is None else value}"
            for name, value in held.facts().items()
        )

    def save_model(self, request: HttpRequest, obj: PlanFigures, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Go by the service, which tells the workers and the trail."""
        services.set_figures(obj.plan, obj.figures)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The plans are those of the product."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: PlanFigures | None = None) -> bool:
        """As above."""
        return False
