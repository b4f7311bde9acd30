"""The one manager of everything that belongs to somebody."""

from typing import Any, TypeVar

from django.db import models

from tenants import scope

M = TypeVar("M", bound=models.Model, covariant=True)


class ScopedManager(models.Manager[M]):
    """Shows only what the scope in force may see, and raises `Unscoped` when there is none.

    A model names its way to the organization and to the client by two class attributes:
    `organization_path` (default "organization_id") and `client_path` (None: not a client's).
    """

    def get_queryset(self) -> models.QuerySet[M]:
        return in_scope(super().get_queryset())


def in_scope(queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Return `queryset` narrowed to what the scope in force may see."""
    view = scope.current()
    if view.everything:
        return queryset
    model: Any = queryset.model
    path = getattr(model, "organization_path", "organization_id")
    queryset = queryset.filter(**{path: view.organization_id})
    client_path = getattr(model, "client_path", None)
    if client_path and view.client_ids is not None:
        queryset = queryset.filter(**{f"{client_path}__in": view.client_ids})
    return queryset
