"""Clients with their teams, products with their facts, and the pictures that go with them."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from creatives.actions import lists
from creatives.admin.base import ScopedAdmin, ScopedInline, here, may
from creatives.admin.forms import DeskForm, LinesField
from creatives.models import Asset, Candidate, Product, ProductFact
from tenants.models import Client, ClientAssignment, User
from tenants.validators import MAX_CLIENT_WORDS

#: What a browser is told a picture is: taken from its bytes at upload, never from its name.
IMAGE_TYPES = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}


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
    fields = ("kind", "label", "value", "expires_on")


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


class AssetForm(DeskForm):
    """A picture; its product, if any, is one of its client's."""

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        product = self.cleaned_data.get("product")
        client_id = self.instance.client_id
        if "client" in self.cleaned_data:
            client_id = self.cleaned_data["client"].pk
        if product and product.client_id != client_id:
            self.add_error("product", ValidationError(_("Belongs to another client.")))
        return data


@admin.register(Asset)
class AssetAdmin(ScopedAdmin):
    """Pictures, shown through this page only: never under the name they came with."""

    form = AssetForm
    verb = "clients"
    deletable = True
    chosen_once = ("client", "file_link", "sha256", "size")
    list_display = ("title", "client", "product", "extension", "size", "created_at")
    list_filter = (("client", admin.RelatedOnlyFieldListFilter), "extension")
    list_select_related = ("client", "product")
    search_fields = ("title", "sha256")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ("client", "product", "title", "file")
        return ("client", "product", "title", "file_link", "sha256", "size")

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "file":
            kwargs["widget"] = forms.FileInput(attrs={"accept": ",".join(IMAGE_TYPES.values())})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("file"))
    def file_link(self, row: Asset) -> str:
        link = reverse("admin:creatives_asset_file", args=[row.pk])
        return format_html(
            '<a href="{0}"><img class="asset" src="{0}" alt="{1}"></a>', link, row.title
        )

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.file_view, cacheable=True)
        return [
            path("<path:object_id>/file/", view, name="creatives_asset_file"),
            *super().get_urls(),
        ]

    def file_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Send the picture as what its bytes are, and as nothing that a browser would run."""
        row = self.get_object(request, object_id)
        if row is None or not may(self.reads):
            raise Http404
        try:
            content = row.file.open("rb")
        except FileNotFoundError as error:
            raise Http404 from error
        response = FileResponse(
            content,
            content_type=IMAGE_TYPES[row.extension],
            filename=f"{row.sha256[:12]}.{row.extension}",
        )
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "private, max-age=3600"
        return response

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        transaction.on_commit(partial(obj.file.storage.delete, obj.file.name))
