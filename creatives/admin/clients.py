"""Clients with their teams, and products with their facts."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from creatives.actions import lists
from creatives.admin.base import ScopedAdmin, ScopedInline, here, may
from creatives.admin.forms import DeskForm, LinesField
from creatives.models import Candidate, Product, ProductFact
from tenants.models import Client, ClientAssignment, User
from tenants.validators import MAX_CLIENT_WORDS


def members(request: HttpRequest) -> Any:
    """Return the people of the organization in force, for a choice among them."""
    return User.objects.filter(memberships__organization_id=here(), is_active=True)


def tell_fallen(request: HttpRequest, fallen: list[Candidate]) -> None:
    """Say how many approvals fell, with a link to the copy."""
    if not fallen:
        return
    ids = ",".join(str(candidate.pk) for candidate in fallen[:200])
    text = ngettext(
        "%(count)d approval no longer stands under the change and went back.",
        "%(count)d approvals no longer stand under the change and went back.",
        len(fallen),
    ) % {"count": len(fallen)}
    link = reverse("admin:creatives_candidate_changelist") + f"?id__in={ids}"
    messages.warning(request, format_html('{} <a href="{}">{}</a>', text, link, _("Show them")))


class ClientForm(DeskForm):
    """A client, its lists typed one word a line."""

    banned_words = LinesField(
        label=_("banned words"),
        most=MAX_CLIENT_WORDS,
        help_text=_("Never in this client's copy. One entry a line."),
    )
    required_words = LinesField(
        label=_("required words"),
        most=MAX_CLIENT_WORDS,
        help_text=_("In every copy of this client. One entry a line."),
    )


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice of one person, by name."""

    def label_from_instance(self, row: Any) -> str:
        name, login = row.get_full_name(), row.get_username()
        return f"{name} ({login})" if name else login


class TeamInline(ScopedInline):
    """Who works for the client, and so who sees it."""

    model = ClientAssignment
    verb = "people"
    fields = ("user",)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "user":
            kwargs |= {"form_class": PersonChoice, "queryset": members(request)}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Client)
class ClientAdmin(ScopedAdmin):
    """Advertisers. They are never deleted: everything that was done hangs on them.

    Names are for those who see every client: to anybody else, one that is taken would tell that a
    rival is served here too.
    """

    form = ClientForm
    verb = "clients"
    list_display = ("name", "team_size", "created_at")
    search_fields = ("name",)
    fields = ("name", "brand_voice", "banned_words", "required_words", "licences")
    inlines = (TeamInline,)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may("name_clients")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = super().get_readonly_fields(request, obj)
        return fixed if may("name_clients") else [*fixed, "name"]

    @admin.display(description=_("client team"))
    def team_size(self, row: Client) -> int:
        return ClientAssignment.objects.filter(client=row).count()

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if change and lists.CLIENT_COLUMNS & set(form.changed_data):
            self.follow(request, lambda: tell_fallen(request, lists.client_changed(form.instance)))


class FactInline(ScopedInline):
    """What copy may state of the product."""

    model = ProductFact
    verb = "clients"
    fields = ("kind", "label", "value", "expires_on", "approved_text")


@admin.register(Product)
class ProductAdmin(ScopedAdmin):
    """Products and their facts."""

    verb = "clients"
    deletable = True
    chosen_once = ("client",)
    list_display = ("name", "client", "category", "created_at")
    list_filter = ("category", ("client", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("client",)
    search_fields = ("name", "client__name")
    fields = ("client", "name", "category")
    inlines = (FactInline,)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        touched = lists.PRODUCT_COLUMNS & set(form.changed_data) or any(
            formset.has_changed() for formset in formsets
        )
        if change and touched:
            self.follow(request, lambda: tell_fallen(request, lists.product_changed(form.instance)))
