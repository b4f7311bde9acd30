"""Logging in and out, and changing the organization."""

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from creatives.workbench.context import organizations_of
from creatives.workbench.paging import number
from tenants.middleware import SESSION_KEY

login = LoginView.as_view(template_name="workbench/login.html", redirect_authenticated_user=True)
logout = LogoutView.as_view()


@login_required
@require_POST
def switch_organization(request: HttpRequest) -> HttpResponse:
    """Go on in another of one's own organizations, from its queue; others do not exist."""
    wanted = number(request.POST, "organization") or 0
    chosen = get_object_or_404(organizations_of(request.user), pk=wanted)
    request.session[SESSION_KEY] = chosen.pk
    return redirect("queue")
