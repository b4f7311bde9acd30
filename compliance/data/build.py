"""Compile the normaliser's data files from the packages of the `dev` extra.

`python -m compliance.data.build` writes the files next to this module; README.md there names each
source with its version and licence. The packages themselves are too big to import in a web process
(pypinyin alone takes 58 MB), so what ships is text, a line a key: the key, then its values.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

from compliance.data import shapes, speech

HERE = Path(__file__).parent


def build() -> dict[str, str]:
    """Return every data file by name. Raises `ImportError` where a package of `dev` is missing."""
    makers: dict[str, Callable[[], Iterable[str]]] = {
        "traditional.txt": shapes.traditional,
        "letters.txt": shapes.letters,
        "sounds.txt": speech.sounds,
        "readings.txt": speech.readings,
        "parts.txt": shapes.parts,
        "variants.txt": shapes.variants,
        "looks.txt": shapes.looks,
        "words.txt": speech.words,
        "rare.txt": speech.rare,
        "doubled.txt": speech.doubled,
        "syllabic.txt": speech.syllabic,
        "accented.txt": speech.accented,
    }
    return {name: "".join(f"{line}\n" for line in make()) for name, make in makers.items()}


def main() -> None:
    """Write the files."""
    for name, text in build().items():
        (HERE / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
