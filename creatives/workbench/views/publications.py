"""Publications: what is out there, and the proof of each."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from creatives.actions import publish as publishing
from creatives.actions.allowed import allowed_publication
from creatives.channels import registry as channels
from creatives.errors import Refused
from creatives.fields import digest
from creatives.models import Event, Publication
from creatives.states import PublicationStatus
from creatives.words import VERBS, here
from creatives.workbench import page
from creatives.workbench.access import desk, step
from creatives.workbench.paging import page_of
from creatives.workbench.refusals import status as answer
from creatives.workbench.words import said


@desk
def publication_list(request: HttpRequest) -> HttpResponse:
    """List the publications, newest first, by status."""
    status = request.GET.get("status", "")
    status = status if status in PublicationStatus.values else ""
    rows = Publication.objects.select_related("candidate__placement", "client", "published_by")
    found = page_of(rows.filter(status=status) if status else rows, request.GET)
    return render(
        request,
        "workbench/publications.html",
        {
            "page": found,
            "rows": [
                (row, channel_name(row.channel), allowed_publication(row)) for row in found.rows
            ],
            "status": status,
            "statuses": PublicationStatus.choices,
            "address": f"status={status}" if status else "",
        },
    )


@desk
def publication_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the proof: which bytes, approved by whom, under which rules, where and when."""
    return _show(request, pk)


@step("publication")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the publication back from its channel."""
    try:
        publishing.withdraw(_found(pk), by=request.user, reason=request.POST.get("reason", ""))
    except Refused as refusal:
        return _show(request, pk, refusal)
    messages.success(request, _("Withdrawn from its channel."))
    return redirect("publication", pk)


def _show(request: HttpRequest, pk: int, refusal: Refused | None = None) -> HttpResponse:
    publication = _found(pk)
    candidate = publication.candidate
    labels = page.labels_of(candidate)
    events = Event.objects.filter(subject_type="publication", subject_id=publication.pk)
    return render(
        request,
        "workbench/publication.html",
        {
            "publication": publication,
            "candidate": candidate,
            "channel": channel_name(publication.channel),
            "fields": page.fields_of(candidate, labels, []),
            "bytes_match": publication.sha256 == digest(candidate.fields),
            "review": publication.review,
            "events": [
                (event, said(VERBS, event.verb)) for event in events.select_related("actor")
            ],
            "steps": allowed_publication(publication),
            "refusal": refusal,
            "typed": request.POST if refusal else {},
            "back": reverse("publication", args=[pk]),
        },
        status=answer(refusal),
    )


def channel_name(name: str) -> str:
    """Return the channel's name for people; its id when its plugin is gone."""
    return here(channels.label(name))


def _found(pk: int) -> Publication:
    rows = Publication.objects.select_related(
        "candidate__placement", "candidate__run__brief__product", "client", "published_by",
        "review__reviewer",
    )  # fmt: skip
    return get_object_or_404(rows, pk=pk)
