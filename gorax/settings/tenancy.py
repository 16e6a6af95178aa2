"""Which schema a table lives in. Fixed before the first migration: see docs/adr/0003."""

# One copy for the whole installation, in `public`.
SHARED_APPS = [
    "apps.tenants",  # tenants, domains, memberships, API keys; first, because its `migrate` replaces the next one's
    "unfold.apps.BasicAppConfig",  # theme of the operators' admin; must precede the next one and django.contrib.admin
    "django_tenants",  # schemas per tenant
    "gorax",  # the roof: wiring at start-up, and the commands behind `make`
    "apps.core",  # no tables; commands and checks
    "apps.audit",  # the platform's own entries; each tenant's lie in its schema (docs/adr/0033)
    "apps.keys",  # the installation's keys, and how far a change of them has come
    "apps.accounts",  # users are global, with a membership per tenant
    "apps.dispatch",  # tickets of every tenant in one small hot table
    "apps.streams",  # where trails are sent on to: one small table tells a worker what is due of every tenant
    "apps.sso",  # identity providers of tenants: asked for on the public host, before a tenant is known
    "django_celery_beat",  # the platform's own periodic ticks, never a tenant's schedules
    "gorax.desk_config.DeskConfig",  # django.contrib.admin, for platform operators only
    "django.contrib.auth",  # permissions of the operators' admin
    "django.contrib.contenttypes",  # asked for by auth and admin
    "django.contrib.sessions",  # the operators' admin session
    "django.contrib.messages",  # asked for by admin
    "django.contrib.staticfiles",
    "django_prometheus",
    "django_vite",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "channels",
]

# One copy per tenant, in its own schema.
TENANT_APPS = [
    "apps.audit",
    "apps.credentials",
    "apps.workflows",
    "apps.executions",
    "apps.webhooks",
    "apps.schedules",
]

INSTALLED_APPS = SHARED_APPS + [app for app in TENANT_APPS if app not in SHARED_APPS]
