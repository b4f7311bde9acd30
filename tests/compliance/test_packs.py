"""Rule packs: every rule's examples, the digest, and a loader that refuses what is wrong."""

import json
import shutil
import tomllib
from pathlib import Path

import pytest

from compliance.base import Copy
from compliance.engine import TEXT_CHECKS, check
from compliance.packs import ROOT, Pack, PackError, installed, load_pack
from compliance.packs.schema import Rule
from compliance.words import MARKETS

PACKS = {pack.meta.name: pack for pack in installed()}


def examples_of(name: str) -> list[tuple[str, dict]]:
    """Return the examples of a pack: its own, and those of its libraries under the pack's name.

    An example of a library is one of the packs that include it, as far as they have the rule.
    """
    lines = (ROOT / name / "examples.jsonl").read_text("utf-8").splitlines()
    found = [(name, json.loads(line)) for line in lines]
    ids = {rule.id for rule in PACKS[name].rules} if name in PACKS else None
    for library in tomllib.loads((ROOT / name / "pack.toml").read_text("utf-8")).get("include", []):
        for _, example in examples_of(library):
            id = f"{name}.{example['rule'].removeprefix(f'{library}.')}"
            if ids is None or id in ids:
                found.append((name, {**example, "rule": id}))
    return found


EXAMPLES = [pair for name in PACKS for pair in examples_of(name)]
#: By pack and rule: thousands of examples are no thousands of behaviours.
BY_RULE: dict[tuple[str, str], list[dict]] = {}
for of, one in EXAMPLES:
    BY_RULE.setdefault((of, one["rule"]), []).append(one)


@pytest.mark.parametrize(("name", "rule"), BY_RULE, ids=[rule for _, rule in BY_RULE])
def test_the_examples_of_a_rule_hit_or_do_not_as_they_say(name: str, rule: str) -> None:
    said = {one["text"]: told(PACKS[name], one) for one in BY_RULE[name, rule]}
    assert {text: why for text, why in said.items() if why} == {}


def told(pack: Pack, example: dict) -> str:
    """Return in what an example is not as it says, "" if it is."""
    copy = Copy.of(
        example["text"],
        language=pack.meta.languages[0],
        market=pack.meta.markets[0],
        category=example.get("category", ""),
        channel=example.get("channel", ""),
    )
    found = check(copy, checks=TEXT_CHECKS).hits
    hits = {hit.severity for hit in found if hit.rule == example["rule"]}
    if not example["hit"]:
        return "hits" if hits else ""
    rule = next(rule for rule in pack.rules if rule.id == example["rule"])
    if not hits and any(hit.rule in rule.yields for hit in found):
        return ""  # another rule took the whole of it, as this one says
    law = rule.law(copy.market)
    assert law is not None
    wanted = example.get("severity", rule.severity_under(law))
    if rule.supporting and hits == {"warn"}:
        wanted = "warn"  # another rule says the claim itself
    return "" if hits == {wanted} else f"{sorted(hits) or 'nothing'}, not {wanted}"


@pytest.mark.parametrize("name", PACKS)
def test_each_rule_has_an_example_that_hits_and_one_that_does_not(name: str) -> None:
    seen = {(example["rule"], example["hit"]) for of, example in EXAMPLES if of == name}
    wanted = {(rule.id, hit) for rule in PACKS[name].rules for hit in (True, False)}
    assert wanted == seen


@pytest.mark.parametrize("name", PACKS)
def test_each_rule_yields_only_to_rules_that_exist(name: str) -> None:
    ids = {rule.id for pack in PACKS.values() for rule in pack.rules}
    # A library may yield to a rule that the including pack's market has no law for.
    home = tuple(f"{name}." for name in PACKS if PACKS[name].meta.include)
    assert all(
        other in ids or other.startswith(home)
        for rule in PACKS[name].rules
        for other in rule.yields
    )


META = """
name = "mine"
version = "1.0.0"
title = { zh = "我的", en = "Mine" }
markets = ["cn"]
languages = ["zh"]
effective = "2026-01-01"
sources = ["a law"]
"""
RULE = """
[[rule]]
id = "mine.word"
kind = "sensitive_words"
severity = "block"
statute = "a law"
article = "1"
terms = ["坏词"]
reason = { zh = "因", en = "why" }
suggestion = { zh = "改", en = "mend" }
"""


def pack_at(tmp_path: Path, *, meta: str = META, rules: str = RULE) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "pack.toml").write_text(meta, "utf-8")
    (folder / "rules.toml").write_text(rules, "utf-8")
    return folder


def test_a_right_pack_loads(tmp_path) -> None:
    assert [rule.id for rule in load_pack(pack_at(tmp_path)).rules] == ["mine.word"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('severity = "block"', 'severity = "fatal"'), "rule mine.word: severity"),
        (('terms = ["坏词"]', 'terms = [""]'), "rule mine.word: terms"),
        (('terms = ["坏词"]', 'terms = ["坏词", "坏词"]'), "twice: 坏词"),
        (('terms = ["坏词"]', ""), "needs terms"),
        (('terms = ["坏词"]', 'term = ["坏词"]'), "rule mine.word: term"),
        (('terms = ["坏词"]', 'lexicon = "none.txt"'), "none.txt"),
        (('terms = ["坏词"]', 'like = "mine.other"'), "no rule 'mine.other'"),
        (('terms = ["坏词"]', "patterns = [{ triggers = ['a'], regex = '(' }]"), "bad regular"),
        (('terms = ["坏词"]', "patterns = [{ triggers = ['a'], regex = 'a.*b' }]"), "unbounded"),
        (('terms = ["坏词"]', "patterns = [{ triggers = ['a'], regex = 'a?' }]"), "empty text"),
        (('terms = ["坏词"]', "patterns = [{ triggers = [], regex = 'a' }]"), "triggers"),
        (('article = "1"', 'article = "十七"'), "article"),
        (('article = "1"', 'article = "1"\ncategories = { only = ["toys"] }'), "valid: food"),
        (('id = "mine.word"', 'id = "theirs.word"'), "must begin with mine"),
        (('zh = "因", ', ""), "reason.zh"),
        (("[[rule]]", "[[rule]"), "rules.toml"),
    ],
)
def test_a_wrong_rule_is_refused_with_file_rule_and_reason(tmp_path, change, said) -> None:
    folder = pack_at(tmp_path, rules=RULE.replace(*change))
    with pytest.raises(PackError) as caught:
        load_pack(folder)
    assert "mine" in str(caught.value)
    assert said in str(caught.value)


LAWS = """laws.cn = { statute = "a law", article = "1" }
laws.us = { statute = "another", article = "2", verified = false }"""
BASE = 'statute = "a law"\narticle = "1"\n'


def test_a_rule_may_stand_in_another_law_in_each_market(tmp_path) -> None:
    (rule,) = load_pack(pack_at(tmp_path, rules=RULE.replace(BASE, LAWS + "\n"))).rules
    law = rule.law("us")
    assert law is not None
    assert (law.statute, law.article, law.verified) == ("another", "2", False)
    assert rule.law("uk") is None


def test_a_rules_statute_holds_in_every_market_that_laws_does_not_name(tmp_path) -> None:
    (rule,) = load_pack(pack_at(tmp_path, rules=RULE + LAWS.splitlines()[1])).rules
    assert [law.article for market in ("cn", "us", "eu") if (law := rule.law(market))] == [
        "1",
        "2",
        "1",
    ]


def test_a_rule_holds_only_in_its_markets(tmp_path) -> None:
    (rule,) = load_pack(pack_at(tmp_path, rules=RULE + 'markets = ["cn"]')).rules
    assert rule.law("cn") is not None
    assert rule.law("us") is None


@pytest.mark.parametrize(
    ("law", "said"),
    [
        ("", "needs statute and article, or laws by market"),
        ('statute = "a law"', "article"),
        ('laws.us = { statute = "another", article = "2" }', "laws: none for cn"),
        ('laws.mars = { statute = "another", article = "2" }', "valid: cn, us"),
        ('laws.cn = { statute = "another", article = "二" }', "laws.cn.article"),
        ('laws.cn = { statute = "another", artcle = "2" }', "laws.cn"),
        ('laws = "none"', "laws.toml has no 'none'; it has: fair"),
        (BASE + 'markets = ["mars"]', "valid: cn, us"),
        (BASE + 'markets = ["us"]', "us is not a market of the pack"),
        (LAWS + '\nmarkets = ["cn"]', "laws for us"),
    ],
)
def test_a_rule_without_a_law_where_it_holds_is_refused(tmp_path, law, said) -> None:
    folder = pack_at(tmp_path, rules=RULE.replace(BASE, law + "\n"))
    (folder / "laws.toml").write_text('[fair]\ncn = { statute = "a", article = "1" }\n', "utf-8")
    with pytest.raises(PackError) as caught:
        load_pack(folder)
    assert "rule mine.word" in str(caught.value)
    assert said in str(caught.value)


def test_rules_may_share_laws_by_name_and_the_digest_covers_them(tmp_path) -> None:
    folder = pack_at(tmp_path, rules=RULE.replace(BASE, 'laws = "fair"\n'))
    digests = set()
    for article in ("1", "2"):
        text = f'[fair]\ncn = {{ statute = "a", article = "{article}" }}\n'
        (folder / "laws.toml").write_text(text, "utf-8")
        pack = load_pack(folder)
        law = pack.rules[0].law("cn")
        assert law is not None
        assert law.article == article
        digests.add(pack.digest)
    assert len(digests) == 2


def test_a_rules_own_law_replaces_that_of_the_defaults(tmp_path) -> None:
    defaults = '[defaults]\nlaws.cn = { statute = "b law", article = "9" }\n'
    other = RULE.replace("mine.word", "mine.other").replace(BASE, "")
    pack = load_pack(pack_at(tmp_path, rules=defaults + RULE + other))
    laws = {rule.id: rule.law("cn") for rule in pack.rules}
    assert [law.statute for id in ("mine.word", "mine.other") if (law := laws[id])] == [
        "a law",
        "b law",
    ]


def cited_well(rule: Rule) -> bool:
    """Return whether `rule` stands in a law somewhere, and each citation fits a finding's columns."""
    laws = [law for market in MARKETS if (law := rule.law(market))]
    return bool(laws) and all(len(law.statute) <= 200 and len(law.article) <= 60 for law in laws)


@pytest.mark.parametrize("name", PACKS)
def test_what_a_law_is_cited_as_fits_the_record_of_a_finding(name: str) -> None:
    assert [rule.id for rule in PACKS[name].rules if not cited_well(rule)] == []


def test_a_rule_may_be_like_a_rule_of_another_pack(tmp_path) -> None:
    other = tmp_path / "other"
    (other / "rules").mkdir(parents=True)
    (other / "rules" / "words.toml").write_text(RULE.replace("mine.word", "other.word"), "utf-8")
    like = RULE.replace('terms = ["坏词"]', 'like = "other.word"')
    (rule,) = load_pack(pack_at(tmp_path, rules=like)).rules
    assert rule.terms == ["坏词"]


def test_a_rule_id_used_twice_is_refused(tmp_path) -> None:
    with pytest.raises(PackError, match=r"mine\.word: also in rules\.toml"):
        load_pack(pack_at(tmp_path, rules=RULE + RULE))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('name = "mine"', 'name = "yours"'), "not the folder's"),
        (('version = "1.0.0"', 'version = "1"'), "version"),
        (('markets = ["cn"]', 'markets = ["mars"]'), "valid: cn"),
        (("sources", "source"), "source"),
    ],
)
def test_a_wrong_pack_file_is_refused(tmp_path, change, said) -> None:
    with pytest.raises(PackError, match=said):
        load_pack(pack_at(tmp_path, meta=META.replace(*change)))


def test_a_pack_without_rules_is_refused(tmp_path) -> None:
    folder = pack_at(tmp_path)
    (folder / "rules.toml").unlink()
    with pytest.raises(PackError, match="no rules"):
        load_pack(folder)


def test_the_digest_changes_with_any_data_and_only_then(tmp_path) -> None:
    first = load_pack(pack_at(tmp_path)).digest
    rewritten = RULE.replace('severity = "block"\n', "") + 'severity = "block"\n# a comment\n'
    shutil.rmtree(tmp_path / "mine")
    assert load_pack(pack_at(tmp_path, rules=rewritten)).digest == first
    shutil.rmtree(tmp_path / "mine")
    assert load_pack(pack_at(tmp_path, rules=RULE.replace("坏词", "坏话"))).digest != first
