"""Behind a proxy that ends TLS, and that GORAX_TRUSTED_PROXIES names. `manage.py check --deploy` must be silent here."""

from gorax.settings.base import *

SECURE_SSL_REDIRECT = True
GORAX_TENANT_ORIGIN = ENV.tenant_origin or "https://{host}"
# Probes and Prometheus call the process itself, behind whatever ends TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
# Letters hold links that sign people in: here they go to a mail server, or wait in the box.
GORAX_MAIL_FOLDER = None
