"""An agency's own rules as the gates read them: its word lists, allowed phrases and switches.

What is in force is asked at every judgement, so a change holds in every process at once; the words of
a list are read and its automaton built once a version and process.
"""

from collections import OrderedDict
from threading import Lock
from typing import Any

from django.db.models import F

from compliance.base import AllowPhrase, WordList
from creatives.models import AllowedPhrase, Lexicon, LexiconVersion, RuleSwitch

#: How many versions a process keeps in memory.
_KEPT = 64
_lists: OrderedDict[tuple[object, ...], WordList] = OrderedDict()
_lock = Lock()


def in_force(organization_id: int) -> dict[str, Any]:
    """Return `lists`, `allowed` and `off` of a copy of the agency, in three queries."""
    versions = LexiconVersion._base_manager.filter(
        lexicon__organization=organization_id, number=F("lexicon__active_number")
    )
    phrases = AllowedPhrase._base_manager.filter(organization=organization_id)
    switched = RuleSwitch._base_manager.filter(organization=organization_id)
    return {
        "lists": tuple(
            word_list(version.lexicon, version)
            for version in versions.select_related("lexicon").defer("terms")
        ),
        "allowed": tuple(
            AllowPhrase(
                phrase=one.phrase, rule=one.rule, because=one.because,
                approved_by=str(one.approved_by), expires=one.expires_on.isoformat(),
            )
            for one in phrases.select_related("approved_by")
        ),
        "off": frozenset(switched.values_list("rule", flat=True)),
    }  # fmt: skip


def word_list(lexicon: Lexicon, version: LexiconVersion) -> WordList:
    """Return a version of a list as the gates read it; the words are loaded once a process."""
    reason = {"zh": lexicon.reason, "en": lexicon.reason}
    suggestion = {"zh": lexicon.suggestion, "en": lexicon.suggestion}
    key = (
        version.pk, version.digest, lexicon.severity, lexicon.reason, lexicon.suggestion,
        *lexicon.markets, "|", *lexicon.channels, "|", *lexicon.languages,
    )  # fmt: skip
    with _lock:
        found = _lists.get(key)
        if found is None:
            found = WordList(
                name=lexicon.name, version=str(version.number), digest=version.digest,
                terms=version.listed(), severity=lexicon.severity,  # type: ignore[arg-type]
                reason=reason, suggestion=suggestion, markets=tuple(lexicon.markets),
                channels=tuple(lexicon.channels), languages=tuple(lexicon.languages),
            )  # fmt: skip
            _lists[key] = found
            if len(_lists) > _KEPT:
                _lists.popitem(last=False)
        _lists.move_to_end(key)
    return found
