from collections.abc import Iterator

import pytest
from celery import Celery, current_app
from moto.server import ThreadedMotoServer

from gorax.settings import broker

pytestmark = pytest.mark.stack


@pytest.fixture(params=["redis", "sqs"])
def url(request: pytest.FixtureRequest, running_servers) -> Iterator[str]:
    """A broker of each kind: this run's Redis, and a stand-in for SQS."""
    if request.param == "redis":
        from django.conf import settings

        yield settings.CELERY_BROKER_URL
        return
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"sqs://test:test@{host}:{port}"
    server.stop()


def test_a_doorbell_reaches_a_worker_over_redis_and_over_sqs(url: str) -> None:
    app = Celery("doorbells", set_as_current=False)
    app.conf.update(
        {
            name: current_app.conf[name]
            for name in ("task_serializer", "accept_content", "task_ignore_result")
        }
    )
    app.conf.update(
        broker_url=url, broker_transport_options=broker.transport_options(url, region="us-east-1")
    )

    with app.connection_for_write() as connection:
        app.send_task(
            "executions.work",
            args=["threads"],
            queue="celery",
            expires=30,
            retry=False,
            connection=connection,
        )
    with app.connection_for_read() as connection, connection.SimpleQueue("celery") as queue:
        message = queue.get(timeout=10)
        message.ack()

    assert (message.headers["task"], message.payload[0]) == ("executions.work", ["threads"])


def test_celery_keeps_no_results_and_takes_nothing_but_json() -> None:
    conf = current_app.conf

    assert conf.result_backend is None
    assert conf.accept_content == ["json"]
    assert conf.task_acks_late is False
    assert conf.worker_prefetch_multiplier == 1
    assert conf.worker_enable_remote_control is False


def test_sqs_is_asked_in_its_own_region_and_over_tls_unless_a_host_is_named() -> None:
    own = broker.transport_options("sqs://", region="eu-central-1")
    stand_in = broker.transport_options("sqs://test:test@127.0.0.1:5566", region="eu-central-1")

    assert own["region"] == "eu-central-1"
    assert "is_secure" not in own
    assert stand_in["is_secure"] is False
