"""Campaigns and briefs: what to say, to whom, where; and the button that has it written."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from compliance.base import PlacementSpec
from compliance.words import DEFAULT_MARKET
from creatives import gates
from creatives.admin.base import ScopedAdmin, may
from creatives.admin.forms import DeskForm, LinesField
from creatives.models import Brief, Campaign, GeneratorProfile, Placement, Product
from creatives.models.brief import Market
from creatives.states import RUN_OVER

#: Columns that a copy of a brief takes over.
COPIED = (
    "campaign", "product", "name", "audience", "tone", "key_messages", "must_include", "must_avoid",
    "language", "market", "count",
)  # fmt: skip


def localized(texts: Any) -> str:
    """Return the text in the language of the interface."""
    return str(texts["zh" if (get_language() or "").startswith("zh") else "en"])


class OwnedChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice of one row, each under the name of its client."""

    def label_from_instance(self, row: Any) -> str:
        return f"{row.client} · {row}"


class PlacementsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Placements in boxes, each with what fits into it."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, row: Any) -> str:
        return (
            format_html("{} <small>{}</small>", row, formats(row.spec))
            if not row.retired
            else row.slug
        )


def formats(spec: PlacementSpec) -> str:
    """Return the fields of a placement with their limits in one line: "Title 20 · Body 1000"."""
    return " · ".join(
        f"{localized(field.label)} {field.limit}" + (f" ×{field.most}" if field.most > 1 else "")
        for field in spec.fields
    )


@admin.register(Campaign)
class CampaignAdmin(ScopedAdmin):
    """A client's goals over time."""

    verb = "write"
    deletable = True
    chosen_once = ("client",)
    list_display = ("name", "client", "starts_on", "ends_on")
    list_filter = (("client", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("client",)
    search_fields = ("name", "client__name")
    fields = ("client", "name", "starts_on", "ends_on")


class BriefForm(DeskForm):
    """A brief; its client is its campaign's, its market its language's unless it says otherwise."""

    key_messages = LinesField(label=_("key messages"))
    must_include = LinesField(
        label=_("must include"), help_text=_("In every candidate, word for word. One entry a line.")
    )
    must_avoid = LinesField(
        label=_("must avoid"), help_text=_("In no candidate. One entry a line.")
    )
    market = forms.ChoiceField(
        label=capfirst(_("market")),
        required=False,
        choices=[("", _("By language")), *Market.choices],
    )

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        market = self.cleaned_data.get("market")
        if not market and "language" in self.cleaned_data:
            self.cleaned_data["market"] = DEFAULT_MARKET[self.cleaned_data["language"]]
        campaign = self.cleaned_data.get("campaign")
        if campaign is not None:
            self.instance.client_id = campaign.client_id
        return data


@admin.register(Brief)
class BriefAdmin(ScopedAdmin):
    """Briefs. Frozen once run: then one reads it, runs it again, or starts a new one from it."""

    form = BriefForm
    verb = "write"
    deletable = True
    change_form_template = "admin/creatives/brief/change_form.html"
    list_display = ("name", "client", "product", "language", "market", "frozen_at")
    list_filter = ("language", "market", ("client", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("client", "campaign", "product")
    search_fields = ("name", "campaign__name", "product__name")
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("campaign", "product", "name")}),
        (_("To whom"), {"fields": ("audience", "tone")}),
        (_("What"), {"fields": ("key_messages", "must_include", "must_avoid")}),
        (_("Where"), {"fields": ("language", "market", "placements", "count")}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show a brief that is only read as it reads, its lists one entry a line."""
        if obj is None or self.has_change_permission(request, obj):
            return self.fieldsets
        shown = {
            name: f"{name}_shown"
            for name in ("key_messages", "must_include", "must_avoid", "placements")
        }
        sets = [
            (title, {"fields": tuple(shown.get(name, name) for name in options["fields"])})
            for title, options in self.fieldsets
        ]
        return [*sets, (_("Origin"), {"fields": ("created_by_name", "created_at", "frozen_at")})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None or self.has_change_permission(request, obj):
            return ()
        return [
            name
            for _title, options in self.get_fieldsets(request, obj)
            for name in options["fields"]
        ]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (
            obj is None or obj.frozen_at is None
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (
            obj is None or obj.frozen_at is None
        )

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        owned = {"campaign": Campaign, "product": Product}
        if db_field.name in owned:
            rows = owned[db_field.name].objects.select_related("client")
            kwargs |= {
                "form_class": OwnedChoice, "queryset": rows.order_by("client__name", "name", "id")
            }  # fmt: skip
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        return PlacementsField(
            label=capfirst(db_field.verbose_name), queryset=Placement.objects.filter(retired=False)
        )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Start from another brief when asked to (?copy=12), else from the campaign named."""
        copied = request.GET.get("copy", "")
        source = self.get_object(request, copied) if copied else None
        if source is None:
            initial: dict[str, Any] = dict(super().get_changeform_initial_data(request))
            return initial
        values = {name: getattr(source, name) for name in COPIED}
        values |= {name: values[name].pk for name in ("campaign", "product")}
        return {**values, "placements": list(source.placements.filter(retired=False))}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.runs_view)
        return [
            path("<path:object_id>/runs/", view, name="creatives_brief_runs"),
            *super().get_urls(),
        ]

    def runs_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send the table of the brief's runs as they stand now."""
        brief = self.get_object(request, object_id)
        if brief is None or not self.has_view_permission(request, brief):
            raise Http404
        return TemplateResponse(request, "admin/creatives/brief/runs.html", _runs(brief))

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        brief = context.get("original")
        if brief is not None:
            context |= _runs(brief)
            context["may_generate"] = may("generate")
            context["profiles"] = GeneratorProfile.objects.filter(enabled=True).order_by(
                "-is_default", "name"
            )
            context["foretold"] = gates.foretell(brief)
            context["may_copy"] = self.has_add_permission(request)
        return super().render_change_form(request, context, *args, **kwargs)

    # -- as it reads -----------------------------------------------------------------------------

    @admin.display(description=_("key messages"))
    def key_messages_shown(self, row: Brief) -> str:
        return _entries(row.key_messages)

    @admin.display(description=_("must include"))
    def must_include_shown(self, row: Brief) -> str:
        return _entries(row.must_include)

    @admin.display(description=_("must avoid"))
    def must_avoid_shown(self, row: Brief) -> str:
        return _entries(row.must_avoid)

    @admin.display(description=_("placements"))
    def placements_shown(self, row: Brief) -> str:
        return _entries(row.placements.all())

    @admin.display(description=_("written by"))
    def created_by_name(self, row: Brief) -> str:
        return str(row.created_by or "–")


def _runs(brief: Brief) -> dict[str, Any]:
    runs = list(brief.runs.select_related("profile").defer("inputs")[:20])
    going_on = any(run.status not in RUN_OVER for run in runs)
    return {"brief": brief, "runs": runs, "going_on": going_on}


def _entries(items: Any) -> str:
    if not items:
        return "–"
    return format_html(
        '<ul class="entries">{}</ul>', format_html_join("", "<li>{}</li>", ((i,) for i in items))
    )
