from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CreativesConfig(AppConfig):
    name = "creatives"
    verbose_name = _("Campaigns and copy")

    def ready(self) -> None:
        from creatives import checks  # noqa: F401  (registers the system checks)

        post_migrate.connect(_sync_placements, sender=self)


def _sync_placements(**_kwargs: Any) -> None:
    """Placements are data of this release, as Django's own permissions are."""
    from creatives.models.placement import Placement

    Placement.sync()
