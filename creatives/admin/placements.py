"""Formats of the channels, to be read: they come with the release."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from creatives.admin.base import ReadOnlyAdmin
from creatives.admin.briefs import formats, localized
from creatives.models import Placement

#: How a limit is counted, for people.
COUNTED = {
    "characters": _("characters"),
    "display_width": _("columns, wide characters count 2"),
    "bytes": _("bytes"),
}


@admin.register(Placement)
class PlacementAdmin(ReadOnlyAdmin):
    """Formats of the channels: data of the release, the same for everybody."""

    list_display = ("name", "slug", "channel", "limits", "source", "checked_on", "retired")
    list_filter = ("channel", "retired")
    search_fields = ("slug", "channel")
    fields = ("name", "slug", "channel", "fields_shown", "source", "checked_on", "retired")

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        context["no_history"] = True
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """A format has no history here: it comes with the release."""
        raise Http404

    @admin.display(description=_("name"))
    def name(self, row: Placement) -> str:
        return str(row)

    @admin.display(description=_("limits"))
    def limits(self, row: Placement) -> str:
        return "–" if row.retired else formats(row.spec)

    @admin.display(description=_("fields"))
    def fields_shown(self, row: Placement) -> str:
        if row.retired:
            return "–"
        head = (_("field"), _("limit"), _("counted in"), _("at least"), _("at most"))
        return format_html(
            "<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
            format_html_join("", "<th>{}</th>", ((capfirst(title),) for title in head)),
            format_html_join(
                "",
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                (
                    (
                        localized(f.label),
                        f.limit,
                        COUNTED.get(f.counting, f.counting),
                        f.least,
                        f.most,
                    )
                    for f in row.spec.fields
                ),
            ),
        )
