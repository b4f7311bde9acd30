"""How a refusal answers a request: the page shows its message, the status says its kind."""

from creatives.errors import Refused

#: By code; what is not here is 422: understood, and not possible with what was sent.
STATUS = {
    "forbidden": 403,
    "own_work": 403,
    "not_legal": 403,
    "other_language": 403,
    "not_found": 404,
    "closed": 409,
    "illegal_move": 409,
    "lost_race": 409,
    "other_bytes": 409,
    "rules_changed": 409,
    "already_cleared": 409,
    "already_published": 409,
    "already_running": 409,
    "not_running": 409,
    "not_live": 409,
    "not_printed": 501,
    "busy": 503,
}
#: After these the page that was shown is no longer how things are.
STALE = frozenset(
    {"closed", "illegal_move", "lost_race", "other_bytes", "rules_changed", "already_cleared"}
)


def status(refusal: Refused | None) -> int:
    """Return the HTTP status of a page that shows `refusal`; 200 without one."""
    return 200 if refusal is None else STATUS.get(refusal.code, 422)
