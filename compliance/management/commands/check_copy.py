"""`manage.py check_copy [FILE]`: is this copy allowed? It never touches the database."""

import sys
from argparse import ArgumentParser
from codecs import BOM_UTF8
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import get_language

from compliance.base import Copy
from compliance.engine import TEXT_CHECKS, check
from compliance.jsonl import Defaults, LineError, copy_of, dumps, parse, result
from compliance.render import render
from compliance.words import CATEGORIES, LANGUAGES, MARKETS


class Command(BaseCommand):
    """Check ad copy against the rule packs; see docs/check_copy.md for the two formats."""

    help = (
        "Check ad copy from FILE or standard input. Exit 0: checked, whatever the verdict; "
        "2: bad input (other lines of JSONL are still checked)."
    )
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def run_from_argv(self, argv: list[str]) -> None:
        """Run as a process of its own: it writes UTF-8, whatever the locale."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")
        super().run_from_argv(argv)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments; the fixed words are refused with their valid list."""
        parser.add_argument("file", nargs="?", metavar="FILE", help="default: standard input")
        parser.add_argument("--format", choices=("text", "jsonl"), default="text")
        parser.add_argument("--language", choices=LANGUAGES, default="")
        parser.add_argument("--market", choices=MARKETS, default="")
        parser.add_argument("--category", choices=CATEGORIES, default="")
        parser.add_argument("--channel", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run in the chosen format."""
        defaults = Defaults(
            language=options["language"],
            market=options["market"],
            category=options["category"],
            channel=options["channel"],
        )
        lines = self._lines(options["file"])
        if options["format"] == "jsonl":
            self._jsonl(lines, defaults)
        else:
            self._text(b"".join(lines), defaults)

    def _lines(self, file: str | None) -> Iterator[bytes]:
        if file is None:
            yield from sys.stdin.buffer
            return
        try:
            with Path(file).open("rb") as stream:
                yield from stream
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}", returncode=2) from error

    def _jsonl(self, lines: Iterator[bytes], defaults: Defaults) -> None:
        bad = total = 0
        for at, line in enumerate(lines):
            if at == 0:
                line = line.removeprefix(BOM_UTF8)
            if not line.strip():
                continue
            total += 1
            try:
                id, copy = parse(line, defaults)
            except LineError as error:
                bad += 1
                self._put({"id": error.id, "error": str(error)})
                continue
            self._put(result(id, copy, check(copy, checks=TEXT_CHECKS)))
        if bad:
            raise CommandError(f"{bad} of {total} lines could not be checked", returncode=2)

    def _put(self, data: dict[str, Any]) -> None:
        self.stdout.write(dumps(data))
        self.stdout.flush()

    def _text(self, raw: bytes, defaults: Defaults) -> None:
        try:
            text = raw.decode("utf-8-sig").rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise CommandError(f"the text is not UTF-8: {error}", returncode=2) from error
        copy = copy_of(text, {}, defaults)
        report = check(copy, checks=TEXT_CHECKS)
        self.stdout.write(render(copy, report, language=_reader(copy)))


def _reader(copy: Copy) -> str:
    """Return the language to explain in: the one that was activated, else that of the copy."""
    active = get_language()
    if active and active != settings.LANGUAGE_CODE:
        return "zh" if active.startswith("zh") else "en"
    return copy.language
