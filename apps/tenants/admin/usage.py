from datetime import date
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from apps.core import clock, desk
from apps.tenants.queries import used


def usage(request: HttpRequest) -> HttpResponse:
    """Show what each tenant used in a month; who ran most comes first."""
    month = _month(request.GET.get("month", ""))
    before = date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
    after = date(month.year + (month.month == 12), month.month % 12 + 1, 1)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": f"Usage in {month:%B %Y}",
        "rows": used.of_all(month),
        "before": f"{before:%Y-%m}",
        "after": f"{after:%Y-%m}",
    }
    return TemplateResponse(request, "operators/usage.html", context)


def _month(text: str) -> date:
    """Return the month that is asked for as `2026-11`; this one if that is none."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return clock.now().date().replace(day=1)


desk.add_page("usage/", "usage", usage, permission="tenants.view_usage")
