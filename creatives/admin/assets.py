"""Pictures: uploaded, shown with what was found in their text, and read again on demand."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from creatives.actions import pictures
from creatives.admin.base import ScopedAdmin, may
from creatives.admin.forms import DeskForm
from creatives.errors import Refused
from creatives.models import Asset
from creatives.states import AssetStatus, Severity
from creatives.words import here as localized

#: What a browser is told a picture is: taken from its bytes at upload, never from its name.
IMAGE_TYPES = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}


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
    change_form_template = "admin/creatives/asset/change_form.html"
    verb = "clients"
    deletable = True
    chosen_once = ("client", "file_link", "sha256", "size")
    list_display = ("title", "client", "product", "text_verdict", "extension", "size", "created_at")
    list_filter = ("verdict", "status", ("client", admin.RelatedOnlyFieldListFilter), "extension")
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
        return format_html('<a href="{}">{}</a>', link, _("Open the picture"))

    @admin.display(description=_("verdict"), ordering="verdict")
    def text_verdict(self, row: Asset) -> str:
        """Return what the gates say of its text; that it was not read is a verdict too."""
        if row.status == AssetStatus.READ:
            return format_html(
                '<span class="status {}">{}</span>', row.verdict, row.get_verdict_display()
            )
        return format_html(
            '<span class="status {}">{}</span>', row.status, row.get_status_display()
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            pictures.received(obj)
        elif "product" in form.changed_data:
            self.follow(request, partial(_judged_again, obj))

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        row = context.get("original")
        if row is not None:
            context |= shown(row)
            context["may_read_again"] = may("clients") and row.status != AssetStatus.WAITING
        return super().render_change_form(request, context, *args, **kwargs)

    def read_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Have the picture read again."""
        row = self.get_object(request, object_id)
        if row is None or not may(self.reads):
            raise Http404
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        try:
            pictures.read_again(row, by=request.user)
            messages.success(request, _("The picture will be read again."))
        except Refused as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("admin:creatives_asset_change", args=[row.pk]))

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.file_view, cacheable=True)
        return [
            path("<path:object_id>/file/", view, name="creatives_asset_file"),
            path(
                "<path:object_id>/read/",
                self.admin_site.admin_view(self.read_view),
                name="creatives_asset_read",
            ),
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


def _judged_again(row: Asset) -> None:
    pictures.rejudge(Asset.objects.filter(pk=row.pk))


def shown(row: Asset) -> dict[str, Any]:
    """Return what the page says of the picture's text: its report, findings and boxes by number."""
    report = pictures.latest(row)
    if report is None:
        return {"report": None}
    numbered = list(enumerate(report.findings, start=1))
    findings = [_finding(number, one) for number, one in numbered]
    boxes = [
        {"number": number, "severity": one["severity"], "points": _points(mark["box"]),
         "text": one["text"] or localized(one["reason"])}
        for number, one in numbered for mark in one["marks"]
    ]  # fmt: skip
    return {
        "report": report,
        "findings": findings,
        "boxes": _first_named(boxes),
        "lines": [{**one, "doubtful": line.doubtful, "number": one["frame"] + 1}
                  for one, line in zip(report.lines, report.reading.lines, strict=True)],
        "animated": report.frames > 1,
    }  # fmt: skip


def _finding(number: int, one: dict[str, Any]) -> dict[str, Any]:
    return {
        **one,
        "number": number,
        "label": Severity(one["severity"]).label,
        "reason": localized(one["reason"]),
        "suggestion": localized(one["suggestion"]),
        "frames": sorted({mark["frame"] + 1 for mark in one["marks"]}),
    }


def _first_named(boxes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return `boxes` with the first of each finding named: a page has each name once."""
    seen: set[int] = set()
    for box in boxes:
        box["name"] = "" if box["number"] in seen else f"box-{box['number']}"
        seen.add(box["number"])
    return boxes


def _points(box: list[list[float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in box)
