from django.apps import AppConfig


class SsoConfig(AppConfig):
    name = "apps.sso"
    label = "sso"

    def ready(self) -> None:
        """Load what this context listens to."""
        from apps.sso import handlers
