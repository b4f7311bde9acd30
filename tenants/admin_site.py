"""The admin as one organization's office: who comes in, in whose time, and what is not there.

Roles decide, not Django's permission table: a membership opens the door, and each page asks the
scope in force. What cannot be scoped (the content type short cut, Django's own log) is not there.
"""

from functools import update_wrapper
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import PasswordResetConfirmView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, path, reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants import scope

#: Order of the models within their app, as work flows; what is not named comes last.
ORDER = (
    "Client", "Membership", "Organization", "User",
    "Product", "Asset", "Campaign", "Brief", "Run", "Candidate", "Report", "Finding", "Review",
    "Publication", "GeneratorProfile", "Placement", "Event",
)  # fmt: skip


class DeskSite(admin.AdminSite):
    """One organization's records, for whoever is a member of it."""

    site_header = "Copydesk"
    site_title = "Copydesk"
    index_title = _("Records")
    site_url = None
    empty_value_display = "–"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        # Rows hang on each other by PROTECT: they are deleted one at a time, or not at all.
        self.disable_action("delete_selected")

    def has_permission(self, request: HttpRequest) -> bool:
        """A member of an organization comes in; a superuser also before there is any."""
        user = request.user
        if not user.is_active:
            return False
        view = scope.active()
        return bool(getattr(user, "is_superuser", False) or (view and view.may("view")))

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send on to the one log-in page; say so plainly to somebody who is nobody's member."""
        target = request.GET.get("next") or reverse("admin:index")
        if not request.user.is_authenticated:
            return redirect_to_login(target, str(settings.LOGIN_URL))
        if not self.has_permission(request):
            raise PermissionDenied(_("You are not a member of any organization. Ask its manager."))
        return HttpResponseRedirect(reverse("admin:index"))

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Show times in the organization's time zone, on pages that are rendered late as well."""

        def in_its_time(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            with timezone.override(_zone()):
                response: Any = view(request, *args, **kwargs)
                if callable(getattr(response, "render", None)):
                    response.render()
                return response

        return super().admin_view(update_wrapper(in_its_time, view), cacheable)

    def get_urls(self) -> list[Any]:
        # The short cut finds any row by its content type and number, whoever's it is.
        kept: list[URLPattern | URLResolver] = [
            url for url in super().get_urls() if getattr(url, "name", None) != "view_on_site"
        ]
        welcome = PasswordResetConfirmView.as_view(
            template_name="admin/welcome.html",
            success_url=reverse_lazy("admin:index"),
            post_reset_login=True,
            extra_context={"site_header": self.site_header, "site_title": self.site_title},
        )
        return [path("welcome/<uidb64>/<token>/", welcome, name="welcome"), *kept]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        apps: list[Any] = super().get_app_list(request, app_label)
        apps.sort(key=lambda app: app["app_label"] != "tenants")  # people and clients come first
        for app in apps:
            app["models"].sort(
                key=lambda m: ORDER.index(m["object_name"]) if m["object_name"] in ORDER else 99
            )
        return apps


def _zone() -> ZoneInfo | None:
    """Return the time zone of the organization in force; None, the site's own, outside any."""
    from tenants.models import Organization  # the site is made before models can be imported

    view = scope.active()
    if view is None or view.organization_id is None:
        return None
    zones = Organization.objects.filter(pk=view.organization_id).values_list("time_zone", flat=True)
    return ZoneInfo(zones.get())
