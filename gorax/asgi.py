"""WebSockets, and only they: HTTP is served by wsgi.py, where Django's synchronous code is at home."""

import os
import signal

import django
from channels.routing import ProtocolTypeRouter, URLRouter

from gorax.stack.child import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gorax.settings.local")

die_with_parent(signal.SIGTERM)  # as in wsgi.py
django.setup()  # consumers import models; the HTTP middleware is not needed here

from apps.core.api.asgi import no_http  # noqa: E402 - needs Django set up
from apps.core.api.closing import ClosesAtOnce  # noqa: E402 - as above
from gorax import startup  # noqa: E402 - as above
from gorax.routes_live import websocket_urlpatterns  # noqa: E402 - as above

startup.check()
startup.settle()
sockets = ClosesAtOnce(URLRouter(websocket_urlpatterns))
application = ProtocolTypeRouter({"http": no_http, "websocket": sockets})
