"""The only file that reads the process environment: typed, and it names the variable that is wrong."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")

ROOT = Path(__file__).resolve().parent.parent.parent


class EnvironmentError_(Exception):  # noqa: N801, N818 - the trailing underscore keeps OSError's alias free
    """A variable is missing or malformed; the message starts with its name."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What a process was told from outside. Times are seconds unless the name says otherwise."""

    database_url: str
    redis_url: str
    broker_url: str
    secret_key: str
    kek_file: Path
    public_host: str
    single_host: str
    port: int
    live_port: int
    insecure_cookies: bool
    metrics_token: str
    sentry_dsn: str
    worker_threads: int
    worker_processes: int
    web_threads: int
    pool_max: int
    pool_idle: int
    pool_lifetime_s: int
    lease_s: float
    renew_s: float
    sweep_s: float
    poison_crashes: int
    failpoints: str
    release: str


def _text(source: Mapping[str, str], name: str, default: str | None = None) -> str:
    """Return the variable, or the content of the file that `<name>_FILE` names (container secrets)."""
    file_name = source.get(f"{name}_FILE", "")
    if file_name:
        try:
            return Path(file_name).read_text(encoding="utf-8").strip()
        except OSError as reason:
            raise EnvironmentError_(
                f"{name}_FILE: cannot read {file_name} ({reason.strerror})."
            ) from reason
    value = source.get(name, default)
    if value is None:
        raise EnvironmentError_(
            f"{name}: not set. `make up` sets it; elsewhere see docs/reference/settings.md."
        )
    return value


def _number(
    source: Mapping[str, str], name: str, default: T, parse: Callable[[str], T], least: float
) -> T:
    raw = source.get(name, "")
    if not raw:
        return default
    try:
        value = parse(raw)
    except ValueError as reason:
        raise EnvironmentError_(f"{name}: {raw!r} is not a number.") from reason
    if float(value) < least:  # type: ignore[arg-type]  # T is int or float here
        raise EnvironmentError_(f"{name}: {raw} is below the least allowed value {least:g}.")
    return value


def _flag(source: Mapping[str, str], name: str) -> bool:
    raw = source.get(name, "0")
    if raw not in {"0", "1", ""}:
        raise EnvironmentError_(f"{name}: {raw!r} is neither 0 nor 1.")
    return raw == "1"


def _url(name: str, value: str, schemes: tuple[str, ...]) -> str:
    if urlsplit(value).scheme not in schemes:
        raise EnvironmentError_(
            f"{name}: expected a URL starting with {' or '.join(s + '://' for s in schemes)}."
        )
    return value


def read(source: Mapping[str, str] | None = None) -> Environment:
    """Return the environment of this process.

    Raises:
        EnvironmentError_: a variable is missing or malformed; the message starts with its name.
    """
    source = os.environ if source is None else source
    redis_url = _url(
        "GORAX_REDIS_URL", _text(source, "GORAX_REDIS_URL"), ("redis", "rediss", "unix")
    )
    port = _number(source, "GORAX_PORT", 8000, int, 1)
    return Environment(
        database_url=_url(
            "GORAX_DATABASE_URL", _text(source, "GORAX_DATABASE_URL"), ("postgresql", "postgres")
        ),
        redis_url=redis_url,
        broker_url=_url(
            "GORAX_BROKER_URL",
            _text(source, "GORAX_BROKER_URL", redis_url),
            ("redis", "rediss", "sqs", "unix"),
        ),
        secret_key=_text(source, "GORAX_SECRET_KEY"),
        kek_file=Path(_text(source, "GORAX_KEK_PATH", str(ROOT / ".gorax" / "kek"))),
        public_host=_text(source, "GORAX_PUBLIC_HOST", "localhost"),
        single_host=_text(source, "GORAX_SINGLE_HOST", ""),
        port=port,
        live_port=_number(source, "GORAX_LIVE_PORT", port + 1, int, 1),
        insecure_cookies=_flag(source, "GORAX_INSECURE_COOKIES"),
        metrics_token=_text(source, "GORAX_METRICS_TOKEN", ""),
        sentry_dsn=_text(source, "GORAX_SENTRY_DSN", ""),
        worker_threads=_number(source, "GORAX_WORKER_THREADS", 4, int, 1),
        worker_processes=_number(source, "GORAX_WORKER_PROCESSES", 1, int, 1),
        web_threads=_number(source, "GORAX_WEB_THREADS", 128, int, 2),
        pool_max=_number(source, "GORAX_POOL_MAX", 25, int, 1),
        pool_idle=_number(source, "GORAX_POOL_IDLE", 5, int, 0),
        pool_lifetime_s=_number(source, "GORAX_POOL_LIFETIME_S", 300, int, 10),
        lease_s=_number(source, "GORAX_LEASE_S", 15.0, float, 0.5),
        renew_s=_number(source, "GORAX_RENEW_S", 5.0, float, 0.1),
        sweep_s=_number(source, "GORAX_SWEEP_S", 1.0, float, 0.05),
        poison_crashes=_number(source, "GORAX_POISON_CRASHES", 3, int, 1),
        failpoints=_text(source, "GORAX_FAILPOINTS", ""),
        release=_text(source, "GORAX_RELEASE", ""),
    )
