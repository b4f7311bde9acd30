"""What proves a claim, and which findings people cleared on what ground."""

import hashlib
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from creatives.models.brief import Language
from creatives.models.candidate import Candidate, Finding
from creatives.models.product import Product
from tenants.models import ClientModel
from tenants.validators import clean_line, clean_long_text

MAX_CLAIM = 300
MAX_NOTE = 1000
MAX_PAPER_BYTES = 20 * 1024 * 1024
#: Magic bytes of what may be uploaded as a paper, by extension.
PAPER_MAGIC = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff"}


class Claim(ClientModel):
    """What is claimed of a product, in the words of its papers."""

    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="claims", verbose_name=_("product")
    )
    text = models.CharField(
        _("claim"), max_length=MAX_CLAIM,
        help_text=_("In the words of the copy, with its figures: “24小时保湿” or “No.1 in the UK”."),
    )  # fmt: skip
    language = models.CharField(
        _("language"), max_length=2, choices=Language.choices, default=Language.ZH
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False,
        related_name="+", verbose_name=_("written by"),
    )  # fmt: skip
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ["product", "id"]
        constraints = [
            models.UniqueConstraint(fields=["product", "text"], name="claim_once_a_product")
        ]

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        clean_line("text", self.text)
        kept = Claim._base_manager.filter(pk=self.pk).exclude(text=self.text).first()
        if kept and any(paper.relied_on for paper in kept.substantiations.all()):
            raise ValidationError({"text": _("A finding was cleared by it: write a new claim.")})


def _paper_path(paper: "Substantiation", _filename: str) -> str:
    """Name the file by its digest: nothing of the uploaded name reaches the disk."""
    folder = f"{paper.organization_id}/{paper.client_id}/papers"
    return f"{folder}/{paper.sha256}.{paper.extension}"


class Substantiation(ClientModel):
    """A paper that proves a claim: who found it, when, where, how, and until when it holds.

    The columns are those of 《广告引证内容执法指南》: a claim that reaches further than its paper is not
    covered by it, see `compliance.evidence.gaps`.
    """

    claim = models.ForeignKey(
        Claim, on_delete=models.PROTECT, related_name="substantiations", verbose_name=_("claim")
    )
    issuer = models.CharField(_("issuer"), max_length=200)
    title = models.CharField(_("title"), max_length=300)
    path = models.CharField(
        _("where it is found"), max_length=500, blank=True,
        help_text=_("Journal and issue, address on the web, or the shelf of the original."),
    )  # fmt: skip
    dated_on = models.DateField(_("dated"))
    method = models.TextField(_("method"), blank=True, max_length=MAX_NOTE)
    sample = models.TextField(_("sample"), blank=True, max_length=MAX_NOTE)
    region = models.CharField(
        _("region"),
        max_length=120,
        blank=True,
        help_text=_("Where it was found: “全国”, “广东”, “UK”."),
    )
    industry = models.CharField(
        _("industry"), max_length=120, blank=True,
        help_text=_("The market that was looked at: “饮料”, “高端燕麦奶”."),
    )  # fmt: skip
    valid_until = models.DateField(
        _("valid until"), null=True, blank=True,
        help_text=_("Its last day. What was cleared by it is open again on the day after."),
    )  # fmt: skip
    file = models.FileField(
        _("file"), upload_to=_paper_path, max_length=250, blank=True,
        help_text=_("PDF, PNG or JPEG, at most 20 MB."),
    )  # fmt: skip
    sha256 = models.CharField(_("digest"), max_length=64, blank=True, editable=False)
    extension = models.CharField(_("type"), max_length=4, blank=True, editable=False)
    size = models.PositiveIntegerField(_("bytes"), default=0, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False,
        related_name="+", verbose_name=_("filed by"),
    )  # fmt: skip
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    #: The last day whose passing has been acted on: the sweeper's mark, see `actions.lists.lapse`.
    lapsed_on = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = _("substantiation")
        verbose_name_plural = _("substantiations")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("dated_on")),
                name="paper_valid_after_its_date",
            )
        ]
        indexes = [models.Index(fields=["organization", "valid_until"], name="paper_expiry")]

    def __str__(self) -> str:
        return f"{self.title} ({self.issuer})"

    def clean(self) -> None:
        """Take type, size and digest from the bytes, never from what the browser says."""
        for name in ("issuer", "title", "path", "region", "industry"):
            clean_line(name, getattr(self, name))
        for name in ("method", "sample"):
            clean_long_text(name, getattr(self, name), MAX_NOTE)
        if self.dated_on and self.valid_until and self.valid_until < self.dated_on:
            raise ValidationError({"valid_until": _("It is valid until after its date.")})
        if self.file and not self.file._committed:
            vars(self).update(_measured(self.file))
        if self.pk and self.relied_on and (changed := self._changed()):
            raise ValidationError(
                {name: _("A finding was cleared by it: file a new paper.") for name in changed}
            )

    @property
    def relied_on(self) -> bool:
        """Whether a clearance in force rests on it."""
        found = Clearance._base_manager.filter(substantiation=self.pk, withdrawn_at=None)
        return bool(found.exists())

    def _changed(self) -> list[str]:
        """Return which columns differ from what a lawyer saw; that it holds shorter is no change."""
        kept = type(self)._base_manager.get(pk=self.pk)
        columns = (
            "issuer", "title", "path", "dated_on", "method", "sample", "region", "industry", "file",
        )  # fmt: skip
        changed = [name for name in columns if getattr(self, name) != getattr(kept, name)]
        if (self.valid_until or date.max) > (kept.valid_until or date.max):
            changed.append("valid_until")
        return changed

    def as_paper(self) -> dict[str, Any]:
        """Return what the gates read: a person has to rely on it before it lets anything go."""
        return {
            "id": self.pk,
            "text": self.claim.text,
            "source": self.issuer,
            "title": self.title,
            "path": self.path,
            "dated": self.dated_on.isoformat(),
            "method": self.method,
            "sample": self.sample,
            "region": self.region,
            "industry": self.industry,
            "expires": self.valid_until.isoformat() if self.valid_until else "",
            "needs_clearing": True,
        }


def _measured(file: Any) -> dict[str, Any]:
    if file.size > MAX_PAPER_BYTES:
        raise ValidationError({"file": _("Larger than 20 MB.")}, code="too_large")
    file.seek(0)
    content = file.read()
    file.seek(0)
    kinds = (kind for kind, magic in PAPER_MAGIC.items() if content.startswith(magic))
    extension = next(kinds, None)
    if extension is None:
        raise ValidationError({"file": _("Not a PDF, PNG or JPEG file.")}, code="wrong_type")
    return {
        "sha256": hashlib.sha256(content).hexdigest(),
        "extension": extension,
        "size": len(content),
    }


class Ground(models.TextChoices):
    """As in `compliance.base.Ground`."""

    DISMISSED = "dismissed", _("Dismissed")
    EXEMPT = "exempt", _("Exempt")
    SUBSTANTIATED = "substantiated", _("Substantiated")


class Clearance(ClientModel):
    """One person's word that a finding does not stand in the way, and on what ground.

    It is about a rule on a span of the candidate's text, so it holds for later reports too. Nothing
    in it ever changes but that it is withdrawn, once: the database sees to it.
    """

    candidate = models.ForeignKey(
        Candidate, on_delete=models.PROTECT, related_name="clearances",
        verbose_name=_("candidate"),
    )  # fmt: skip
    finding = models.ForeignKey(
        Finding, on_delete=models.PROTECT, related_name="clearances", verbose_name=_("finding")
    )
    ground = models.CharField(_("ground"), max_length=14, choices=Ground.choices)
    code = models.CharField(_("code"), max_length=20, blank=True)
    substantiation = models.ForeignKey(
        Substantiation, on_delete=models.PROTECT, null=True, blank=True,
        related_name="clearances", verbose_name=_("substantiation"),
    )  # fmt: skip
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("cleared by"),
    )  # fmt: skip
    created_at = models.DateTimeField(_("cleared"), auto_now_add=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        verbose_name=_("withdrawn by"),
    )  # fmt: skip
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    class Meta:
        verbose_name = _("clearance")
        verbose_name_plural = _("clearances")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["finding", "by"], condition=Q(withdrawn_at__isnull=True),
                name="one_clearance_each",
            ),
            models.CheckConstraint(
                condition=~Q(ground="exempt") | ~Q(code=""), name="an_exemption_has_a_code"
            ),
            models.CheckConstraint(
                condition=~Q(ground="substantiated") | Q(substantiation__isnull=False),
                name="a_substantiation_has_a_paper",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_clearance_has_a_reason"),
            models.CheckConstraint(
                condition=Q(withdrawn_by__isnull=True) | Q(withdrawn_at__isnull=False),
                name="a_withdrawal_has_its_time",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.finding_id}: {self.get_ground_display()}"
