"""`make up` and `make dev`: everything on one machine, over plain http on localhost."""

from gorax.settings.base import *

if ENV.dev:
    DEBUG = True
    DJANGO_VITE["default"] |= {
        "dev_mode": True,
        "dev_server_host": "localhost",
        "dev_server_port": ENV.vite_port,
    }
