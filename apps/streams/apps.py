from django.apps import AppConfig


class StreamsConfig(AppConfig):
    name = "apps.streams"
    label = "streams"

    def ready(self) -> None:
        """Load what this context listens to."""
        from apps.streams import handlers
