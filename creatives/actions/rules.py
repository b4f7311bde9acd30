"""An agency's own rules: word lists are brought in, tried on past copy, and only then put in force."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from compliance import lexicons, packs
from compliance.base import Hit
from compliance.checks.lists import ListCheck
from compliance.engine import check
from creatives import gates
from creatives.actions.lists import rules_changed
from creatives.errors import Refused
from creatives.house_rules import word_list
from creatives.models import AllowedPhrase, Candidate, Lexicon, LexiconVersion, RuleSwitch
from creatives.permissions import require
from creatives.transitions import record
from tenants import scope

#: How many pieces of past copy a dry run looks at, the newest first.
PAST = 2000


class WrongList(Refused):
    """A word list that cannot be taken; `problems` has each line with its reason."""

    def __init__(self, problems: tuple[lexicons.Problem, ...]) -> None:
        super().__init__("wrong_list", _("The list has errors and was not taken."))
        self.problems = problems


def bring_in(lexicon: Lexicon, content: bytes, filename: str, *, by: Any) -> LexiconVersion:
    """Keep the words in a file as the next version of `lexicon`; nothing is in force by that.

    The same words as the newest version's are that version. Raises `WrongList`, and keeps nothing,
    when anything in the file is wrong.
    """
    require("rules", lexicon, by=by)
    parsed = lexicons.parse(content, filename)
    if parsed.problems:
        raise WrongList(parsed.problems)
    with transaction.atomic():
        newest = lexicon.versions.first()
        if newest is not None and newest.digest == parsed.digest:
            return newest
        last = lexicon.versions.aggregate(last=Max("number"))["last"] or 0
        try:
            with transaction.atomic():
                version = LexiconVersion.objects.create(
                    lexicon=lexicon, organization_id=lexicon.organization_id, number=last + 1,
                    terms="\n".join(parsed.terms), count=len(parsed.terms), digest=parsed.digest,
                    filename=filename[-120:], created_by=by,
                )  # fmt: skip
        except IntegrityError as error:
            raise Refused("lost_race", _("Somebody else brought in a version just now.")) from error
        record(lexicon, "brought_in", by=by, version=version.number, digest=version.digest)
    return version


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a version would change: words that come and go, and past copy it would find them in."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    looked_at: int
    found: tuple[tuple[Candidate, tuple[Hit, ...]], ...]


def dry_run(version: LexiconVersion) -> DryRun:
    """Return what activating `version` would change. Nothing is saved."""
    lexicon = version.lexicon
    now = lexicon.active
    mine, theirs = version.listed(), set(now.listed() if now else ())
    candidates = list(
        Candidate.objects.select_related("run__brief__client", "run__brief__product", "placement")
        .order_by("-pk")[:PAST]
    )  # fmt: skip
    return DryRun(
        added=tuple(term for term in mine if term not in theirs),
        removed=tuple(sorted(theirs.difference(mine))),
        looked_at=len(candidates),
        found=tuple(_found(version, candidates)),
    )


def _found(
    version: LexiconVersion, candidates: Iterable[Candidate]
) -> Iterator[tuple[Candidate, tuple[Hit, ...]]]:
    only = word_list(version.lexicon, version)
    for candidate in candidates:
        copy = gates.copy_of(candidate.run.brief, candidate.placement, candidate.fields)
        copy = replace(copy, lists=(only,), banned=(), required=(), off=frozenset(), allowed=())
        hits = check(copy, checks=(ListCheck(),)).hits
        if any(hit.rule == "gate.error" for hit in hits):
            raise Refused("dry_run", next(iter(hits)).reason["en"])
        if hits:
            yield candidate, hits


def activate(version: LexiconVersion, *, by: Any) -> list[Candidate]:
    """Put `version` in force, an older one too; return the approved copy that fell by it."""
    lexicon = version.lexicon
    require("rules", lexicon, by=by)
    with transaction.atomic():
        before = lexicon.active_number
        Lexicon.objects.filter(pk=lexicon.pk).update(active_number=version.number)
        record(lexicon, "activated", by=by, version=version.number, before=before)
    lexicon.active_number = version.number
    return rules_changed()


def deactivate(lexicon: Lexicon, *, by: Any) -> list[Candidate]:
    """Take `lexicon` out of force; its versions stay."""
    require("rules", lexicon, by=by)
    with transaction.atomic():
        Lexicon.objects.filter(pk=lexicon.pk).update(active_number=None)
        record(lexicon, "deactivated", by=by)
    lexicon.active_number = None
    return rules_changed()


def known_rules() -> set[str]:
    """Return what a switch may name: rules, packs, and the word lists of the agency in force."""
    own = {f"list.{name}" for name in Lexicon.objects.values_list("name", flat=True)}
    found = packs.installed()
    return own | {pack.meta.name for pack in found} | {r.id for pack in found for r in pack.rules}


def switch_off(row: RuleSwitch, *, by: Any) -> None:
    """Switch the rule, list or pack of the new `row` off for the agency in force, with a reason.

    Like the three steps below it writes the row and its event. Call `rules_changed` after the commit:
    gates never run in a transaction.
    """
    row.rule, row.because = row.rule.strip(), row.because.strip()
    if row.rule not in known_rules():
        raise Refused("unknown_rule", _("There is no rule, list or pack “%s”.") % row.rule)
    row.by = by
    _kept(row, "switched_off", by=by)


def switch_on(row: RuleSwitch, *, by: Any) -> None:
    """Put a switched-off rule in force again."""
    require("rules", row, by=by)
    with transaction.atomic():
        record(row, "switched_on", by=by, rule=row.rule)
        row.delete()


def allow(row: AllowedPhrase, *, by: Any) -> None:
    """Let findings inside the phrase of the new `row` go until its day, for the agency in force."""
    row.phrase, row.rule, row.because = row.phrase.strip(), row.rule.strip(), row.because.strip()
    row.approved_by = by
    _kept(row, "allowed", by=by)


def forbid(row: AllowedPhrase, *, by: Any) -> None:
    """Take an allowed phrase back."""
    require("rules", row, by=by)
    with transaction.atomic():
        record(row, "forbidden", by=by, phrase=row.phrase)
        row.delete()


def _here() -> int:
    found = scope.current().organization_id
    if found is None:
        raise scope.Unscoped("own rules belong to one organization")
    return found


def _kept(row: Any, verb: str, *, by: Any) -> None:
    """Save a new `row` of the agency in force with its event."""
    if not scope.current().may("rules") or scope.current().user_id != by.pk:
        raise Refused("forbidden", _("Your roles do not include this."))
    row.organization_id = _here()
    try:
        row.full_clean()
    except ValidationError as error:
        raise Refused("invalid", " ".join(error.messages)) from error
    with transaction.atomic():
        row.save()
        record(row, verb, by=by, rule=row.rule, because=row.because)
