"""One person, two tenants: sign in once on the public host, cross to both, keep a socket open on each."""

import json
from contextlib import ExitStack

import pytest

from apps.core import tenancy
from tests.executions.makers import begin, chain, make_version, work_until_ended
from tests.executions.test_sockets import listen, live_port  # noqa: F401 - a fixture of theirs, used by name
from tests.tenants.browser import ACCESS, PASSWORD, Browser, follow, member, person

pytestmark = pytest.mark.stack


@pytest.fixture
def demo(transactional_db, redis_server):
    """The tenant `demo` with real commits; whatever worker the test used is gone afterwards."""
    from apps.tenants import facade
    from tests.executions import makers

    facade.forget()
    yield facade.by_slug("demo")
    makers.forget_worker()
    facade.forget()


def test_a_person_crosses_to_two_tenants_and_each_socket_hears_its_own_alone(
    demo,
    live_port,  # noqa: F811 - pytest's way of asking for it
) -> None:
    from apps.tenants import facade

    ada = person("ada@example.test")
    other = facade.provision(slug="other", name="Other", owner_id=ada.pk)
    member(demo, "editor", ada)

    public = Browser()
    signed = public.post("/api/v1/auth/sign-in", {"email": ada.email, "password": PASSWORD})
    assert [each["slug"] for each in signed.json()["tenants"]] == ["demo", "other"]
    browsers = {}
    for tenant in (demo, other):
        way = public.post("/api/v1/auth/cross", {"tenant": tenant.slug}).json()["redirect"]
        browsers[tenant.slug] = follow(way, public)
        me = browsers[tenant.slug].get("/api/v1/me").json()
        assert (me["id"], me["tenant"]["slug"]) == (str(ada.pk), tenant.slug)

    with ExitStack() as open_sockets:
        sockets = {}
        for tenant in (demo, other):
            sockets[tenant.slug] = open_sockets.enter_context(
                listen(
                    live_port,
                    "/ws/executions",
                    cookie=browsers[tenant.slug].cookie(ACCESS),
                    host=f"{tenant.slug}.localhost",
                )
            )
            sockets[tenant.slug].send("ping")
            assert sockets[tenant.slug].recv(timeout=20) == "pong"
        executions = {}
        for tenant in (demo, other):
            with tenancy.entered(tenant.schema):
                version = make_version(chain(("n", "control:no_op", {})))
                executions[tenant.slug] = begin(version, {})
                work_until_ended(executions[tenant.slug])

        for slug, socket in sockets.items():
            heard = json.loads(socket.recv(timeout=20))
            assert heard["execution"] == str(executions[slug])
            with pytest.raises(TimeoutError):
                socket.recv(timeout=0.3)

    for slug, browser in browsers.items():
        listed = browser.get("/api/v1/executions").json()["results"]
        assert [each["id"] for each in listed] == [str(executions[slug])]
