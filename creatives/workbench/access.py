"""Who may open a page of the desk, and in whose time."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control

from tenants import scope
from tenants.models import Organization

View = Callable[..., HttpResponse]


def desk(view: View) -> View:
    """Let in only people with a membership; show times in their organization's time zone."""

    @login_required
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        current = scope.active()
        if current is None:
            return render(request, "workbench/no_membership.html", status=403)
        zones = Organization.objects.filter(pk=current.organization_id or 0)
        zone = zones.values_list("time_zone", flat=True).get()
        with timezone.override(ZoneInfo(zone)):
            response = view(request, *args, **kwargs)
        # Clients' unpublished copy stays out of shared caches.
        patch_cache_control(response, private=True, no_cache=True)
        return response

    return inner


def step(page: str) -> Callable[[View], View]:
    """A view that takes a step by POST. A GET, as after a new log-in, goes to the page `page`."""

    def wrap(view: View) -> View:
        @desk
        @wraps(view)
        def inner(request: HttpRequest, pk: int) -> HttpResponse:
            if request.method != "POST":
                return redirect(page, pk)
            return view(request, pk)

        return inner

    return wrap
