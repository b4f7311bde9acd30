"""Generator profiles: a generator of those installed, with its options as a form."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from creatives.admin import options
from creatives.admin.base import ScopedAdmin, as_json
from creatives.admin.briefs import localized
from creatives.admin.forms import DeskForm
from creatives.models import GeneratorProfile
from generators import registry
from generators.base import Manifest


class ProfileForm(DeskForm):
    """A profile of the generator `manifest`, set by `bound_to`; its options follow as fields."""

    manifest: Manifest | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.manifest is not None:
            self.instance.generator = self.manifest.id
            for name, field in options.fields_of(
                self.manifest.options, self.instance.options
            ).items():
                self.fields[name].initial = self.initial[name] = field.initial

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if self.manifest is None:
            self.add_error(
                None, ValidationError(_("The generator of this profile cannot be used."))
            )
            return data
        given = any(name.startswith(options.PREFIX) for name in self.errors)
        values = options.values_of(self.manifest.options, self.cleaned_data)
        if not given:
            for name, texts in options.faults_of(self.manifest.options, values).items():
                self.add_error(name, ValidationError(texts))
            self.instance.options = values
        return data

    def _get_validation_exclusions(self) -> set[str]:
        # A new default takes the place of the old one as it is saved.
        return {*super()._get_validation_exclusions(), "is_default"}  # type: ignore[misc]


def bound_to(manifest: Manifest | None, values: dict[str, Any]) -> type[ProfileForm]:
    """Return the form for one generator, its options' inputs in place."""
    fields: dict[str, Any] = options.fields_of(manifest.options, values) if manifest else {}
    return type("BoundProfileForm", (ProfileForm,), {**fields, "manifest": manifest})


@admin.register(GeneratorProfile)
class GeneratorProfileAdmin(ScopedAdmin):
    """Which generators the organization uses, and how."""

    verb = "profiles"
    deletable = True
    change_list_template = "admin/creatives/generatorprofile/change_list.html"
    list_display = ("name", "generator_name", "is_default", "enabled", "state")
    list_filter = ("enabled",)
    search_fields = ("name", "generator")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Ask first which generator; the broken ones are shown with the reason."""
        if _wanted(request) is None and self.has_add_permission(request):
            context = {
                **self.admin_site.each_context(request),
                "title": _("Choose a generator"),
                "opts": self.opts,
                "states": plugin_states(),
            }
            return TemplateResponse(
                request, "admin/creatives/generatorprofile/choose.html", context
            )
        return super().add_view(request, form_url, extra_context)

    def changelist_view(self, request: Any, extra_context: dict[str, Any] | None = None) -> Any:
        broken = [state for state in registry.states() if state.error]
        return super().changelist_view(request, {"broken": broken, **(extra_context or {})})

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        manifest = _manifest(obj.generator) if obj else _wanted(request)
        kwargs["form"] = bound_to(manifest, obj.options if obj else {})
        kwargs["fields"] = ["name", "is_default", "enabled"]
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        manifest = _manifest(obj.generator) if obj else _wanted(request)
        if manifest is None or not (self.has_change_permission(request, obj)):
            rest: tuple[str, ...] = ("options_shown",)
        else:
            rest = tuple(options.fields_of(manifest.options, {}))
        head = ("generator_name", "licence", "state") if manifest else ("generator_name", "state")
        return (
            (None, {"fields": (*head, "name", "is_default", "enabled")}),
            (_("Options"), {"fields": rest}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("generator_name", "licence", "state", "options_shown")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if obj.is_default:
            GeneratorProfile.objects.filter(is_default=True).exclude(pk=obj.pk).update(
                is_default=False
            )
        super().save_model(request, obj, form, change)

    @admin.display(description=_("generator"), ordering="generator")
    def generator_name(self, row: GeneratorProfile) -> str:
        manifest = _manifest(row.generator)
        return localized(manifest.name) if manifest else row.generator

    @admin.display(description=_("licence"))
    def licence(self, row: GeneratorProfile) -> str:
        manifest = _manifest(row.generator)
        return manifest.licence if manifest else "–"

    @admin.display(description=_("state"))
    def state(self, row: GeneratorProfile) -> str:
        try:
            registry.manifest(row.generator)
        except registry.UnknownGenerator as error:
            return str(error)
        return str(_("ready"))

    @admin.display(description=_("options"))
    def options_shown(self, row: GeneratorProfile) -> Any:
        return as_json(row.options)


def plugin_states() -> list[dict[str, Any]]:
    """Return every plugin found, for the page that asks which one."""
    return [
        {"id": s.id, "error": s.error, "name": localized(s.manifest.name) if s.manifest else s.id,
         "manifest": s.manifest}
        for s in registry.states()
    ]  # fmt: skip


def _wanted(request: HttpRequest) -> Manifest | None:
    return _manifest(request.GET.get("generator", ""))


def _manifest(id: str) -> Manifest | None:
    return registry.manifests().get(id)
