"""What to say, to whom, where. Frozen once it has run: a change is a new brief."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from creatives.models.campaign import Campaign
from creatives.models.placement import Placement
from creatives.models.product import Product
from tenants.models import ClientModel
from tenants.validators import clean_items, clean_line, clean_long_text

MAX_TEXT = 4000
MAX_COUNT = 50


class Language(models.TextChoices):
    ZH = "zh", _("Chinese")
    EN = "en", _("English")


class Market(models.TextChoices):
    CN = "cn", _("China")
    US = "us", _("United States")
    UK = "uk", _("United Kingdom")
    EU = "eu", _("European Union")


class Brief(ClientModel):
    """What to say, to whom, where, with which facts."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="briefs", verbose_name=_("campaign")
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="briefs", verbose_name=_("product")
    )
    name = models.CharField(_("name"), max_length=120)
    audience = models.TextField(_("audience"), blank=True, max_length=MAX_TEXT)
    tone = models.CharField(_("tone"), blank=True, max_length=200)
    key_messages = models.JSONField(_("key messages"), default=list, blank=True)
    must_include = models.JSONField(_("must include"), default=list, blank=True)
    must_avoid = models.JSONField(_("must avoid"), default=list, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    market = models.CharField(_("market"), max_length=2, choices=Market.choices)
    placements = models.ManyToManyField(
        Placement, related_name="+", verbose_name=_("placements"),
        limit_choices_to={"retired": False},
    )  # fmt: skip
    count = models.PositiveSmallIntegerField(
        _("candidates per placement"), default=3,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_COUNT)],
    )  # fmt: skip
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False,
        related_name="+", verbose_name=_("written by"),
    )  # fmt: skip
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    frozen_at = models.DateTimeField(_("frozen"), null=True, editable=False)

    class Meta:
        verbose_name = _("brief")
        verbose_name_plural = _("briefs")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        for name in ("key_messages", "must_include", "must_avoid"):
            clean_items(name, getattr(self, name))
        clean_line("name", self.name)
        for name in ("audience", "tone"):
            clean_long_text(name, getattr(self, name), MAX_TEXT)
        for name in ("campaign", "product"):
            if getattr(self, f"{name}_id") and getattr(self, name).client_id != self.client_id:
                raise ValidationError({name: _("Belongs to another client.")}, code="other_client")
