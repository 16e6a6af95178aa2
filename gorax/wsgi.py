"""HTTP. One process serves it with threads; see docs/adr/0011 for why not ASGI."""

import os
import signal

from django.core.wsgi import get_wsgi_application

from gorax.stack.child import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gorax.settings.local")

# The server's master may be killed; a worker without it would hold the port for ever.
die_with_parent(signal.SIGTERM)
application = get_wsgi_application()

from gorax import startup  # noqa: E402 - needs Django set up

startup.check()
