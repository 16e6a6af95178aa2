"""The only file that reads the process environment: typed, and it names the variable that is wrong.

Every variable may also be given as `<name>_FILE`, the path of a file that holds its value, which is
how container platforms hand out secrets. docs/reference/settings.md lists them all.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from apps.core.addresses import Network
from gorax.settings.given import EnvironmentError_, Given

ROOT = Path(__file__).resolve().parent.parent.parent
DATABASES = ("postgresql", "postgres")
BROKERS = ("redis", "rediss", "redis+socket", "sqs")
BLOB_STORES = ("files", "s3")
# How an operator names a key.
KEY = re.compile(
    r"local|file:/\S+|aws-kms:[A-Za-z0-9:/_-]+|vault:[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)+"
)
STREAM = re.compile(r"(?:https?|syslog\+(?:tls|tcp))://\S+")
STREAM_SECRET = re.compile(
    r"whsec_(?:[A-Za-z0-9+/]{4}){4,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
)
MAIL_SECURITIES = ("starttls", "tls", "none")
LOG_FORMATS = ("json", "text", "color")
CORS_HEADERS = "Authorization, Content-Type, Idempotency-Key, If-Match, If-Range, Range, X-Request-Id, traceparent, tracestate"


@dataclass(frozen=True, slots=True)
class BlobStore:
    """Where files of executions lie: `kind` is one of BLOB_STORES, `folder` counts for the first, the rest for the second."""

    kind: str
    folder: Path
    bucket: str
    endpoint: str
    region: str
    prefix: str


@dataclass(frozen=True, slots=True)
class KeyServices:
    """Which keys seal and open, the first of `keys` sealing, and how the services that hold some of them are reached."""

    keys: tuple[str, ...]
    kms_region: str
    kms_endpoint: str
    kms_fips: bool
    vault_address: str
    vault_token: str = field(repr=False)
    vault_token_file: str
    vault_namespace: str
    vault_ca: str


@dataclass(frozen=True, slots=True)
class Kept:
    """For how many days what is kept: the vault's access log, entries of audit trails, hot, warm and cold, and a tenant.

    `tenant_days` is how long one that shall be deleted may be taken back.
    The platform's own trail is sent on to `stream_url`; a tenant's no longer after `stream_days` of failing.
    """

    access_log_days: int
    hot_days: int
    warm_days: int
    cold_days: int
    stream_url: str = field(repr=False)
    stream_secret: str = field(repr=False)
    stream_days: int
    tenant_days: int


@dataclass(frozen=True, slots=True)
class Cors:
    """Whose pages may call from other origins, how, and how long a browser may remember that."""

    origins: tuple[str, ...]
    methods: tuple[str, ...]
    headers: tuple[str, ...]
    max_age_s: int


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where the platform's own letters go, and whom they are from; an empty `host` is none."""

    host: str
    port: int
    security: str
    username: str
    password: str = field(repr=False)
    sender: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Environment:
    """What a process was told from outside. Times are seconds unless the name says otherwise."""

    database_url: str = field(repr=False)
    migration_database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    broker_url: str = field(repr=False)
    broker_region: str
    secret_key: str = field(repr=False)
    kek: str = field(repr=False)
    kek_file: Path
    key_services: KeyServices
    public_host: str
    single_host: str
    tenant_origin: str
    bind: str
    port: int
    live_port: int
    receiver_port: int
    trusted_proxies: tuple[Network, ...]
    insecure_cookies: bool
    dns_server: str
    metrics_token: str = field(repr=False)
    sentry_dsn: str = field(repr=False)
    plan: str
    cors: Cors
    worker_threads: int
    worker_processes: int
    code_processes: int
    code_slots: int
    code_languages: tuple[str, ...]
    llm_prices: Mapping[str, Mapping[str, float]]
    web_threads: int
    web_processes: int
    pool_max: int
    pool_idle: int
    pool_lifetime_s: int
    lease_s: float
    renew_s: float  # a lease that ends before it can be renewed is taken over from a healthy worker
    sweep_s: float
    poison_crashes: int
    schedule_late_s: int
    blobs: BlobStore
    kept: Kept
    mail: MailServer
    failpoints: str
    release: str
    pg_dump: str
    role: str
    log_format: str
    dev: bool
    vite_port: int

    @property
    def most_connections(self) -> int:
        """The sum of the pools of every process of this installation."""
        live, dispatcher = 1, 1
        workers = self.worker_processes + self.code_processes
        return self.pool_max * (self.web_processes + live + workers + dispatcher)


def read(source: Mapping[str, str] | None = None) -> Environment:
    """Return the environment of this process.

    Raises:
        EnvironmentError_: a variable is missing or malformed; the message starts with its name.
    """
    given = Given(os.environ if source is None else source)
    port = given.number("GORAX_PORT", 8000, int, least=1, most=65_533)
    lease_s = given.number("GORAX_LEASE_S", 15.0, float, least=0.5)
    return Environment(
        database_url=given.url("GORAX_DATABASE_URL", DATABASES),
        migration_database_url=_migration_database_url(given),
        redis_url=_redis_url(given),
        broker_url=_broker_url(given),
        broker_region=given.text("GORAX_BROKER_REGION", "us-east-1"),
        secret_key=given.secret("GORAX_SECRET_KEY"),
        kek=given.text("GORAX_KEK", ""),
        kek_file=Path(given.text("GORAX_KEK_PATH", str(ROOT / ".gorax" / "kek"))),
        key_services=_key_services(given),
        public_host=given.text("GORAX_PUBLIC_HOST", "localhost"),
        single_host=given.text("GORAX_SINGLE_HOST", ""),
        tenant_origin=given.text("GORAX_TENANT_ORIGIN", ""),
        bind=given.text("GORAX_BIND", "127.0.0.1"),
        port=port,
        live_port=given.number("GORAX_LIVE_PORT", port + 1, int, least=1, most=65_535),
        receiver_port=given.number("GORAX_RECEIVER_PORT", port + 2, int, least=1, most=65_535),
        trusted_proxies=given.networks("GORAX_TRUSTED_PROXIES"),
        insecure_cookies=given.flag("GORAX_INSECURE_COOKIES"),
        dns_server=given.text("GORAX_DNS_SERVER", ""),
        metrics_token=given.text("GORAX_METRICS_TOKEN", ""),
        sentry_dsn=given.text("GORAX_SENTRY_DSN", ""),
        plan=given.choice("GORAX_PLAN", ("unlimited", "free", "professional", "enterprise")),
        cors=_cors(given),
        worker_threads=given.number("GORAX_WORKER_THREADS", 4, int, least=1, most=256),
        worker_processes=given.number("GORAX_WORKER_PROCESSES", 1, int, least=1, most=64),
        code_processes=given.number("GORAX_CODE_PROCESSES", 0, int, least=0, most=64),
        code_slots=given.number("GORAX_CODE_SLOTS", 2, int, least=1, most=64),
        code_languages=given.choices("GORAX_CODE_LANGUAGES", ("javascript", "python")),
        llm_prices=given.prices("GORAX_LLM_PRICES"),
        web_threads=given.number("GORAX_WEB_THREADS", 128, int, least=2, most=1024),
        web_processes=given.number("GORAX_WEB_PROCESSES", 1, int, least=1, most=64),
        pool_max=given.number("GORAX_POOL_MAX", 25, int, least=1),
        pool_idle=given.number("GORAX_POOL_IDLE", 5, int, least=0),
        pool_lifetime_s=given.number("GORAX_POOL_LIFETIME_S", 300, int, least=10),
        lease_s=lease_s,
        renew_s=given.number("GORAX_RENEW_S", lease_s / 3, float, least=0.1, most=lease_s / 2),
        sweep_s=given.number("GORAX_SWEEP_S", 1.0, float, least=0.05),
        poison_crashes=given.number("GORAX_POISON_CRASHES", 3, int, least=1),
        schedule_late_s=given.number("GORAX_SCHEDULE_LATE_S", 86_400, int, least=60),
        blobs=_blob_store(given),
        kept=_kept(given),
        mail=_mail_server(given),
        failpoints=given.text("GORAX_FAILPOINTS", ""),
        release=given.text("GORAX_RELEASE", ""),
        pg_dump=given.text("GORAX_PG_DUMP", ""),
        role=given.text("GORAX_ROLE", ""),
        log_format=given.choice("GORAX_LOG_FORMAT", LOG_FORMATS),
        dev=given.flag("GORAX_DEV"),
        vite_port=given.number("GORAX_VITE_PORT", port + 3, int, least=1, most=65_535),
    )


def _cors(given: Given) -> Cors:
    methods = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
    return Cors(
        origins=given.origins("GORAX_CORS_ORIGINS"),
        methods=given.choices("GORAX_CORS_METHODS", methods),
        headers=given.tokens("GORAX_CORS_HEADERS", CORS_HEADERS),
        max_age_s=given.number("GORAX_CORS_MAX_AGE_S", 7200, int, least=0, most=86_400),
    )


def _blob_store(given: Given) -> BlobStore:
    kind = given.choice("GORAX_BLOBS", BLOB_STORES)
    bucket = given.text("GORAX_BLOBS_BUCKET", "")
    if kind == "s3" and not bucket:
        raise EnvironmentError_("GORAX_BLOBS_BUCKET: not set, though GORAX_BLOBS is s3.")
    return BlobStore(
        kind=kind,
        folder=Path(given.text("GORAX_BLOBS_DIR", str(ROOT / ".gorax" / "blobs"))),
        bucket=bucket,
        endpoint=given.text("GORAX_BLOBS_ENDPOINT", ""),
        region=given.text("GORAX_BLOBS_REGION", ""),
        prefix=given.text("GORAX_BLOBS_PREFIX", ""),
    )


def _kept(given: Given) -> Kept:
    access = given.number("GORAX_ACCESS_LOG_DAYS", 90, int, least=1, most=3650)
    # Nothing leaves earlier than what it lies in.
    hot = given.number("GORAX_AUDIT_HOT_DAYS", 90, int, least=1, most=36_500)
    warm = given.number("GORAX_AUDIT_WARM_DAYS", max(365, hot), int, least=hot, most=36_500)
    cold = given.number("GORAX_AUDIT_COLD_DAYS", max(2_555, warm), int, least=warm, most=36_500)
    url = given.text("GORAX_AUDIT_STREAM_URL", "")
    secret = given.text("GORAX_AUDIT_STREAM_SECRET", "")
    if url and not STREAM.fullmatch(url):
        raise EnvironmentError_(
            "GORAX_AUDIT_STREAM_URL: begins with https, http, syslog+tls or syslog+tcp and ://."
        )
    if url.startswith("http") and not STREAM_SECRET.fullmatch(secret):
        raise EnvironmentError_(
            "GORAX_AUDIT_STREAM_SECRET: must be whsec_ and base64, to sign what is sent."
        )
    days = given.number("GORAX_AUDIT_STREAM_DAYS", 7, int, least=1, most=365)
    tenant_days = given.number("GORAX_TENANT_KEEP_DAYS", 30, int, least=0, most=365)
    return Kept(access, hot, warm, cold, url, secret, days, tenant_days)


def _key_services(given: Given) -> KeyServices:
    keys = tuple(text.strip() for text in given.text("GORAX_KEKS", "local").split(","))
    for odd in (key for key in keys if KEY.fullmatch(key) is None or keys.count(key) > 1):
        raise EnvironmentError_(
            f"GORAX_KEKS: {odd!r} is not local, file:/path, aws-kms:key or vault:mount/name, each named once."
        )
    has_vault = any(key.startswith("vault:") for key in keys)
    found = KeyServices(
        keys=keys,
        kms_region=given.text("GORAX_KMS_REGION", ""),
        kms_endpoint=given.text("GORAX_KMS_ENDPOINT", ""),
        kms_fips=given.flag("GORAX_KMS_FIPS"),
        vault_address=given.url(
            "GORAX_VAULT_ADDR", ("https", "http"), None if has_vault else "https:"
        ),
        vault_token=given.text("GORAX_VAULT_TOKEN", ""),
        vault_token_file=given.path("GORAX_VAULT_TOKEN"),
        vault_namespace=given.text("GORAX_VAULT_NAMESPACE", ""),
        vault_ca=given.text("GORAX_VAULT_CA", ""),
    )
    if has_vault and not found.vault_token:
        raise EnvironmentError_(
            "GORAX_VAULT_TOKEN: not set, though GORAX_KEKS names a key of Vault."
        )
    if found.kms_fips and found.kms_endpoint:
        raise EnvironmentError_(
            "GORAX_KMS_ENDPOINT: GORAX_KMS_FIPS chooses the endpoint; give one of the two."
        )
    return found


def _migration_database_url(given: Given) -> str:
    """Return the URL of the role that owns the tables; without one the application's own owns them."""
    name = "GORAX_MIGRATION_DATABASE_URL"
    return given.url(name, DATABASES) if given.text(name, "") else ""


def _redis_url(given: Given) -> str:
    return given.url("GORAX_REDIS_URL", ("redis", "rediss", "unix"))


def _broker_url(given: Given) -> str:
    return given.url("GORAX_BROKER_URL", BROKERS, default=_as_broker(_redis_url(given)))


def _mail_server(given: Given) -> MailServer:
    security = given.choice("GORAX_MAIL_SECURITY", MAIL_SECURITIES)
    username = given.text("GORAX_MAIL_USERNAME", "")
    if username and security == "none":
        raise EnvironmentError_("GORAX_MAIL_USERNAME: needs GORAX_MAIL_SECURITY starttls or tls.")
    public_host = given.text("GORAX_PUBLIC_HOST", "localhost")
    return MailServer(
        host=given.text("GORAX_MAIL_HOST", ""),
        port=given.number("GORAX_MAIL_PORT", 587, int, least=1, most=65_535),
        security=security,
        username=username,
        password=given.text("GORAX_MAIL_PASSWORD", ""),
        sender=given.text("GORAX_MAIL_FROM", f"gorax <no-reply@{public_host}>"),
        folder=Path(given.text("GORAX_MAIL_DIR", str(ROOT / ".gorax" / "mail"))),
    )


def _as_broker(redis_url: str) -> str:
    """Return the same Redis as kombu writes it, which has a scheme of its own for sockets."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    return f"redis+socket://{parts.path}?virtual_host={parts.query.removeprefix('db=') or '0'}"
