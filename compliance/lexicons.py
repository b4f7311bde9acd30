"""Reading a word list that somebody brings: text, CSV or a workbook, every line checked.

A list that is wrong anywhere is refused whole, with each line and its reason: half a list would look
like a whole one.
"""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from compliance.normalize import keys

#: The most terms, bytes and characters a term of one list.
MOST_TERMS = 100_000
MOST_BYTES = 10 * 1024 * 1024
LONGEST = 100
#: The most lines or rows that are looked at, blank and repeated ones too: a few kilobytes of workbook
#: can hold a million of them.
MOST_LINES = 2 * MOST_TERMS
#: An uncompressed workbook of a list of that size is smaller than this; a bomb is not.
_MOST_UNPACKED = 200 * 1024 * 1024
#: The most tags of XML in a workbook: each cell has up to ten, and each takes time, whatever row of
#: whatever sheet it is in.
_MOST_TAGS = 10 * MOST_LINES
#: How many wrong lines are told; more help nobody.
MOST_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one line (or row) of a list; line 0 is the file."""

    line: int
    code: str  # "encoding", "size", "format", "empty", "long", "invisible", "many"
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """The terms of a list in their order, or why it is refused."""

    terms: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def digest(self) -> str:
        """Return "sha256:…" over the terms, sorted, a line each: their order says nothing."""
        text = "\n".join(sorted(self.terms))
        return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def parse(content: bytes, name: str) -> Parsed:
    """Return the terms in a file: .txt (one a line, # begins a comment), .csv or .xlsx (column 1).

    A first row that says "term", "word", "词" or "词语" is a heading. Blank lines are left out, and a
    term that comes again in the same form is taken once.
    """
    if len(content) > MOST_BYTES:
        return Parsed((), (Problem(0, "size", str(MOST_BYTES // 1024 // 1024)),))
    terms: dict[str, None] = {}
    problems: list[Problem] = []
    try:
        for number, line in _lines(content, name):
            term = line.strip().strip("\ufeff").strip()
            if not term or term in terms:
                continue
            if code := _wrong(term):
                problems.append(Problem(number, code, term[:30]))
            else:
                terms[term] = None
    except _Unreadable as error:
        return Parsed((), (Problem(0, error.code, error.detail),))
    if len(terms) > MOST_TERMS:
        problems.append(Problem(0, "many", str(len(terms))))
    if not terms and not problems:
        problems.append(Problem(0, "empty"))
    return Parsed(() if problems else tuple(terms), tuple(problems[:MOST_PROBLEMS]))


def _wrong(term: str) -> str:
    """Return the code of what is wrong with a term, "" if it can be looked for."""
    if len(term) > LONGEST:
        return "long"
    # What leaves no letter once its disguises are off would match everywhere or nowhere.
    if not any(char.isalnum() for key in keys(term) for char in key):
        return "invisible"
    return ""


class _Unreadable(Exception):
    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


_HEADINGS = {"term", "terms", "word", "words", "词", "词语", "敏感词", "禁用词", "keyword"}


def _lines(content: bytes, name: str) -> Iterator[tuple[int, str]]:
    kind = name.rpartition(".")[2].lower()
    if kind not in ("txt", "csv", "xlsx"):
        raise _Unreadable("format", name[-40:])
    rows = _workbook(content) if kind == "xlsx" else _table(_decoded(content), kind)
    for number, cell in rows:
        if number > MOST_LINES:
            raise _Unreadable("many", f"{MOST_LINES}+")
        if number == 1 and kind != "txt" and cell.strip().lower() in _HEADINGS:
            continue
        yield number, cell


def _decoded(content: bytes) -> str:
    """Decode UTF-8, UTF-16 with a mark, or what Chinese spreadsheets save: GB 18030."""
    encodings = (
        ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    )
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _Unreadable("encoding")


def _table(text: str, kind: str) -> Iterator[tuple[int, str]]:
    if kind == "csv":
        try:
            for row in (reader := csv.reader(io.StringIO(text, newline=""))):
                yield reader.line_num, row[0] if row else ""
        except csv.Error as error:
            raise _Unreadable("format", str(error)) from error
        return
    for number, line in enumerate(text.splitlines(), 1):
        yield number, "" if line.lstrip().startswith("#") else line


def _workbook(content: bytes) -> Iterator[tuple[int, str]]:
    from openpyxl import load_workbook  # 12 MB that only an import needs

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MOST_UNPACKED:
                raise _Unreadable("size", str(MOST_BYTES // 1024 // 1024))
            if _tags(archive) > _MOST_TAGS:
                raise _Unreadable("many", f"{MOST_LINES}+")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        for number, row in enumerate(sheet.iter_rows(max_col=1, values_only=True), 1):
            yield number, "" if row[0] is None else str(row[0])
    except _Unreadable:
        raise
    except Exception as error:  # openpyxl raises what its XML parser raises, of many kinds
        raise _Unreadable("format", f"{type(error).__name__}: {error}"[:120]) from error


def _tags(archive: zipfile.ZipFile) -> int:
    """Return how many tags the files of a workbook hold, counted without parsing any."""
    count = 0
    for entry in archive.infolist():
        with archive.open(entry) as file:
            while part := file.read(1 << 20):
                count += part.count(b"<")
    return count
