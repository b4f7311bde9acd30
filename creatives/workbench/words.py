"""Words of the pages for the words of the records."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

#: What was refused and why, by the note of an event "denied".
DENIED: dict[str, Any] = {
    "approve": _("approve"),
    "reject": _("reject"),
    "edit": _("edit"),
    "accept": _("accept"),
    "publish": _("publish"),
    "clear": _("clear a finding"),
    "own_work": _("own work"),
    "not_legal": _("not of the legal discipline"),
    "forbidden": _("not in the roles"),
    "other_language": _("another language"),
}

#: Where a run is, by its stage or the name of a timing.
STAGES: dict[str, Any] = {
    "queue": _("Waiting"),
    "loading": _("Loading the model"),
    "load": _("Loading the model"),
    "writing": _("Writing"),
    "rewriting": _("Writing again what was blocked"),
    "generate": _("Writing"),
    "check": _("Checking"),
    "save": _("Saving"),
}

#: What the normaliser undid to see a word.
UNDONE: dict[str, Any] = {
    "width": _("full-width letters"),
    "case": _("letter case"),
    "zero_width": _("zero-width characters"),
    "symbols": _("inserted symbols"),
    "symbol": _("inserted symbols"),
    "spaces": _("inserted spaces"),
    "space": _("inserted spaces"),
    "traditional": _("traditional characters"),
    "look_alikes": _("look-alike characters"),
    "numbers": _("numbers written otherwise"),
    "leet": _("digits and signs for letters"),
    "repeats": _("repeated characters"),
    "split": _("split characters"),
    "pinyin": _("pinyin"),
    "homophones": _("characters of the same sound"),
}

#: In what a placement counts.
UNITS: dict[str, Any] = {
    "characters": _("characters"),
    "display_width": _("columns, wide characters count 2"),
    "bytes": _("bytes"),
}


def age(then: datetime) -> str:
    """Return how long ago `then` was, in one unit."""
    if timezone.now() - then < timedelta(minutes=1):
        return gettext("just now")
    return gettext("%(time)s ago") % {"time": timesince(then, depth=1)}


def said(words: Mapping[str, Any], word: str) -> str:
    """Return the words of the pages for `word`; `word` itself when a newer release wrote it."""
    return str(words.get(word, word))
