"""The admin as one organization's office: who comes in, and which organization is on the door.

Roles decide, not Django's permission table: a membership opens the door, and each page asks the
scope in force. What cannot be scoped (the content type short cut, Django's own log) is not there.
"""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import PasswordResetConfirmView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, path, reverse, reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tenants import scope

#: Order of the models within their app, as work flows; what is not named comes last.
ORDER = (
    "Client", "Membership", "Organization", "User",
    "Product", "Asset", "Campaign", "Brief", "Run", "Candidate", "Review", "Publication",
    "GeneratorProfile", "Placement", "Event",
)  # fmt: skip


class DeskSite(admin.AdminSite):
    """One organization's records, for whoever is a member of it."""

    site_header = _("Copydesk")
    site_title = _("Copydesk")
    index_title = _("Records")
    site_url = None
    empty_value_display = "–"
    login_form = AuthenticationForm
    final_catch_all_view = True

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
        """Ask for the log-in; say so plainly to somebody who is logged in but nobody's member."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied(_("You are not a member of any organization. Ask its manager."))
        return super().login(request, extra_context)

    def get_urls(self) -> list[Any]:
        # The short cut finds any row by its content type and number, whoever's it is.
        kept: list[URLPattern | URLResolver] = [
            url for url in super().get_urls() if getattr(url, "name", None) != "view_on_site"
        ]
        return [
            path("organization/", self.admin_view(require_POST(self.switch)), name="switch"),
            path(
                "welcome/<uidb64>/<token>/",
                PasswordResetConfirmView.as_view(
                    template_name="admin/welcome.html",
                    success_url=reverse_lazy("admin:index"),
                    post_reset_login=True,
                    post_reset_login_backend="django.contrib.auth.backends.ModelBackend",
                    extra_context={"site_header": self.site_header, "site_title": self.site_title},
                ),
                name="welcome",
            ),
            *kept,
        ]

    def switch(self, request: HttpRequest) -> HttpResponse:
        """Work in another of one's organizations from here on; a foreign number changes nothing."""
        from tenants.middleware import SESSION_KEY, scope_for

        wanted = request.POST.get("organization", "")
        chosen = (
            scope_for(request.user, int(wanted)) if wanted.isascii() and wanted.isdigit() else None
        )
        if chosen and str(chosen.organization_id) == wanted:
            request.session[SESSION_KEY] = chosen.organization_id
        else:
            messages.error(request, _("There is no such organization."))
        back = request.POST.get("next", "")
        if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
            back = reverse("admin:index")
        return HttpResponseRedirect(back)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        apps: list[Any] = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(
                key=lambda m: ORDER.index(m["object_name"]) if m["object_name"] in ORDER else 99
            )
        return apps
