"""Operators' packs: taken over without a restart, refused whole when wrong."""

import os

import pytest

from compliance import packs
from compliance.base import Copy
from compliance.engine import TEXT_CHECKS, check
from compliance.packs import PackError, store
from tests.compliance.test_packs import META, RULE


@pytest.fixture
def folder(tmp_path, monkeypatch, settings):
    monkeypatch.setattr(store, "LOOK_EVERY", 0.0)
    packs.use(tmp_path)
    yield tmp_path
    packs.use(settings.RULE_PACKS)


def put(folder, *, meta=META, rules=RULE):
    (folder / "mine").mkdir(exist_ok=True)
    (folder / "mine" / "rules.toml").write_text(rules, "utf-8")
    (folder / "mine" / "pack.toml").write_text(meta, "utf-8")


def library(folder, name="base", word="坏词"):
    (folder / name).mkdir(exist_ok=True)
    meta = META.replace('"mine"', f'"{name}"') + "library = true\n"
    (folder / name / "pack.toml").write_text(meta, "utf-8")
    rules = RULE.replace("mine.", f"{name}.").replace("坏词", word)
    (folder / name / "rules.toml").write_text(rules, "utf-8")


def rules_of(text):
    return {hit.rule for hit in check(Copy.of(text), checks=TEXT_CHECKS).hits}


def test_a_pack_put_into_the_folder_is_in_force_at_the_next_look(folder) -> None:
    assert "mine.word" not in rules_of("坏词")
    put(folder)
    assert "mine.word" in rules_of("坏词")


def test_a_pack_that_changes_is_taken_over(folder) -> None:
    put(folder)
    assert "mine.word" in rules_of("坏词")
    put(folder, rules=RULE.replace("坏词", "更坏的词"))
    assert "mine.word" not in rules_of("坏词")
    assert "mine.word" in rules_of("更坏的词")


def test_a_pack_that_breaks_leaves_the_one_in_force(folder) -> None:
    put(folder)
    assert "mine.word" in rules_of("坏词")
    put(folder, rules=RULE.replace('severity = "block"', 'severity = "fatal"'))
    assert "mine.word" in rules_of("坏词")
    assert "mine/rules.toml:3: rule mine.word: severity" in packs.refused()
    put(folder)
    assert packs.refused() == ""


def test_a_folder_that_was_never_right_blocks(folder) -> None:
    put(folder, rules="[[rule]")
    report = check(Copy.of("今天的早餐"), checks=TEXT_CHECKS)
    assert report.verdict == "block"
    assert {hit.rule for hit in report.hits} == {"gate.error"}


def test_an_operators_pack_stands_in_for_the_shipped_one(folder) -> None:
    assert "sensitive.x" not in rules_of("坏词")
    put(folder)
    os.rename(folder / "mine", folder / "cn_adlaw")
    (folder / "cn_adlaw" / "pack.toml").write_text(META.replace('"mine"', '"cn_adlaw"'), "utf-8")
    (folder / "cn_adlaw" / "rules.toml").write_text(RULE.replace("mine.", "cn_adlaw."), "utf-8")
    found = next(pack for pack in packs.installed() if pack.meta.name == "cn_adlaw")
    assert [rule.id for rule in found.rules] == ["cn_adlaw.word"]
    assert packs.home("cn_adlaw") == folder / "cn_adlaw"


def test_a_trial_holds_in_its_block_alone(folder) -> None:
    put(folder)
    mine = packs.load_pack(folder / "mine")
    with packs.trial((mine,)):
        assert packs.installed() == (mine,)
    assert len(packs.installed()) > 1


def test_packs_that_include_each_other_are_refused(tmp_path) -> None:
    for name, other in (("one", "two"), ("two", "one")):
        (tmp_path / name).mkdir()
        meta = META.replace('"mine"', f'"{name}"') + f'include = ["{other}"]\n'
        (tmp_path / name / "pack.toml").write_text(meta, "utf-8")
        (tmp_path / name / "rules.toml").write_text(RULE.replace("mine.", f"{name}."), "utf-8")
    with pytest.raises(PackError, match=r"two/pack\.toml: include: .*circle: one > two > one"):
        packs.load_pack(tmp_path / "one")


def test_a_pack_takes_over_what_it_includes_under_its_own_name(tmp_path) -> None:
    put(tmp_path)
    (tmp_path / "theirs").mkdir()
    meta = META.replace('"mine"', '"theirs"') + 'include = ["mine"]\n'
    (tmp_path / "theirs" / "pack.toml").write_text(meta, "utf-8")
    pack = packs.load_pack(tmp_path / "theirs")
    assert [rule.id for rule in pack.rules] == ["theirs.word"]


def test_an_include_that_is_not_there_is_refused(tmp_path) -> None:
    put(tmp_path, meta=META + 'include = ["nobody"]\n')
    with pytest.raises(PackError, match="include: no pack 'nobody' beside it"):
        packs.load_pack(tmp_path / "mine")


def test_an_operators_library_stands_in_for_the_shipped_one(folder, monkeypatch, tmp_path) -> None:
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    library(shipped)
    meta = META.replace('"mine"', '"theirs"') + 'include = ["base"]\n'
    (shipped / "theirs").mkdir()
    (shipped / "theirs" / "pack.toml").write_text(meta, "utf-8")
    own = tmp_path / "own"
    own.mkdir()
    monkeypatch.setattr(store, "ROOT", shipped)
    packs.use(own)
    assert rules_of("坏词") == {"theirs.word"}
    library(own, word="更糟")
    assert rules_of("坏词") == set()
    assert rules_of("更糟") == {"theirs.word"}


def test_a_pack_that_is_a_link_is_watched(folder, tmp_path) -> None:
    elsewhere = tmp_path / ".versions"
    elsewhere.mkdir()
    put(elsewhere)
    (tmp_path / "mine").symlink_to(elsewhere / "mine")
    assert "mine.word" in rules_of("坏词")
    (elsewhere / "mine" / "rules.toml").write_text(RULE.replace("坏词", "更坏的词"), "utf-8")
    assert "mine.word" not in rules_of("坏词")


def test_a_change_that_keeps_time_and_size_is_seen(folder) -> None:
    put(folder)
    assert "mine.word" in rules_of("坏词")
    file = folder / "mine" / "rules.toml"
    kept = file.stat()
    file.write_text(RULE.replace("坏词", "糟词"), "utf-8")
    os.utime(file, ns=(kept.st_atime_ns, kept.st_mtime_ns))
    assert file.stat().st_size == kept.st_size
    assert "mine.word" in rules_of("糟词")


def test_a_pack_that_changes_places_is_never_missing(folder) -> None:
    put(folder)
    assert "mine.word" in rules_of("坏词")
    os.rename(folder / "mine", folder / ".away")
    assert "mine.word" in rules_of("坏词")
    os.rename(folder / ".away", folder / "mine")
    assert "mine.word" in rules_of("坏词")


def test_a_pack_that_stays_away_is_given_up(folder) -> None:
    put(folder)
    assert "mine.word" in rules_of("坏词")
    os.rename(folder / "mine", folder / ".away")
    rules_of("坏词")
    assert "mine.word" not in rules_of("坏词")


def test_a_pack_is_in_force_from_its_day_on(folder) -> None:
    put(folder, meta=META.replace("2026-01-01", "2099-01-01"))
    assert "mine.word" not in rules_of("坏词")
    later = check(Copy.of("坏词", on="2099-01-01"), checks=TEXT_CHECKS)
    assert "mine.word" in {hit.rule for hit in later.hits}
