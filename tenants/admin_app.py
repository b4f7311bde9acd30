"""Django's admin with our site in the place of its own."""

from django.contrib.admin.apps import AdminConfig


class DeskAdminConfig(AdminConfig):
    """Installs the admin with `DeskSite` as its default site."""

    default_site = "tenants.admin_site.DeskSite"
