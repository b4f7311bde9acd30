"""Organization, people, clients and client teams."""

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.managers import ScopedManager
from tenants.roles import Discipline, Role
from tenants.validators import (
    MAX_CLIENT_WORDS,
    clean_items,
    clean_line,
    clean_long_text,
    clean_words,
    known_time_zone,
)


class User(AbstractUser):
    """A person. What they may do is decided by their memberships, not by Django's permissions."""

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")


class Organization(models.Model):
    """An agency: the tenant."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name"), unique=True)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Asia/Shanghai", validators=[known_time_zone]
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class OrganizationModel(models.Model):
    """A row of one organization."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("organization")
    )

    organization_path = "organization_id"
    client_path: str | None = None
    objects = ScopedManager()

    class Meta:
        abstract = True


class Membership(OrganizationModel):
    """What one person may do in one organization."""

    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="memberships",
        verbose_name=_("organization"),
    )  # fmt: skip
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    roles = models.JSONField(_("roles"), default=list, help_text=_("What this person may do."))
    disciplines = models.JSONField(
        _("disciplines"), default=list, blank=True, help_text=_("What a reviewer judges.")
    )
    languages = models.JSONField(
        _("languages"), default=list, blank=True, help_text=_("Which copy a reviewer reads.")
    )

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "user"], name="one_membership_each")
        ]

    def __str__(self) -> str:
        return f"{self.user} ({', '.join(self.roles)})"

    def clean(self) -> None:
        clean_words(self, "roles", Role.values, required=True)
        clean_words(self, "disciplines", Discipline.values)
        clean_words(self, "languages", ("zh", "en"))


class Client(OrganizationModel):
    """An advertiser. One agency serves rivals, so people see only the clients of their teams."""

    name = models.CharField(_("name"), max_length=120)
    brand_voice = models.TextField(_("brand voice"), blank=True, max_length=4000)
    banned_words = models.JSONField(_("banned words"), default=list, blank=True)
    required_words = models.JSONField(_("required words"), default=list, blank=True)
    licences = models.TextField(
        _("licences"), blank=True, max_length=4000,
        help_text=_("Business and advertising licences, one a line, with number and expiry."),
    )  # fmt: skip
    team: "models.ManyToManyField[User, ClientAssignment]" = models.ManyToManyField(
        User, through="ClientAssignment", related_name="+", verbose_name=_("client team")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    client_path = "id"

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="client_name_once")
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        clean_line("name", self.name)
        for name in ("brand_voice", "licences"):
            clean_long_text(name, getattr(self, name), 4000)
        for name in ("banned_words", "required_words"):
            clean_items(name, getattr(self, name), most=MAX_CLIENT_WORDS)


class ClientModel(OrganizationModel):
    """A row of one client of one organization."""

    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="+", verbose_name=_("client")
    )

    client_path = "client_id"

    class Meta:
        abstract = True

    @property
    def owners(self) -> dict[str, int]:
        """Return the organization and client ids, for a row that hangs on this one."""
        return {"organization_id": self.organization_id, "client_id": self.client_id}


class ClientAssignment(ClientModel):
    """One person in one client's team."""

    client = models.ForeignKey(
        Client, on_delete=models.CASCADE, related_name="assignments", verbose_name=_("client")
    )
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="client_assignments", verbose_name=_("user")
    )

    class Meta:
        verbose_name = _("team member")
        verbose_name_plural = _("client team")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["client", "user"], name="one_assignment_each")
        ]

    def __str__(self) -> str:
        return f"{self.client}: {self.user}"

    def clean(self) -> None:
        if self.client_id:
            self.organization_id = self.client.organization_id
        if (
            self.user_id
            and not self.user.memberships.filter(organization_id=self.organization_id).exists()
        ):
            raise ValidationError({"user": _("Not a member of this organization.")})
