"""Placement schemas: which there are, and that a wrong file is refused with file, entry and reason."""

from dataclasses import asdict

import pytest

from compliance.base import FieldSpec
from compliance.placements import PLACEMENTS, PlacementError, read_placements

NAMED = ("weibo_post", "xiaohongshu_note", "wechat_article", "douyin_caption", "google_rsa",
         "meta_feed", "x_post")  # fmt: skip


@pytest.mark.parametrize("slug", NAMED)
def test_each_named_placement_has_a_sourced_and_dated_schema(slug: str) -> None:
    placement = PLACEMENTS[slug]
    assert placement.slug == slug
    assert placement.source
    assert len(placement.checked_on) == 10
    assert placement.fields
    for field in placement.fields:
        assert set(field.label) == {"zh", "en"}


def test_a_search_ad_counts_double_width_characters_twice() -> None:
    headline = PLACEMENTS["google_rsa"].spec("headline")
    assert headline is not None
    assert (headline.least, headline.most) == (3, 15)
    assert headline.over("燕" * 15) == 0
    assert headline.over("燕" * 16) == 2


GOOD = """
[slot]
channel = "c"
label = { zh = "版位", en = "Slot" }
source = "page"
checked_on = "2026-01-01"
fields = [ { name = "body", label = { zh = "正文", en = "Body" }, limit = 10, firm = true } ]
"""


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("limit = 10", "limit = 0"), "limit"),
        (("limit = 10", 'limit = 10, counting = "inches"'), "counting"),
        (("limit = 10", "limit = 10, least = 3"), "least"),
        (('zh = "正文", ', ""), "label"),
        (('source = "page"', ""), "source"),
        (("firm = true", "firm = true, limt = 3"), "limt"),
        (("[slot]", "[slot"), "TOML|Expected"),
    ],
)
def test_a_wrong_placement_is_refused_with_the_reason(tmp_path, change, reason) -> None:
    file = tmp_path / "placements.toml"
    file.write_text(GOOD.replace(*change), "utf-8")
    with pytest.raises(PlacementError, match=rf"(?s)placements\.toml.*({reason})"):
        read_placements(file)


def test_a_right_placement_reads(tmp_path) -> None:
    file = tmp_path / "placements.toml"
    file.write_text(GOOD, "utf-8")
    assert read_placements(file)["slot"].fields[0].limit == 10


def test_a_limit_says_whether_it_is_firm(tmp_path) -> None:
    file = tmp_path / "placements.toml"
    file.write_text(GOOD.replace("firm = true", "firm = false"), "utf-8")
    assert not read_placements(file)["slot"].fields[0].firm
    file.write_text(GOOD.replace(", firm = true", ""), "utf-8")
    with pytest.raises(PlacementError, match="firm"):
        read_placements(file)


def test_the_lengths_of_a_meta_feed_ad_are_advice_and_all_others_are_firm() -> None:
    soft = {
        (slug, field.name)
        for slug, placement in PLACEMENTS.items()
        for field in placement.fields
        if not field.firm
    }
    assert soft == {("meta_feed", name) for name in ("primary_text", "headline", "description")}


def test_a_field_of_a_stored_placement_comes_back_as_it_was() -> None:
    for placement in PLACEMENTS.values():
        for field in placement.fields:
            assert FieldSpec(**asdict(field)) == field
