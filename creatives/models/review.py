"""What a person decided on which bytes."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from creatives.models.candidate import Candidate, Report
from creatives.states import Decision
from tenants.models import ClientModel
from tenants.roles import Discipline


class Review(ClientModel):
    """One person's decision on one exact `sha256`, having seen one report of the gates."""

    candidate = models.ForeignKey(
        Candidate, on_delete=models.PROTECT, related_name="reviews", verbose_name=_("candidate")
    )
    report = models.ForeignKey(
        Report, on_delete=models.PROTECT, related_name="+", verbose_name=_("report seen")
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("reviewer"),
    )  # fmt: skip
    discipline = models.CharField(
        _("discipline"), max_length=10, choices=Discipline.choices, blank=True
    )
    decision = models.CharField(_("decision"), max_length=8, choices=Decision.choices)
    reason = models.TextField(_("reason"), blank=True)
    sha256 = models.CharField(_("digest"), max_length=64)
    created_at = models.DateTimeField(_("decided"), auto_now_add=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.reviewer}: {self.get_decision_display()}"
