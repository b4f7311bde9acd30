"""For whom the code now runs: one organization, and within it the clients that a person may see.

Every query on a scoped model asks here, and raises `Unscoped` when nobody said. A worker or a
command says it with `organization(...)`; a request is scoped by `tenants.middleware`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from tenants.roles import may


class Unscoped(RuntimeError):
    """A query on a tenant's rows outside any scope: a bug, never an empty answer."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One organization as one person sees it. `client_ids` None means all its clients."""

    organization_id: int | None
    client_ids: frozenset[int] | None = None
    user_id: int | None = None
    roles: frozenset[str] = field(default_factory=frozenset)

    @property
    def everything(self) -> bool:
        """Whether this is the system's own scope, across organizations."""
        return self.organization_id is None

    def may(self, verb: str) -> bool:
        """Return whether the roles held here include `verb` (see `tenants.roles`)."""
        return may(self.roles, verb)


_current: ContextVar[Scope | None] = ContextVar("copydesk_scope", default=None)


def current() -> Scope:
    """Return the scope in force; raise `Unscoped` when there is none."""
    scope = _current.get()
    if scope is None:
        raise Unscoped("no organization in force: enter tenants.scope.use(...) first")
    return scope


def active() -> Scope | None:
    """Return the scope in force, None outside any."""
    return _current.get()


@contextmanager
def use(scope: Scope | None) -> Iterator[None]:
    """Run the block under `scope`; None closes every door again."""
    token = _current.set(scope)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def organization(organization_id: int) -> Iterator[None]:
    """Run the block as the organization itself, all its clients in view: workers and commands."""
    with use(Scope(organization_id=organization_id)):
        yield


@contextmanager
def system() -> Iterator[None]:
    """Run the block across organizations: the sweeper and the operator's commands, never a request."""
    with use(Scope(organization_id=None)):
        yield
