"""`manage.py evaluate_gates FILE.jsonl`: how much of the unlawful do the gates find, and at what cost?"""

import json
import os
import sys
from argparse import ArgumentParser
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from compliance import evaluation
from compliance.base import Check
from compliance.citations import cited
from compliance.engine import TEXT_CHECKS, check
from compliance.evaluation import Case, Outcome
from compliance.packs import PackError, installed
from compliance.words import LANGUAGES

_SHOWN_ERRORS = 20


class Command(BaseCommand):
    """Measure the gates on labelled cases; see docs/measuring.md for the format and the figures."""

    help = (
        "Measure recall, precision, spans and law of the gates on labelled cases (JSONL). "
        "Exit 2: the file cannot be read, or a line of it."
    )
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def run_from_argv(self, argv: list[str]) -> None:
        """Run as a process of its own: UTF-8 in any locale, and quiet when `head` has seen enough."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")
        try:
            super().run_from_argv(argv)
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", metavar="FILE.jsonl")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--by", choices=("category", "rule"), help="a table more")
        parser.add_argument(
            "--show", choices=("misses", "false", "law"), help="print the rows that went wrong"
        )
        parser.add_argument("--limit", type=int, help="show at most so many rows")
        parser.add_argument("--lang", choices=LANGUAGES, help="only the rows of this language")
        parser.add_argument(
            "--without", action="append", default=[], metavar="NAME",
            help="leave out a check (by id), a pack, a rule or a group of rules; may be repeated",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, judge and report."""
        cases = [case for case in _read(options["file"]) if options["lang"] in (None, case.lang)]
        gates, dropped = _without(options["without"])
        checker = partial(check, checks=gates)
        first = evaluation.judge(cases, checker, dropped)[1]  # loads packs and pipelines
        outcomes, seconds = evaluation.judge(cases, checker, dropped)
        if options["show"]:
            return self._show(outcomes, options["show"], options["limit"])
        result = {
            "file": Path(options["file"]).name,
            "rows": len(cases),
            "without": options["without"],
            "packs": {pack.meta.name: pack.digest for pack in installed()},
            "first_pass_seconds": round(first, 4),
            "seconds": round(seconds, 4),
            "texts_per_second": round(len(cases) / seconds) if seconds else None,
            "languages": evaluation.report(outcomes),
        }
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            self._table(result, options["by"])

    def _show(self, outcomes: list[Outcome], what: str, limit: int | None) -> None:
        for one in [one for one in outcomes if _wrong(one, what)][:limit]:
            case = one.case
            mark = f" {evaluation.CONTEXT}" if case.contextual else ""
            self.stdout.write(f"{case.id} [{case.category}] {case.product}{mark}: {case.text}")
            if what != "false" and case.basis:
                self.stdout.write(f"    expected: {case.basis}")
            for hit in one.hits:
                law = f"{hit.statute} {hit.article}".strip()
                self.stdout.write(
                    f"    {hit.rule} {hit.severity} {hit.start}..{hit.end} “{hit.text}” {law}"
                )

    def _table(self, result: dict[str, Any], by: str | None) -> None:
        self.stdout.write(
            f"{result['rows']} rows, {result['seconds']} s, {result['texts_per_second']} texts/s"
        )
        for lang, parts in result["languages"].items():
            for name in ("all", "without_context_dependent", "context_dependent"):
                self.stdout.write(f"\n{lang}, {name.replace('_', ' ')}: {parts[name]['rows']} rows")
                for line in _lines(parts[name]):
                    self.stdout.write(f"  {line}")
            if by:
                self.stdout.write(f"\n{lang}, by {by}:")
                for name, values in parts[f"by_{by}"].items():
                    shown = "; ".join(f"{key} {_said(value)}" for key, value in values.items())
                    self.stdout.write(f"  {name}: {shown}")


def _lines(part: dict[str, Any]) -> list[str]:
    spans = part["characters"]
    lines = [
        f"recall      {_said(part['recall'])}",
        f"precision   {_said(part['precision'])}",
        f"F1          {_said(part['f1'])}",
        f"ok flagged  {_said(part['ok_flagged'])}",
        f"span F1     {_said(spans['f1'])} (precision {spans['precision']}, "
        f"recall {spans['recall']}, {spans['rows']} rows)",
        f"law right   {_said(part['law'])}",
    ]
    if spans["spans_not_in_text"]:
        lines.append(f"spans that do not stand in their text: {spans['spans_not_in_text']}")
    if part["failed_checks"]:
        lines.append(f"CHECKS THAT FAILED (counted as flagged): {part['failed_checks']} rows")
    return lines


def _said(figure: Any) -> str:
    """Return a figure for people: value, interval and counts."""
    if not isinstance(figure, dict):
        return str(figure)
    if figure["value"] is None:
        return "–"
    counts = f" {figure['hits']}/{figure['of']}" if "of" in figure else ""
    return f"{figure['value']:.3f} [{figure['low']:.3f}, {figure['high']:.3f}]{counts}"


def _wrong(one: Outcome, what: str) -> bool:
    violation = one.case.label == "violation"
    if what == "misses":
        return violation and not one.flagged
    if what == "false":
        return one.flagged and not violation
    expected = cited(one.case.basis) if one.case.lang == "zh" else []
    return bool(violation and one.flagged and expected and not evaluation.right_law(one))


def _read(file: str) -> list[Case]:
    """Return the cases of `file`. Raises `CommandError` naming every line that is none."""
    try:
        with Path(file).open("rb") as stream:
            read = list(evaluation.cases(stream, file))
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}", returncode=2) from error
    if bad := [one for one in read if isinstance(one, str)]:
        more = f"\n… and {len(bad) - _SHOWN_ERRORS} more" if len(bad) > _SHOWN_ERRORS else ""
        raise CommandError("\n".join(bad[:_SHOWN_ERRORS]) + more, returncode=2)
    found = [one for one in read if isinstance(one, Case)]
    if not found:
        raise CommandError(f"{file}: no cases in it", returncode=2)
    return found


def _without(names: list[str]) -> tuple[tuple[Check, ...], list[str]]:
    """Return the checks to run, and the names whose findings do not count."""
    ids = {gate.id for gate in TEXT_CHECKS}
    try:
        packs = {pack.meta.name for pack in installed()}
    except PackError as error:
        raise CommandError(f"the rule packs cannot be used: {error}") from error
    rules = {rule.id for pack in installed() for rule in pack.rules}
    for name in names:
        group = any(f"{rule}.".startswith(f"{name}.") for rule in rules)
        if name not in ids | packs and not group:
            valid = ", ".join([*sorted(ids), *sorted(packs)])
            raise CommandError(
                f"--without {name}: no such check, pack or rule; there are: {valid}", returncode=2
            )
    gates = tuple(gate for gate in TEXT_CHECKS if gate.id not in names)
    return gates, [name for name in names if name not in ids]
