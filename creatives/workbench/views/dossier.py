"""The evidence file of a candidate: to read, to keep, to print."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language

from creatives.actions.dossier import collect
from creatives.errors import Refused
from creatives.models import Candidate, Dossier
from creatives.workbench.access import desk
from creatives.workbench.dossier import html, pdf
from creatives.workbench.refusals import status


@desk
def dossier(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Show the evidence file, or send it as a file: `kind` is "html", "pdf" or "json".

    `?version=` names a frozen one; else it is the file of today.
    """
    rows = Candidate.objects.select_related(
        "run__brief__campaign", "run__brief__product", "client", "placement", "author"
    )
    candidate = get_object_or_404(rows, pk=pk)
    version = None
    if "version" in request.GET:
        version = _version(candidate, request.GET["version"])
    data = version.data if version else collect(candidate)
    language = get_language() or "en"
    if kind == "json":
        text = json.dumps(data, ensure_ascii=False, indent=2)
        return _file(text.encode(), f"{pk}.json", "application/json")
    keep = kind == "pdf" or "keep" in request.GET
    page = html(
        data, language=language, standalone=keep, frozen=version.created_at if version else None
    )
    if not keep:
        return HttpResponse(page)
    if kind == "html":
        return _file(page.encode(), f"{pk}.html", "text/html; charset=utf-8")
    try:
        return _file(pdf(page), f"{pk}.pdf", "application/pdf")
    except Refused as refusal:
        context = {"message": refusal.message}
        return render(request, "workbench/refused.html", context, status=status(refusal))


def _version(candidate: Candidate, number: str) -> Dossier:
    if not number.isascii() or not number.isdecimal() or len(number) > 18:
        raise Http404
    return get_object_or_404(Dossier, candidate=candidate, pk=int(number))


def _file(content: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="copydesk-{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
