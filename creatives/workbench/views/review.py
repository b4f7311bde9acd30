"""The queue, a candidate, and what a person decides on it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from creatives.actions import publish as publishing
from creatives.actions import review
from creatives.actions.allowed import allowed, disciplines_of, open_channels
from creatives.channels import registry as channels
from creatives.errors import Refused
from creatives.models import Candidate, Review
from creatives.states import Decision
from creatives.words import here
from creatives.workbench import page, queue
from creatives.workbench.access import desk, step
from creatives.workbench.counting import wide
from creatives.workbench.paging import number
from creatives.workbench.refusals import STALE, status
from creatives.workbench.rewrites import mended_offer, with_rewrites
from creatives.workbench.stakes import papers_of, with_stakes
from tenants import scope
from tenants.models import Membership
from tenants.roles import Discipline


@desk
def queue_page(request: HttpRequest) -> HttpResponse:
    """List the candidates that wait, or that were decided."""
    wanted = queue.Filter.of(request.GET)
    rows, listed = queue.listed(wanted, request.GET, request.user)
    return render(
        request,
        "workbench/queue.html",
        {
            "filter": wanted,
            "rows": rows,
            "page": listed,
            "tabs": queue.tabs(wanted, request.user),
            "address": wanted.address(),
            **queue.choices(),
        },
    )


@desk
def candidate_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one candidate."""
    return show(request, pk)


@step("candidate")
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve the bytes that were shown."""
    take = partial(review.approve, report_id=number(request.POST, "report") or 0)
    return _decide(request, pk, take, Decision.APPROVE, _("Approved: {}"))


@step("candidate")
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Reject the bytes that were shown."""
    return _decide(request, pk, review.reject, Decision.REJECT, _("Rejected: {}"))


def _decide(
    request: HttpRequest, pk: int, take: Callable[..., Review], decision: str, done: str
) -> HttpResponse:
    candidate = found(pk)
    try:
        take(
            candidate, by=request.user, sha256=request.POST.get("sha256", ""),
            reason=request.POST.get("reason", ""), discipline=request.POST.get("discipline", ""),
        )  # fmt: skip
    except Refused as refusal:
        if not _already(candidate, request, decision):
            return show(request, pk, refusal)
    else:
        messages.success(request, format_html(done, _link(candidate)))
    return _onward(request, candidate)


def _already(candidate: Candidate, request: HttpRequest, decision: str) -> bool:
    """Whether this very decision stands already: the second click of a double click."""
    last = Review.objects.filter(candidate=candidate).first()
    return (
        last is not None
        and last.reviewer_id == request.user.pk
        and last.decision == decision
        and last.sha256 == request.POST.get("sha256")
        and last.reason == review.written(request.POST.get("reason", ""))
        and Candidate.objects.filter(pk=candidate.pk, status=_AFTER[decision]).exists()
    )


_AFTER: dict[str, str] = {Decision.APPROVE: "approved", Decision.REJECT: "rejected"}


def _onward(request: HttpRequest, candidate: Candidate) -> HttpResponse:
    """Go to the next candidate of the list from which the person came."""
    wanted = queue.Filter.of(request.GET)
    following = queue.next_for(request.user, wanted, after=candidate.pk)
    if following is None:
        messages.info(request, _("Nothing else waits for you here."))
        return redirect(address("queue", query=wanted.address(status="in_review")))
    return redirect(address("candidate", following.pk, query=wanted.address(status="in_review")))


@desk
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the candidate's fields to be written anew; what is sent becomes a new candidate."""
    candidate = found(pk)
    refusal = None
    if request.method == "POST":
        try:
            child = review.edit(
                candidate, request.POST.getlist("text"), by=request.user,
                sha256=request.POST.get("sha256", ""),
            )  # fmt: skip
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("Saved as a new candidate; the old one stays as it was."))
            return redirect(
                address("candidate", child.pk, query=queue.Filter.of(request.GET).address())
            )
    return _edit_page(request, candidate, refusal)


def _edit_page(request: HttpRequest, candidate: Candidate, refusal: Refused | None) -> HttpResponse:
    labels = page.labels_of(candidate)
    hits = page.hits_of(candidate.report, labels)
    texts = [text for _name, text in candidate.fields]
    if refusal is not None and len(request.POST.getlist("text")) == len(texts):
        texts = request.POST.getlist("text")
    step_here = allowed(candidate, by=request.user).get("edit")
    mended = None
    if step_here is not None and step_here.open:
        hits, mended = with_rewrites(hits, candidate), mended_offer(candidate)
    return render(
        request,
        "workbench/edit.html",
        {
            "candidate": candidate,
            "fields": [page.field_view(labels, at, text, []) for at, text in enumerate(texts)],
            "hits": hits,
            "mended": mended,
            "unlisted": page.unlisted_of(candidate.report, hits),
            "step": step_here,
            "refusal": refusal,
            "address": queue.Filter.of(request.GET).address(),
            "wide": wide(),
        },
        status=status(refusal),
    )


@step("candidate")
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept a reviewer's proposal."""
    candidate = found(pk)
    try:
        review.accept(candidate, by=request.user, sha256=request.POST.get("sha256", ""))
    except Refused as refusal:
        return show(request, pk, refusal)
    messages.success(request, format_html(_("Accepted: {}"), _link(candidate)))
    return redirect(address("candidate", pk, query=queue.Filter.of(request.GET).address()))


@step("candidate")
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the approved bytes in a channel."""
    candidate = found(pk)
    try:
        publication = publishing.publish(
            candidate, channel=request.POST.get("channel", ""), by=request.user
        )
    except Refused as refusal:
        return show(request, pk, refusal)
    proof = format_html(
        '<a href="{}">{}</a>', reverse("publication", args=[publication.pk]), publication
    )
    messages.success(request, format_html(_("Published: {}"), proof))
    return redirect(address("candidate", pk, query=queue.Filter.of(request.GET).address()))


def show(request: HttpRequest, pk: int, refusal: Refused | None = None) -> HttpResponse:
    """Show the candidate as it is now; with a refusal, beside the words that were typed."""
    candidate = found(pk)
    report = candidate.report
    labels = page.labels_of(candidate)
    hits = with_stakes(page.hits_of(report, labels), candidate)
    wanted = queue.Filter.of(request.GET)
    previous, following = queue.beside(request.user, wanted, candidate.pk)
    steps = allowed(candidate, by=request.user)
    # By a name of its own: a template that asks a dict for "clear" may call its method.
    clearing = steps.pop("clear", None)
    return render(
        request,
        "workbench/candidate.html",
        {
            "candidate": candidate,
            "title": candidate.text[:60],
            "report": report,
            "fields": page.fields_of(candidate, labels, hits),
            "hits": [hit for hit in hits if not hit.whole],
            "whole": [hit for hit in hits if hit.whole],
            "unlisted": page.unlisted_of(report, hits),
            "not_flagged": page.not_flagged_of(report, labels),
            "changes": page.changes_of(candidate, candidate.parent, labels),
            "children": list(candidate.children.all()),
            "history": page.history_of(candidate),
            "siblings": page.siblings_of(candidate),
            "publications": candidate.publications.select_related("published_by"),
            "steps": steps,
            "clearing": clearing,
            "lawyer": "legal" in disciplines_of(request.user) and scope.current().may("review"),
            "papers": papers_of(candidate) if clearing else [],
            "channels": [(name, here(channels.label(name))) for name in open_channels(candidate)],
            "disciplines": _disciplines(request.user),
            "previous": previous,
            "next": following,
            "address": wanted.address(),
            "back": address("candidate", pk, query=wanted.address()),
            "typed": request.POST if refusal else {},
            "refusal": refusal,
            "stale": refusal is not None and refusal.code in STALE,
        },
        status=status(refusal),
    )


def found(pk: int) -> Candidate:
    rows = Candidate.objects.select_related(
        "client", "placement", "parent", "author", "run__profile", "run__requested_by",
        "run__brief__product", "run__brief__campaign", "run__brief__created_by",
    )  # fmt: skip
    return get_object_or_404(rows, pk=pk)


def _disciplines(user: Any) -> list[tuple[str, str]]:
    membership = Membership.objects.filter(user=user).first()
    mine = membership.disciplines if membership else []
    return [(value, str(label)) for value, label in Discipline.choices if value in mine]


def _link(candidate: Candidate) -> SafeString:
    return format_html(
        '<a href="{}">#{} {}</a>',
        reverse("candidate", args=[candidate.pk]), candidate.pk, candidate.text[:40],
    )  # fmt: skip


def address(name: str, *args: Any, query: str = "") -> str:
    path = reverse(name, args=args)
    return f"{path}?{query}" if query else path
