"""Words and their places in meaning, per language: what `compliance.trained.build` has compiled.

`<language>.vectors.npz` holds the words (a line each, UTF-8), their vectors as whole numbers of
-127..127, and the classes that each word belongs to in three divisions. Sources and licences:
README.md beside it.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from compliance.trained import ModelError

ROOT = Path(__file__).parent
#: How many numbers a vector has.
WIDTH = 64


@dataclass(frozen=True, slots=True)
class Vectors:
    """`table` (words x `WIDTH`) holds vectors of length 1, `classes` (words x divisions) classes."""

    rows: dict[str, int]
    table: NDArray[np.float32]
    classes: NDArray[np.uint16]
    digest: str


@lru_cache(maxsize=4)
def vectors(language: str) -> Vectors:
    """Return the words of `language`, read once a process. Raises `ModelError`."""
    path = ROOT / f"{language}.vectors.npz"
    try:
        raw = path.read_bytes()
        with np.load(BytesIO(raw), allow_pickle=False) as kept:
            words = kept["words"].tobytes().decode().split("\n")
            table = kept["table"].astype(np.float32)
            classes = kept["classes"]
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise ModelError(f"trained/{path.name}: {error!r}; reinstall Copydesk") from error
    table /= np.linalg.norm(table, axis=1, keepdims=True)
    return Vectors(
        {word: row for row, word in enumerate(words)}, table, classes,
        "sha256:" + hashlib.sha256(raw).hexdigest(),
    )  # fmt: skip
