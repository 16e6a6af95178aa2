from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "apps.tenants"
    label = "tenants"

    def ready(self) -> None:
        """Load what this context listens to, and who words its letters."""
        from apps.tenants import handlers
