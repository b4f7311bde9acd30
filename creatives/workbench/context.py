"""What every page of the desk shows: the organization in force and those one may change to."""

from typing import Any

from django.http import HttpRequest

from tenants import scope
from tenants.models import Membership, Organization


def desk(request: HttpRequest) -> dict[str, Any]:
    """Return the scope in force and the user's organizations, for the header."""
    view = scope.active()
    user = getattr(request, "user", None)
    if view is None or user is None or not user.is_authenticated:
        return {"view": None}
    mine = Organization.objects.all()
    if not user.is_superuser:
        memberships = Membership._base_manager.filter(user=user)
        mine = mine.filter(pk__in=memberships.values("organization_id"))
    return {"view": view, "organizations": mine}
