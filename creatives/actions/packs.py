"""Operators bring in rule packs: what a new one would hit is seen before it is in force."""

import os
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from compliance import packs
from compliance.base import Hit
from compliance.packs.diff import diff
from compliance.packs.lint import all_flaws, lint
from creatives import gates
from creatives.actions.lists import rules_changed
from creatives.actions.recheck import OPEN
from creatives.errors import Refused
from creatives.models import Candidate, Event
from creatives.states import PublicationStatus
from creatives.transitions import record
from tenants import scope
from tenants.models import Organization


@dataclass(frozen=True, slots=True)
class Impact:
    """One piece of copy that other rules would judge differently: what they find new or worse."""

    organization: str
    candidate: int
    status: str
    live: bool
    before: str
    after: str
    text: str
    hits: tuple[Hit, ...]


def impact(trial: tuple[packs.Pack, ...]) -> Iterator[Impact]:
    """Yield the open and approved copy of all agencies on which `trial` finds more, or less.

    Nothing is saved. Copy whose verdict stays and that has no new or worse finding is left out.
    """
    for organization in Organization.objects.all():
        with scope.organization(organization.pk), packs.trial(trial):
            for candidate in Candidate.objects.filter(status__in=OPEN).iterator(chunk_size=200):
                if (seen := _impact(organization.slug, candidate)) is not None:
                    yield seen


def _impact(organization: str, candidate: Candidate) -> Impact | None:
    report = candidate.report
    outcome, _seconds = gates.judge_again(candidate)
    worse = gates.worse(outcome, report)
    if not worse and outcome.verdict == report.verdict:
        return None
    return Impact(
        organization, candidate.pk, candidate.status,
        candidate.publications.filter(status=PublicationStatus.LIVE).exists(),
        report.verdict, outcome.verdict, candidate.text, tuple(worse),
    )  # fmt: skip


def activate(folder: Path) -> tuple[packs.Pack, list[Candidate]]:
    """Put the pack in `folder` in force everywhere; return it, and the copy whose approval fell.

    Refused, with the reasons, when it has errors, when a pack that includes it would not load with it,
    or when its rules differ from those in force without the rise of its version that they ask for. The
    packs in force then stay.
    """
    try:
        pack = packs.load(folder)
        with packs.trial(packs.with_folder(folder)):
            flaws = [*lint(pack, folder), *all_flaws()]
        _risen(pack)
    except packs.PackError as error:
        raise Refused("bad_pack", str(error)) from error
    errors = [str(flaw) for flaw in flaws if flaw.level == "error"]
    if errors:
        raise Refused("bad_pack", "\n".join(errors))
    before = _put(folder, settings.RULE_PACKS / pack.meta.name)
    packs.look(settled=True)
    if why := packs.refused():
        _put_back(settings.RULE_PACKS / pack.meta.name, before)
        packs.look(settled=True)
        raise Refused("bad_pack", why)
    return pack, recheck_everywhere()


def follow(organization: Organization) -> int:
    """Judge the agency's open and approved copy again if other packs are in force than the last time.

    Returns how many approvals fell. An event says which packs came into force, so the events tell under
    which rules copy stood on any day.
    """
    refs = [asdict(pack.ref) for pack in packs.installed()]
    last = Event.objects.filter(verb="packs_in_force").first()
    if last is not None and last.data.get("packs") == refs:
        return 0
    fallen = rules_changed()
    record(organization, "packs_in_force", by=None, packs=refs)
    return len(fallen)


def recheck_everywhere() -> list[Candidate]:
    """Judge the open and approved copy of all agencies again; return what fell."""
    fallen = []
    for organization in Organization.objects.all():
        with scope.organization(organization.pk):
            fallen.extend(rules_changed())
    return fallen


def _risen(pack: packs.Pack) -> None:
    now = packs.home(pack.meta.name)
    if now is None:
        return
    change = diff(packs.load(now), pack)
    if not change.bumped:
        raise Refused(
            "version",
            _("%(name)s changes by a %(bump)s version, and goes from %(old)s to %(new)s only.")
            % {"name": pack.meta.name, "bump": change.bump, "old": change.old, "new": change.new},
        )


def _put(source: Path, target: Path) -> Path | None:
    """Put a copy of `source` in the place of `target`; return what was there.

    `target` becomes a link, and a link is changed at one stroke: nobody finds half a pack, or none.
    What was there stays beside it under `.versions`.
    """
    versions = target.parent / ".versions"
    versions.mkdir(parents=True, exist_ok=True)
    fresh = versions / f"{target.name}-{uuid.uuid4().hex}"
    shutil.copytree(source, fresh)
    before = target.readlink() if target.is_symlink() else None
    if before is None and target.exists():  # put there by hand
        before = versions / f"{target.name}-{uuid.uuid4().hex}"
        os.replace(target, before)
        before = before.relative_to(target.parent)
    _link(target, fresh.relative_to(target.parent))
    return before


def _put_back(target: Path, before: Path | None) -> None:
    if before is None:
        target.unlink()
    else:
        _link(target, before)


def _link(target: Path, to: Path) -> None:
    link = target.with_name(f".{target.name}-{uuid.uuid4().hex}")
    link.symlink_to(to, target_is_directory=True)
    os.replace(link, target)
