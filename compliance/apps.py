"""Makes the gates known to Django, for their commands; the library itself needs no Django."""

from django.apps import AppConfig
from django.conf import settings

from compliance import packs


class ComplianceConfig(AppConfig):
    """The app of the gates: no models, commands alone."""

    name = "compliance"
    label = "compliance"

    def ready(self) -> None:
        """Take the operator's own rule packs from where the settings say."""
        packs.use(settings.RULE_PACKS, cache=settings.RULE_CACHE)
