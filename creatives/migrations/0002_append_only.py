"""What is written stays written, held by the database itself.

Events, reports and findings are never changed or deleted; a candidate changes only in status and
verdict; a review never changes; a frozen brief never changes. One guarded door, a row in
`creatives_open_door` inside the same transaction, is for lawful erasure and for tests' cleaning up.
"""

from django.db import migrations

#: table -> columns that may change (None: the row may not be updated at all)
TABLES = {
    "creatives_event": (),
    "creatives_report": (),
    "creatives_finding": (),
    "creatives_review": (),
    "creatives_candidate": ("status", "verdict"),
}
CANDIDATE_KEPT = (
    "organization_id", "client_id", "run_id", "placement_id", "parent_id", "origin", "slot", "seed",
    "author_id", "language", "fields", "text", "sha256", "meta", "created_at",
)  # fmt: skip
BRIEF_KEPT = (
    "organization_id", "client_id", "campaign_id", "product_id", "name", "audience", "tone",
    "key_messages", "must_include", "must_avoid", "language", "market", "count", "created_by_id",
    "frozen_at",
)  # fmt: skip
DOOR = "EXISTS (SELECT 1 FROM creatives_open_door)"


def _changed(columns, vendor):
    if vendor == "sqlite":
        return " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in columns)
    return " OR ".join(f'OLD."{name}"::text IS DISTINCT FROM NEW."{name}"::text' for name in columns)


def _rules(vendor):
    """Yield (name, table, operation, condition)."""
    for table, may_change in TABLES.items():
        changed = _changed(CANDIDATE_KEPT, vendor) if may_change else "TRUE"
        yield f"{table}_kept_u", table, "UPDATE", changed
        yield f"{table}_kept_d", table, "DELETE", "TRUE"
    frozen = f"OLD.frozen_at IS NOT NULL AND ({_changed(BRIEF_KEPT, vendor)})"
    yield "creatives_brief_frozen_u", "creatives_brief", "UPDATE", frozen
    yield "creatives_brief_frozen_d", "creatives_brief", "DELETE", "OLD.frozen_at IS NOT NULL"
    yield f"{PLACEMENTS}_i", PLACEMENTS, "INSERT", FROZEN.format(row="NEW")
    yield f"{PLACEMENTS}_u", PLACEMENTS, "UPDATE", FROZEN.format(row="OLD")
    yield f"{PLACEMENTS}_d", PLACEMENTS, "DELETE", FROZEN.format(row="OLD")


#: A frozen brief keeps its placements: the rows between them, by operation and the row they see.
PLACEMENTS = "creatives_brief_placements"
FROZEN = "EXISTS (SELECT 1 FROM creatives_brief WHERE id = {row}.brief_id AND frozen_at IS NOT NULL)"


def _message(table, operation):
    return f"append-only: {table} refuses {operation}"


def forwards(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    schema_editor.execute("CREATE TABLE creatives_open_door (reason varchar(200) NOT NULL)")
    for name, table, operation, condition in _rules(vendor):
        message = _message(table, operation)
        if vendor == "sqlite":
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {operation} ON {table} "
                f"WHEN ({condition}) AND NOT {DOOR} "
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
        else:
            schema_editor.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF ({condition}) AND NOT {DOOR} THEN RAISE EXCEPTION '{message}'; END IF; "
                f"RETURN {'OLD' if operation == 'DELETE' else 'NEW'}; END $$"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {operation} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {name}()"
            )


def backwards(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for name, table, _operation, _condition in _rules(vendor):
        if vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER {name}")
        else:
            schema_editor.execute(f"DROP TRIGGER {name} ON {table}")
            schema_editor.execute(f"DROP FUNCTION {name}()")
    schema_editor.execute("DROP TABLE creatives_open_door")


class Migration(migrations.Migration):
    dependencies = [("creatives", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
