"""`make up` and `make dev`: everything on one machine, over plain http on localhost."""

from gorax.settings.base import *  # noqa: F403
