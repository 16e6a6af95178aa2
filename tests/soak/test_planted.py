"""The soak itself: each way to mix tenants that is planted into the product turns it red."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import redis
from django.http import HttpRequest, HttpResponse

from apps.executions.services import news
from tests.soak import world as worlds
from tests.soak.living import live
from tests.soak.operations import AFAR, OPERATIONS
from tests.soak.sweep import sweep
from tests.soak.world import World

Plant = Callable[[pytest.MonkeyPatch], None]
COUNT = 250
OF_ALL = "gorax.executions"
PLANTS: dict[str, Plant] = {}


def leak(plant: Plant) -> Plant:
    PLANTS[plant.__name__] = plant
    return plant


def lived(world: World) -> list[str]:
    """Live a little without servers, work as a worker does, and look around."""
    from tests.executions import makers

    names = [name for name in OPERATIONS if name not in AFAR]
    with worlds.tapped(world), watched(world):
        live(world, COUNT, seed="planted", names=names)
        if not world.witness.leaks:
            makers.work_until_idle(for_s=60)
            makers.forget_worker()
    sweep(world)
    return world.witness.leaks


@contextmanager
def watched(world: World) -> Iterator[None]:
    """Let somebody listen to every channel, also to one that should not be: nothing is sent to nobody."""
    groups = [news.tenant_channel(each.tenant.schema) for each in world.neighbours.values()]
    with redis.Redis.from_url(os.environ["GORAX_REDIS_URL"]) as client, client.pubsub() as ears:
        ears.subscribe(*(f"{news.LAYER_CHANNEL}{each}" for each in [*groups, OF_ALL]))
        yield


@leak
def a_schema_is_entered_and_never_left(patch: pytest.MonkeyPatch) -> None:
    from django.db import connection

    from apps.core import tenancy

    @contextmanager
    def entered(schema: str) -> Iterator[None]:
        connection.set_schema(schema)  # type: ignore[attr-defined]  # django-tenants' own
        yield

    patch.setattr(tenancy, "entered", entered)


@leak
def a_statement_is_remembered_without_its_schema(patch: pytest.MonkeyPatch) -> None:
    from apps.core import db

    made: dict[str, str] = {}
    right = db.in_schema
    patch.setattr(db, "in_schema", lambda text, schema: made.setdefault(text, right(text, schema)))


@leak
def a_host_is_looked_up_by_how_it_begins(patch: pytest.MonkeyPatch) -> None:
    from apps.tenants.queries import directory

    right = directory.by_host
    patch.setattr(directory, "by_host", lambda host: right(f"{host[0]}.localhost"))


@leak
def a_key_opens_every_tenant(patch: pytest.MonkeyPatch) -> None:
    from apps.tenants.models import ApiKey
    from apps.tenants.queries import access

    right = access.key_holder
    patch.setattr(
        access,
        "key_holder",
        lambda prefix, _: right(prefix, ApiKey.objects.get(prefix=prefix).tenant_id),
    )


@leak
def a_proxy_that_nobody_trusts_says_which_host_was_meant(patch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    patch.setattr(settings, "USE_X_FORWARDED_HOST", True)


@leak
def answers_are_remembered_by_their_path_alone(patch: pytest.MonkeyPatch) -> None:
    from apps.tenants.api.middleware import TenantMiddleware

    answers: dict[str, HttpResponse] = {}
    right = TenantMiddleware.__call__

    def remembered(self: TenantMiddleware, request: HttpRequest) -> HttpResponse:
        path = request.get_full_path()
        if request.method != "GET" or path not in answers:
            answer = right(self, request)
            if request.method != "GET" or answer.status_code != 200 or answer.streaming:
                return answer
            answers[path] = answer
        return answers[path]

    patch.setattr(TenantMiddleware, "__call__", remembered)


@leak
def files_of_all_tenants_lie_together(patch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    from apps.adapters.blobs.store import Place

    folder = settings.GORAX_BLOBS_DIR / "t_a"
    folder.mkdir(parents=True, exist_ok=True)
    patch.setattr(Place, "path", property(lambda place: f"t_a/{place.id}"))


@leak
def hints_go_to_one_channel_of_all_tenants(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(news, "tenant_channel", lambda _: OF_ALL)


@pytest.mark.rotating
@pytest.mark.timeout(150)
@pytest.mark.parametrize("name", PLANTS)
def test_a_planted_leak_is_seen(name: str, world: World) -> None:
    with pytest.MonkeyPatch.context() as patch:
        PLANTS[name](patch)
        assert lived(world) != []


@pytest.mark.timeout(150)
def test_without_a_leak_nothing_is_seen(world: World) -> None:
    assert lived(world) == []
