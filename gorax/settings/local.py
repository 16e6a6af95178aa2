"""`make up` and `make dev`: everything on one machine, over plain http on localhost."""

from gorax.settings.base import *  # noqa: F403

if ENV.dev:  # noqa: F405
    DEBUG = True
    DJANGO_VITE["default"] |= {  # noqa: F405
        "dev_mode": True,
        "dev_server_host": "localhost",
        "dev_server_port": ENV.vite_port,  # noqa: F405
    }
