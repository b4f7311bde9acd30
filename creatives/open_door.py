"""The one door through the append-only rules: lawful erasure, and tests that clean up."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def open_door(reason: str) -> Iterator[None]:
    """Run the block, one transaction, with the append-only rules lifted for `reason`."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO creatives_open_door (reason) VALUES (%s)", [reason])
        yield
        cursor.execute("DELETE FROM creatives_open_door")
