"""Triggers that keep rows as they were written, for migrations: SQLite and PostgreSQL alike.

A row in `creatives_open_door`, in the same transaction, lifts them: see `creatives.open_door`.
SQLite makes a table anew to add a column, and its triggers are lost with the old one: whoever adds a
column to a kept table guards it again in the same migration.
"""

from collections.abc import Iterable
from typing import Any

DOOR = "EXISTS (SELECT 1 FROM creatives_open_door)"


def changed(columns: Iterable[str], vendor: str) -> str:
    """Return the condition that one of `columns` differs between the old row and the new."""
    if vendor == "sqlite":
        return " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in columns)
    return " OR ".join(
        f'OLD."{name}"::text IS DISTINCT FROM NEW."{name}"::text' for name in columns
    )


def guard(editor: Any, table: str, operation: str, condition: str = "TRUE") -> None:
    """Refuse `operation` ("UPDATE" or "DELETE") on rows of `table` for which `condition` holds."""
    name, message = name_of(table, operation), f"append-only: {table} refuses {operation}"
    if editor.connection.vendor == "sqlite":
        editor.execute(
            f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {operation} ON {table} "
            f"WHEN ({condition}) AND NOT {DOOR} BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    editor.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF ({condition}) AND NOT {DOOR} THEN RAISE EXCEPTION '{message}'; END IF; "
        f"RETURN {'OLD' if operation == 'DELETE' else 'NEW'}; END $$"
    )
    editor.execute(
        f"CREATE OR REPLACE TRIGGER {name} BEFORE {operation} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def release(editor: Any, table: str, operation: str) -> None:
    """Take the trigger away again."""
    name = name_of(table, operation)
    if editor.connection.vendor == "sqlite":
        editor.execute(f"DROP TRIGGER IF EXISTS {name}")
        return
    editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
    editor.execute(f"DROP FUNCTION IF EXISTS {name}()")


def name_of(table: str, operation: str) -> str:
    """Return the name of the trigger, "creatives_event_kept_u" for an update."""
    return f"{table}_kept_{operation[0].lower()}"
