"""Who moved what, from where to where, when and why. Append-only, held by the database."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.models import Client, OrganizationModel


class Event(OrganizationModel):
    """One thing that happened. `subject` names the row, e.g. ("candidate", 12)."""

    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("client")
    )
    subject_type = models.CharField(_("subject"), max_length=20)
    subject_id = models.BigIntegerField(_("number"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        verbose_name=_("by"),
    )  # fmt: skip
    verb = models.CharField(_("what"), max_length=40)
    old = models.CharField(_("from"), max_length=12, blank=True)
    new = models.CharField(_("to"), max_length=12, blank=True)
    note = models.TextField(_("why"), blank=True)
    data = models.JSONField(_("data"), default=dict)
    created_at = models.DateTimeField(_("when"), auto_now_add=True)

    client_path = "client_id"

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="event_subject")]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id}: {self.verb}"
