"""What the pages show, to whom, in which language, and at what cost."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from creatives.models import Candidate, Finding, Report, Run
from creatives.workbench import paging
from tests import builders

Enter = Callable[..., Browser]

NASTY = ['<script>alert(1)</script>"', '"><img src=x onerror=alert(1)>', "{{ 7|add:7 }}&amp;"]


def queries(browser: Browser, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(path).status_code == 200
    return len(captured)


def test_the_queue_costs_the_same_for_three_rows_and_thirty(
    world: Any, enter: Enter, monkeypatch: Any
) -> None:
    monkeypatch.setattr(paging, "SIZE", 50)
    monkeypatch.setattr(paging.page_of, "__kwdefaults__", {"oldest_first": False, "size": 50})
    builders.candidate(world.run, "第三条。")
    browser = enter(world.reviewer)
    few = queries(browser, reverse("queue"))
    runs = [builders.run(builders.brief(world.client, name=f"n{n}"), by=None) for n in range(3)]
    for number in range(27):
        made = builders.candidate(runs[number % 3], f"{builders.EVIDENCE}{number}")
        if number % 3 == 0:
            builders.edited(made, f"换一种说法{number}。", by=world.editor)
    answer = browser.get(reverse("queue"))
    assert len(answer.context["rows"]) > 30
    assert queries(browser, reverse("queue")) == few


@pytest.mark.parametrize("route", ["runs", "publications"])
def test_lists_cost_the_same_for_one_row_and_many(world: Any, enter: Enter, route: str) -> None:
    browser = enter(world.publisher)

    def add(number: int) -> None:
        run = builders.run(builders.brief(world.client, name=f"n{number}"), by=world.writer)
        made = builders.candidate(run, f"早安，第{number}杯。")
        builders.approved(made, by=world.reviewer)
        builders.published(made, by=world.publisher)

    add(0)
    few = queries(browser, reverse(route))
    for number in range(1, 6):
        add(number)
    assert queries(browser, reverse(route)) == few


def test_the_candidate_page_costs_the_same_for_any_history(world: Any, enter: Enter) -> None:
    browser = enter(world.reviewer)
    path = reverse("candidate", args=[world.clean.pk])
    builders.edited(world.clean, "说法零。", by=world.writer)
    few = queries(browser, path)
    for number in range(8):
        builders.edited(world.clean, f"说法{number}杯。", by=world.writer)
        builders.candidate(world.run, f"早安，第{number}杯。")
    assert queries(browser, path) == few


def test_pages_follow_each_other_without_gap_or_repeat(
    world: Any, enter: Enter, monkeypatch: Any
) -> None:
    monkeypatch.setattr(paging.page_of, "__kwdefaults__", {"oldest_first": False, "size": 4})
    for number in range(9):
        builders.candidate(world.run, f"第{number}杯。")
    wanted = list(
        Candidate._base_manager.filter(status="in_review")
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    browser, query, seen = enter(world.reviewer), {}, []
    pages = []
    while True:
        context = browser.get(reverse("queue"), query).context
        pages.append([row.candidate.pk for row in context["rows"]])
        seen += pages[-1]
        if context["page"].after is None:
            break
        query = {"after": context["page"].after}
    assert seen == wanted
    back = browser.get(reverse("queue"), {"before": context["page"].before}).context
    assert [row.candidate.pk for row in back["rows"]] == pages[-2]


@pytest.mark.parametrize(
    "query", ["after=x", "before=-1", "after=9" * 40, "client=%00", "status=☂"]
)
def test_a_wrong_address_narrows_nothing(world: Any, enter: Enter, query: str) -> None:
    assert enter(world.reviewer).get(f"{reverse('queue')}?{query}").status_code == 200


def test_tabs_and_filters_narrow_the_list(world: Any, enter: Enter) -> None:
    other = builders.client(world.agency, "Barley", team=[world.reviewer])
    english = builders.brief(
        other, by=world.writer, language="en", market="us", placements=["x_post"]
    )
    made = builders.candidate(builders.run(english, by=world.writer), "A quiet morning.")
    browser = enter(world.reviewer)

    def shown(**query: Any) -> list[int]:
        return [row.candidate.pk for row in browser.get("/review/", query).context["rows"]]

    assert shown() == [world.clean.pk, world.evidence.pk, made.pk]
    assert shown(status="blocked") == [world.blocked.pk]
    assert shown(client=other.pk) == shown(language="en") == shown(placement="x_post") == [made.pk]


def test_a_reviewer_reads_only_the_languages_of_the_membership(world: Any, enter: Enter) -> None:
    english = builders.brief(world.client, by=world.writer, language="en", market="us")
    made = builders.candidate(builders.run(english, by=world.writer), "A quiet morning.")
    answer = enter(world.english).get(reverse("queue"))
    assert [row.candidate.pk for row in answer.context["rows"]] == [made.pk]
    assert answer.context["tabs"][0]["count"] == 1


def test_ones_own_work_is_marked_and_not_next(world: Any, enter: Enter) -> None:
    builders.Membership._base_manager.filter(user=world.writer).update(roles=["writer", "reviewer"])
    theirs = builders.candidate(
        builders.run(builders.brief(world.client, by=world.editor), by=world.editor), "早安。"
    )
    answer = enter(world.writer).get(reverse("queue"))
    own = {row.candidate.pk: row.own for row in answer.context["rows"]}
    assert own == {world.clean.pk: True, world.evidence.pk: True, theirs.pk: False}
    assert answer.content.decode().count("your own work") == 2
    first = builders.candidate(theirs.run, "午安。")
    sent = enter(world.writer).post(
        reverse("reject", args=[theirs.pk]), {"sha256": theirs.sha256, "reason": "dull"}
    )
    assert sent["Location"].startswith(reverse("candidate", args=[first.pk]))


def test_a_candidate_has_the_ones_beside_it_in_the_list(world: Any, enter: Enter) -> None:
    third = builders.candidate(world.run, "早安。")
    browser = enter(world.reviewer)

    def beside(candidate: Candidate, **query: Any) -> tuple[int | None, int | None]:
        context = browser.get(reverse("candidate", args=[candidate.pk]), query).context
        return context["previous"], context["next"]

    assert beside(world.clean) == (None, world.evidence.pk)
    assert beside(world.evidence) == (world.clean.pk, third.pk)
    assert beside(third) == (world.evidence.pk, None)
    assert beside(third, status="blocked") == (None, world.blocked.pk)
    assert beside(world.clean, status="rejected") == (None, None)


@pytest.mark.parametrize(
    ("who", "which", "steps"),
    [
        ("reviewer", "clean", {"approve", "reject", "edit"}),
        ("reviewer", "blocked", {"approve", "edit"}),
        ("writer", "clean", {"edit"}),
        ("publisher", "clean", set()),
        ("viewer", "clean", set()),
        ("manager", "clean", {"edit"}),
        ("english", "clean", {"approve", "reject", "edit"}),
    ],
)
def test_steps_by_role(world: Any, enter: Enter, who: str, which: str, steps: set[str]) -> None:
    candidate = getattr(world, which)
    answer = enter(world.people[who]).get(reverse("candidate", args=[candidate.pk]))
    assert set(answer.context["steps"]) == steps
    if who == "english":
        assert not any(step.open for step in answer.context["steps"].values())


@pytest.mark.parametrize(("language", "said"), [("en", "absolute"), ("zh-hans", "绝对化用语")])
def test_a_finding_says_what_where_why_and_by_which_law(
    world: Any, enter: Enter, language: str, said: str
) -> None:
    browser = enter(world.reviewer, language=language)
    page = browser.get(reverse("candidate", args=[world.blocked.pk])).content.decode()
    assert '<mark class="block" data-hits="1">顶级</mark>' in page
    assert "广告法" in page and "9(3)" in page and said in page


def test_a_draft_belongs_to_one_person_and_one_candidate(world: Any, enter: Enter) -> None:
    for user in (world.reviewer, world.second):
        for route, kind in (("candidate", "reason"), ("edit", "edit")):
            page = enter(user).get(reverse(route, args=[world.clean.pk])).content.decode()
            assert f'data-draft="{user.pk}:{kind}:{world.clean.pk}"' in page
            assert "data-restored hidden" in page


def test_a_missing_word_is_listed_apart(world: Any, enter: Enter) -> None:
    world.client.required_words = ["燕麦"]
    world.client.save()
    candidate = builders.candidate(world.run, "今天的早餐。")
    answer = enter(world.reviewer).get(reverse("candidate", args=[candidate.pk]))
    assert [hit.finding.rule for hit in answer.context["whole"]] == ["client.required"]
    assert "About the copy as a whole" in answer.content.decode()
    assert "<mark" not in answer.content.decode()


@pytest.mark.parametrize(
    ("language", "said"), [("en", "101 more findings"), ("zh-hans", "另有 101 条")]
)
def test_of_very_many_findings_the_gravest_are_listed(
    world: Any, enter: Enter, language: str, said: str
) -> None:
    report = Report._base_manager.get(candidate=world.clean)
    rows = [
        Finding(
            report=report, candidate=world.clean, rule=f"r{number}", severity="warn", field=0,
            start=number % 9, end=number % 9 + 1, text="早", reason={"en": "w", "zh": "词"},
            suggestion={}, **world.clean.owners,
        )
        for number in range(601)
    ]  # fmt: skip
    rows[-1].severity, rows[-1].start, rows[-1].end = "block", 9, 10
    Finding._base_manager.bulk_create(rows)
    browser = enter(world.reviewer, language=language)
    answer = browser.get(reverse("candidate", args=[world.clean.pk]))
    assert said in answer.content.decode()
    hits = answer.context["hits"]
    assert [hit.number for hit in hits] == list(range(1, 501))
    assert hits[-1].finding.severity == "block", "it comes last in the copy, and is listed"
    editing = enter(world.writer, language=language).get(reverse("edit", args=[world.clean.pk]))
    assert said in editing.content.decode()
    few = browser.get(reverse("candidate", args=[world.evidence.pk]))
    assert few.context["hits"] and few.context["unlisted"] == 0


def test_only_the_latest_report_is_shown(world: Any, enter: Enter) -> None:
    old = Report._base_manager.get(candidate=world.evidence)
    new = Report._base_manager.create(
        candidate=world.evidence, verdict="pass", packs=[], **world.evidence.owners
    )
    answer = enter(world.reviewer).get(reverse("candidate", args=[world.evidence.pk]))
    assert answer.context["report"] == new and answer.context["hits"] == []
    assert Finding._base_manager.filter(report=old).exists()
    row = next(
        row
        for row in enter(world.reviewer).get(reverse("queue")).context["rows"]
        if row.candidate == world.evidence
    )
    assert row.counts == []


def test_an_edit_shows_what_changed(world: Any, enter: Enter) -> None:
    child = builders.edited(world.clean, "今天的晚餐，一杯就好。", by=world.writer)
    page = enter(world.reviewer).get(reverse("candidate", args=[child.pk])).content.decode()
    assert "今天的<del>早</del><ins>晚</ins>餐，一杯就好。" in page
    parent = enter(world.reviewer).get(reverse("candidate", args=[world.clean.pk])).content.decode()
    assert reverse("candidate", args=[child.pk]) in parent


def test_times_are_the_organizations(world: Any, enter: Enter) -> None:
    Run._base_manager.update(created_at=datetime(2026, 3, 1, 20, 30, tzinfo=UTC))
    path = reverse("run", args=[world.run.pk])
    assert "2026-03-02 04:30:00" in enter(world.reviewer).get(path).content.decode()
    world.agency.time_zone = "Europe/London"
    world.agency.save()
    assert "2026-03-01 20:30:00" in enter(world.reviewer).get(path).content.decode()


def test_fields_are_labelled_and_counted_by_the_placement(world: Any, enter: Enter) -> None:
    brief = builders.brief(world.client, by=world.writer, placements=["google_rsa"])
    candidate = builders.candidate(
        builders.run(brief, by=world.writer),
        fields=[["headline", "燕麦奶 oat"], ["headline", "早安"], ["description", "一杯就好"]],
    )
    for language, labels in (("en", "Headline"), ("zh-hans", "标题")):
        answer = enter(world.reviewer, language=language).get(
            reverse("candidate", args=[candidate.pk])
        )
        fields = answer.context["fields"]
        assert [field.label for field in fields][:2] == [f"{labels} 1", f"{labels} 2"]
        assert (fields[0].length, fields[0].limit) == (10, 30)


def test_a_retired_placement_is_still_shown(world: Any, enter: Enter) -> None:
    builders.Placement.objects.filter(pk="weibo_post").update(retired=True)
    for route in ("candidate", "edit"):
        answer = enter(world.writer).get(reverse(route, args=[world.clean.pk]))
        assert answer.status_code == 200
        assert answer.context["fields"][0].limit is None


@pytest.mark.parametrize("nasty", NASTY)
def test_what_people_and_models_write_is_text_everywhere(
    world: Any, enter: Enter, nasty: str
) -> None:
    client = builders.client(world.agency, f"C{nasty}", team=world.people.values())
    about = builders.product(
        client, f"P{nasty}", facts=[{"kind": "feature", "label": nasty, "value": nasty}]
    )
    brief = builders.brief(
        client, by=world.writer, about=about, name=f"B{nasty}", audience=nasty, tone=nasty,
        key_messages=[nasty], must_include=[nasty], must_avoid=[f"no {nasty}"],
    )  # fmt: skip
    run = builders.run(brief, by=world.writer)
    candidate = builders.candidate(run, f"{nasty}一杯就好")
    child = builders.edited(candidate, f"{nasty}一杯正好", by=world.writer)
    pages = [
        ("queue", None), ("runs", None), ("run", run.pk), ("run_progress", run.pk),
        ("candidate", candidate.pk), ("candidate", child.pk), ("edit", candidate.pk),
    ]  # fmt: skip
    browser = enter(world.writer)
    for route, pk in pages:
        page = browser.get(reverse(route, args=[pk] if pk else [])).content.decode()
        assert "<img src=x" not in page, route
        assert "<script>alert" not in page, route
        assert "14&amp;" not in page, route
    reviewer = enter(world.reviewer)
    reviewer.post(
        reverse("reject", args=[child.pk]), {"sha256": child.sha256, "reason": f"too {nasty}"}
    )
    for path in (reverse("queue"), reverse("candidate", args=[child.pk])):
        page = reviewer.get(path).content.decode()
        assert "<img src=x" not in page and "<script>alert" not in page
    refused = reviewer.post(
        reverse("approve", args=[candidate.pk]), {"sha256": "", "reason": f"</textarea>{nasty}"}
    ).content.decode()
    assert "<img src=x" not in refused and "<script>alert" not in refused


def test_no_page_holds_inline_script_or_style(world: Any, enter: Enter) -> None:
    browser = enter(world.reviewer)
    for route, pk in [("queue", 0), ("candidate", world.blocked.pk), ("run", world.run.pk)]:
        answer = browser.get(reverse(route, args=[pk] if pk else []))
        page = answer.content.decode()
        assert "<style" not in page and " style=" not in page and " onclick=" not in page
        assert "default-src 'self'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(("language", "said"), [("en", "Log in"), ("zh-hans", "登录")])
def test_logging_in_and_out(world: Any, language: str, said: str) -> None:
    browser = Browser()
    browser.cookies["django_language"] = language
    address = reverse("login")
    assert said in browser.get(address).content.decode()
    wrong = browser.post(address, {"username": "reviewer", "password": "wrong"})
    assert wrong.status_code == 200 and 'role="alert"' in wrong.content.decode()
    right = {"username": "reviewer", "password": builders.PASSWORD}
    target = reverse("candidate", args=[world.clean.pk])
    assert browser.post(f"{address}?next={target}", right)["Location"] == target
    assert browser.get(address)["Location"] == reverse("queue")
    assert browser.post(reverse("logout"))["Location"] == address
    assert browser.get(reverse("queue")).status_code == 302


def test_a_log_in_does_not_lead_away(world: Any) -> None:
    right = {"username": "reviewer", "password": builders.PASSWORD}
    answer = Browser().post("/login/?next=https://evil.example/", right)
    assert answer["Location"] == reverse("queue")


def test_the_language_is_switched_in_place(world: Any, enter: Enter) -> None:
    browser = enter(world.reviewer, language="zh-hans")
    assert 'lang="zh-hans"' in browser.get(reverse("queue")).content.decode()
    browser.post(reverse("set_language"), {"language": "en", "next": reverse("queue")})
    assert '<html lang="en">' in browser.get(reverse("queue")).content.decode()


def test_after_a_refusal_the_language_switch_leads_to_the_page(world: Any, enter: Enter) -> None:
    page = enter(world.reviewer).post(reverse("approve", args=[world.clean.pk])).content.decode()
    assert f'name="next" value="{reverse("candidate", args=[world.clean.pk])}' in page


def test_a_bug_is_told_in_both_languages_without_the_database(
    world: Any, enter: Enter, monkeypatch: Any
) -> None:
    from creatives.workbench.views import review

    def broken(*_args: Any, **_rest: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(review.queue, "listed", broken)
    browser = enter(world.reviewer, raise_request_exception=False)
    answer = browser.get(reverse("queue"))
    assert answer.status_code == 500
    assert "出错了" in answer.content.decode() and "Something went wrong" in answer.content.decode()
