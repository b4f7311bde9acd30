"""The arithmetic under the figures: intervals, and reading the law that a case names."""

import pytest

from compliance.citations import Cited, agrees, cited, number
from compliance.intervals import bootstrap, f1, share, wilson

# Intervals: known values.


def test_wilson_is_the_textbook_interval():
    # Newcombe, Statistics in Medicine 17 (1998), 857-872, table I: 81/263 and 15/148.
    assert [round(x, 4) for x in wilson(81, 263)] == [0.2553, 0.3662]
    assert [round(x, 4) for x in wilson(15, 148)] == [0.0624, 0.1605]


def test_wilson_of_nothing_says_nothing():
    assert wilson(0, 0) == (0.0, 1.0)
    assert share(0, 0)["value"] is None


def test_wilson_refuses_what_is_no_share():
    with pytest.raises(ValueError, match="3 of 2"):
        wilson(3, 2)


def test_bootstrap_encloses_the_value_and_repeats_by_seed():
    rows = [1] * 30 + [0] * 70
    first = bootstrap(rows, lambda drawn: sum(drawn) / len(drawn))
    assert first["low"] < first["value"] < first["high"]
    assert first == bootstrap(rows, lambda drawn: sum(drawn) / len(drawn))


def test_f1_is_none_without_anything_to_find():
    assert f1(0, 0, 0) is None
    assert f1(1, 1, 1) == 0.5


# The law.


@pytest.mark.parametrize(
    ("text", "value"), [("28", 28), ("九", 9), ("二十八", 28), ("一百零三", 103)]
)
def test_numbers_of_articles(text, value):
    assert number(text) == value


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        ("《广告法》第17条", [Cited("广告法", 17)]),
        ("《广告法》第九条第(三)项", [Cited("广告法", 9, items=frozenset({3}))]),
        ("《中华人民共和国广告法》第9条第（三）项", [Cited("广告法", 9, items=frozenset({3}))]),
        ("《广告法》第4条、第28条 [context-dependent]", [Cited("广告法", 4), Cited("广告法", 28)]),
        (
            "《广告法》第二十八条第二款第(一)项、《价格法》第14条",
            [
                Cited("广告法", 28, frozenset({2}), frozenset({1})),
                Cited("价格法", 14),
            ],
        ),
        ("成分100%", []),
        ("《广告法》", []),
    ],
)
def test_articles_are_read_from_the_basis(basis, expected):
    assert cited(basis) == expected


@pytest.mark.parametrize(
    ("article", "expected", "same"),
    [
        ("17", "《广告法》第17条", True),
        ("18", "《广告法》第17条", False),
        ("9(3)", "《广告法》第9条第(三)项", True),
        ("9(4)", "《广告法》第9条第(三)项", False),
        ("9(4)", "《广告法》第9条", True),
        ("9", "《广告法》第9条第(三)项", True),
        ("4, 28(2)", "《广告法》第28条", True),
        ("28(2)", "《广告法》第28条第二款第(一)项", True),
        ("28(2)", "《食品安全法》第28条", False),
        ("170", "《广告法》第17条", False),
    ],
)
def test_a_finding_names_the_expected_article(article, expected, same):
    (wanted,) = cited(expected)
    assert agrees("《中华人民共和国广告法》", article, wanted) is same
