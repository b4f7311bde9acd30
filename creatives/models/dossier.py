"""What an approval and a publication rested on, as it was then."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from creatives.models.candidate import Candidate
from creatives.models.publication import Publication
from creatives.models.review import Review
from tenants.models import ClientModel


class Dossier(ClientModel):
    """The evidence file of a candidate as it was at one moment. It never changes.

    `publication` is None for the file of the approval itself; `digest` is over `data`, "sha256:…".
    """

    candidate = models.ForeignKey(
        Candidate, on_delete=models.PROTECT, related_name="dossiers", verbose_name=_("candidate")
    )
    review = models.ForeignKey(
        Review, on_delete=models.PROTECT, related_name="+", verbose_name=_("approval")
    )
    publication = models.ForeignKey(
        Publication, on_delete=models.PROTECT, related_name="+", null=True,
        verbose_name=_("publication"),
    )  # fmt: skip
    data = models.JSONField(_("evidence file"))
    digest = models.CharField(_("digest"), max_length=80)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("frozen evidence file")
        verbose_name_plural = _("frozen evidence files")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.candidate_id}: {self.digest}"
