"""The trie that stands for a word list finds what the list finds."""

import re

from compliance.packs.alternation import alternation


def test_of_two_words_that_begin_alike_the_longer_is_found() -> None:
    found = re.search(alternation(["高血压", "高血", "高血压病"]), "患高血压病多年")
    assert found is not None
    assert found[0] == "高血压病"


def test_it_finds_each_word_and_nothing_else() -> None:
    words = ["肩周炎", "肩痛", "背痛", "hpv", "a b"]
    group = re.compile(alternation(words))
    assert all(group.fullmatch(word) for word in words)
    assert not any(group.fullmatch(word) for word in ("肩", "肩周", "痛", "hp"))


def test_a_list_of_regular_expressions_stays_a_list() -> None:
    assert alternation(["ab?", "[cd]ef"]) == "(?:[cd]ef|ab?)"


def test_one_character_keeps_its_place_beside_longer_words() -> None:
    assert re.findall(alternation(["癌", "癌症"]), "癌症和癌") == ["癌症", "癌"]
