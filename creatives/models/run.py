"""One execution of a brief by one generator; its row is the job."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from creatives.models.brief import Brief
from creatives.states import RUN_MOVES, RunStatus
from generators import registry
from generators.base import GenerationError
from tenants.models import ClientModel, OrganizationModel


class GeneratorProfile(OrganizationModel):
    """A generator with its options, as an organization uses it."""

    name = models.SlugField(_("short name"))
    generator = models.CharField(_("generator"), max_length=40)
    options = models.JSONField(_("options"), default=dict, blank=True)
    is_default = models.BooleanField(_("default"), default=False)
    enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        verbose_name = _("generator profile")
        verbose_name_plural = _("generator profiles")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="profile_name_once"),
            models.UniqueConstraint(
                fields=["organization"], condition=models.Q(is_default=True),
                name="one_default_profile",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.is_default and self.generator == "template":
            raise ValidationError(
                {"is_default": _("The template is for dry runs; it cannot be the default.")}
            )
        try:
            registry.options(self.generator, self.options)
        except registry.UnknownGenerator as error:
            raise ValidationError({"generator": str(error)}) from error
        except GenerationError as error:
            raise ValidationError({"options": str(error)}) from error


class Run(ClientModel):
    """One execution of a brief.

    `inputs` is the whole snapshot: a backend reads nothing else, so the same inputs make the same
    call. The lease columns make the row the job: whoever holds `lease_token` before `lease_until`
    may write, nobody else; `attempt` counts before the work starts, so that a run which kills its
    worker is known.
    """

    MOVES = RUN_MOVES

    brief = models.ForeignKey(
        Brief, on_delete=models.PROTECT, related_name="runs", verbose_name=_("brief")
    )
    profile = models.ForeignKey(
        GeneratorProfile, on_delete=models.PROTECT, related_name="+", verbose_name=_("profile")
    )
    status = models.CharField(
        _("status"), max_length=12, choices=RunStatus.choices, default=RunStatus.QUEUED
    )
    inputs = models.JSONField(_("inputs"))
    queue = models.CharField(_("queue"), max_length=20)
    seed = models.PositiveBigIntegerField(_("seed"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        verbose_name=_("requested by"),
    )  # fmt: skip
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    run_after = models.DateTimeField(_("not before"))
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    attempt = models.PositiveSmallIntegerField(_("attempts"), default=0)
    cancel_requested_at = models.DateTimeField(null=True)

    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("total"), default=0)
    stage = models.CharField(_("stage"), max_length=20, blank=True)
    timings = models.JSONField(_("seconds by stage"), default=dict)
    error_code = models.CharField(max_length=40, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        ordering = ["-id"]
        constraints = [
            # Two people pressing Generate on one brief: the database lets one of them win.
            models.UniqueConstraint(
                fields=["brief", "profile"],
                condition=models.Q(status__in=[RunStatus.QUEUED, RunStatus.RUNNING]),
                name="one_open_run_a_brief",
                violation_error_message=_("This brief is already running."),
            ),
            models.CheckConstraint(
                condition=models.Q(lease_token__isnull=True) | models.Q(status=RunStatus.RUNNING),
                name="only_a_running_run_is_leased",
            ),
        ]
        indexes = [models.Index(fields=["queue", "status", "run_after"], name="run_claimable")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.brief}"

    @property
    def seconds(self) -> float:
        """Wall seconds from the first start to the end; 0 before it is over."""
        if not (self.started_at and self.finished_at):
            return 0.0
        return round((self.finished_at - self.started_at).total_seconds(), 3)


class Worker(models.Model):
    """A worker process that is alive: it says so itself, and its silence says the rest."""

    name = models.CharField(max_length=200, primary_key=True)
    queue = models.CharField(max_length=20)
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self) -> str:
        return self.name
