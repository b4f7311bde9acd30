"""Lint, examples, differences and the schema of rule packs."""

import json

import pytest

from compliance.packs import load_pack
from compliance.packs.diff import diff
from compliance.packs.lint import lint
from compliance.packs.schema import json_schema
from tests.compliance.test_packs import META, RULE, pack_at

HIT = {"rule": "mine.word", "text": "这是坏词", "hit": True}
MISS = {"rule": "mine.word", "text": "这是好词", "hit": False}
SAFE = RULE.replace('article = "1"', 'article = "1"\nverified = false').replace('"block"', '"warn"')


def examples(folder, *lines):
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    (folder / "examples.jsonl").write_text(text, "utf-8")


def said(folder):
    return [str(flaw) for flaw in lint(load_pack(folder), folder)]


def test_a_good_pack_has_no_flaws(tmp_path) -> None:
    folder = pack_at(tmp_path, rules=SAFE)
    examples(folder, HIT, MISS)
    assert said(folder) == []


def test_a_rule_without_examples_is_an_error_with_its_line(tmp_path) -> None:
    folder = pack_at(tmp_path, rules=SAFE)
    assert "error: mine/rules.toml:3: has no example that hits" in said(folder)


def test_an_example_that_does_not_do_as_it_says_is_an_error(tmp_path) -> None:
    folder = pack_at(tmp_path, rules=SAFE)
    examples(folder, {**HIT, "text": "这是好词"}, {**MISS, "text": "这是坏词"})
    assert said(folder) == [
        "error: mine/examples.jsonl:1: mine.word: found nothing, not warn",
        "error: mine/examples.jsonl:2: mine.word hits and should not",
    ]


def test_a_law_that_nobody_can_show_is_not_verified(tmp_path) -> None:
    folder = pack_at(tmp_path)
    examples(folder, HIT, MISS)
    assert any("is said to be verified" in line for line in said(folder))


def test_a_rule_that_yields_to_none_is_an_error(tmp_path) -> None:
    folder = pack_at(tmp_path, rules=SAFE + 'yields = ["mine.nobody"]\n')
    examples(folder, HIT, MISS)
    assert said(folder) == ["error: mine/rules.toml:3: yields to mine.nobody, which is no rule"]


def test_a_rule_that_yields_to_itself_is_an_error(tmp_path) -> None:
    folder = pack_at(tmp_path, rules=SAFE + 'yields = ["mine.word"]\n')
    examples(folder, HIT, MISS)
    assert "error: mine/rules.toml:3: yields to itself, and so finds nothing" in said(folder)


@pytest.mark.parametrize(
    ("change", "bump"),
    [
        (("", ""), ""),
        (('en = "why"', 'en = "because"'), "patch"),
        (('terms = ["坏词"]', 'terms = ["坏词", "更坏"]'), "minor"),
        (('severity = "block"', 'severity = "warn"'), "major"),
        (("mine.word", "mine.other"), "major"),
        (('terms = ["坏词"]', 'terms = ["更坏"]'), "major"),
        (('terms = ["坏词"]', 'terms = ["坏词"]\nallow = ["不是坏词"]'), "major"),
        (('article = "1"', 'article = "1"\ncategories = { only = ["food"] }'), "major"),
        (('article = "1"', 'article = "1"\nverified = false'), "major"),
        (('article = "1"', 'article = "1"\nuntil = "2026-12-31"'), "major"),
        (('article = "1"', 'article = "1"\nabsolute = true'), "minor"),
    ],
)
def test_a_change_asks_for_a_version(tmp_path, change, bump) -> None:
    old = load_pack(pack_at(tmp_path))
    (tmp_path / "new").mkdir()
    new = load_pack(pack_at(tmp_path / "new", rules=RULE.replace(*change)))
    change = diff(old, new)
    assert change.bump == bump
    assert change.bumped == (not bump)


@pytest.mark.parametrize(
    ("change", "bump"),
    [
        (('en = "Mine"', 'en = "My own"'), "patch"),
        (('languages = ["zh"]', 'languages = ["zh", "en"]'), "minor"),
        (('languages = ["zh"]', 'languages = ["en"]'), "major"),
        (('markets = ["cn"]', 'markets = ["cn", "uk"]'), "minor"),
        (("2026-01-01", "2027-01-01"), "major"),
    ],
)
def test_a_change_of_the_pack_itself_asks_for_a_version(tmp_path, change, bump) -> None:
    old = load_pack(pack_at(tmp_path))
    (tmp_path / "new").mkdir()
    new = load_pack(pack_at(tmp_path / "new", meta=META.replace(*change)))
    assert diff(old, new).bump == bump


def test_a_version_that_rises_as_asked_is_enough(tmp_path) -> None:
    old = load_pack(pack_at(tmp_path))
    (tmp_path / "new").mkdir()
    rules = RULE.replace('["坏词"]', '["坏词", "更坏"]')
    new = load_pack(pack_at(tmp_path / "new", meta=META.replace("1.0.0", "1.1.0"), rules=rules))
    assert diff(old, new).bumped


def test_the_schema_refuses_what_the_loader_refuses() -> None:
    validators = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    schema = json_schema()
    rules = {"$ref": "#/$defs/rules", "$defs": schema["$defs"]}
    rule = {"id": "mine.word", "kind": "exaggeration", "severity": "warn", "terms": ["坏"],
            "reason": {"zh": "因", "en": "why"}, "suggestion": {"zh": "改", "en": "mend"}}  # fmt: skip
    validators.validate({"rule": [rule]}, rules)
    for wrong in ({"severity": "fatal"}, {"misspelt": 1}, {"reason": {"zh": "因"}}):
        with pytest.raises(validators.ValidationError):
            validators.validate({"rule": [{**rule, **wrong}]}, rules)
