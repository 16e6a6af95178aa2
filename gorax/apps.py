"""The roof as a Django app: what every Django process needs before its first request or command."""

from django.apps import AppConfig


class RoofConfig(AppConfig):
    """Wires Celery and error reports."""

    name = "gorax"
    label = "gorax"

    def ready(self) -> None:
        # Celery's convention is to import its app in the package; the supervisor must not load Celery.
        from gorax import celery, telemetry

        celery.app.set_default()
        telemetry.start()
