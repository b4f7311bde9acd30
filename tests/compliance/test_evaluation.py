"""The measuring room: labelled cases in, figures out, and nothing of the label to the checker."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from compliance.base import Copy, Hit, Report
from compliance.evaluation import Case, Outcome, case_of, characters, figures, judge, law, report
from compliance.management.commands import evaluate_gates
from compliance.packs import PackError

_SAID = {"zh": "理由", "en": "reason"}


def hit(start=0, end=2, text="最佳", severity="block", **rest) -> Hit:
    rest = {"rule": "p.group.rule", "pack": "p", **rest}
    return Hit(
        severity=severity, field=0, start=start, end=end, text=text,
        reason=_SAID, suggestion=_SAID, **rest,
    )  # fmt: skip


def case(text="最佳伴侣", label="violation", **rest) -> Case:
    return Case("1", text, rest.pop("lang", "zh"), label, **rest)


def found(label, *hits, **rest) -> Outcome:
    return Outcome(case(label=label, **rest), hits)


def row(**entry) -> bytes:
    return json.dumps({"text": "最佳", "lang": "zh", "label": "ok", **entry}).encode()


# The figures.


def test_figures_count_each_kind_of_outcome():
    outcomes = [
        found("violation", hit()), found("violation", hit()), found("violation"),
        found("ok", hit()), found("ok"), found("ok"),
    ]  # fmt: skip
    result = figures(outcomes)
    assert result["recall"]["value"] == pytest.approx(2 / 3, abs=1e-4)
    assert result["precision"]["value"] == pytest.approx(2 / 3, abs=1e-4)
    assert result["ok_flagged"]["value"] == pytest.approx(1 / 3, abs=1e-4)
    assert result["f1"]["value"] == pytest.approx(2 / 3, abs=1e-4)


def test_characters_are_unions_and_missed_rows_count():
    spans = {"spans": ("最佳",)}
    outcomes = [
        # 最佳伴侣: 0..2 is labelled; two hits cover 1..4 twice: 1 true, 2 false, 1 missed.
        found("violation", hit(1, 3, "佳伴"), hit(2, 4, "伴侣"), **spans),
        found("violation", **spans),  # 2 missed
        found("violation", hit()),  # without spans: not counted
        found("ok", hit(), **spans),  # no violation: not counted
    ]
    result = characters(outcomes)
    assert result["rows"] == 2
    assert result["f1"]["value"] == pytest.approx(2 * 1 / (2 * 1 + 2 + 3), abs=1e-4)
    assert (result["precision"], result["recall"]) == (0.3333, 0.25)


def test_a_span_that_stands_twice_is_labelled_twice():
    outcome = found("violation", hit(), text="最佳最佳", spans=("最佳",))
    assert characters([outcome])["recall"] == 0.5


def test_spans_that_are_not_in_the_text_are_counted():
    assert characters([found("violation", spans=("最好",))])["spans_not_in_text"] == 1


def test_law_is_measured_on_found_chinese_violations_with_an_article():
    right = hit(statute="《中华人民共和国广告法》", article="9(3)")
    wrong = hit(statute="《中华人民共和国广告法》", article="17")
    basis = {"basis": "《广告法》第9条第(三)项"}
    outcomes = [
        found("violation", wrong, right, **basis), found("violation", wrong, **basis),
        found("violation", **basis), found("violation", right), found("ok", right, **basis),
        found("violation", right, lang="en", **basis),
    ]  # fmt: skip
    assert (law(outcomes)["hits"], law(outcomes)["of"]) == (1, 2)


def test_context_dependent_rows_stand_apart():
    outcomes = [found("violation", hit()), found("violation", contextual=True)]
    parts = report(outcomes)["zh"]
    assert parts["all"]["recall"]["of"] == 2
    assert parts["without_context_dependent"]["recall"]["value"] == 1.0
    assert parts["context_dependent"]["recall"]["value"] == 0.0


def test_rules_show_what_they_alone_found():
    outcomes = [
        found("violation", hit(), hit(rule="p.other")), found("violation", hit()), found("ok", hit()),
    ]  # fmt: skip
    rules = report(outcomes)["zh"]["by_rule"]
    assert rules["p.group.rule"]["precision"]["of"] == 3
    assert (rules["p.group.rule"]["alone_true"], rules["p.group.rule"]["alone_false"]) == (1, 1)
    assert rules["p.other"]["alone_true"] == 0


# What the checker is told.


def test_the_checker_learns_nothing_of_the_label():
    told: list[Copy] = []

    def checker(copy: Copy) -> Report:
        told.append(copy)
        return Report((hit(severity="warn"),), (), ())

    one = case_of(
        row(category="absolute", basis="《广告法》第9条", product="茶", spans=["最佳"]), 1
    )
    outcomes, _ = judge([one], checker)
    assert told == [Copy.of("最佳", language="zh", market="cn", product="茶")]
    assert not outcomes[0].flagged  # a warning is no positive


def test_english_is_measured_in_the_united_kingdom():
    assert case(lang="en").copy().market == "uk"


def test_findings_of_what_is_left_out_do_not_count():
    def checker(copy: Copy) -> Report:
        return Report((hit(), hit(rule="q.rule", pack="q")), (), ())

    assert len(judge([case()], checker, ["p.group"])[0][0].hits) == 1
    assert len(judge([case()], checker, ["p", "q.rule"])[0][0].hits) == 0
    assert len(judge([case()], checker, ["p.gro"])[0][0].hits) == 2


def test_a_failed_check_is_named():
    def checker(copy: Copy) -> Report:
        return Report((hit(rule="gate.error", pack=""),), (), ())

    assert figures(judge([case()], checker)[0])["failed_checks"] == 1


# The command.


@pytest.fixture
def file(tmp_path):
    rows = [
        {"id": "a", "text": "全网最低价，欢迎选购", "lang": "zh", "label": "violation",
         "category": "price", "basis": "《广告法》第9条", "spans": ["全网最低价"]},
        {"id": "b", "text": "这件衬衫是蓝色的", "lang": "zh", "label": "ok", "category": "none"},
        {"id": "c", "text": "桌子上有一本书", "lang": "zh", "label": "violation",
         "category": "other", "basis": "[context-dependent]", "spans": []},
        {"id": "d", "text": "全网最低价也是价", "lang": "zh", "label": "ok", "category": "price"},
        {"id": "e", "text": "A blue shirt", "lang": "en", "label": "ok", "category": "none"},
    ]  # fmt: skip
    path = tmp_path / "cases.jsonl"
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows), "utf-8")
    return path


def run(*args) -> str:
    out = StringIO()
    call_command("evaluate_gates", *map(str, args), stdout=out)
    return out.getvalue()


def test_the_command_gives_one_object(file):
    result = json.loads(run(file, "--json"))
    zh = result["languages"]["zh"]
    assert (zh["all"]["recall"]["hits"], zh["all"]["recall"]["of"]) == (1, 2)
    assert zh["all"]["ok_flagged"]["hits"] == 1
    assert zh["context_dependent"]["rows"] == 1
    assert result["languages"]["en"]["all"]["rows"] == 1


def test_the_table_names_the_figures(file):
    text = run(file, "--by", "category", "--lang", "zh")
    assert "recall" in text and "price: recall 1.000" in text and "en, all" not in text


def test_misses_and_false_alarms_are_shown(file):
    misses, false = run(file, "--show", "misses"), run(file, "--show", "false")
    assert misses.startswith("c [other]") and "全网最低价" not in misses
    assert false.startswith("d [price]") and "block" in false
    assert run(file, "--show", "misses", "--limit", "0") == ""


def test_gates_can_be_left_out(file):
    def found(*names):
        left_out = [part for name in names for part in ("--without", name)]
        result = json.loads(run(file, "--json", *left_out))
        return result["languages"]["zh"]["all"]["recall"]["hits"]

    assert found("trained") == 1
    assert found("packs", "trained") == 0


def test_an_unknown_name_to_leave_out_is_refused(file):
    with pytest.raises(CommandError, match="--without nothing: no such check") as error:
        run(file, "--without", "nothing")
    assert error.value.returncode == 2


def test_broken_packs_are_no_measurement(file, monkeypatch):
    def broken():
        raise PackError("p/rules.toml: rule p.x: no")

    monkeypatch.setattr(evaluate_gates, "installed", broken)
    with pytest.raises(CommandError, match="packs cannot be used: p/rules.toml: rule p.x"):
        run(file)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"{", "not JSON"),
        (b"\xff{}", "not UTF-8"),
        (b"[]", "must be a JSON object"),
        (row(label="bad"), "unknown label 'bad'"),
        (row(lang="fr"), "unknown lang 'fr'"),
        (row(text=""), "text is missing"),
        (row(text=7), "text must be a string"),
        (row(spans="最佳"), "spans must be a list"),
    ],
)
def test_a_bad_line_is_named_with_its_reason(tmp_path, line, why):
    path = tmp_path / "bad.jsonl"
    path.write_bytes(row() + b"\n\n" + line + b"\n")
    with pytest.raises(CommandError, match=rf"bad\.jsonl, line 3: .*{why}") as error:
        run(path)
    assert error.value.returncode == 2


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match="none.jsonl: No such file") as error:
        run(tmp_path / "none.jsonl")
    assert error.value.returncode == 2


def test_a_file_without_cases_is_no_measurement(tmp_path):
    (tmp_path / "empty.jsonl").write_text("\n")
    with pytest.raises(CommandError, match="no cases"):
        run(tmp_path / "empty.jsonl")
