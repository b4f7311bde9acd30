"""Which bytes went out, where and when."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from creatives.models.candidate import Candidate
from creatives.models.review import Review
from creatives.states import PUBLICATION_MOVES, PUBLICATION_OPEN, PublicationStatus
from tenants.models import ClientModel


class Publication(ClientModel):
    """An approved candidate in a channel for a flight. `channel` is the id of a channel plugin."""

    MOVES = PUBLICATION_MOVES

    candidate = models.ForeignKey(
        Candidate, on_delete=models.PROTECT, related_name="publications",
        verbose_name=_("candidate"),
    )  # fmt: skip
    review = models.ForeignKey(
        Review, on_delete=models.PROTECT, related_name="+", verbose_name=_("approval")
    )
    channel = models.CharField(_("channel"), max_length=40)
    status = models.CharField(
        _("status"), max_length=10, choices=PublicationStatus.choices,
        default=PublicationStatus.SCHEDULED,
    )  # fmt: skip
    sha256 = models.CharField(_("digest"), max_length=64)
    packs = models.JSONField(_("rule packs at publication"), default=list)
    external_id = models.CharField(_("id in the channel"), max_length=200, blank=True)
    error = models.TextField(_("error"), blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("published by"),
    )  # fmt: skip
    settled = models.BooleanField(
        default=False
    )  # withdrawn or failed, and surely out of its channel
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    live_at = models.DateTimeField(_("live since"), null=True)
    over_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["candidate", "channel"],
                condition=models.Q(status__in=sorted(PUBLICATION_OPEN)),
                name="published_once_a_channel",
                violation_error_message=_("Already published there."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {self.candidate_id}"
