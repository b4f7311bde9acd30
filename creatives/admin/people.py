"""Members and what they may do.

A login name that a manager makes ends in "@" and the organization's short name. So it can
collide only with a name of the same organization, and adding somebody says nothing about accounts
elsewhere. Whoever has an account already and works for a second organization is added there by the
operator.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.hashers import make_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.html import format_html
from django.utils.http import urlsafe_base64_encode
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from creatives.admin.base import ScopedAdmin, here
from creatives.admin.forms import DeskForm, WordsField
from creatives.models.brief import Language
from tenants import scope
from tenants.models import ClientAssignment, Membership, Organization, User
from tenants.roles import Discipline, Role
from tenants.validators import clean_text

_LOGIN = RegexValidator(r"^[\w.+-]+\Z", _("Letters, digits and . + - _ only."))


class MemberForm(DeskForm):
    """Roles, disciplines and languages as boxes."""

    roles = WordsField(label=_("roles"), choices=Role.choices)
    disciplines = WordsField(
        label=_("disciplines"),
        choices=Discipline.choices,
        required=False,
        help_text=_("What a reviewer judges."),
    )
    languages = WordsField(
        label=_("languages"),
        choices=Language.choices,
        required=False,
        help_text=_("Which copy a reviewer reads; none ticked means all."),
    )

    def clean_roles(self) -> list[str]:
        """Only an administrator makes or unmakes one; nobody changes their own roles."""
        roles: list[str] = self.cleaned_data["roles"]
        view, old = scope.current(), list(self.initial.get("roles") or ())
        if set(roles) == set(old):
            return roles
        if Role.ADMIN in set(roles) ^ set(old) and Role.ADMIN not in view.roles:
            raise ValidationError(
                _("Only an administrator gives or takes this role: administrator.")
            )
        if (
            self.instance.pk
            and self.instance.user_id == view.user_id
            and not view_is_operator(view)
        ):
            raise ValidationError(_("Nobody changes their own roles."))
        return roles


def view_is_operator(view: scope.Scope) -> bool:
    """Return whether the scope is a superuser's."""
    person = view.user_id
    return person is not None and User.objects.filter(pk=person, is_superuser=True).exists()


class NewMemberForm(MemberForm):
    """A new person: an account of this organization, made with the membership."""

    made = True  # False once it is saved for somebody who was a member before

    login = forms.CharField(
        label=capfirst(_("login name")), max_length=100, validators=[_LOGIN, clean_text]
    )
    full_name = forms.CharField(label=capfirst(_("name")), max_length=150, validators=[clean_text])
    email = forms.EmailField(label=capfirst(_("e-mail")), required=False)

    def clean_login(self) -> str:
        """Return the whole login name. Only a former member of this organization may have it."""
        organization = Organization.objects.get(pk=here())
        username = f"{self.cleaned_data['login'].lower()}@{organization.slug}"
        if len(username) > 150:
            raise ValidationError(
                _("Too long together with %(end)s."), params={"end": organization.slug}
            )
        user = User.objects.filter(username=username).first()
        if user and (user.is_superuser or Membership._base_manager.filter(user=user).exists()):
            raise ValidationError(_("This login name is taken in this organization."))
        return username

    def save(self, commit: bool = True) -> Any:
        """Make the account without a password; a former member's is taken as it is.

        Whoever has the account keeps its password and its name: else a manager could remove a
        reviewer, add them again, and decide in their name.
        """
        user, self.made = User.objects.get_or_create(
            username=self.cleaned_data["login"],
            defaults={
                "first_name": self.cleaned_data["full_name"],
                "email": self.cleaned_data["email"],
                "password": make_password(None),
                "is_staff": True,
            },
        )
        self.instance.user = user
        return super().save(commit)


class ExistingMemberForm(MemberForm):
    """The operator adds an account that there already is, by its login name."""

    account = forms.CharField(
        label=capfirst(_("login name of an existing account")),
        max_length=150,
        validators=[clean_text],
    )

    def clean_account(self) -> str:
        user = User.objects.filter(username=self.cleaned_data["account"]).first()
        if user is None:
            raise ValidationError(_("There is no such account."))
        self.instance.user = user
        return user.username


@admin.register(Membership)
class MembershipAdmin(ScopedAdmin):
    """The people of the organization."""

    form = MemberForm
    reads = verb = "people"
    deletable = True
    list_display = ("who", "login", "roles_shown", "languages_shown", "has_password")
    list_select_related = ("user",)
    search_fields = ("user__username", "user__first_name", "user__email")
    readonly_fields = ("who", "login")
    change_form_template = "admin/tenants/membership/change_form.html"

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if not change:
            kwargs["form"] = ExistingMemberForm if self._existing(request) else NewMemberForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        what = ("roles", "disciplines", "languages")
        if obj is not None:
            return ("who", "login", *what)
        return (
            ("account", *what)
            if self._existing(request)
            else ("login", "full_name", "email", *what)
        )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the operator the way to add somebody who has an account already."""
        options: dict[str, Any] = {"fields": self.get_fields(request, obj)}
        if obj is None and getattr(request.user, "is_superuser", False):
            options["description"] = format_html(
                '<a href="?existing=1">{}</a>', _("Add an account that there is already")
            )
        return [(None, options)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else self.readonly_fields

    def _existing(self, request: HttpRequest) -> bool:
        return bool(getattr(request.user, "is_superuser", False)) and "existing" in request.GET

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody removes themselves, and only an administrator removes one."""
        allowed = super().has_delete_permission(request, obj)
        if obj is None or not allowed:
            return allowed
        view = scope.current()
        return obj.user_id != view.user_id and (
            Role.ADMIN not in obj.roles or Role.ADMIN in view.roles
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if isinstance(form, NewMemberForm) and not form.made:
            messages.info(
                request,
                _(
                    "This person was a member before: the account has its name and password still."
                    " Only the operator resets a lost password."
                ),
            )

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """A person who leaves leaves the client teams too."""
        with transaction.atomic():
            ClientAssignment.objects.filter(user_id=obj.user_id).delete()
            super().delete_model(request, obj)

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Show the link of who has no password yet; each look at the page makes a new one."""
        row = context.get("original")
        if row is not None and _waiting(row) and self.has_change_permission(request, row):
            token = default_token_generator.make_token(row.user)
            uid = urlsafe_base64_encode(force_bytes(row.user_id))
            path = reverse("admin:welcome", args=[uid, token])
            context["welcome_link"] = request.build_absolute_uri(path)
        return super().render_change_form(request, context, *args, **kwargs)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> Any:
        """Go on to the person's page: the link to set a password stands there."""
        response = super().response_add(request, obj, post_url_continue)
        if _waiting(obj) and not {"_addanother", "_popup"} & set(request.POST):
            return HttpResponseRedirect(reverse("admin:tenants_membership_change", args=[obj.pk]))
        return response

    @admin.display(description=_("name"), ordering="user__first_name")
    def who(self, row: Membership) -> str:
        return row.user.get_full_name() or row.user.get_username()

    @admin.display(description=_("login name"), ordering="user__username")
    def login(self, row: Membership) -> str:
        return row.user.get_username()

    @admin.display(description=_("roles"))
    def roles_shown(self, row: Membership) -> str:
        return _labels(Role, row.roles)

    @admin.display(description=_("languages"))
    def languages_shown(self, row: Membership) -> str:
        return _labels(Language, row.languages)

    @admin.display(description=_("has a password"), boolean=True)
    def has_password(self, row: Membership) -> bool:
        return row.user.has_usable_password()


def _waiting(row: Membership) -> bool:
    """Return whether the account is this organization's own and nobody has ever been in it.

    Only then may a manager see its link: a link to anybody else's account would be a way into it.
    A lost password is reset by the operator.
    """
    user = row.user
    return (
        not user.has_usable_password()
        and user.last_login is None
        and not user.is_superuser
        and user.username.endswith(f"@{row.organization.slug}")
        and not Membership._base_manager.filter(user=user).exclude(pk=row.pk).exists()
    )


def _labels(words: Any, chosen: list[str]) -> str:
    return ", ".join(str(words(word).label) for word in chosen if word in words.values) or "–"
