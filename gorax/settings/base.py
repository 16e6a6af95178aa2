"""What every environment shares, grouped by topic. Values from outside come from environment.py alone."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from csp import constants as csp

from apps.engine.secret import Secret
from gorax import telemetry
from gorax.settings import broker, desk, environment, tenancy

ENV = environment.read()
BASE_DIR: Path = environment.ROOT
SECRET_KEY = ENV.secret_key
DEBUG = False

# Assigned, not re-exported: an `__all__` here would hide every other setting from `import *`.
SHARED_APPS = tenancy.SHARED_APPS
TENANT_APPS = tenancy.TENANT_APPS
INSTALLED_APPS = tenancy.INSTALLED_APPS

# --- hosts and tenants -------------------------------------------------------------------------
# The tenant middleware answers 404 to any host it does not know, so Django's own list stays open.
ALLOWED_HOSTS = ["*"]
GORAX_PUBLIC_HOST = ENV.public_host
GORAX_SINGLE_HOST = ENV.single_host
GORAX_PORT = ENV.port
# What stands before the path in addresses that leave the product.
GORAX_TENANT_ORIGIN = ENV.tenant_origin or f"http://{{host}}:{ENV.port}"
GORAX_METRICS_TOKEN = ENV.metrics_token
GORAX_LIVE_PORT = ENV.live_port
GORAX_RECEIVER_PORT = ENV.receiver_port
ROOT_URLCONF = "gorax.urls_tenant"
PUBLIC_SCHEMA_URLCONF = "gorax.urls_public"
TENANT_MODEL = "tenants.Tenant"
TENANT_DOMAIN_MODEL = "tenants.Domain"
PUBLIC_SCHEMA_NAME = "public"
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]

GORAX_PLAN = ENV.plan  # of tenants that are made from now on
GORAX_CALLS_WRITTEN_S = (
    10.0  # between two times that a process writes down how often tenants called
)
GORAX_TENANT_KEEP_DAYS = ENV.kept.tenant_days
GORAX_CORS_ORIGINS = ENV.cors.origins
GORAX_CORS_METHODS = ENV.cors.methods
GORAX_CORS_HEADERS = ENV.cors.headers
GORAX_CORS_MAX_AGE_S = ENV.cors.max_age_s
GORAX_TRUSTED_PROXIES = ENV.trusted_proxies

MIDDLEWARE = [
    # First: who called is asked by whatever comes after.
    "apps.core.api.proxies.ProxyMiddleware",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "apps.core.api.middleware.RequestContextMiddleware",
    # Before the tenant is known: refusals of unknown hosts carry the headers too.
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "apps.core.api.middleware.PolicyMiddleware",
    "apps.core.api.middleware.ReadableMiddleware",
    # Before anything that takes a connection, which would be held while a slow sender sends.
    "apps.core.api.bodies.BodyMiddleware",
    "apps.tenants.api.middleware.TenantMiddleware",
    # Knows the tenant's origins, and answers browsers that ask whether they may.
    "apps.core.api.cors.CorsMiddleware",
    "apps.webhooks.api.middleware.DoorMiddleware",
    "gorax.metrics.RequestMetricsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.tenants.api.middleware.OperatorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
APPEND_SLASH = False
LOGIN_REDIRECT_URL = "/admin/"  # the only sign-in of Django's own is the operators'

# --- database ----------------------------------------------------------------------------------


def pool(env: environment.Environment) -> dict[str, Any]:
    """Return what psycopg's pool is told; connections beyond the idle ones are closed a minute after their last use."""
    return {
        "min_size": min(env.pool_idle, env.pool_max),
        "max_size": env.pool_max,
        "max_idle": 60,
        "max_lifetime": env.pool_lifetime_s,
        "timeout": 10,
    }


# A statement that a session has run this often is prepared there: parsing an accept took longer than executing it.
# Not at once, because each tenant's statements are texts of their own: preparing is a round trip more, and of a
# thousand tenants' statements a session keeps a hundred.
PREPARED_AFTER = 5
# Nobody thinks for a minute inside a transaction: whoever does has died or hangs, and its locks stop others.
IDLE_IN_TRANSACTION_S = 60
# Whoever asked by HTTP has long gone. Migrations, workers and provisioning take what they take.
WEB_STATEMENT_S = 30
WEB_ROLES = frozenset({"web", "live"})


def session_options(role: str, given: str = "") -> str:
    """Return libpq's `options` for a session of a process with this role, behind those that the URL gives."""
    # A session that nobody has told a schema finds no table: not a tenant's, nor one of `public`.
    bounds = {
        "search_path": "",
        "idle_in_transaction_session_timeout": f"{IDLE_IN_TRANSACTION_S}s",
    }
    if role in WEB_ROLES:
        bounds["statement_timeout"] = f"{WEB_STATEMENT_S}s"
    return " ".join([*(f"-c {name}={value}" for name, value in bounds.items()), given]).strip()


def database(url: str, *, role: str = ENV.role) -> dict[str, Any]:
    """Return Django's settings for a libpq URL; its query string may name a socket folder as `host`."""
    parts = urlsplit(url)
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django_tenants.postgresql_backend",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": query.pop("port", str(parts.port or "")),
        "CONN_MAX_AGE": 0,  # the pool keeps connections, Django must not
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": {
            **query,
            "options": session_options(role, query.get("options", "")),
            "pool": pool(ENV),
            # Django's own default is None, which also switches off what is asked for by `prepare=True`.
            "prepare_threshold": PREPARED_AFTER,
        },
    }


ORIGINAL_BACKEND = "apps.core.backend"  # django-tenants puts its own on top
DATABASES = {"default": database(ENV.database_url)}
# Who makes and changes tables. None: the role of above, which may then do so at any time.
GORAX_OWNER_DATABASE = database(ENV.migration_database_url) if ENV.migration_database_url else None
HAS_TWO_ROLES = (GORAX_OWNER_DATABASE or DATABASES["default"])["USER"] != DATABASES["default"][
    "USER"
]
GORAX_APPLICATION_ROLE = DATABASES["default"]["USER"] if HAS_TWO_ROLES else ""
GORAX_APPLICATION_PASSWORD = Secret(DATABASES["default"]["PASSWORD"] if HAS_TWO_ROLES else "")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
GORAX_PG_DUMP = ENV.pg_dump  # renders the template schema; empty: the PATH's, then the embedded one
TENANT_LIMIT_SET_CALLS = False  # True leaks tenants behind a pooler: docs/adr/0009

GORAX_MOST_CONNECTIONS = ENV.most_connections

# --- broker, sockets ---------------------------------------------------------------------------
CELERY_BROKER_URL = ENV.broker_url
CELERY_BROKER_TRANSPORT_OPTIONS = broker.transport_options(ENV.broker_url, region=ENV.broker_region)
# The platform's own ticks, in seconds. Months are made two ahead, so a day without beat costs nothing.
CELERY_BEAT_SCHEDULE = {
    "tenants.maintain_partitions": {"task": "tenants.maintain_partitions", "schedule": 21_600},
    "tenants.forget_ended_sessions": {"task": "tenants.forget_ended_sessions", "schedule": 86_400},
    "tenants.delete_due": {"task": "tenants.delete_due", "schedule": 1_800},
    "keys.go_on": {"task": "keys.go_on", "schedule": 300},
    "tenants.anchor_trails": {"task": "tenants.anchor_trails", "schedule": 21_600},
    "tenants.retain_trails": {"task": "tenants.retain_trails", "schedule": 21_600},
    "credentials.remind": {"task": "credentials.remind", "schedule": 3_600},
    "credentials.forget_accesses": {"task": "credentials.forget_accesses", "schedule": 86_400},
    "sso.forget_ended": {"task": "sso.forget_ended", "schedule": 86_400},
    # Rung after each letter; this is for bells that nobody heard.
    "accounts.deliver_letters": {"task": "accounts.deliver_letters", "schedule": 30},
    "accounts.forget_old": {"task": "accounts.forget_old", "schedule": 86_400},
    "workflows.empty_bins": {"task": "workflows.empty_bins", "schedule": 21_600},
    "webhooks.forget_old": {"task": "webhooks.forget_old", "schedule": 21_600},
    "schedules.maintain": {"task": "schedules.maintain", "schedule": 21_600},
    "executions.sweep_blobs": {"task": "executions.sweep_blobs", "schedule": 21_600},
    "executions.forget_keys": {"task": "executions.forget_keys", "schedule": 21_600},
    "executions.count_usage": {"task": "executions.count_usage", "schedule": 3_600},
    "executions.forget_old": {"task": "executions.forget_old", "schedule": 86_400},
}
GORAX_REDIS_URL = ENV.redis_url
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [ENV.redis_url], "prefix": "gorax"},
    }
}
ASGI_APPLICATION = "gorax.asgi.application"
WSGI_APPLICATION = "gorax.wsgi.application"

# --- engine: docs/explanation/engine.md ---------------------------------------------------------
GORAX_LEASE_S = ENV.lease_s
GORAX_RENEW_S = ENV.renew_s
GORAX_SWEEP_S = ENV.sweep_s
GORAX_POISON_CRASHES = ENV.poison_crashes
GORAX_SCHEDULE_LATE_S = ENV.schedule_late_s
GORAX_WORKER_THREADS = ENV.worker_threads
GORAX_WORKER_PROCESSES = ENV.worker_processes
GORAX_CODE_PROCESSES = ENV.code_processes
GORAX_CODE_SLOTS = ENV.code_slots
GORAX_CODE_LANGUAGES = ENV.code_languages
GORAX_LLM_PRICES = ENV.llm_prices
GORAX_WEB_THREADS = ENV.web_threads
GORAX_KEK = Secret(ENV.kek)  # base64; wins over the file
GORAX_KEK_PATH = ENV.kek_file
GORAX_KEKS = (
    ENV.key_services.keys
)  # the first seals, all of them open: docs/how-to/keep-keys-elsewhere.md
GORAX_KMS_REGION = ENV.key_services.kms_region
GORAX_KMS_ENDPOINT = ENV.key_services.kms_endpoint
GORAX_KMS_FIPS = ENV.key_services.kms_fips
GORAX_VAULT_ADDR = ENV.key_services.vault_address
GORAX_VAULT_TOKEN = Secret(ENV.key_services.vault_token)
GORAX_VAULT_TOKEN_PATH = ENV.key_services.vault_token_file
GORAX_VAULT_NAMESPACE = ENV.key_services.vault_namespace
GORAX_VAULT_CA = ENV.key_services.vault_ca
GORAX_ACCESS_LOG_DAYS = ENV.kept.access_log_days
GORAX_AUDIT_HOT_DAYS = ENV.kept.hot_days
GORAX_AUDIT_WARM_DAYS = ENV.kept.warm_days
GORAX_AUDIT_COLD_DAYS = ENV.kept.cold_days
GORAX_AUDIT_STREAM_URL = ENV.kept.stream_url
GORAX_AUDIT_STREAM_SECRET = Secret(ENV.kept.stream_secret)
GORAX_AUDIT_STREAM_DAYS = ENV.kept.stream_days
GORAX_FAILPOINTS = ENV.failpoints

# --- binary data: docs/explanation/blobs.md -----------------------------------------------------
GORAX_BLOBS = ENV.blobs.kind
GORAX_BLOBS_DIR = ENV.blobs.folder
GORAX_BLOBS_BUCKET = ENV.blobs.bucket
GORAX_BLOBS_ENDPOINT = ENV.blobs.endpoint
GORAX_BLOBS_REGION = ENV.blobs.region
GORAX_BLOBS_PREFIX = ENV.blobs.prefix

# --- accounts ----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
GORAX_DNS_SERVER = ENV.dns_server
GORAX_MAIL_HOST = ENV.mail.host
GORAX_MAIL_PORT = ENV.mail.port
GORAX_MAIL_SECURITY = ENV.mail.security
GORAX_MAIL_USERNAME = ENV.mail.username
GORAX_MAIL_PASSWORD = Secret(ENV.mail.password)
GORAX_MAIL_FROM = ENV.mail.sender
# Where letters are kept to be read at /dev/mail; only `local` and `test` name a folder, so elsewhere there is none.
GORAX_MAIL_FOLDER: Path | None = None
GORAX_INSECURE_COOKIES = ENV.insecure_cookies
GORAX_COOKIE_PREFIX = "" if ENV.insecure_cookies else "__Host-"
CSRF_COOKIE_NAME = f"{GORAX_COOKIE_PREFIX}gorax_csrf"
CSRF_COOKIE_SECURE = not ENV.insecure_cookies
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_PATH = "/"
CSRF_FAILURE_VIEW = "apps.core.api.errors.csrf_refused"
CSRF_HEADER_NAME = "HTTP_X_CSRF_TOKEN"
SESSION_COOKIE_NAME = f"{GORAX_COOKIE_PREFIX}gorax_operator"
SESSION_COOKIE_SECURE = not ENV.insecure_cookies
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3_600  # a working day; then an operator signs in again
UNFOLD = desk.UNFOLD

# --- API ---------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.tenants.api.authentication.ApiKeyAuthentication",
        "apps.tenants.api.authentication.CookieAuthentication",
    ],
    # Fail closed: a view that declares no permission is refused and fails a house test.
    "DEFAULT_PERMISSION_CLASSES": ["apps.core.api.permissions.Undeclared"],
    "DEFAULT_THROTTLE_CLASSES": ["apps.tenants.api.throttles.PlanPace"],
    "DEFAULT_PARSER_CLASSES": ["apps.core.api.parsers.StrictJsonParser"],
    "DEFAULT_RENDERER_CLASSES": [
        "apps.core.api.renderers.JsonRenderer",
        "apps.core.api.renderers.BrowsableRenderer",
    ],
    "DEFAULT_METADATA_CLASS": "apps.core.api.metadata.Nothing",
    "DEFAULT_PAGINATION_CLASS": "apps.core.api.pagination.KeysetPagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "apps.core.api.errors.exception_handler",
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "gorax",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_URLCONF": "gorax.urls_single",  # every route of both kinds of host
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "apps.core.api.openapi.allow_null_beside_anything",
        "apps.core.api.openapi.add_problems",
    ],
    # Several things are called `status`; the generated client needs a name for each.
    "ENUM_NAME_OVERRIDES": {
        "ExecutionStatus": "apps.executions.api.serializers.EXECUTION_STATUSES",
        "StepStatus": "apps.executions.api.serializers.STEP_STATUSES",
        "RetryManyInStartAtEnum": "apps.executions.api.serializers.STARTS_OF_MANY",
        "EventStatus": "apps.webhooks.models.WebhookEvent.Status",
        "EntryCategory": "apps.audit.models.Category",
        "EntryOutcome": "apps.audit.models.Outcome",
        "EntrySeverity": "apps.audit.models.Severity",
        "SeverityEnum": "apps.workflows.api.serializers.SEVERITIES",
        "SecondFactorMethod": "apps.tenants.api.serializers.METHODS",
        "TenantStatus": "apps.tenants.models.TenantStatus",
        "Permission": "apps.core.principals.PERMISSIONS",
    },
}

# --- screen ------------------------------------------------------------------------------------
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Not the manifest storage: Vite has hashed its names already, and its chunks refer to them.
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False  # its default is `*`; our pages load them from their own host
WHITENOISE_IMMUTABLE_FILE_TEST = lambda path, url: bool(  # noqa: E731 - the setting is a callable
    re.match(r"^/static/editor/assets/.+-[A-Za-z0-9_-]{8}\.", url)
)
DJANGO_VITE = {
    "default": {
        "manifest_path": BASE_DIR / "static" / "editor" / "manifest.json",
        "static_url_prefix": "editor",
    }
}

# --- headers -----------------------------------------------------------------------------------
X_FRAME_OPTIONS = "DENY"
# Nothing inline, nothing from elsewhere. Pages that need more say so themselves: core/api/policies.py.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [csp.NONE],
        "script-src": [csp.SELF],
        "style-src": [csp.SELF, csp.NONCE],
        "font-src": [csp.SELF],
        "img-src": [csp.SELF, "data:", "blob:"],
        "connect-src": [csp.SELF],
        "worker-src": [csp.SELF],
        "base-uri": [csp.NONE],
        "form-action": [csp.SELF],
        "frame-ancestors": [csp.NONE],
        "object-src": [csp.NONE],
        "require-trusted-types-for": ["'script'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

# --- language and time -------------------------------------------------------------------------
LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

# --- telemetry ---------------------------------------------------------------------------------
LOGGING = telemetry.logging_settings(role=ENV.role, log_format=ENV.log_format)
GORAX_SENTRY_DSN = ENV.sentry_dsn
GORAX_RELEASE = ENV.release
