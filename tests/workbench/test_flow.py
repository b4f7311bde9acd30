"""The way of a candidate over the desk: queue, review, approve, publish, withdraw."""

import json
from collections.abc import Callable
from typing import Any

from django.test import Client as Browser
from django.urls import reverse

from creatives.models import Candidate, Publication
from creatives.states import CandidateStatus, PublicationStatus
from tests import builders

Enter = Callable[..., Browser]


def status_of(candidate: Candidate) -> str:
    return str(Candidate._base_manager.get(pk=candidate.pk).status)


def test_from_the_queue_to_the_feed_and_back(world: Any, enter: Enter, settings: Any) -> None:
    browser = enter(world.reviewer)
    queue = browser.get(reverse("queue"))
    address = reverse("candidate", args=[world.clean.pk])
    assert address in queue.content.decode()
    page = browser.get(address)
    assert builders.CLEAN in page.content.decode()
    done = browser.post(reverse("approve", args=[world.clean.pk]), builders.shown(world.clean))
    assert done.status_code == 302
    assert done["Location"].startswith(reverse("candidate", args=[world.evidence.pk]))
    assert status_of(world.clean) == CandidateStatus.APPROVED

    publisher = enter(world.publisher)
    sent = publisher.post(reverse("publish", args=[world.clean.pk]), {"channel": "file"})
    assert sent.status_code == 302
    publication = Publication._base_manager.get()
    feed = settings.FEED_ROOT / str(world.agency.pk) / str(world.client.pk) / "feed.json"
    assert json.loads(feed.read_text())["items"][0]["sha256"] == world.clean.sha256
    proof = publisher.get(reverse("publication", args=[publication.pk])).content.decode()
    assert world.clean.sha256 in proof and "matches the bytes above" in proof

    publisher.post(reverse("withdraw", args=[publication.pk]), {"reason": "the flight is over"})
    publication.refresh_from_db()
    assert publication.status == PublicationStatus.WITHDRAWN
    assert json.loads(feed.read_text())["items"] == []
