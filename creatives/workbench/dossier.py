"""The evidence file as a page, and the same page printed."""

import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from compliance import law
from creatives.errors import Refused
from creatives.states import Severity
from creatives.words import VERBS, here
from creatives.workbench.highlight import ghosts, segments
from creatives.workbench.words import UNDONE, said

#: Seconds after which printing is given up: a page takes about one.
PRINT_S = 60
#: How many pages a process of the site prints at once: each takes 140 MB and one of its threads.
PRINTS = 2
_places = threading.BoundedSemaphore(PRINTS)
STYLE = "workbench/dossier.css"
_RANK = {severity: rank for rank, severity in enumerate(Severity.values)}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a field: as people see it, under the gravest of which findings, by number."""

    shown: list[tuple[str, str]]
    severity: str
    numbers: str


def html(
    data: dict[str, Any], *, language: str, standalone: bool = False, frozen: datetime | None = None
) -> str:
    """Return the evidence file `data` as a page in `language`, "zh-hans" or "en".

    `standalone` carries its own style, to be kept or printed; else the site's style sheet is linked.
    `frozen` is when a file was frozen, None for the one of today. The copy is marked with what the
    report found that the last decision rests on; the latest report follows where it is another.
    """
    with translation.override(language):
        reports = data["reports"]
        cited = [one for report in reports for one in report["findings"]]
        style = finders.find(STYLE) if standalone else None
        context = {
            "data": data,
            "made": frozen or timezone.now(),
            "frozen": frozen,
            "language": language,
            "standalone": standalone,
            "style": Path(str(style)).read_text("utf-8") if style else "",
            "style_name": STYLE,
            "fields": [
                (name, _parts(text, index, reports[0]["findings"]))
                for index, (name, text) in enumerate(data["candidate"]["fields"])
            ],
            "reports": [_shown(report) for report in reports],
            "decided": {row["report"] for row in data["reviews"]},
            "articles": _articles(cited),
            "events": [{**one, "what": said(VERBS, one["verb"])} for one in data["events"]],
        }
        return render_to_string("workbench/dossier.html", context)


def _shown(report: dict[str, Any]) -> dict[str, Any]:
    """Return a report with its texts in the language in force."""
    return {
        **report,
        "findings": [_told(number, one) for number, one in enumerate(report["findings"], 1)],
        "not_flagged": [{**one, "because": here(one["because"])} for one in report["not_flagged"]],
    }


def pdf(page: str) -> bytes:
    """Return a standalone page as PDF; refuse, and say what to install, where it cannot be printed.

    Raises `Refused`: "not_printed" also when it takes too long, and "busy" while others are printed.
    """
    places = _places
    if not places.acquire(blocking=False):
        raise Refused(
            "busy", _("Other evidence files are being printed just now: try again in a minute.")
        )
    try:
        done = _printed(page)
    finally:
        places.release()
    if done.returncode:
        why = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise Refused(
            "not_printed",
            _(
                "It cannot be printed here (%(why)s): WeasyPrint needs Pango and a font with Chinese "
                "characters. The page itself can be saved as it is."
            )
            % {"why": "".join(why)},
        )
    return done.stdout


def _printed(page: str) -> subprocess.CompletedProcess[bytes]:
    """Print in a process of its own, so the site gets back the 140 MB that this takes."""
    try:
        return subprocess.run(
            [sys.executable, "-m", "creatives.printing"],
            input=page.encode(),
            capture_output=True,
            timeout=PRINT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Refused(
            "not_printed",
            _(
                "Printing took longer than %(seconds)d seconds and was given up. The page itself can "
                "be saved as it is."
            )
            % {"seconds": PRINT_S},
        ) from error


def _parts(text: str, index: int, findings: list[dict[str, Any]]) -> list[Part]:
    mine = [(number, one) for number, one in enumerate(findings, 1) if one["field"] == index]
    found = []
    for segment in segments(text, [(one["start"], one["end"]) for _number, one in mine]):
        over = [mine[at] for at in segment.over]
        severities = [one["severity"] for _number, one in over if not one["cleared"]]
        gravest = min(severities, key=_RANK.__getitem__, default="cleared" if over else "")
        numbers = " ".join(str(number) for number, _one in over)
        found.append(Part(list(ghosts(segment.text)), gravest, numbers))
    return found


def _told(number: int, one: dict[str, Any]) -> dict[str, Any]:
    """Return a finding with its texts in the language in force."""
    penalty = law.words("penalty").get(one["penalty"])
    return {
        **one,
        "number": number,
        "label": Severity(one["severity"]).label,
        "reason": here(one["reason"]),
        "suggestion": here(one["suggestion"]),
        "undone": ", ".join(said(UNDONE, trick) for trick in one["undone"]),
        "penalty": here(penalty["text"]) if penalty else "",
    }


def _articles(findings: list[dict[str, Any]]) -> list[law.Article]:
    """Return the articles that `findings` cite, each once, as far as their text is here."""
    cited = {(one["statute"], one["article"]): None for one in findings if one["statute"]}
    found = {article: None for pair in cited for article in law.articles(*pair)}
    return list(found)
