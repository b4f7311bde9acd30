"""A slot in a channel and the limits of its format: data of the release, one row each."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from compliance.base import PlacementSpec
from compliance.placements import PLACEMENTS
from creatives.words import here


class Placement(models.Model):
    """The row of a `PlacementSpec`; belongs to no organization and is the same for all."""

    slug = models.SlugField(_("short name"), primary_key=True)
    channel = models.CharField(_("channel"), max_length=40)
    source = models.CharField(_("source of the limits"), max_length=400)
    checked_on = models.DateField(_("limits read on"))
    retired = models.BooleanField(_("retired"), default=False)

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        ordering = ["slug"]

    def __str__(self) -> str:
        if self.retired:
            return self.slug
        return here(self.spec.label)

    @property
    def spec(self) -> PlacementSpec:
        """Return the fields and limits of this release; KeyError when the placement is retired."""
        return PLACEMENTS[self.slug]

    @classmethod
    def sync(cls) -> None:
        """Make the rows say what `compliance.placements` says; what is gone is retired, not deleted."""
        for slug, spec in PLACEMENTS.items():
            cls.objects.update_or_create(
                slug=slug,
                defaults={
                    "channel": spec.channel,
                    "source": spec.source,
                    "checked_on": spec.checked_on,
                    "retired": False,
                },
            )
        cls.objects.exclude(slug__in=PLACEMENTS).update(retired=True)
