from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    """Django's admin with the operators' desk as its only site."""

    default_site = "apps.core.desk.OperatorsSite"
