"""Makes the gates known to Django, for their command; the library itself needs no Django."""

from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    """The app of the gates: no models, one command (`check_copy`)."""

    name = "compliance"
    label = "compliance"
