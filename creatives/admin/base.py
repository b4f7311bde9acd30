"""What every page of the admin keeps to: roles decide, the scope limits, events tell."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import IntegrityError, models
from django.db.models import ProtectedError, RestrictedError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from creatives.admin.forms import DeskForm
from creatives.errors import Refused
from creatives.models import Event
from creatives.transitions import record
from tenants import scope
from tenants.validators import clean_text

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
    _TabularInline = admin.TabularInline[Any, Any]
else:
    _ModelAdmin, _TabularInline = admin.ModelAdmin, admin.TabularInline


def here() -> int:
    """Return the organization in force; the system's own scope, which has none, is no page's."""
    found = scope.current().organization_id
    if found is None:
        raise scope.Unscoped("a page of the admin runs in one organization")
    return found


def may(verb: str) -> bool:
    """Return whether the scope in force, if there is one, includes `verb`."""
    view = scope.active()
    return view is not None and view.may(verb)


class RolesDecide:
    """Permissions by verbs of `tenants.roles`: `reads` to look, `verb` to change (None: nobody)."""

    reads: str = "view"
    verb: str | None = None
    deletable: bool = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(self.reads)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.verb is not None and may(self.verb)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.verb is not None and may(self.verb)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.deletable and self.verb is not None and may(self.verb)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(self.reads)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Every text that a person types is text: no control characters, no lone surrogates."""
        if isinstance(db_field, models.DateField) and not isinstance(
            db_field, models.DateTimeField
        ):
            # The browser's own picker: no time zone riddles, and it works on a phone.
            kwargs["widget"] = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if isinstance(field, forms.CharField):
            field.validators.append(clean_text)
        return field


class ScopedInline(RolesDecide, _TabularInline):
    """Rows inside their parent's form, under the parent's owner."""

    form = DeskForm
    extra = 0
    deletable = True


class ScopedAdmin(RolesDecide, _ModelAdmin):
    """A tenant's rows. Everything it lists, offers and names comes through the scoped managers."""

    form = DeskForm
    view_on_site = False
    object_history_template = "admin/events.html"
    list_per_page = 50
    #: Foreign keys that are chosen once: moving a row to another owner would tear what hangs on it.
    chosen_once: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return what the scope sees; nothing to whom the roles do not let look.

        A row that may not be looked at and a row that is not there answer alike.
        """
        rows = super().get_queryset(request)
        return rows if may(self.reads) else rows.none()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = self.chosen_once if obj is not None else ()
        return [*super().get_readonly_fields(request, obj), *fixed]

    # -- saving ----------------------------------------------------------------------------------

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Rows of an inline belong to whom their parent belongs to, whatever was posted."""
        parent = form.instance
        client_id = parent.pk if parent._meta.model_name == "client" else parent.client_id
        for row in formset.save(commit=False):
            row.organization_id, row.client_id = parent.organization_id, client_id
            row.save()
        for row in formset.deleted_objects:
            row.delete()
        formset.save_m2m()

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[Any]:
        """Return the names of the columns that were written, those of inlines as "fact.value"."""
        names = set(form.changed_data)
        for formset in formsets or ():
            part = formset.model._meta.model_name
            names.update(f"{part} added" for _row in formset.new_objects)
            names.update(f"{part} deleted" for _row in formset.deleted_objects)
            names.update(
                f"{part}.{name}" for _row, fields in formset.changed_objects for name in fields
            )
        return sorted(names)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        record(obj, "created", by=request.user, fields=message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        if message:
            record(obj, "changed", by=request.user, fields=message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for row in queryset:
            record(row, "deleted", by=request.user, note=str(row)[:200])

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:  # fmt: skip
        """Say what a step refuses, or the database at the same moment, as a message.

        What follows from a change (`follow`) is done here, once the change is committed.
        """
        try:
            response = super().changeform_view(request, object_id, form_url, extra_context)
            self._followed(request)
            return response
        except Refused as refusal:
            messages.error(request, str(refusal))
        except IntegrityError:
            messages.error(
                request,
                _("Somebody saved the same at the same moment. Nothing was saved: try again."),
            )
        return HttpResponseRedirect(request.get_full_path())

    def follow(self, request: Any, step: Callable[[], None]) -> None:
        """Do `step` when what is being saved or deleted is committed; gates never run in a transaction."""
        request._follow = [*getattr(request, "_follow", ()), step]

    def _followed(self, request: Any) -> None:
        for step in getattr(request, "_follow", ()):
            step()

    # -- deleting --------------------------------------------------------------------------------

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name what would go, and only count what stands in the way: it may be nobody's to see."""
        _named, counts, denied, protected = super().get_deleted_objects(objs, request)
        if protected:
            many = ngettext("%(count)d other record", "%(count)d other records", len(protected))
            denied, protected = set(), [many % {"count": len(protected)}]
        return [str(row) for row in objs], counts, denied, protected

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        try:
            response = super().delete_view(request, object_id, extra_context)
            self._followed(request)
            return response
        except (ProtectedError, RestrictedError):
            messages.error(request, _("Other records need it: it was not deleted."))
        except Refused as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(request.get_full_path())

    # -- looking ---------------------------------------------------------------------------------

    def changelist_view(self, request: Any, extra_context: dict[str, Any] | None = None) -> Any:
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the row's events: what happened to it through any door, not the admin's own log."""
        row = self.get_object(request, object_id)
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined,no-any-return]
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        events = Event.objects.filter(
            subject_type=self.opts.model_name, subject_id=row.pk
        ).select_related("actor")
        page = Paginator(events, 50).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %s") % row,
            "module_name": str(capfirst(self.opts.verbose_name_plural)),
            "object": row,
            "opts": self.opts,
            "events": page,
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)


class ReadOnlyAdmin(ScopedAdmin):
    """Rows that only the steps of the work write."""

    verb = None
    change_form_template = "admin/record.html"
    #: The page of the desk that shows such a row, by the name of its address.
    desk_page = ""

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        row = context.get("original")
        if row is not None and self.desk_page:
            context["desk_url"] = reverse(self.desk_page, args=[row.pk])
        return super().render_change_form(request, context, *args, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show every column but the owner, which goes without saying."""
        named = super().get_fields(request, obj)
        return [name for name in named if name != "organization"]


class OperatorAdmin(_ModelAdmin):
    """What only the operator of the installation sees: organizations and accounts."""

    form: Any = DeskForm
    view_on_site = False

    def _operator(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_superuser", False))

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows if self._operator(request) else rows.none()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._operator(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._operator(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._operator(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._operator(request)


def as_json(value: Any) -> str:
    """Return `value` as it is kept, to be read: indented, in its own script."""
    return format_html(
        '<pre class="json">{}</pre>', json.dumps(value, ensure_ascii=False, indent=2)
    )
