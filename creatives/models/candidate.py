"""What a run wrote, or a person edited, and what the gates found in it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from creatives.models.placement import Placement
from creatives.models.run import Run
from creatives.states import CANDIDATE_MOVES, CandidateStatus, Origin, Severity, Verdict
from tenants.models import ClientModel


class Candidate(ClientModel):
    """One immutable piece of copy: named fields in order, and the digest over all of them.

    Only `status` and `verdict` ever change; an edit is a new candidate with a `parent`.
    """

    MOVES = CANDIDATE_MOVES

    run = models.ForeignKey(
        Run, on_delete=models.PROTECT, related_name="candidates", verbose_name=_("run")
    )
    placement = models.ForeignKey(
        Placement, on_delete=models.PROTECT, related_name="+", verbose_name=_("placement")
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="children",
        verbose_name=_("parent"),
    )  # fmt: skip
    origin = models.CharField(_("origin"), max_length=12, choices=Origin.choices)
    slot = models.PositiveSmallIntegerField(_("number"))
    seed = models.PositiveBigIntegerField(_("seed"), null=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        verbose_name=_("edited by"),
    )  # fmt: skip
    language = models.CharField(_("language"), max_length=2)
    fields = models.JSONField(_("fields"))  # [[name, text], …] in the placement's order
    text = models.TextField(_("text"))
    sha256 = models.CharField(_("digest"), max_length=64)
    meta = models.JSONField(_("provenance"), default=dict)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    status = models.CharField(
        _("status"), max_length=12, choices=CandidateStatus.choices, default=CandidateStatus.NEW
    )
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict.choices, blank=True)

    class Meta:
        verbose_name = _("candidate")
        verbose_name_plural = _("candidates")
        ordering = ["id"]
        constraints = [
            # A worker killed after its commit, or two with one job, cannot write a slot twice.
            models.UniqueConstraint(
                fields=["run", "placement", "slot", "origin"],
                condition=models.Q(author__isnull=True),
                name="one_candidate_a_slot",
            ),
            models.UniqueConstraint(  # an edit sent twice at once is one edit
                fields=["parent", "author", "sha256"],
                condition=models.Q(author__isnull=False),
                name="one_edit_each",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "status", "id"], name="candidate_queue"),
            models.Index(fields=["client", "status", "id"], name="candidate_client_queue"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.text[:40]}"

    @property
    def report(self) -> "Report":
        """Return the latest report of the gates."""
        return Report.objects.filter(candidate=self).latest("id")


class Report(ClientModel):
    """One passage of a candidate through the gates: the verdict, and exactly which rules judged."""

    candidate = models.ForeignKey(
        Candidate, on_delete=models.PROTECT, related_name="reports", verbose_name=_("candidate")
    )
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict.choices)
    packs = models.JSONField(_("rule packs"))  # [{"name", "version", "digest"}, …]
    not_flagged = models.JSONField(_("not flagged"), default=list)
    seconds = models.FloatField(_("seconds"), default=0)
    created_at = models.DateTimeField(_("checked"), auto_now_add=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.candidate_id}: {self.verdict}"


class Finding(ClientModel):
    """A hit, saved: where in which field, under which rule and law, why, and what to do."""

    report = models.ForeignKey(
        Report, on_delete=models.PROTECT, related_name="findings", verbose_name=_("report")
    )
    candidate = models.ForeignKey(
        Candidate, on_delete=models.PROTECT, related_name="findings", verbose_name=_("candidate")
    )
    rule = models.CharField(_("rule"), max_length=120)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity.choices)
    field = models.PositiveSmallIntegerField(_("field"))  # index into Candidate.fields
    start = models.PositiveIntegerField(_("start"))
    end = models.PositiveIntegerField(_("end"))
    text = models.TextField(_("text"), blank=True)
    statute = models.CharField(_("statute"), max_length=200, blank=True)
    article = models.CharField(_("article"), max_length=60, blank=True)
    reason = models.JSONField(_("reason"))  # {"zh": …, "en": …}
    suggestion = models.JSONField(_("suggestion"))
    undone = models.JSONField(_("disguises undone"), default=list)
    verified = models.BooleanField(_("article read"), default=True)
    absolute = models.BooleanField(_("absolute"), default=False)
    penalty = models.CharField(_("penalty"), max_length=60, blank=True)
    evidence = models.JSONField(_("papers that would prove it"), default=list)
    exemptions = models.JSONField(_("grounds of exemption"), default=list)
    cleared = models.CharField(_("cleared as"), max_length=60, blank=True)
    subject = models.TextField(_("subject"), blank=True)  # the missing word, where there is no span

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["field", "start", "id"]

    def __str__(self) -> str:
        return f"{self.rule}: {self.text[:40]}"
