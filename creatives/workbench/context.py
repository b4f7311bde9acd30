"""What every page of the desk shows: the organization in force and those one may change to."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from tenants import scope
from tenants.models import Membership, Organization


def desk(request: HttpRequest) -> dict[str, Any]:
    """Return the scope in force and the user's organizations, for the header."""
    view = scope.active()
    user = getattr(request, "user", None)
    if view is None or user is None or not user.is_authenticated:
        return {}
    mine = list(organizations_of(user))
    here = next((row for row in mine if row.pk == view.organization_id), None)
    section = request.path.split("/")[1]  # "review", "runs", "publications"
    return {"view": view, "organizations": mine, "organization": here, "section": section}


def organizations_of(user: Any) -> QuerySet[Organization]:
    """Return the organizations that `user` may work in: their memberships', all for a superuser."""
    rows = Organization.objects.all()
    if user.is_superuser:
        return rows
    memberships = Membership._base_manager.filter(user=user)
    return rows.filter(pk__in=memberships.values("organization_id"))
