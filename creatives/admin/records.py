"""What the work has written, to be read: runs, candidates, reports, findings, decisions, events."""

from typing import Any

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from creatives.admin import words
from creatives.admin.base import ReadOnlyAdmin, as_json
from creatives.admin.briefs import localized
from creatives.models import (
    Candidate,
    Event,
    Finding,
    Publication,
    Report,
    Review,
    Run,
)

BY_CLIENT = ("client", admin.RelatedOnlyFieldListFilter)


def person(column: str, title: Any) -> Any:
    """Return a column that names a person, without a link to an account that few may open."""

    @admin.display(description=title)
    def shown(_admin: Any, row: Any) -> str:
        user = getattr(row, column)
        return user.get_full_name() or user.get_username() if user else "–"

    return shown


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    """Executions of briefs."""

    desk_page = "run"
    list_display = ("id", "brief", "client", "profile", "status", "progress", "who", "created_at")
    list_display_links = ("id", "brief")
    list_filter = ("status", BY_CLIENT, "profile")
    list_select_related = ("brief", "client", "profile", "requested_by")
    search_fields = ("brief__name",)
    fields = (
        "brief",
        "client",
        "profile",
        "status",
        "progress",
        "stage",
        "who",
        "created_at",
        "started_at",
        "finished_at",
        "attempt",
        "queue",
        "seed",
        "error",
        "timings_shown",
        "inputs_shown",
    )
    who = person("requested_by", _("requested by"))

    @admin.display(description=_("done"))
    def progress(self, row: Run) -> str:
        return f"{row.done}/{row.total}"

    @admin.display(description=_("seconds by stage"))
    def timings_shown(self, row: Run) -> str:
        return as_json(row.timings)

    @admin.display(description=_("inputs"))
    def inputs_shown(self, row: Run) -> str:
        return as_json(row.inputs)


@admin.register(Candidate)
class CandidateAdmin(ReadOnlyAdmin):
    """Copy, as it was written or edited."""

    desk_page = "candidate"
    list_display = (
        "id",
        "start",
        "client",
        "placement",
        "status",
        "verdict",
        "origin",
        "created_at",
    )
    list_display_links = ("id", "start")
    list_filter = ("status", "verdict", "origin", "language", BY_CLIENT)
    list_select_related = ("client", "placement")
    search_fields = ("text", "sha256")
    fields = (
        "run",
        "client",
        "placement",
        "status",
        "verdict",
        "origin",
        "who",
        "parent",
        "slot",
        "seed",
        "language",
        "fields_shown",
        "sha256",
        "meta_shown",
        "created_at",
    )
    who = person("author", _("edited by"))

    @admin.display(description=_("text"))
    def start(self, row: Candidate) -> str:
        return row.text[:60]

    @admin.display(description=_("fields"))
    def fields_shown(self, row: Candidate) -> str:
        rows = format_html_join("", "<dt>{}</dt><dd>{}</dd>", row.fields)
        return format_html('<dl class="copy">{}</dl>', rows)

    @admin.display(description=_("provenance"))
    def meta_shown(self, row: Candidate) -> str:
        return as_json(row.meta)


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    """Passages through the gates."""

    list_display = ("id", "candidate", "verdict", "seconds", "created_at")
    list_filter = ("verdict", BY_CLIENT)
    list_select_related = ("candidate",)
    fields = (
        "candidate",
        "client",
        "verdict",
        "seconds",
        "packs_shown",
        "not_flagged_shown",
        "created_at",
    )

    @admin.display(description=_("rule packs"))
    def packs_shown(self, row: Report) -> str:
        return as_json(row.packs)

    @admin.display(description=_("not flagged"))
    def not_flagged_shown(self, row: Report) -> str:
        return as_json(row.not_flagged)


@admin.register(Finding)
class FindingAdmin(ReadOnlyAdmin):
    """What the gates found."""

    list_display = ("rule", "severity", "text", "law", "cleared", "candidate")
    list_filter = ("severity", "absolute", "verified", BY_CLIENT)
    list_select_related = ("candidate",)
    search_fields = ("rule", "text", "statute")
    fields = (
        "candidate",
        "client",
        "report",
        "rule",
        "severity",
        "text",
        "field",
        "start",
        "end",
        "law",
        "verified",
        "absolute",
        "penalty",
        "evidence",
        "exemptions",
        "reason_shown",
        "suggestion_shown",
        "undone",
        "cleared",
    )

    @admin.display(description=_("law"))
    def law(self, row: Finding) -> str:
        return f"{row.statute} {row.article}".strip() or "–"

    @admin.display(description=_("reason"))
    def reason_shown(self, row: Finding) -> str:
        return localized(row.reason)

    @admin.display(description=_("suggestion"))
    def suggestion_shown(self, row: Finding) -> str:
        return localized(row.suggestion)


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    """Decisions."""

    list_display = ("id", "candidate", "decision", "who", "discipline", "created_at")
    list_filter = ("decision", "discipline", BY_CLIENT)
    list_select_related = ("candidate", "reviewer")
    search_fields = ("reason", "sha256")
    fields = (
        "candidate",
        "client",
        "report",
        "decision",
        "who",
        "discipline",
        "reason",
        "sha256",
        "created_at",
    )
    who = person("reviewer", _("reviewer"))


@admin.register(Publication)
class PublicationAdmin(ReadOnlyAdmin):
    """What went out."""

    desk_page = "publication"
    list_display = ("id", "candidate", "client", "channel", "status", "who", "live_at", "over_at")
    list_filter = ("status", "channel", BY_CLIENT)
    list_select_related = ("candidate", "client", "published_by")
    search_fields = ("sha256", "external_id")
    fields = (
        "candidate",
        "client",
        "review",
        "channel",
        "status",
        "who",
        "sha256",
        "external_id",
        "error",
        "packs_shown",
        "created_at",
        "live_at",
        "over_at",
    )
    who = person("published_by", _("published by"))

    @admin.display(description=_("rule packs at publication"))
    def packs_shown(self, row: Publication) -> str:
        return as_json(row.packs)


class ByKind(admin.SimpleListFilter):
    """Events by the kind of row that they are about."""

    title = _("subject")
    parameter_name = "kind"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        kinds = Event.objects.order_by("subject_type").values_list("subject_type", flat=True)
        return [(kind, words.kind_name(kind)) for kind in kinds.distinct()]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(subject_type=self.value()) if self.value() else queryset


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """Who did what, when and why."""

    list_display = ("created_at", "subject", "what", "before", "after", "who", "note")
    list_filter = (ByKind, BY_CLIENT, "created_at")
    list_select_related = ("actor",)
    search_fields = ("verb", "note", "subject_id")
    fields = (
        "created_at", "subject", "client", "what", "before", "after", "who", "note", "data_shown",
    )  # fmt: skip
    who = person("actor", _("by"))

    @admin.display(description=_("subject"))
    def subject(self, row: Event) -> str:
        return f"{words.kind_name(row.subject_type)} {row.subject_id}"

    @admin.display(description=_("what"), ordering="verb")
    def what(self, row: Event) -> str:
        return words.said(row)

    @admin.display(description=_("from"))
    def before(self, row: Event) -> str:
        return words.status_name(row, row.old)

    @admin.display(description=_("to"))
    def after(self, row: Event) -> str:
        return words.status_name(row, row.new)

    @admin.display(description=_("data"))
    def data_shown(self, row: Event) -> str:
        return as_json(row.data)
