"""From lines on a picture to findings with boxes: order, places, laws, and what was not read."""

import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from compliance import readers
from compliance.picture_gates import judge, places_of
from compliance.pictures import (
    Line,
    Reading,
    ReadingError,
    in_order,
    marks_of,
    text_of,
)


def line(text: str, x: float = 0, y: float = 0, w: float = 100, h: float = 20, **rest: Any) -> Line:
    box = ((x, y), (x + w, y), (x + w, y + h), (x, y + h))
    return Line(text, box, rest.pop("score", 0.99), **rest)


def reading(*lines: Line, **rest: Any) -> Reading:
    return Reading(tuple(lines), "test 1", 400, 300, **rest)


def test_lines_are_read_row_by_row_whatever_their_order() -> None:
    lines = [line("d", 0, 200), line("b", 200, 6), line("a", 0, 0), line("c", 0, 100)]
    assert [one.text for one in in_order(lines)] == ["a", "b", "c", "d"]


def test_frames_are_read_one_after_the_other() -> None:
    lines = [line("b", 0, 0, frame=1), line("a", 0, 200, frame=0)]
    assert [one.text for one in in_order(lines)] == ["a", "b"]


def test_the_text_is_the_lines_joined() -> None:
    assert text_of(reading(line("a"), line("b"))) == "a\nb"


def test_a_span_in_the_middle_of_a_line_takes_its_share_of_the_box() -> None:
    (mark,) = marks_of(reading(line("一二三四", w=400)), 1, 3)
    assert mark.box == ((100, 0), (300, 0), (300, 20), (100, 20))


def test_a_chinese_character_is_as_wide_as_two_latin_ones() -> None:
    (mark,) = marks_of(reading(line("ab一", w=400)), 2, 3)
    assert mark.box[0] == (200, 0)


def test_a_line_that_runs_downwards_is_shared_downwards() -> None:
    (mark,) = marks_of(reading(line("一二三四", w=20, h=400)), 1, 2)
    assert mark.box == ((0, 100), (20, 100), (20, 200), (0, 200))


def test_a_span_over_two_lines_has_a_mark_on_each() -> None:
    one, two = marks_of(reading(line("一二"), line("三四", y=50, frame=1)), 1, 4)
    assert (one.box[0], one.frame) == ((50, 0), 0)
    assert (two.box[:2], two.frame) == (((0, 50), (50, 50)), 1)


def test_a_finding_without_a_span_has_no_mark() -> None:
    assert marks_of(reading(line("一二")), 0, 0) == ()


@pytest.mark.parametrize(
    ("text", "markets"),
    [
        ("每天一杯燕麦奶", ["cn"]),
        ("OATLY 燕麦奶", ["cn"]),
        ("A cup of oat milk", ["us", "uk", "eu"]),
        ("Oats", ["us", "uk", "eu"]),
        ("燕麦奶\nDrink a cup every morning", ["cn", "us", "uk", "eu"]),
        ("99% 2026", ["cn", "us", "uk", "eu"]),
    ],
)
def test_a_picture_is_judged_where_its_languages_are_spoken(text: str, markets: list[str]) -> None:
    assert [market for _language, market in places_of(text)] == markets


def test_one_finding_names_all_markets_and_the_law_of_each() -> None:
    found = judge(reading(line("Guaranteed to cure cancer in one week")))
    cancer = next(one for one in found.found if "cancer" in one.hit.text)
    assert cancer.markets == ("us", "uk", "eu")
    assert len(cancer.laws) == 3
    assert found.verdict == "block"


def test_a_claim_broken_over_two_lines_is_found_with_both_boxes() -> None:
    found = judge(reading(line("国家"), line("级品质", y=30)))
    assert found.verdict == "block"
    (one,) = [one for one in found.found if one.hit.text == "国家\n级"]
    assert [mark.box[0][1] for mark in one.marks] == [0, 30]


@pytest.mark.parametrize(
    "other",
    [line("级品质", y=200), line("级品质", y=30, h=60), line("级品质", x=300, y=30)],
)  # fmt: skip
def test_lines_that_stand_apart_are_not_one_sentence(other: Line) -> None:
    assert judge(reading(line("国家"), other)).verdict == "pass"


def test_a_claim_shown_one_frame_after_the_other_is_found_with_both_boxes() -> None:
    found = judge(reading(line("国家"), line("级品牌", x=200, y=200, h=60, frame=1), frames=2))
    assert found.verdict == "block"
    (one,) = [one for one in found.found if one.hit.text == "国家\n级"]
    assert [mark.frame for mark in one.marks] == [0, 1]


@pytest.mark.parametrize("where", [{"y": 0}, {"y": 25}, {"x": 100}])
def test_a_claim_that_goes_on_in_its_place_is_found_beside_what_stays(where: Any) -> None:
    lines = (line("国家"), line("燕麦奶", y=200), line("级品牌", frame=1, **where))
    found = judge(reading(*lines, frames=2))
    (one,) = [one for one in found.found if one.hit.severity == "block"]
    assert one.hit.text == "国家\n级"
    assert (one.hit.start, one.hit.end) == (0, 8)
    assert [mark.frame for mark in one.marks] == [0, 1]


def test_frames_that_say_nothing_together_pass() -> None:
    lines = (line("早餐"), line("燕麦奶", frame=1), line("好喝", y=40, frame=2))
    assert judge(reading(*lines, frames=3)).verdict == "pass"


def test_what_a_frame_says_by_itself_is_told_once() -> None:
    lines = (line("国家"), line("级品质", y=30), line("燕麦奶", frame=1))
    found = judge(reading(*lines, frames=2))
    assert [one.hit.text for one in found.found if one.hit.severity == "block"] == ["国家\n级"]


def test_no_text_passes_without_a_market() -> None:
    found = judge(reading())
    assert (found.verdict, found.markets, found.packs) == ("pass", (), ())


def test_a_guessed_line_is_a_warning_with_its_box() -> None:
    found = judge(reading(line("燕麦奶", score=0.2)))
    (one,) = [one for one in found.found if one.hit.rule == "picture.doubtful"]
    assert (found.verdict, len(one.marks)) == ("warn", 1)


def test_frames_that_were_not_read_block() -> None:
    assert judge(reading(frames=30, unread=6)).verdict == "block"


def test_a_text_that_the_copy_beside_it_may_carry_is_only_a_warning() -> None:
    found = judge(reading(line("每日一粒")), category="health_food")
    demands = [one.hit for one in found.found if one.hit.end == 0 and one.hit.pack]
    assert demands and {hit.severity for hit in demands} == {"warn"}
    assert all("图片旁的文案" in hit.reason["zh"] for hit in demands)


def test_a_gate_that_fails_blocks_the_picture() -> None:
    class Broken:
        id = "broken"

        def hits(self, copy: Any) -> Any:
            raise RuntimeError("out of order")

    found = judge(reading(line("燕麦奶")), checks=(Broken(),))
    assert (found.verdict, found.found[0].hit.rule) == ("block", "gate.error")


def test_a_finding_becomes_json() -> None:
    found = judge(reading(line("根治糖尿病")))
    data = json.loads(json.dumps([one.as_dict() for one in found.found]))
    assert {"rule", "severity", "start", "end", "markets", "laws", "marks"} <= set(data[0])


def test_without_the_reader_nothing_is_read_and_it_says_what_to_install() -> None:
    with pytest.raises(ReadingError, match="make setup") as caught:
        readers.read(b"", "nobody")
    assert (caught.value.code, caught.value.permanent) == ("no_reader", True)


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Any:
    def install(answer: Any) -> None:
        class Plugin:
            id, licence = "fixed", "MIT"

            def read(self, content: bytes) -> Reading:
                if isinstance(answer, Exception):
                    raise answer
                return answer

        monkeypatch.setattr(readers, "get", lambda name: Plugin())

    return install


@pytest.mark.parametrize(
    "wrong",
    [line("a\nb"), line("a\0"), line("\ud800"), line("a", w=9999), line("a", x=float("nan")),
     line("a", score=7)],
)  # fmt: skip
def test_an_answer_that_cannot_be_true_is_refused(answering: Any, wrong: Line) -> None:
    answering(reading(wrong))
    with pytest.raises(ReadingError) as caught:
        readers.read(b"", "fixed")
    assert caught.value.code == "bad_reading"


def test_a_reader_that_breaks_may_be_tried_again(answering: Any) -> None:
    answering(RuntimeError("out of memory"))
    with pytest.raises(ReadingError, match="out of memory") as caught:
        readers.read(b"", "fixed")
    assert (caught.value.code, caught.value.permanent) == ("crashed", False)


def test_the_command_prints_findings_with_their_places(
    answering: Any, tmp_path: Any, capsys: Any
) -> None:
    answering(reading(line("根治糖尿病"), line("", score=0.1)))
    (tmp_path / "a.png").write_bytes(b"x")
    call_command("check_picture", str(tmp_path / "a.png"), "--format", "json", "--category", "food")
    data = json.loads(capsys.readouterr().out)
    assert (data["verdict"], data["markets"], data["lines"][0]["text"]) == (
        "block",
        ["cn"],
        "根治糖尿病",
    )
    assert data["findings"][0]["marks"]
    call_command("check_picture", str(tmp_path / "a.png"), "--market", "uk")
    assert "uk" in capsys.readouterr().out


def test_the_command_does_not_pass_what_it_cannot_read(answering: Any, tmp_path: Any) -> None:
    answering(ReadingError("not whole", permanent=True, code="broken_picture"))
    (tmp_path / "a.png").write_bytes(b"x")
    with pytest.raises(CommandError, match="not read: not whole") as caught:
        call_command("check_picture", str(tmp_path / "a.png"))
    assert caught.value.returncode == 2
    with pytest.raises(CommandError, match="No such file"):
        call_command("check_picture", str(tmp_path / "missing.png"))
