"""The evidence file of one piece of copy: what was said, found, cleared, proven, decided and published.

For the archive that 《互联网广告管理办法》 (SAMR order 72) articles 13 and 14 ask agencies and publishers to
keep for three years.
"""

import hashlib
import json
from datetime import UTC
from typing import Any

from creatives.models import (
    Candidate,
    Clearance,
    Dossier,
    Event,
    Finding,
    Publication,
    Report,
    Review,
)


def collect(candidate: Candidate) -> dict[str, Any]:
    """Return the evidence file of `candidate` as JSON-ready data, `digest` over the rest of it.

    It holds the report that the last decision rests on and the latest, every clearance and review, the
    files frozen before, and the events in their order. The product, its facts and the licences are as
    they are now. The same records give the same digest.
    """
    brief = candidate.run.brief
    data = {
        "candidate": {
            "id": candidate.pk, "status": candidate.status, "verdict": candidate.verdict,
            "language": candidate.language, "market": brief.market,
            "placement": candidate.placement.slug, "fields": candidate.fields,
            "sha256": candidate.sha256, "origin": candidate.origin,
            "parent": candidate.parent_id, "author": _name(candidate.author),
            "created": _when(candidate.created_at), "made_by": candidate.run.inputs.get("generator"),
            "model": candidate.meta.get("model", ""), "seed": candidate.seed,
        },
        "client": candidate.client.name,
        "licences": candidate.client.licences,
        "campaign": brief.campaign.name,
        "brief": brief.name,
        "product": {
            "name": brief.product.name, "category": brief.product.category,
            "facts": [
                {"kind": one.kind, "label": one.label, "value": one.value,
                 "expires": one.expires_on.isoformat() if one.expires_on else ""}
                for one in brief.product.facts.all()
            ],
        },
        "reports": [_report(report) for report in _reports(candidate)],
        "clearances": [_clearance(row) for row in _clearances(candidate)],
        "reviews": [_review(row) for row in _reviews(candidate)],
        "publications": [_publication(row) for row in _publications(candidate)],
        "frozen": [_frozen(row) for row in Dossier.objects.filter(candidate=candidate)],
        "events": [_event(row) for row in _events(candidate)],
    }  # fmt: skip
    return {**data, "digest": digest(data)}


def freeze(review: Review, publication: Publication | None = None) -> Dossier:
    """Keep the evidence file as it is now, for an approval or a publication, in their transaction.

    Facts, licences and categories are edited, papers and clearances withdrawn: what a decision rested on
    is not.
    """
    candidate = Candidate.objects.get(pk=review.candidate_id)
    data = collect(candidate)
    return Dossier.objects.create(
        candidate=candidate, review=review, publication=publication, data=data,
        digest=data["digest"], **candidate.owners,
    )  # fmt: skip


def digest(data: dict[str, Any]) -> str:
    """Return "sha256:…" over the canonical JSON of `data` without its own digest."""
    rest = {key: value for key, value in data.items() if key != "digest"}
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _reports(candidate: Candidate) -> list[Report]:
    """Return the report that the last decision rests on, and the latest, each once."""
    latest = candidate.report
    review = Review.objects.filter(candidate=candidate).select_related("report").first()
    rows = [review.report] if review else []
    return rows if latest in rows else [*rows, latest]


def _report(report: Report) -> dict[str, Any]:
    return {
        "id": report.pk, "checked": _when(report.created_at), "verdict": report.verdict,
        "packs": report.packs,
        "findings": [_finding(row) for row in report.findings.all()],
        "not_flagged": report.not_flagged,
    }  # fmt: skip


def _finding(row: Finding) -> dict[str, Any]:
    names = (
        "id", "rule", "severity", "field", "start", "end", "text", "statute", "article", "reason",
        "suggestion", "undone", "verified", "absolute", "penalty", "cleared", "subject",
    )  # fmt: skip
    return {name: getattr(row, "pk" if name == "id" else name) for name in names}


def _clearances(candidate: Candidate) -> Any:
    rows = Clearance.objects.filter(candidate=candidate).order_by("pk")
    return rows.select_related("by", "withdrawn_by", "finding", "substantiation__claim")


def _clearance(row: Clearance) -> dict[str, Any]:
    paper = row.substantiation
    return {
        "finding": row.finding_id, "rule": row.finding.rule, "text": row.finding.text,
        "subject": row.finding.subject,
        "ground": row.ground, "code": row.code, "reason": row.reason, "by": _name(row.by),
        "at": _when(row.created_at), "withdrawn_by": _name(row.withdrawn_by),
        "withdrawn_at": _when(row.withdrawn_at),
        "paper": None if paper is None else {
            "claim": paper.claim.text, "title": paper.title, "issuer": paper.issuer,
            "path": paper.path, "dated": paper.dated_on.isoformat(), "method": paper.method,
            "sample": paper.sample, "region": paper.region, "industry": paper.industry,
            "valid_until": paper.valid_until.isoformat() if paper.valid_until else "",
            "sha256": paper.sha256,
        },
    }  # fmt: skip


def _reviews(candidate: Candidate) -> Any:
    return Review.objects.filter(candidate=candidate).select_related("reviewer").order_by("pk")


def _review(row: Review) -> dict[str, Any]:
    return {
        "by": _name(row.reviewer), "discipline": row.discipline, "decision": row.decision,
        "reason": row.reason, "sha256": row.sha256, "report": row.report_id,
        "at": _when(row.created_at),
    }  # fmt: skip


def _publications(candidate: Candidate) -> Any:
    rows = Publication.objects.filter(candidate=candidate)
    return rows.select_related("published_by").order_by("pk")


def _publication(row: Publication) -> dict[str, Any]:
    return {
        "id": row.pk, "channel": row.channel, "status": row.status, "sha256": row.sha256,
        "packs": row.packs, "external_id": row.external_id, "by": _name(row.published_by),
        "live": _when(row.live_at), "over": _when(row.over_at),
    }  # fmt: skip


def _frozen(row: Dossier) -> dict[str, Any]:
    return {
        "id": row.pk, "at": _when(row.created_at), "review": row.review_id,
        "publication": row.publication_id, "digest": row.digest,
    }  # fmt: skip


def _events(candidate: Candidate) -> Any:
    rows = Event.objects.filter(subject_type="candidate", subject_id=candidate.pk)
    return rows.select_related("actor").order_by("pk")


def _event(row: Event) -> dict[str, Any]:
    return {
        "at": _when(row.created_at), "verb": row.verb, "by": _name(row.actor), "old": row.old,
        "new": row.new, "note": row.note,
    }  # fmt: skip


def _name(user: Any) -> str:
    return str(user.get_full_name() or user.username) if user else ""


def _when(at: Any) -> str:
    """Return a moment as ISO 8601 in UTC, "" for none."""
    return at.astimezone(UTC).isoformat(timespec="seconds") if at else ""
