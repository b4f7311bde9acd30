"""`manage.py check_picture FILE`: may the text in this picture go out? It never touches the database."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import get_language

from compliance.engine import TEXT_CHECKS
from compliance.picture_gates import Found, Judgement, judge
from compliance.pictures import Reading, ReadingError
from compliance.readers import read
from compliance.words import CATEGORIES, DEFAULT_MARKET, LANGUAGES, MARKETS

_WORDS = {
    "zh": {
        "verdict": "结论", "block": "禁止发布", "evidence": "须有依据", "warn": "请复核",
        "info": "提示", "pass": "通过", "none": "图片上没有读到文字", "lines": "读到的文字",
        "doubtful": "不确定", "at": "位置", "suggestion": "建议", "markets": "适用市场",
        "reader": "识别程序",
    },
    "en": {
        "verdict": "Verdict", "block": "must not go out", "evidence": "only with substantiation",
        "warn": "look at it", "info": "note", "pass": "pass",
        "none": "no text was read on the picture", "lines": "Text read", "doubtful": "doubtful",
        "at": "at", "suggestion": "Suggestion", "markets": "Markets", "reader": "Reader",
    },
}  # fmt: skip


class Command(BaseCommand):
    """Read the text in a picture and check it; see docs/check_copy.md."""

    help = (
        "Read the text in the picture FILE and check it like copy. Exit 0: checked, whatever the "
        "verdict; 2: it could not be read, so it is not checked."
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
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--format", choices=("text", "json"), default="text")
        parser.add_argument("--language", choices=LANGUAGES, default="")
        parser.add_argument("--market", choices=MARKETS, default="")
        parser.add_argument("--category", choices=CATEGORIES, default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, judge and print."""
        try:
            reading = read(Path(options["file"]).read_bytes(), settings.PICTURE_READER)
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}", returncode=2) from error
        except ReadingError as error:
            raise CommandError(f"{options['file']}: not read: {error}", returncode=2) from error
        places = _places(options["language"], options["market"])
        found = judge(reading, places=places, checks=TEXT_CHECKS, category=options["category"])
        if options["format"] == "json":
            self.stdout.write(json.dumps(_data(reading, found), ensure_ascii=False))
            return
        self.stdout.write("\n".join(_text(reading, found)))


def _places(language: str, market: str) -> tuple[tuple[str, str], ...]:
    """Return the one place that was asked for, none to judge by the languages of the text."""
    if not (language or market):
        return ()
    language = language or ("zh" if market == "cn" else "en")
    return ((language, market or DEFAULT_MARKET[language]),)


def _data(reading: Reading, found: Judgement) -> dict[str, Any]:
    return {
        "verdict": found.verdict,
        "markets": found.markets,
        **asdict(reading),
        "findings": [one.as_dict() for one in found.found],
        "not_flagged": [asdict(one) for one in found.not_flagged],
        "packs": [asdict(pack) for pack in found.packs],
    }


def _text(reading: Reading, found: Judgement) -> Iterator[str]:
    language = "zh" if (get_language() or "").startswith("zh") else "en"
    words = _WORDS[language]
    yield f"{words['verdict']}: {found.verdict} ({words[found.verdict]})"
    for one in found.found:
        yield ""
        yield from _finding(one, words, language)
    yield ""
    yield words["lines"] + ":" if reading.lines else words["none"]
    for line in reading.lines:
        mark = f"  ({words['doubtful']}, {line.score:.2f})" if line.doubtful else ""
        yield f"  {_visible(line.text)}{mark}"
    yield f"{words['markets']}: {', '.join(found.markets) or '-'}"
    yield f"{words['reader']}: {reading.reader}"


def _finding(one: Found, words: dict[str, str], language: str) -> Iterator[str]:
    hit = one.hit
    yield f"{hit.severity} ({words[hit.severity]})  {hit.rule}  {', '.join(one.markets)}"
    for mark in one.marks:
        corners = " ".join(f"{x:.0f},{y:.0f}" for x, y in mark.box)
        frame = f" #{mark.frame}" if mark.frame else ""
        yield f"  {_visible(hit.text)}  {words['at']} {corners}{frame}".rstrip()
    laws = "; ".join(one.laws)
    yield "  " + (f"{laws}: " if laws else "") + hit.reason[language]
    yield f"  {words['suggestion']}: {hit.suggestion[language]}"


def _visible(text: str) -> str:
    """Return `text` without what a terminal would obey or not show."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)
