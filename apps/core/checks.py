"""What `manage.py check` finds wrong with an installation before anybody relies on it."""

import logging
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import WARNING, CheckMessage, Error, Tags, register

log = logging.getLogger(__name__)


def insecure_settings() -> list[str]:
    """Return the switches that give up protection and are on."""
    names = {name for name in dir(settings) if name.startswith("GORAX_INSECURE_")}
    return sorted(name for name in names if getattr(settings, name))


@register(Tags.security, deploy=True)
def refuse_insecure_settings(app_configs: Any, **_: Any) -> Sequence[CheckMessage]:
    """Fail `check --deploy` for every GORAX_INSECURE_* that is on: they are for a trusted network alone."""
    return [
        Error(
            f"{name} is on.",
            hint="Serve over https and unset it: without it cookies are bound to their host and to TLS.",
            id="gorax.E001",
        )
        for name in insecure_settings()
    ]


@register(Tags.security, deploy=True)
def refuse_redirects_without_end(app_configs: Any, **_: Any) -> Sequence[CheckMessage]:
    """Fail `check --deploy` where plain http is sent to https and nobody may say that a call came by it."""
    if not settings.SECURE_SSL_REDIRECT or settings.GORAX_TRUSTED_PROXIES:
        return []
    return [
        Error(
            "GORAX_TRUSTED_PROXIES is empty.",
            hint="Name the proxy that ends TLS: without it every page is redirected to itself.",
            id="gorax.E002",
        )
    ]


@register(Tags.security, deploy=True)
def warn_of_one_role(app_configs: Any, **_: Any) -> Sequence[CheckMessage]:
    """Warn in `check --deploy` if who answers callers also owns the tables, as far as the settings tell."""
    if settings.GORAX_APPLICATION_ROLE:
        return []
    return [
        CheckMessage(
            WARNING,
            "GORAX_MIGRATION_DATABASE_URL is empty, or names the role of GORAX_DATABASE_URL.",
            hint="Let one role own the tables and another work: docs/how-to/two-roles-at-the-database.md.",
            id="gorax.W001",
        )
    ]


def warn_of_insecure_settings() -> None:
    """Log one warning for each such switch, at every start."""
    for name in insecure_settings():
        log.warning("settings.insecure", extra={"setting": name})
