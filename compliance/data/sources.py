"""What the makers of the normaliser's data files share: ranges, a word's counts, the form of a table."""

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path

#: The characters that a table is made for.
CJK = range(0x4E00, 0xA000)


def lines(table: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """Return the lines of `table`: a key, a space, its values in order."""
    return (f"{key} {''.join(sorted(table[key]))}" for key in sorted(table))


def gb2312(char: str) -> bool:
    """Tell whether `char` stands in GB 2312, the characters of simplified Chinese."""
    try:
        return bool(char.encode("gb2312"))
    except UnicodeEncodeError:
        return False


def counts() -> dict[str, int]:
    """Return how often words of up to four characters stand in the corpus behind jieba."""
    text = Path(str(import_module("jieba").__file__)).with_name("dict.txt").read_text("utf-8")
    found = {}
    for line in text.splitlines():
        word, count, *_ = line.split(" ")
        if len(word) <= 4 and all(0x4E00 <= ord(c) < 0xA000 and gb2312(c) for c in word):
            found[word] = int(count)
    return found
