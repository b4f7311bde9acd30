"""Word lists that somebody brings: read in three formats, refused whole with line and reason."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from compliance import lexicons
from compliance.base import Copy, WordList
from compliance.engine import check
from compliance.lexicons import MOST_TERMS, parse


def workbook(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "# 注释\n敏感\n\n内部价\n".encode()),
        ("a.txt", "敏感\r\n内部价".encode("gb18030")),
        ("a.txt", "敏感\n内部价".encode("utf-16")),
        ("a.txt", "\ufeff敏感\n内部价".encode()),
        ("a.csv", '词语,级别\n敏感,1\n"内部价",2\n'.encode()),
        ("a.xlsx", workbook(["词语", "级别"], ["敏感", 1], [None, None], ["内部价", 2])),
    ],
)
def test_a_list_is_read(name, content) -> None:
    assert parse(content, name).terms == ("敏感", "内部价")


def test_a_term_that_comes_again_is_taken_once() -> None:
    assert parse("敏感\n敏感\n".encode(), "a.txt").terms == ("敏感",)


@pytest.mark.parametrize(
    ("name", "content", "line", "code"),
    [
        ("a.txt", "好\n。。。\n".encode(), 2, "invisible"),
        ("a.txt", "\u200b\u200b\n好".encode(), 1, "invisible"),
        ("a.txt", ("好" * 101).encode(), 1, "long"),
        ("a.txt", b"\xff\xfe\x00", 0, "encoding"),
        ("a.txt", b"\x81\x20\xff", 0, "encoding"),
        ("a.txt", b"\n \n", 0, "empty"),
        ("a.pdf", b"%PDF", 0, "format"),
        ("a.xlsx", b"no workbook", 0, "format"),
        ("a.txt", b"x" * (10 * 1024 * 1024 + 1), 0, "size"),
        ("a.txt", "\n".join(f"w{n}" for n in range(MOST_TERMS + 1)).encode(), 0, "many"),
    ],
)
def test_a_wrong_list_is_refused_whole_with_line_and_reason(name, content, line, code) -> None:
    parsed = parse(content, name)
    assert parsed.terms == ()
    assert (line, code) in {(one.line, one.code) for one in parsed.problems}


def test_a_workbook_that_is_a_bomb_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (201 * 1024 * 1024))
    assert [one.code for one in parse(out.getvalue(), "a.xlsx").problems] == ["size"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "敏感\n".encode() * 5),
        ("a.txt", b"# what follows is blank\n" + b"\n" * 4),
        ("a.csv", "敏感,1\n".encode() * 5),
        ("a.xlsx", workbook(*[["敏感"]] * 5)),
    ],
)
def test_more_lines_than_a_list_can_have_are_not_looked_at(monkeypatch, name, content) -> None:
    monkeypatch.setattr(lexicons, "MOST_LINES", 4)
    assert [(one.line, one.code) for one in parse(content, name).problems] == [(0, "many")]


def test_a_workbook_with_one_row_far_down_is_not_walked_to_it() -> None:
    book = Workbook()
    book.active.cell(1_000_000, 1, "敏感")
    out = io.BytesIO()
    book.save(out)
    assert [one.code for one in parse(out.getvalue(), "a.xlsx").problems] == ["many"]


def test_a_workbook_of_more_tags_than_a_list_can_have_is_not_parsed(monkeypatch) -> None:
    content = workbook(*[["敏感"] * 40] * 2)
    monkeypatch.setattr(lexicons, "_MOST_TAGS", 400)
    assert [one.code for one in parse(content, "a.xlsx").problems] == ["many"]
    monkeypatch.setattr(lexicons, "_MOST_TAGS", 4000)
    assert parse(content, "a.xlsx").terms == ("敏感",)


def test_the_digest_does_not_depend_on_order() -> None:
    one, two = parse("甲乙\n丙丁".encode(), "a.txt"), parse("丙丁\n甲乙".encode(), "a.txt")
    assert one.digest == two.digest


def listed(*terms, **rest):
    because = {"zh": "内部名单", "en": "on our list"}
    return WordList(
        "house", "3", f"sha256:{terms}", tuple(terms), rest.pop("severity", "block"),
        because, because, **rest,
    )  # fmt: skip


def hits(text, *lists, **copy):
    report = check(Copy.of(text, lists=lists, **copy))
    return [(h.rule, h.severity, h.text) for h in report.hits if h.rule.startswith("list.")]


def test_a_listed_word_is_found_disguised_as_well() -> None:
    assert hits("请看某\u200b某 某牌", listed("某某某牌")) == [
        ("list.house", "block", "某\u200b某 某牌")
    ]


def test_a_list_holds_in_its_markets_and_channels_alone() -> None:
    one = listed("某某牌", markets=("uk",), channels=("weibo",))
    assert hits("某某牌", one) == []
    assert hits("某某牌", one, market="uk", channel="weibo") == [("list.house", "block", "某某牌")]


def test_a_list_that_is_switched_off_finds_nothing_and_is_in_no_report() -> None:
    copy = Copy.of("某某牌", lists=(listed("某某牌"),), off=frozenset({"list.house"}))
    report = check(copy)
    assert "list.house" not in {one.name for one in report.packs}
    assert "list.house" not in {hit.rule for hit in report.hits}


def test_a_report_names_the_list_it_was_made_by() -> None:
    report = check(Copy.of("一杯", lists=(listed("某某牌"),)))
    assert ("list.house", "3") in {(one.name, one.version) for one in report.packs}
