# What is imported here is registered at the operators' desk.
from apps.tenants.admin import acting, domains, leaving, plans, tenants, usage  # noqa: F401
