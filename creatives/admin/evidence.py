"""What proves a claim: claims with their papers, and the clearances that rest on them."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from creatives.actions import lists
from creatives.admin.base import ReadOnlyAdmin, ScopedAdmin, ScopedInline
from creatives.admin.clients import tell_fallen
from creatives.admin.forms import DeskForm
from creatives.admin.records import BY_CLIENT, person
from creatives.models import Claim, Clearance, Substantiation


class ClaimForm(DeskForm):
    """A claim belongs to the client of its product."""

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        product = self.cleaned_data.get("product")
        if product:
            self.instance.client_id = product.client_id
        return data


class SubstantiationInline(ScopedInline):
    """The papers that prove the claim."""

    model = Substantiation
    verb = "clients"
    fields = (
        "issuer", "title", "path", "dated_on", "valid_until", "region", "industry", "sample",
        "method", "file", "file_link",
    )  # fmt: skip
    readonly_fields = ("file_link",)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "file":
            accept = "application/pdf,image/png,image/jpeg"
            kwargs["widget"] = forms.FileInput(attrs={"accept": accept})
        if db_field.name in ("sample", "method"):
            kwargs["widget"] = forms.Textarea(attrs={"rows": 2, "cols": 24})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("kept file"))
    def file_link(self, row: Substantiation) -> str:
        if not row.pk or not row.file:
            return "–"
        link = reverse("paper", args=[row.pk])
        return format_html('<a href="{}">{}.{}</a>', link, row.sha256[:12], row.extension)


@admin.register(Claim)
class ClaimAdmin(ScopedAdmin):
    """Claims by product, each with its papers. Copy that rests on them is judged again at once.

    A claim is deleted once it has no papers, and then no copy rests on it.
    """

    form = ClaimForm
    verb = "clients"
    deletable = True
    chosen_once = ("product",)
    list_display = ("text", "product", "client", "language", "created_at")
    list_filter = ("language", BY_CLIENT)
    list_select_related = ("product", "client")
    search_fields = ("text", "product__name", "substantiations__title", "substantiations__issuer")
    fields = ("product", "text", "language")
    inlines = (SubstantiationInline,)

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)

    def save_formset(self, request: Any, form: Any, formset: Any, change: bool) -> None:
        for row in formset.forms:
            if row.instance.pk is None:
                row.instance.created_by = request.user
        super().save_formset(request, form, formset, change)
        for row in formset.deleted_objects:
            if row.file:
                transaction.on_commit(partial(row.file.storage.delete, row.file.name))

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.has_changed() or any(formset.has_changed() for formset in formsets):
            product = form.instance.product
            self.follow(request, lambda: tell_fallen(request, lists.product_changed(product)))


@admin.register(Clearance)
class ClearanceAdmin(ReadOnlyAdmin):
    """Findings that people cleared."""

    list_display = (
        "id", "rule", "text", "ground", "code", "substantiation", "candidate", "who", "created_at",
        "withdrawn_at",
    )  # fmt: skip
    list_display_links = ("id", "rule")
    list_filter = ("ground", BY_CLIENT, "created_at")
    list_select_related = ("finding", "candidate", "by", "substantiation", "withdrawn_by")
    search_fields = ("finding__rule", "finding__text", "code", "reason")
    fields = (
        "candidate", "client", "finding", "rule", "text", "ground", "code", "substantiation",
        "reason", "who", "created_at", "withdrawn_at", "taker",
    )  # fmt: skip
    who = person("by", _("cleared by"))
    taker = person("withdrawn_by", _("withdrawn by"))

    @admin.display(description=_("rule"), ordering="finding__rule")
    def rule(self, row: Clearance) -> str:
        return row.finding.rule

    @admin.display(description=_("text"))
    def text(self, row: Clearance) -> str:
        return row.finding.text or row.finding.subject
