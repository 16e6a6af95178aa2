"""What the outside sees of a process: structured logs without secrets, and error reports."""

import contextlib
import datetime
import json
import logging
import re
from functools import lru_cache
from typing import Any

from apps.core import request_context

REDACTED = "[REDACTED]"
FINISHED = "execution.finished"
# The attributes every log record has; whatever else it carries was given as a field. Django gives its whole `request`,
# whose path and query may open something.
PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "request"}
SECRET_FIELD = re.compile(
    r"passw|secret|token|authorization|cookie|api[_-]?key|credential|\bkek\b|private[_-]?key",
    re.IGNORECASE,
)
# The second net: secrets have a type of their own that refuses to be printed, and nodes' values are
# masked before they are stored. This catches what a library puts into a message or a traceback.
# Scripts write what they like: each pattern begins at a word's first letter and has looked ahead whether the word ends as it
# must. Without that a word of 4,000 letters took minutes. Before each stands what its text cannot be without, in small
# letters: most lines have none of it, and to look for that costs a tenth of the pattern.
SECRET_TEXT = (
    (("gx_",), re.compile(r"\bgx_[A-Za-z0-9_-]{6,}"), f"gx_{REDACTED}"),
    (
        ("eyj",),
        re.compile(r"(?<![\w-])(?=[\w-]+\.[\w-]{8,}\.)([\w-]*?\b)eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"),
        rf"\1{REDACTED}",
    ),
    (
        ("://",),
        re.compile(r"(\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@]{0,200}:)[^\s/@]{1,500}@"),
        rf"\1{REDACTED}@",
    ),
    (
        ("bearer", "basic"),
        re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}"),
        rf"\1 {REDACTED}",
    ),
    # A scheme, and what goes with it; of a scheme alone, and of what stands in quotes, the next one thinks.
    (
        ("authorization",),
        re.compile(
            r"(?i)(authorization[\"']?\s{0,3}[:=]\s{0,3})[a-z][\w-]{0,30}[ \t]{1,3}[^\s,;&\"'\[)}\]]+"
        ),
        rf"\1{REDACTED}",
    ),
    (
        ("passw", "secret", "token", "apikey", "api_key", "api-key", "authorization"),
        re.compile(
            r"(?i)(?<![\w-])(?=[\w-]*[\"']?\s{0,3}[:=]\s{0,3}(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s,;&\"'\[)}\]]))"
            r"([\w-]*(?:passw(?:or)?d|secret|token|api[_-]?key|authorization)[\w-]*[\"']?\s{0,3}[:=]\s{0,3})"
            r"(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s,;&\"'\[)}\]]+)"
        ),
        rf"\1{REDACTED}",
    ),
    (
        ("private key",),
        re.compile(
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
            re.DOTALL,
        ),
        REDACTED,
    ),
    # The generated path of a webhook without authentication is the only secret it has; those of the API are ids.
    (("/webhooks/",), re.compile(r"(?<!/v1)/webhooks/[^\s\"'<>?#]+"), "/webhooks/…"),
)
# What a report may say of the request in which something failed; headers and query hold keys, codes and cookies.
REPORTED_OF_REQUEST = ("method", "url")
COLORS = {"web": 36, "live": 35, "worker": 32, "dispatcher": 33, "prepare": 34}
LEVEL_COLORS = {"WARNING": 33, "ERROR": 31, "CRITICAL": 31}


def masked(text: str) -> str:
    """Return `text` with everything that looks like a secret replaced."""
    small = text.casefold()
    for signs, pattern, replacement in SECRET_TEXT:
        if any(sign in small for sign in signs):
            text = pattern.sub(replacement, text)
    return text


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """Return the fields of a record and of the request under way, secrets masked by name."""
    given = {name: value for name, value in vars(record).items() if name not in PLAIN}
    return {
        name: REDACTED if SECRET_FIELD.search(name) else value
        for name, value in {**request_context.fields(), **given}.items()
    }


class JsonFormatter(logging.Formatter):
    """One JSON object per line: time, level, logger, message, role, the request's fields, the record's."""

    def __init__(self, role: str = "") -> None:
        super().__init__()
        self._role = role

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if self._role:
            line["role"] = self._role
        line |= {name: value for name, value in fields_of(record).items() if name not in line}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        # Value by value: masking the finished JSON could cut through its quotes.
        return json.dumps({name: _masked_value(value) for name, value in line.items()}, default=str)


class TextFormatter(logging.Formatter):
    """For a terminal: time, role, message and fields on one line; colours tell the roles apart."""

    def __init__(self, role: str = "", *, color: bool = False) -> None:
        super().__init__()
        self._tag = f"{role or 'gorax':<10}"
        if color:
            self._tag = f"\x1b[{COLORS.get(role.partition('-')[0], 37)}m{self._tag}\x1b[0m"
        self._has_color = color

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.datetime.fromtimestamp(record.created, datetime.UTC).astimezone()
        given = fields_of(record).items()
        fields = " ".join(f"{name}={value}" for name, value in given if value != "")
        level = "" if record.levelno == logging.INFO else f"{record.levelname} "
        if level and self._has_color:
            level = f"\x1b[{LEVEL_COLORS.get(record.levelname, 37)}m{level}\x1b[0m"
        text = masked(f"{record.getMessage()} {fields}".rstrip())
        if record.exc_info:
            text = f"{text}\n{masked(self.formatException(record.exc_info))}"
        return f"{at:%H:%M:%S} {self._tag} {level}{text}"


class FailuresOnly(logging.Filter):
    """Drops Django's line for an answer that a view chose itself, such as 503 while not ready."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.exc_info is not None


class Addresses(logging.Filter):
    """Adds to the line of a finished execution the URL under which a person sees it."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.msg == FINISHED and "url" not in vars(record):
            given = vars(record)
            # A line must never fail for its ornament, least of all while the database is away.
            with contextlib.suppress(Exception):
                given["url"] = f"{_address(given['schema'])}/executions/{given['execution_id']}"
        return True


def logging_settings(*, role: str, log_format: str) -> dict[str, Any]:
    """Return Django's LOGGING: everything to stderr in one format, libraries from WARNING on.

    INFO says what happened, WARNING what heals by itself, ERROR what failed and somebody should look at, CRITICAL that a
    process or a tenant is not what it should be. Nothing of ours logs at DEBUG.
    """
    formatter: dict[str, Any] = (
        {"()": JsonFormatter, "role": role}
        if log_format == "json"
        else {"()": TextFormatter, "role": role, "color": log_format == "color"}
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "filters": {"failures": {"()": FailuresOnly}, "addresses": {"()": Addresses}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["addresses"],
            }
        },
        "root": {"level": "WARNING", "handlers": ["stderr"]},
        "loggers": {
            "apps": {"level": "INFO"},
            "gorax": {"level": "INFO"},
            "django": {"level": "WARNING", "handlers": [], "propagate": True},
            "django.request": {"level": "ERROR", "filters": ["failures"]},
            "django.server": {"level": "INFO", "handlers": [], "propagate": True},
        },
    }


def start() -> None:
    """Begin to report errors, if a DSN is set; without one nothing leaves the machine."""
    from django.conf import settings

    if settings.GORAX_SENTRY_DSN:
        _start_sentry(settings.GORAX_SENTRY_DSN, settings.GORAX_RELEASE)


def _start_sentry(dsn: str, release: str) -> None:
    import sentry_sdk
    from sentry_sdk.integrations.celery import CeleryIntegration
    from sentry_sdk.integrations.django import DjangoIntegration
    from sentry_sdk.integrations.stdlib import StdlibIntegration

    sentry_sdk.init(
        dsn=dsn,
        release=release or None,
        send_default_pii=False,
        include_local_variables=False,  # they hold payloads and opened credentials
        max_request_body_size="never",
        # Chosen, for what chooses itself reports what servers of models answer and notes addresses that are called, and one
        # gives every child an environment, in which no script is run.
        auto_enabling_integrations=False,
        integrations=[CeleryIntegration(), DjangoIntegration()],
        disabled_integrations=[StdlibIntegration()],
        before_send=lambda event, _hint: reported(event),
    )


def reported(event: Any) -> Any:
    """Return what of an error report leaves this machine."""
    request = event.get("request", {})
    event["request"] = {name: request[name] for name in REPORTED_OF_REQUEST if name in request}
    event.get("extra", {}).pop("request", None)
    return _masked_value(event)


@lru_cache(maxsize=1024)
def _address(schema: str) -> str:
    """Return where a person opens this tenant; its slug never changes, so it is asked for once."""
    from django.conf import settings

    from apps.tenants import facade as tenants

    host = settings.GORAX_SINGLE_HOST
    if not host:
        tenant = tenants.by_schema(schema)
        host = f"{tenant.slug if tenant else schema}.{settings.GORAX_PUBLIC_HOST}"
    return (
        f"https://{host}"
        if settings.SECURE_SSL_REDIRECT
        else f"http://{host}:{settings.GORAX_PORT}"
    )


def _masked_value(value: Any) -> Any:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {
            name: REDACTED if SECRET_FIELD.search(str(name)) else _masked_value(item)
            for name, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_masked_value(item) for item in value]
    return value
