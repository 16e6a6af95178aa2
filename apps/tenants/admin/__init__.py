# What is imported here is registered at the operators' desk.
from apps.tenants.admin import acting, domains, plans, tenants  # noqa: F401
