import resource

from django.apps import AppConfig


class KeysConfig(AppConfig):
    name = "apps.keys"
    label = "keys"

    def ready(self) -> None:
        """Load what `manage.py check` asks of the keys, and let no process that may hold one be written to disk if it crashes."""
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        from apps.keys.services import checking
