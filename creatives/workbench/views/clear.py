"""The legal discipline clears findings, takes that back, and reads the papers."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from creatives.actions import clear as steps
from creatives.errors import Refused
from creatives.models import Candidate, Clearance, Finding, Substantiation
from creatives.workbench import queue
from creatives.workbench.access import desk, step
from creatives.workbench.paging import number
from creatives.workbench.views import review

#: What a browser is told a paper is: taken from its bytes at upload, never from its name.
PAPER_TYPES = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg"}


@step("candidate")
def clear(request: HttpRequest, pk: int) -> HttpResponse:
    """Clear one finding of the report that was shown."""
    candidate = review.found(pk)
    ground, _colon, code = request.POST.get("ground", "").partition(":")
    try:
        steps.clear(
            _finding(request, candidate), by=request.user, ground=ground, code=code,
            report_id=number(request.POST, "report") or 0,
            substantiation=_paper(request), reason=request.POST.get("why", ""),
        )  # fmt: skip
    except Refused as refusal:
        return review.show(request, pk, refusal)
    messages.success(request, _("Said and kept. The copy was judged again."))
    return _back(request, pk)


@step("candidate")
def withdraw_clearance(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a clearance of the candidate back."""
    candidate = review.found(pk)
    try:
        rows = Clearance.objects.filter(candidate=candidate).select_related("finding", "candidate")
        row = rows.filter(pk=number(request.POST, "clearance") or 0).first()
        if row is None:
            raise Refused("not_found", _("There is no such thing."))
        steps.withdraw(row, by=request.user, reason=request.POST.get("why", ""))
    except Refused as refusal:
        return review.show(request, pk, refusal)
    messages.success(request, _("Withdrawn. The copy was judged again."))
    return _back(request, pk)


@desk
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the file of a substantiation to be kept, never to be shown by the browser itself."""
    row = get_object_or_404(Substantiation, pk=pk)
    try:
        content = row.file.open("rb") if row.file else None
    except FileNotFoundError as error:
        raise Http404 from error
    if content is None:
        raise Http404
    response: Any = FileResponse(
        content, as_attachment=True, content_type=PAPER_TYPES[row.extension],
        filename=f"{row.sha256[:12]}.{row.extension}",
    )  # fmt: skip
    response["X-Content-Type-Options"] = "nosniff"
    return response  # type: ignore[no-any-return]


def _finding(request: HttpRequest, candidate: Candidate) -> Finding:
    rows = Finding.objects.filter(candidate=candidate, pk=number(request.POST, "finding") or 0)
    finding = rows.select_related("report").first()
    if finding is None:
        raise Refused("not_found", _("There is no such thing."))
    finding.candidate = candidate
    return finding


def _paper(request: HttpRequest) -> Substantiation | None:
    """Return the paper that was chosen; None for none, and for one that is not to be seen here."""
    rows = Substantiation.objects.filter(pk=number(request.POST, "paper") or 0)
    return rows.select_related("claim").first()


def _back(request: HttpRequest, pk: int) -> HttpResponse:
    wanted = queue.Filter.of(request.GET).address()
    return redirect(review.address("candidate", pk, query=wanted) + "#findings")
