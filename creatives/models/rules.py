"""An agency's own rules beside the law: word lists with versions, allowed phrases, switched-off rules."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from compliance.words import LANGUAGES, MARKETS
from creatives.states import Severity
from tenants.models import OrganizationModel
from tenants.validators import clean_line, clean_words


class Lexicon(OrganizationModel):
    """A word list of an agency. What is in force is its active version, and nothing without one."""

    name = models.SlugField(
        _("short name"), max_length=40,
        help_text=_("Findings are reported under it; it cannot be changed later."),
    )  # fmt: skip
    title = models.CharField(_("title"), max_length=120)
    severity = models.CharField(
        _("severity"), max_length=8, choices=Severity.choices, default=Severity.WARN
    )
    reason = models.CharField(
        _("reason"), max_length=300,
        help_text=_("Shown with each finding: why these words are listed."),
    )  # fmt: skip
    suggestion = models.CharField(
        _("suggestion"), max_length=300, blank=True, help_text=_("What to write instead.")
    )
    markets = models.JSONField(_("markets"), default=list, blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    channels = models.JSONField(_("channels"), default=list, blank=True)
    #: The number of the version in force: no foreign key, since versions hang on their list.
    active_number = models.PositiveIntegerField(
        _("version in force"), null=True, blank=True, editable=False
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("word list")
        verbose_name_plural = _("word lists")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="lexicon_name_once")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def active(self) -> "LexiconVersion | None":
        """Return the version in force, None when none is."""
        return self.versions.filter(number=self.active_number or 0).first()

    def clean(self) -> None:
        for name in ("title", "reason"):
            clean_line(name, getattr(self, name))
        clean_words(self, "markets", MARKETS)
        clean_words(self, "languages", LANGUAGES)


class LexiconVersion(OrganizationModel):
    """The words of a list as they were brought in once. It never changes; activating is a choice."""

    lexicon = models.ForeignKey(
        Lexicon, on_delete=models.PROTECT, related_name="versions", verbose_name=_("word list")
    )
    number = models.PositiveIntegerField(_("version"))
    terms = models.TextField(_("words"))  # one a line: a hundred thousand are one row, not as many
    count = models.PositiveIntegerField(_("number of words"))
    digest = models.CharField(_("digest"), max_length=80)
    filename = models.CharField(_("file"), max_length=120)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("brought in by"),
    )  # fmt: skip
    created_at = models.DateTimeField(_("brought in"), auto_now_add=True)

    class Meta:
        verbose_name = _("version of a word list")
        verbose_name_plural = _("versions of word lists")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["lexicon", "number"], name="lexicon_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.lexicon} {self.number}"

    def listed(self) -> tuple[str, ...]:
        """Return the words in their order."""
        return tuple(self.terms.split("\n"))


class AllowedPhrase(OrganizationModel):
    """A phrase that the agency's lawyers hold harmless: findings inside it are let go until a day."""

    phrase = models.CharField(_("phrase"), max_length=100)
    rule = models.CharField(
        _("rule"), max_length=120, blank=True,
        help_text=_("A rule's id, or the beginning of ids with a dot at its end. Empty: every rule "
                    "of law that is not absolute."),
    )  # fmt: skip
    because = models.CharField(_("reason"), max_length=300)
    expires_on = models.DateField(_("expires"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False,
        verbose_name=_("approved by"),
    )  # fmt: skip
    created_at = models.DateTimeField(_("approved"), auto_now_add=True)

    class Meta:
        verbose_name = _("allowed phrase")
        verbose_name_plural = _("allowed phrases")
        ordering = ["phrase"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "phrase", "rule"], name="allowed_phrase_once"
            )
        ]

    def __str__(self) -> str:
        return self.phrase

    def clean(self) -> None:
        clean_line("phrase", self.phrase)
        clean_line("because", self.because)


class RuleSwitch(OrganizationModel):
    """A rule, a word list or a whole pack that the agency has switched off, and why."""

    rule = models.CharField(_("rule or pack"), max_length=120)
    because = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False,
        verbose_name=_("switched off by"),
    )  # fmt: skip
    created_at = models.DateTimeField(_("switched off"), auto_now_add=True)

    class Meta:
        verbose_name = _("switched-off rule")
        verbose_name_plural = _("switched-off rules")
        ordering = ["rule"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "rule"], name="rule_switch_once")
        ]

    def __str__(self) -> str:
        return self.rule

    def clean(self) -> None:
        clean_line("because", self.because)
