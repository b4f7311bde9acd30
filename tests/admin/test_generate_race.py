"""Two people press Generate on one brief at once: one wins, the other is told."""

import threading

import pytest
from django.db import connections

from creatives.models import Run
from tests import builders
from tests.admin import desk

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_who_press_generate_at_once_make_one_run():
    office = desk.build()
    brief = builders.brief(office.client, by=office.people["writer"])
    start, answers = threading.Barrier(2), {}

    def press(role):
        browser = office.browser(role)
        start.wait()
        try:
            done = browser.post(f"/briefs/{brief.pk}/generate/", {"profile": "template"})
            page = browser.get(done.url)
            answers[role] = (done.status_code, "already running" in page.content.decode())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=[role]) for role in ("writer", "manager")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert Run._base_manager.count() == 1
    assert {status for status, _told in answers.values()} == {302}
    assert sorted(told for _status, told in answers.values()) == [False, True]
