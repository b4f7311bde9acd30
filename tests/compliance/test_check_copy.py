"""`manage.py check_copy` as programs and people meet it: a process of its own, without a database."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from compliance.jsonl import language_of

ROOT = Path(__file__).parents[2]
NO_DATABASE = "postgres://nobody@127.0.0.1:1/none"


def run(*args: str, stdin: bytes = b"", **env: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command with a database that does not exist: touching it would fail."""
    return subprocess.run(
        [sys.executable, "manage.py", "check_copy", *args],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        timeout=120,
        env={**os.environ, "COPYDESK_DATABASE_URL": NO_DATABASE, **env},
        check=False,
    )


def rows(*lines: object, args: tuple[str, ...] = ()) -> tuple[int, list[dict]]:
    raw = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    done = run("--format", "jsonl", *args, stdin=raw.encode())
    return done.returncode, [json.loads(line) for line in done.stdout.decode().splitlines()]


def test_text_from_standard_input_is_explained_in_its_language() -> None:
    done = run(stdin="采用顶级天然成分\n不含任何人工添加剂，纯天然\n".encode())
    shown = done.stdout.decode()
    assert done.returncode == 0, done.stderr
    assert "第 1 行" in shown
    assert "第 2 行" in shown
    assert "《中华人民共和国广告法》" in shown
    assert "    ^^^^" in shown


def test_english_text_is_explained_in_english(tmp_path) -> None:
    file = tmp_path / "copy.txt"
    file.write_text("Cures cancer", "utf-8")
    done = run(str(file))
    assert done.returncode == 0, done.stderr
    assert "Verdict: block" in done.stdout.decode()


def test_a_line_of_jsonl_gives_every_field_of_the_contract() -> None:
    code, (row,) = rows({"id": "a", "text": "国家级自然保护区旁，顶\u200b级体验"})
    assert code == 0
    assert set(row) == {"id", "verdict", "findings", "not_flagged", "packs"}
    (finding,) = row["findings"]
    assert set(finding) == {
        "rule", "severity", "start", "end", "text", "statute", "article", "reason", "suggestion",
        "undone",
    }  # fmt: skip
    assert finding["article"] == "9(3)"
    assert finding["undone"] == ["zero_width"]
    assert isinstance(finding["reason"], str)
    (kept,) = row["not_flagged"]
    assert set(kept) == {"start", "end", "text", "because"}
    assert row["packs"]
    assert all(set(pack) == {"name", "version", "digest"} for pack in row["packs"])


def test_language_and_market_follow_the_text_where_a_line_says_nothing() -> None:
    _, (zh, en) = rows({"id": 1, "text": "早安"}, {"id": 2, "text": "Good day"})
    chinese = {pack["name"] for pack in zh["packs"]}
    english = {pack["name"] for pack in en["packs"]}
    assert "cn_adlaw" in chinese - english
    assert "en_us_ftc" in english - chinese


@pytest.mark.parametrize("text", ["\U00020000", "\u2f00", "㊗ Happy", "\uf900"])
def test_any_form_of_a_chinese_character_makes_a_text_chinese(text) -> None:
    assert language_of(text) == "zh"


def test_a_category_changes_the_article() -> None:
    _, found = rows(
        {"id": 1, "text": "预防糖尿病", "category": "food"},
        {"id": 2, "text": "预防糖尿病。本品不能代替药物", "category": "health_food"},
        {"id": 3, "text": "预防糖尿病", "category": "electronics"},
    )
    cited = [{finding["article"] for finding in row["findings"]} for row in found]
    assert cited == [{"17", "71, 73"}, {"18(2)"}, {"17"}]


def test_options_hold_for_lines_that_say_nothing() -> None:
    _, (row,) = rows({"id": 1, "text": "每日两粒"}, args=("--category", "health_food"))
    assert row["findings"][0]["rule"] == "cn_food_health.health_food.statement"


#: A line, the id of its answer, and what the answer says.
BAD = [
    ("{", None, "not JSON"),
    ("[]", None, "object"),
    ({"id": "x"}, "x", "text is missing"),
    ({"id": "x", "text": 3}, "x", "not a string"),
    ({"id": ["x"], "text": "a"}, None, "id must be"),
    ({"id": True, "text": "a"}, None, "id must be"),
    ('{"id": 1e999, "text": "a"}', None, "id must be"),
    ('{"id": NaN, "text": "a"}', None, "id must be"),
    (f'{{"id": {"9" * 5000}, "text": "a"}}', None, "not JSON that can be read"),
    (f'{{"id": "x", "n": {"9" * 5000}, "text": "a"}}', None, "not JSON that can be read"),
    ("[" * 100_000, None, "not JSON that can be read"),
    ({"id": "x", "text": "a", "lang": "fr"}, "x", "valid: zh, en"),
    ({"id": "x", "text": "a", "market": "mars"}, "x", "valid: cn, us, uk, eu"),
    ({"id": "x", "text": "a", "category": "toys"}, "x", "valid: food, health_food"),
    ({"id": "x", "text": "a", "lang": 0}, "x", "unknown lang 0; valid"),
    ({"id": "x", "text": "a", "lang": ""}, "x", "unknown lang ''; valid"),
    ({"id": "x", "text": "a", "market": False}, "x", "unknown market False; valid"),
    ({"id": "x", "text": "a", "category": []}, "x", "unknown category []; valid"),
    ({"id": "x", "text": "a", "substantiations": {}}, "x", "list of objects"),
    ({"id": "x", "text": "a", "channel": 3}, "x", "channel must be a string"),
    ({"id": "x", "text": "a", "substantiations": "s"}, "x", "list of objects"),
    (
        {"id": "x", "text": "a", "substantiations": [{}, {"expires": "31/12/2026"}]},
        "x",
        "substantiations[1].expires must be a date such as 2026-12-31, not '31/12/2026'",
    ),
    ({"id": "x", "text": "a", "substantiations": [{"expires": 0}]}, "x", "[0].expires"),
]


@pytest.fixture(scope="module")
def answers() -> tuple[int, list[dict]]:
    """One process is asked about all bad lines, each with a good one before and behind it."""
    good = {"id": 1, "text": "早安"}
    return rows(good, *(one for line, *_ in BAD for one in (line, good)))


@pytest.mark.parametrize("number", range(len(BAD)), ids=lambda number: BAD[number][2])
def test_a_bad_line_says_why_and_the_rest_go_on(number, answers) -> None:
    _, id, said = BAD[number]
    code, found = answers
    assert (code, len(found)) == (2, 2 * len(BAD) + 1)
    first, bad, last = found[2 * number : 2 * number + 3]
    assert set(bad) == {"id", "error"}
    assert bad["id"] == id
    assert said in bad["error"]
    assert (first["verdict"], last["verdict"]) == ("pass", "pass")


def test_any_string_or_number_of_json_is_an_id_and_comes_back() -> None:
    ids = ["", "甲", 0, -7, 1.5, -0.25, 10**4000, None]
    code, found = rows(*({"id": id, "text": "早安"} for id in ids))
    assert code == 0
    assert [row["id"] for row in found] == ids


def test_null_takes_the_default_as_silence_does() -> None:
    keys = ("lang", "market", "category", "channel", "product", "substantiations")
    code, (row,) = rows(
        {"id": 1, "text": "每日两粒", **dict.fromkeys(keys)}, args=("--category", "health_food")
    )
    assert code == 0
    assert row["findings"][0]["rule"] == "cn_food_health.health_food.statement"


@pytest.mark.parametrize("form", ["text", "jsonl"])
def test_output_is_utf_8_whatever_the_locale(form) -> None:
    raw = {"text": "顶级", "jsonl": json.dumps({"id": "甲", "text": "顶级"})}[form].encode()
    done = run("--format", form, stdin=raw, PYTHONIOENCODING="ascii", LC_ALL="C")
    assert done.returncode == 0, done.stderr
    assert "《中华人民共和国广告法》" in done.stdout.decode("utf-8")


def test_errors_are_utf_8_whatever_the_locale() -> None:
    done = run("没有.txt", PYTHONIOENCODING="ascii", PYTHONUTF8="1")
    assert done.returncode == 2
    assert "没有.txt: No such file" in done.stderr.decode("utf-8")


def test_a_byte_order_mark_before_the_first_line_is_no_part_of_it() -> None:
    done = run("--format", "jsonl", stdin=b'\xef\xbb\xbf{"id":1,"text":"a"}\n{"id":2,"text":"b"}\n')
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [1, 2]


def test_a_line_that_is_not_utf_8_is_a_bad_line() -> None:
    done = run("--format", "jsonl", stdin=b'\xff\xfe\n{"id":1,"text":"a"}\n')
    bad, good = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 2
    assert "UTF-8" in bad["error"]
    assert good["id"] == 1


def test_empty_lines_and_lone_surrogates_are_no_trouble() -> None:
    code, (row,) = rows("", r'{"id":1,"text":"\ud800顶级"}', "  ")
    assert code == 0
    assert row["findings"][0]["start"] == 1


def test_lines_are_answered_one_by_one_as_they_come() -> None:
    process = subprocess.Popen(
        [sys.executable, "manage.py", "check_copy", "--format", "jsonl"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "COPYDESK_DATABASE_URL": NO_DATABASE},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        for number in (1, 2):
            process.stdin.write(json.dumps({"id": number, "text": "早安"}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait(timeout=60)
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--category", "toys"), "health_food"),
        (("--market", "mars"), "'cn', 'us', 'uk', 'eu'"),
        (("--language", "fr"), "'zh', 'en'"),
        (("--format", "xml"), "'text', 'jsonl'"),
        (("no/such/file.txt",), "no/such/file.txt: No such file"),
    ],
)
def test_a_wrong_argument_is_refused_with_what_is_valid(args, said) -> None:
    done = run(*args)
    assert done.returncode == 2
    assert said in done.stderr.decode()


def test_text_that_is_not_utf_8_is_refused() -> None:
    done = run(stdin=b"\xff\xfe")
    assert done.returncode == 2
    assert b"not UTF-8" in done.stderr
