"""Runs: the list, one run with its progress, and the steps on it."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page

from creatives.actions import generate as generating
from creatives.actions.allowed import allowed_run
from creatives.errors import Refused
from creatives.leases import alive
from creatives.models import Brief, Candidate, Run
from creatives.states import RUN_OVER, RunStatus, Verdict
from creatives.workbench.access import desk, step
from creatives.workbench.paging import page_of
from creatives.workbench.refusals import status
from creatives.workbench.words import STAGES, said


@desk
def run_list(request: HttpRequest) -> HttpResponse:
    """List the runs, newest first."""
    found = page_of(
        Run.objects.select_related("brief", "client", "profile", "requested_by").defer("inputs"),
        request.GET,
    )
    verdicts = _verdicts([run.pk for run in found.rows])
    rows = [(run, verdicts.get(run.pk, [])) for run in found.rows]
    return render(request, "workbench/runs.html", {"rows": rows, "page": found})


def _verdicts(runs: list[int]) -> dict[int, list[tuple[str, str, int]]]:
    counted = (
        Candidate.objects.filter(run__in=runs).order_by()
        .values_list("run", "verdict").annotate(Count("pk"))
    )  # fmt: skip
    found: dict[int, dict[str, int]] = {}
    for run, verdict, count in counted:
        found.setdefault(run, {})[verdict] = count
    return {
        run: [(v.value, str(v.label), counts[v]) for v in Verdict if v in counts]
        for run, counts in found.items()
    }


@desk
def run_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one run; while it is open, the page asks `progress` how far it is."""
    return _show(request, pk)


def _show(request: HttpRequest, pk: int, refusal: Refused | None = None) -> HttpResponse:
    run = _found(pk)
    return render(
        request,
        "workbench/run.html",
        {**_progress(run), "steps": allowed_run(run), "refusal": refusal, "back": _page(run)},
        status=status(refusal),
    )


@desk
@conditional_page
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Return how far the run is: 304 when nothing has changed, and a reload once it is over."""
    run = _found(pk)
    response = render(request, "workbench/run_progress.html", _progress(run))
    if run.status in RUN_OVER:
        response["HX-Refresh"] = "true"
    return response


def _progress(run: Run) -> dict[str, Any]:
    candidates = Candidate.objects.filter(run=run).select_related("placement").order_by("-pk")
    queued = run.status == RunStatus.QUEUED
    return {
        "run": run,
        "over": run.status in RUN_OVER,
        "stage": said(STAGES, run.stage) if run.stage else "",
        "candidates": candidates,
        "nobody": queued and not alive(run.queue),
        "timings": [(said(STAGES, stage), seconds) for stage, seconds in run.timings.items()],
    }


@step("run")
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel the run."""
    try:
        generating.cancel(_found(pk), by=request.user)
    except Refused as refusal:
        return _show(request, pk, refusal)
    messages.success(request, _("The run is being cancelled."))
    return redirect("run", pk)


@step("run")
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue the run again."""
    try:
        generating.retry(_found(pk), by=request.user)
    except Refused as refusal:
        return _show(request, pk, refusal)
    messages.success(request, _("The run is queued again."))
    return redirect("run", pk)


@desk
def generate(request: HttpRequest, pk: int) -> HttpResponse:
    """Run the brief `pk`, with the profile that the form names or the default one."""
    brief = get_object_or_404(Brief.objects.select_related("client", "product"), pk=pk)
    if request.method != "POST":
        return redirect(_brief_page(brief))
    try:
        profile = generating.profile_named(request.POST.get("profile", "").replace("\0", ""))
        run = generating.request_run(brief, by=request.user, profile=profile)
    except Refused as refusal:
        messages.error(request, refusal.message)
        open_run = Run.objects.filter(brief=brief).exclude(status__in=RUN_OVER).first()
        if refusal.code == "already_running" and open_run:
            return redirect("run", open_run.pk)
        return redirect(_back(request, brief))
    return redirect("run", run.pk)


def _back(request: HttpRequest, brief: Brief) -> str:
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return back
    return _brief_page(brief)


def _brief_page(brief: Brief) -> str:
    try:
        return reverse("admin:creatives_brief_change", args=[brief.pk])
    except NoReverseMatch:
        return reverse("runs")


def _page(run: Run) -> str:
    return reverse("run", args=[run.pk])


def _found(pk: int) -> Run:
    rows = Run.objects.select_related("brief__product", "client", "profile", "requested_by")
    return get_object_or_404(rows, pk=pk)
