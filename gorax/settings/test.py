"""Tests: real PostgreSQL and Redis, started by tests/conftest.py, which sets the environment first."""

import os

# mypy's Django plugin imports this file where no server runs; tests overwrite both before Django starts.
os.environ.setdefault("GORAX_DATABASE_URL", "postgresql://nobody@localhost/none")
os.environ.setdefault("GORAX_REDIS_URL", "redis://localhost:1/0")
os.environ.setdefault("GORAX_SECRET_KEY", "a key that only tests use, and long enough for HS256")

from gorax.settings.base import *

GORAX_MAIL_FOLDER = ENV.mail.folder
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Collected files exist only where something was started; whitenoise warns of a folder that is not there.
STATIC_ROOT = BASE_DIR / "frontend" / "src"
# A file is looked for when somebody asks for it. Each test client has middleware of its own, and reading all 365 files takes 30 ms.
WHITENOISE_AUTOREFRESH = True
# Tests count statements, and write down calls when they mean it.
GORAX_CALLS_WRITTEN_S = float("inf")
