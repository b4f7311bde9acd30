"""A secret that is made once and kept in a file: whole or not there at all, whoever comes first."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path


class EmptySecret(RuntimeError):
    """The file of a secret holds nothing: the message says which, and what to do."""


def kept_secret(path: Path, *, entropy: int) -> str:
    """Return the secret kept in `path`; the first to ask makes it (0600), everybody reads the same.

    `entropy` is in bytes. The secret is written and synced under another name and then linked to
    its own, which only one process can: nobody ever reads half of it, and a crash on the way leaves
    no name. Raises `EmptySecret`, and `OSError` where `path` can be neither read nor made.
    """
    if not path.exists():
        _make(path, secrets.token_urlsafe(entropy))
    if not (found := path.read_text("utf-8").strip()):
        raise EmptySecret(
            f"{path} is empty: restore it from a backup, or delete it to have a new one made"
        )
    return found


def _make(path: Path, secret: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, aside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was first: its secret is the one
            os.link(aside, path)
    finally:
        os.unlink(aside)
