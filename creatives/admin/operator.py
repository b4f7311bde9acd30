"""For the operator alone: organizations and accounts. Here a lost password is reset."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from creatives.actions.organization import create_organization
from creatives.admin.base import OperatorAdmin
from creatives.transitions import record
from tenants.models import Organization, User


@admin.register(Organization)
class OrganizationAdmin(OperatorAdmin):
    """Agencies."""

    list_display = ("name", "slug", "time_zone", "created_at")
    fields = ("name", "slug", "time_zone")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else ("slug",)  # login names end in it

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        made = create_organization(obj.name, obj.slug, obj.time_zone)
        obj.pk, obj.created_at = made.pk, made.created_at

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        _record(request, obj, "created")

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        _record(request, obj, "changed")


def _record(request: HttpRequest, obj: Organization, verb: str) -> None:
    vars(obj)["organization_id"] = obj.pk  # an organization belongs to itself
    record(obj, verb, by=request.user)


admin.site.unregister(Group)


@admin.register(User)
class AccountAdmin(OperatorAdmin, UserAdmin):  # type: ignore[type-arg]
    """Accounts, for the operator. What a person may do stands in their memberships."""

    form = UserChangeForm
    list_display = ("username", "first_name", "email", "is_active", "is_superuser", "last_login")
    list_filter = ("is_active", "is_superuser")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email")}),
        (_("Access"), {"fields": ("is_active", "is_superuser", "last_login")}),
    )
    readonly_fields = ("last_login",)
