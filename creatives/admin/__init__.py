"""The admin of the records: what an agency looks after, and a view of what the work has written."""

from creatives.admin import (
    assets,
    briefs,
    clients,
    evidence,
    operator,
    people,
    placements,
    profiles,
    records,
    rules,
)

__all__ = [
    "assets",
    "briefs",
    "clients",
    "evidence",
    "operator",
    "people",
    "placements",
    "profiles",
    "records",
    "rules",
]
