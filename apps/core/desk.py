"""The operators' desk: Django's admin for those who run the platform, who have shown a second factor, and for our rows alone."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.functional import cached_property
from unfold.admin import ModelAdmin
from unfold.sites import UnfoldAdminSite

from apps.core import clock

# When the operator of a session last showed a second factor; a session without it opens nothing.
CONFIRMED = "operator_confirmed_at"
# For what a thief of the session would do first.
FRESH_FOR = timedelta(minutes=10)
MOST_LISTED = 1_000

View = Callable[[HttpRequest], HttpResponseBase]


def note_second_factor(request: HttpRequest) -> None:
    """Remember that the operator has just shown a second factor in this session."""
    request.session[CONFIRMED] = clock.now().isoformat()


def has_second_factor(request: HttpRequest) -> bool:
    """Say whether this session was opened with a second factor."""
    return CONFIRMED in request.session


def is_fresh(request: HttpRequest) -> bool:
    """Say whether a second factor was shown in this session a moment ago."""
    said = request.session.get(CONFIRMED)
    return said is not None and datetime.fromisoformat(said) > clock.now() - FRESH_FOR


def confirm_first(request: HttpRequest) -> HttpResponse:
    """Lead to where a second factor is shown once more, and from there back to what was asked for."""
    return redirect(f"{reverse('admin:confirm')}?{urlencode({'next': request.get_full_path()})}")


def _holds(request: HttpRequest, permission: str) -> bool:
    user = request.user
    return not isinstance(user, AnonymousUser) and user.has_perm(permission)


def permits(permission: str) -> Callable[..., bool]:
    """Return a desk's `has_<word>_permission`, by which its actions ask for `permission`, of whichever row."""

    def ask(desk: Any, request: HttpRequest, object_id: object = None) -> bool:
        return _holds(request, permission)

    return ask


class OperatorsSite(UnfoldAdminSite):  # type: ignore[misc]  # unfold ships no types
    """Every page of it asks for an operator and for a session with a second factor, by one question."""

    site_title = "gorax operators"
    site_header = "gorax"
    index_title = "Operators"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self._pages: list[tuple[str, str, View]] = []
        self.permission_by_page: dict[str, str] = {}

    def has_permission(self, request: HttpRequest) -> bool:
        """Let operators in whose session has shown a second factor, whichever way it was opened."""
        user = request.user
        if isinstance(user, AnonymousUser):
            return False
        return user.is_active and user.is_staff and has_second_factor(request)

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: Any = None,
        **options: Any,
    ) -> None:
        """Take what is ours. Groups and free periodic tasks, which libraries bring along, are no operator's business."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        ours = [each for each in models if each.__module__.startswith("apps.")]
        super().register(ours, admin_class, **options)

    def add_page(self, route: str, name: str, view: View, *, permission: str) -> None:
        """Serve a page that is no table, under /admin/`route`, to operators who hold `permission`."""

        def asked(request: HttpRequest) -> HttpResponseBase:
            if not _holds(request, permission):
                raise PermissionDenied
            return view(request)

        self._pages.append((route, name, asked))
        self.permission_by_page[f"/admin/{route}"] = permission

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Return the routes: our pages first. A password is changed in one's account, where every session hears of it."""
        mine = [path(route, self.admin_view(view), name=name) for route, name, view in self._pages]
        theirs = [
            each
            for each in super().get_urls()
            if not str(getattr(each, "name", "")).startswith("password_change")
        ]
        return mine + theirs

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show the form, or let in whoever filled it rightly: its code is the second factor."""
        answer: HttpResponse = super().login(request, extra_context)
        if request.method == "POST" and answer.status_code == 302:
            note_second_factor(request)
        return answer


def add_page(route: str, name: str, view: View, *, permission: str) -> None:
    """Serve a page at the operators' desk, as OperatorsSite.add_page."""
    site: Any = admin.site
    site.add_page(route, name, view, permission=permission)


class Bounded(Paginator):  # type: ignore[type-arg]  # not subscriptable at run time
    """Pages of the first thousand rows: whoever looks for another one searches."""

    @cached_property
    def count(self) -> int:
        """Return how many rows there are, but at most a thousand: no more of them are counted."""
        rows: QuerySet[Model] = self.object_list  # type: ignore[assignment]  # the admin's own
        return rows[:MOST_LISTED].count()


class Desk(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """A table at the desk: nothing is deleted by a tick, and nothing is counted that may be large."""

    paginator = Bounded
    show_full_result_count = False
    list_per_page = 50

    def get_actions(self, request: HttpRequest) -> Any:
        """Return what may be done with the rows that are ticked."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions
