from django.apps import AppConfig
from django.conf import settings


class CoreConfig(AppConfig):
    name = "apps.core"
    label = "core"

    def ready(self) -> None:
        from apps.core import checks, failpoints

        failpoints.arm(settings.GORAX_FAILPOINTS)
        checks.warn_of_insecure_settings()
