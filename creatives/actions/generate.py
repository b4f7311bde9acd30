"""A brief becomes a run: the whole snapshot is taken here, and nothing else is read later."""

import secrets
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance.checks.rules import active_packs
from creatives.actions.brief import check_fits
from creatives.doorbell import ring
from creatives.errors import Refused
from creatives.gates import copy_of
from creatives.models import Brief, GeneratorProfile, Placement, Run
from creatives.permissions import require
from creatives.states import RunStatus
from creatives.transitions import move, record
from generators import prompts, registry
from generators.base import GenerationError

#: What a fresh organization starts with: the embedded model writes, the template is for dry runs.
DEFAULT_PROFILES = (
    {"name": "embedded", "generator": "transformers", "is_default": True},
    {"name": "template", "generator": "template", "is_default": False},
)


def ensure_profiles(organization_id: int) -> None:
    """Give an organization the default profiles that it lacks."""
    for profile in DEFAULT_PROFILES:
        wanted = GeneratorProfile.objects.filter(organization_id=organization_id)
        if wanted.filter(name=profile["name"]).exists():
            continue
        has_default = wanted.filter(is_default=True).exists()
        GeneratorProfile.objects.create(
            organization_id=organization_id,
            **{**profile, "is_default": profile["is_default"] and not has_default},
        )


def profile_named(name: str = "") -> GeneratorProfile:
    """Return the enabled profile `name`, or the default one; refuse with the valid list."""
    profiles = GeneratorProfile.objects.filter(enabled=True)
    found = profiles.filter(name=name).first() if name else profiles.filter(is_default=True).first()
    if found is None:
        valid = ", ".join(profiles.values_list("name", flat=True)) or "-"
        raise Refused(
            "unknown_profile",
            _("No generator profile %(name)s; valid: %(valid)s.")
            % {"name": repr(name) if name else _("is the default"), "valid": valid},
        )
    return found


def request_run(
    brief: Brief, *, by: Any, profile: GeneratorProfile | None = None, seed: int | None = None
) -> Run:
    """Queue a run of `brief`, freeze the brief, and ring its queue.

    Refuses a second run of the same brief and profile while one is open, a brief that no copy can
    meet, and a profile whose plugin or options are not usable.
    """
    require("generate", brief, by=by)
    profile = profile or profile_named()
    seed = secrets.randbelow(2**31) if seed is None else seed
    try:
        with transaction.atomic():
            # Frozen first, read afterwards: what is snapshot is what stays.
            Brief.objects.filter(pk=brief.pk, frozen_at=None).update(frozen_at=timezone.now())
            brief.refresh_from_db()
            placements = list(brief.placements.all())
            if not placements:
                raise Refused("no_placement", _("The brief names no placement."))
            check_fits(brief, placements)
            inputs, queue = _snapshot(brief, placements, profile, seed)
            run = Run.objects.create(
                brief=brief, profile=profile, inputs=inputs, queue=queue, seed=seed,
                requested_by=by, run_after=timezone.now(), total=brief.count * len(placements),
                **brief.owners,
            )  # fmt: skip
            record(run, "requested", by=by, new=run.status)
            ring(queue)
    except IntegrityError as error:
        raise Refused("already_running", _("This brief is already running.")) from error
    return run


def cancel(run: Run, *, by: Any) -> None:
    """Cancel `run`: at once while it waits, at its worker's next step while it runs."""
    require("generate", run, by=by)
    if run.status == RunStatus.QUEUED:
        move(run, RunStatus.CANCELLED, by=by, finished_at=timezone.now())
        return
    asked = Run.objects.filter(pk=run.pk, status=RunStatus.RUNNING, cancel_requested_at=None)
    if not asked.update(cancel_requested_at=timezone.now()):
        raise Refused("not_running", _("This run is over, or already being cancelled."))
    record(run, "cancel_requested", by=by)


def retry(run: Run, *, by: Any) -> None:
    """Queue a run again that failed or was stopped; what it has written stays and is not redone."""
    require("generate", run, by=by)
    try:
        with transaction.atomic():
            move(
                run, RunStatus.QUEUED, by=by, verb="retried", run_after=timezone.now(), attempt=0,
                finished_at=None, cancel_requested_at=None, error="", error_code="",
            )  # fmt: skip
            ring(run.queue)
    except IntegrityError as error:
        raise Refused("already_running", _("This brief is already running.")) from error


def _snapshot(
    brief: Brief, placements: list[Placement], profile: GeneratorProfile, seed: int
) -> tuple[dict[str, Any], str]:
    """Return all that the run may depend on, as JSON, and the queue that its plugin asks for."""
    if not profile.enabled:
        raise Refused("disabled", _("This generator profile is switched off."))
    try:
        manifest = registry.manifest(profile.generator)
        options = registry.options(profile.generator, profile.options)
    except (registry.UnknownGenerator, GenerationError) as error:
        raise Refused("unusable_profile", str(error)) from error
    client, product = brief.client, brief.product
    inputs = {
        "copydesk": version("copydesk"),
        "brief": {
            "id": brief.pk,
            "audience": brief.audience,
            "tone": brief.tone,
            "key_messages": brief.key_messages,
            "must_include": [*brief.must_include, *client.required_words],
            "must_avoid": [*brief.must_avoid, *client.banned_words],
            "language": brief.language,
            "market": brief.market,
            "count": brief.count,
        },
        "client": {"id": client.pk, "name": client.name, "brand_voice": client.brand_voice},
        "product": {
            "id": product.pk,
            "name": product.name,
            "category": product.category,
            "facts": [
                {"kind": fact.kind, "label": fact.label, "value": fact.value}
                for fact in product.facts.all()
            ],
        },
        "placements": [asdict(placement.spec) for placement in placements],
        "generator": {
            "profile": profile.name,
            "id": manifest.id,
            "version": manifest.version,
            "api_version": manifest.api_version,
            "options": options.model_dump(mode="json"),
        },
        "prompts": prompts.template_version(),
        "packs": [asdict(pack.ref) for pack in active_packs(copy_of(brief, placements[0], []))],
        "lessons": [],
        "seed": seed,
    }
    return inputs, manifest.resources.queue
