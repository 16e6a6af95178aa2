from django.apps import AppConfig


class KeysConfig(AppConfig):
    name = "apps.keys"
    label = "keys"

    def ready(self) -> None:
        """Load what `manage.py check` asks of the keys."""
        from apps.keys.services import checking
