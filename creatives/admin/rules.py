"""An agency's own rules: word lists brought in and tried before they hold, phrases, switches."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from compliance.lexicons import LONGEST, MOST_BYTES, MOST_TERMS, Problem
from compliance.placements import PLACEMENTS
from compliance.wordlists import DISGUISED
from creatives.actions import rules
from creatives.actions.lists import rules_changed
from creatives.admin.base import ScopedAdmin, may
from creatives.admin.clients import tell_fallen
from creatives.admin.forms import DeskForm, WordsField
from creatives.errors import Refused
from creatives.models import AllowedPhrase, Lexicon, LexiconVersion, RuleSwitch
from creatives.models.brief import Language, Market

#: How many words and pieces of copy the page of a dry run lists; it counts the rest.
SHOWN = 200

_PROBLEMS: dict[str, Any] = {
    "encoding": gettext_lazy("The file is no text in UTF-8, UTF-16 or GB 18030."),
    "size": gettext_lazy("The file is larger than %(detail)s MB."),
    "format": gettext_lazy("It is no .txt, .csv or .xlsx file that can be read (%(detail)s)."),
    "empty": gettext_lazy("There is no word in it."),
    "many": gettext_lazy(
        "There are %(detail)s words, lines or cells; at most %(most)d words can be taken, in twice as "
        "many lines."
    ),
    "long": gettext_lazy("Line %(line)d: longer than %(longest)d characters: %(detail)s…"),
    "invisible": gettext_lazy("Line %(line)d: there is no letter or digit in it: %(detail)s"),
}


def told(problem: Problem) -> str:
    """Return what is wrong with a line of a list, in the language of the interface."""
    values = {
        "line": problem.line,
        "detail": problem.detail,
        "most": MOST_TERMS,
        "longest": LONGEST,
    }
    return str(_PROBLEMS[problem.code]) % values


class LexiconForm(DeskForm):
    """A word list, with where it holds ticked in boxes; none ticked is everywhere."""

    markets = WordsField(label=gettext_lazy("markets"), choices=Market.choices, required=False)
    languages = WordsField(
        label=gettext_lazy("languages"), choices=Language.choices, required=False
    )
    channels = WordsField(
        label=gettext_lazy("channels"), required=False,
        choices=[(name, name) for name in sorted({p.channel for p in PLACEMENTS.values()})],
    )  # fmt: skip


@admin.register(Lexicon)
class LexiconAdmin(ScopedAdmin):
    """Word lists. A file becomes a version; a version is tried, then activated."""

    form = LexiconForm
    verb = "rules"
    chosen_once = ("name",)
    change_form_template = "admin/creatives/lexicon/change_form.html"
    list_display = ("title", "name", "severity", "active_number")
    search_fields = ("title", "name")
    fields = (
        "name",
        "title",
        "severity",
        "reason",
        "suggestion",
        "markets",
        "languages",
        "channels",
    )

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and obj.active_number:
            self.follow(request, lambda: tell_fallen(request, rules_changed()))

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        row = context.get("original")
        if row is not None:
            context |= {
                "versions": row.versions.defer("terms").select_related("created_by")[:50],
                "may_rule": may("rules"),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[Any]:
        def page(address: str, view: Any, name: str) -> Any:
            return path(address, self.admin_site.admin_view(view), name=f"creatives_lexicon_{name}")

        return [
            page("<int:pk>/bring/", require_POST(self.bring_view), "bring"),
            page("<int:pk>/versions/<int:number>/", self.try_view, "try"),
            page("<int:pk>/versions/<int:number>/activate/", require_POST(self.activate_view),
                 "activate"),
            page("<int:pk>/deactivate/", require_POST(self.deactivate_view), "deactivate"),
            *super().get_urls(),
        ]  # fmt: skip

    def _row(self, pk: int) -> Lexicon:
        row = Lexicon.objects.filter(pk=pk).first() if may(self.reads) else None
        if row is None:
            raise Http404
        if not may("rules"):
            raise PermissionDenied
        return row

    def _version(self, pk: int, number: int) -> LexiconVersion:
        version = self._row(pk).versions.filter(number=number).first()
        if version is None:
            raise Http404
        return version

    def bring_view(self, request: Any, pk: int) -> HttpResponse:
        """Take the file as the next version, or say what is wrong with each line."""
        row = self._row(pk)
        file = request.FILES.get("file")
        if file is None:
            messages.error(request, _("Choose a file."))
            return _to("change", row.pk)
        if file.size > MOST_BYTES:  # before it is read into memory
            messages.error(request, told(Problem(0, "size", str(MOST_BYTES // 1024 // 1024))))
            return _to("change", row.pk)
        try:
            version = rules.bring_in(row, file.read(), file.name or "", by=request.user)
        except rules.WrongList as error:
            for problem in error.problems:
                messages.error(request, told(problem))
            return _to("change", row.pk)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return _to("change", row.pk)
        return _to("try", row.pk, version.number)

    def try_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """Show what activating the version would change; nothing is changed by looking."""
        version = self._version(pk, number)
        try:
            seen = rules.dry_run(version)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return _to("change", pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Try version %(number)d of %(list)s")
            % {"number": number, "list": version.lexicon},
            "opts": self.opts, "version": version, "original": version.lexicon,
            "added": seen.added[:SHOWN], "added_count": len(seen.added),
            "removed": seen.removed[:SHOWN], "removed_count": len(seen.removed),
            "found": seen.found[:SHOWN], "found_count": len(seen.found),
            "looked_at": seen.looked_at, "disguised": DISGUISED,
        }  # fmt: skip
        return TemplateResponse(request, "admin/creatives/lexicon/try.html", context)

    def activate_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """Put the version in force."""
        version = self._version(pk, number)
        fallen = rules.activate(version, by=request.user)
        messages.success(request, _("Version %d is in force.") % number)
        tell_fallen(request, fallen)
        return _to("change", pk)

    def deactivate_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take the list out of force."""
        tell_fallen(request, rules.deactivate(self._row(pk), by=request.user))
        messages.success(request, _("The list is no longer in force."))
        return _to("change", pk)


def _to(view: str, *args: Any) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(f"admin:creatives_lexicon_{view}", args=args))


class _TakenBackAdmin(ScopedAdmin):
    """Rows that are added and taken back, never changed; each time copy is judged again."""

    verb = "rules"
    deletable = True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_actions(self, request: HttpRequest) -> Any:
        """Offer none: each is taken back by its own page, with its event."""
        return {}

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing: the step that wrote the row wrote its event."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Nothing: the step that took the row back wrote its event."""

    def judged(self, request: Any) -> None:
        """Have copy judged again once the change is committed."""
        self.follow(request, lambda: tell_fallen(request, rules_changed()))


@admin.register(AllowedPhrase)
class AllowedPhraseAdmin(_TakenBackAdmin):
    """Phrases held harmless, by whom and until when."""

    list_display = ("phrase", "rule", "expires_on", "approved_by")
    list_select_related = ("approved_by",)
    search_fields = ("phrase", "rule")
    fields = ("phrase", "rule", "because", "expires_on")

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        rules.allow(obj, by=request.user)
        self.judged(request)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        rules.forbid(obj, by=request.user)
        self.judged(request)


class SwitchForm(DeskForm):
    """A rule, list or pack that exists."""

    def clean_rule(self) -> str:
        rule = str(self.cleaned_data["rule"]).strip()
        if rule not in rules.known_rules():
            raise forms.ValidationError(_("There is no rule, list or pack “%s”.") % rule)
        return rule


@admin.register(RuleSwitch)
class RuleSwitchAdmin(_TakenBackAdmin):
    """What the agency switched off, by whom and why."""

    form = SwitchForm
    list_display = ("rule", "because", "by", "created_at")
    list_select_related = ("by",)
    search_fields = ("rule", "because")
    fields = ("rule", "because")

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        rules.switch_off(obj, by=request.user)
        self.judged(request)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        rules.switch_on(obj, by=request.user)
        self.judged(request)
