# What is imported here is registered at the operators' desk.
from apps.tenants.admin import acting, tenants  # noqa: F401
