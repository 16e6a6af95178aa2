"""HTTP. One process serves it with threads; see docs/adr/0011 for why not ASGI."""

import os
import signal

import django

from gorax.stack.child import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gorax.settings.local")

# The server's master may be killed; a worker without it would hold the port for ever.
die_with_parent(signal.SIGTERM)
django.setup(set_prefix=False)

from apps.core.api.wsgi import Handler  # noqa: E402 - needs Django set up
from gorax import startup  # noqa: E402 - as above

application = Handler()
startup.check()
startup.settle()
