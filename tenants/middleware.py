"""Scopes a request to the organization its user works in."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from tenants import scope
from tenants.models import Membership, Organization, User
from tenants.roles import MAY, Role
from tenants.scope import Scope

SESSION_KEY = "organization_id"


class ScopeMiddleware:
    """Puts the request under its user's scope: the organization chosen in the session, or the first.

    An anonymous request, and a person without a membership, run unscoped: any query on a tenant's
    row raises. A superuser sees all clients of the chosen organization and holds every role, but is
    held to four eyes like everybody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with scope.use(scope_for(request.user, request.session.get(SESSION_KEY))):
            return self.get_response(request)


def scope_for(user: Any, organization_id: int | None = None) -> Scope | None:
    """Return the scope of `user` in `organization_id`, or in their first organization; None without one."""
    if not isinstance(user, User) or not user.is_active:
        return None
    if user.is_superuser:
        every = Organization.objects.all()
        chosen = (
            every.filter(pk=organization_id).first() if organization_id else None
        ) or every.first()
        return Scope(chosen.pk, None, user.pk, frozenset(Role.values)) if chosen else None
    mine = list(Membership._base_manager.filter(user=user).order_by("id"))
    membership = next((m for m in mine if m.organization_id == organization_id), None)
    membership = membership or next(iter(mine), None)
    return scope_of(membership) if membership else None


def scope_of(membership: Membership) -> Scope:
    """Return what one membership sees and may do."""
    roles = frozenset(membership.roles)
    sees_all = any("all_clients" in MAY.get(role, frozenset()) for role in roles)
    clients = (
        None
        if sees_all
        else frozenset(
            membership.user.client_assignments.model._base_manager.filter(
                user_id=membership.user_id, organization_id=membership.organization_id
            ).values_list("client_id", flat=True)
        )
    )
    return Scope(membership.organization_id, clients, membership.user_id, roles)
