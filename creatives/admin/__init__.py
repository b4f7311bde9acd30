"""The admin of the records: what an agency looks after, and a view of what the work has written."""

from creatives.admin import briefs, clients, operator, people, placements, profiles, records

__all__ = ["briefs", "clients", "operator", "people", "placements", "profiles", "records"]
