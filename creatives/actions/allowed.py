"""Which steps a person finds open, and why the others are closed.

One answer for everybody: pages show their buttons by it, and the steps themselves refuse by it, so
a request made by hand meets the same words as a click.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from creatives.channels import registry as channels
from creatives.errors import Refused
from creatives.models import Candidate, Publication, Run
from creatives.permissions import hands
from creatives.states import PUBLICATION_OPEN, RUN_MOVES, CandidateStatus, RunStatus, Verdict
from tenants import scope
from tenants.models import Membership
from tenants.roles import Discipline

#: The verb of tenants.roles that each step on a candidate asks for; edit asks for either.
VERBS: dict[str, tuple[str, ...]] = {
    "approve": ("review",),
    "reject": ("review",),
    "clear": ("review",),
    "edit": ("write", "review"),
    "accept": ("write",),
    "publish": ("publish",),
}


@dataclass(frozen=True, slots=True)
class Step:
    """A step that the person's roles include: open, or closed by `refusal`."""

    verb: str
    refusal: Refused | None = None
    needs_reason: bool = False

    @property
    def open(self) -> bool:
        """Whether the step may be taken now."""
        return self.refusal is None


def allowed(candidate: Candidate, *, by: Any) -> dict[str, Step]:
    """Return the steps on `candidate` that make sense in its status and that `by`'s roles include.

    A step that is closed for a reason worth telling is there with its refusal: what a reviewer may
    not approve, or what has been published already.
    """
    steps = {}
    for verb in VERBS:
        refusal = why_not(verb, candidate, by=by)
        if refusal is None or refusal.code not in ("forbidden", "closed", "not_legal"):
            needs_reason = verb == "reject" or (
                verb == "approve" and candidate.verdict != Verdict.PASS
            )
            steps[verb] = Step(verb, refusal, needs_reason)
    return steps


def why_not(verb: str, candidate: Candidate, *, by: Any) -> Refused | None:
    """Return why `by` may not `verb` this `candidate` as it is now; None when they may."""
    view = scope.current()
    if view.user_id != by.pk or not any(view.may(asked) for asked in VERBS[verb]):
        return Refused("forbidden", _("Your roles do not include this."))
    if verb == "clear" and Discipline.LEGAL not in disciplines_of(by):
        return Refused("not_legal", _("Findings are cleared by the legal discipline."))
    if verb in ("approve", "reject", "clear") or (verb == "edit" and not view.may("write")):
        languages = languages_of(by)
        if languages and candidate.language not in languages:
            return Refused("other_language", _("You do not review copy in this language."))
    return _WHY_NOT[verb](candidate, by)


def languages_of(user: Any) -> list[str]:
    """Return the languages that `user` reviews in the organization in force; empty for all."""
    membership = Membership.objects.filter(user=user).first()
    return list(membership.languages) if membership else []


def _approve(candidate: Candidate, by: Any) -> Refused | None:
    if candidate.status not in (CandidateStatus.IN_REVIEW, CandidateStatus.BLOCKED):
        return _closed(candidate)
    if by.pk in hands(candidate):
        return own_work()
    if candidate.status == CandidateStatus.BLOCKED or candidate.verdict == Verdict.BLOCK:
        return Refused("blocked", _("A blocking finding is open: this copy may not go out."))
    return None


def own_work() -> Refused:
    """Return the refusal of four eyes."""
    return Refused("own_work", _("Nobody approves what they wrote, ran or edited."))


def _reject(candidate: Candidate, by: Any) -> Refused | None:
    if candidate.status not in (CandidateStatus.IN_REVIEW, CandidateStatus.PROPOSED):
        return _closed(candidate)
    return None


def _clear(candidate: Candidate, by: Any) -> Refused | None:
    if candidate.status not in (CandidateStatus.IN_REVIEW, CandidateStatus.BLOCKED):
        return _closed(candidate)
    if by.pk in hands(candidate):
        return Refused("own_work", _("Nobody clears findings in what they wrote, ran or edited."))
    return None


def disciplines_of(user: Any) -> list[str]:
    """Return the disciplines that `user` judges in the organization in force; all without a membership.

    Only a superuser works without one.
    """
    membership = Membership.objects.filter(user=user).first()
    return list(membership.disciplines) if membership else list(Discipline.values)


def _edit(candidate: Candidate, by: Any) -> Refused | None:
    return None  # an edit is a new candidate, whatever became of this one


def _accept(candidate: Candidate, by: Any) -> Refused | None:
    if candidate.status != CandidateStatus.PROPOSED:
        return _closed(candidate)
    if candidate.author_id == by.pk:
        return Refused("own_work", _("A proposal is accepted by somebody else than its author."))
    return None


def _publish(candidate: Candidate, by: Any) -> Refused | None:
    if candidate.status != CandidateStatus.APPROVED:
        return _closed(candidate)
    if not open_channels(candidate):
        return Refused("already_published", _("It is published in every channel there is."))
    return None


_WHY_NOT = {
    "approve": _approve, "reject": _reject, "clear": _clear, "edit": _edit, "accept": _accept,
    "publish": _publish,
}  # fmt: skip


def open_channels(candidate: Candidate) -> list[str]:
    """Return the channels in which `candidate` is not published now."""
    taken = set(
        Publication.objects.filter(candidate=candidate, status__in=PUBLICATION_OPEN).values_list(
            "channel", flat=True
        )
    )
    return [name for name in channels.names() if name not in taken]


def _closed(candidate: Candidate) -> Refused:
    return Refused(
        "closed",
        _("This step is over: the candidate is “%(status)s” now.")
        % {"status": candidate.get_status_display()},
    )


def allowed_run(run: Run) -> frozenset[str]:
    """Return which of {"cancel", "retry"} make sense for `run` and are in the roles held here."""
    if not scope.current().may("generate"):
        return frozenset()
    if run.status in (RunStatus.QUEUED, RunStatus.RUNNING):
        return frozenset() if run.cancel_requested_at else frozenset({"cancel"})
    return frozenset({"retry"} if RunStatus.QUEUED in RUN_MOVES[run.status] else ())


def allowed_publication(publication: Publication) -> frozenset[str]:
    """Return {"withdraw"} when `publication` can be taken back by whoever is in force here."""
    may = scope.current().may("publish") and publication.status in PUBLICATION_OPEN
    return frozenset({"withdraw"} if may else ())
