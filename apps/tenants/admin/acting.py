from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from apps.core import desk
from apps.core.desk import Desk, permits
from apps.core.errors import GoraxError
from apps.tenants.models import Membership, Session, Tenant
from apps.tenants.queries import access
from apps.tenants.rules import safe_path
from apps.tenants.services import acting

ACT = "tenants.act_as_member"
# More are not offered in a list; whoever is beyond is rarely whom an operator means.
MOST_MEMBERS = 500


class ActForm(forms.Form):
    """As whom, why, and for how long."""

    member = forms.ChoiceField(widget=UnfoldAdminSelectWidget)
    reason = forms.CharField(
        max_length=500,
        min_length=acting.SHORTEST_REASON,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="The tenant reads it in its audit trail.",
    )
    minutes = forms.TypedChoiceField(
        coerce=int,
        choices=[(each, f"{each} minutes") for each in acting.LIVES_MIN],
        initial=acting.LIVES_MIN[0],
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, tenant: Tenant, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        rows = Membership.objects.filter(
            tenant=tenant, user__is_active=True, user__is_service=False
        )
        self.fields["member"].choices = [  # type: ignore[attr-defined]  # a choice field
            (str(row.user_id), f"{row.user.email} ({row.role})")
            for row in rows.select_related("user").order_by("user__email")[:MOST_MEMBERS]
        ]


def begin(request: HttpRequest) -> HttpResponse:
    """Ask as whom, why and for how long, then show the way into the tenant. A second factor is asked for first."""
    if not desk.is_fresh(request):
        return desk.confirm_first(request)
    tenant = get_object_or_404(Tenant.objects.living(), pk=_uuid(request.GET.get("tenant", "")))
    form = ActForm(tenant, request.POST or None)
    way = ""
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = acting.begin(
                UUID(str(request.user.pk)),
                tenant.pk,
                UUID(given["member"]),
                reason=given["reason"],
                minutes=given["minutes"],
            )
            way = _url(request, made.host, code=made.code)
        except GoraxError as refusal:
            form.add_error(None, refusal.message)
    context = {
        **admin.site.each_context(request),
        "title": f"Act as a member of {tenant.name}",
        "tenant": tenant,
        "form": form,
        "way": way,
    }
    return TemplateResponse(request, "operators/act.html", context)


def bind(request: HttpRequest) -> HttpResponse:
    """Recognise the browser in which an operator asked for a way, and send it back to the tenant's host."""
    given = request.GET
    code, wanted = given.get("code", ""), safe_path(given.get("next", "/"))
    try:
        host = acting.bind(code, given.get("browser", ""), UUID(str(request.user.pk)))
    except GoraxError as refusal:
        messages.error(request, refusal.message)
        return redirect("admin:tenants_session_changelist")
    return HttpResponse(
        status=303, headers={"Location": _url(request, host, code=code, next=wanted)}
    )


def _url(request: HttpRequest, host: str, **query: str) -> str:
    """Return where the operator goes on: same scheme and port as this page, the tenant's host."""
    _, port = split_domain_port(request.get_host())
    return f"{request.scheme}://{host}{':' + port if port else ''}/auth/cross?{urlencode(query)}"


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


desk.add_page("acting/begin/", "acting_begin", begin, permission=ACT)
desk.add_page("auth/cross/bind/", "acting_bind", bind, permission=ACT)


@admin.register(Session)
class ActingDesk(Desk):
    """Who acted as whom, why and until when. Nobody else's session is shown here."""

    list_display = (
        "operator",
        "user",
        "tenant",
        "acting_because",
        "created_at",
        "expires_at",
        "revoked_because",
    )
    list_select_related = ("operator", "user", "tenant")
    search_fields = ("operator__email", "user__email", "tenant__slug")
    fields = (*list_display, "revoked_at", "ip")
    ordering = ("-id",)
    actions = ("end",)
    has_act_permission = permits(ACT)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        """Return the sessions from which those on tenants' hosts came: one for each time that somebody acted."""
        return access.acting().filter(pk=F("root"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """It begins at a tenant."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Session | None = None) -> bool:
        """What was, was."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Session | None = None) -> bool:
        """Old ones are forgotten like all sessions; the trails keep them."""
        return False

    @admin.action(permissions=["act"], description="End: nobody acts in it any more")
    def end(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        """End what is ticked."""
        roots = list(queryset.values_list("pk", flat=True))
        ended = acting.end(Session.objects.filter(root__in=roots), "ended_by_operator")
        self.message_user(request, f"{ended} ended.", messages.SUCCESS)
