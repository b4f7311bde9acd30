"""Field values: cuts at boundaries only, and outputs judged."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.counting import COUNTINGS, length
from generators import fields
from generators.base import Backend, Cancelled, GenerationError, Output, Slot
from tests.plugins.conftest import make_request

TEXTS = st.text(st.sampled_from("好吃的a b.c，。！? \u0301\u200d👍🏽e（）“”3"), max_size=60)


@given(TEXTS, st.integers(1, 60), st.sampled_from(COUNTINGS))
def test_fit_gives_a_prefix_that_fits_or_the_text_itself(text, limit, counting):
    found = fields.fit(text, limit, counting)
    assert found == text or (text.startswith(found) and length(found, counting) <= limit and found)


@given(TEXTS, st.integers(1, 60), st.sampled_from(COUNTINGS))
def test_fit_never_splits_a_word_or_a_grapheme(text, limit, counting):
    found = fields.fit(text, limit, counting)
    rest = text[len(found) :]
    if rest and found:
        assert not (found[-1].isalnum() and rest[0].isascii() and rest[0].isalnum())
        assert not unicodedata.combining(rest[0])
        assert rest[0] not in "\u200d🏽"
        assert found[-1] != "\u200d"


@given(TEXTS, st.integers(1, 60))
def test_fit_twice_is_fit_once(text, limit):
    once = fields.fit(text, limit, "characters")
    assert fields.fit(once, limit, "characters") == once


@pytest.mark.parametrize(
    ("text", "limit", "counting", "expected"),
    [
        ("短句。", 10, "characters", "短句。"),
        ("第一句话。第二句很长很长", 9, "characters", "第一句话。"),
        ("五种谷物，独立小包装，随身带", 12, "display_width", "五种谷物"),
        (
            "Costs 3.5 dollars a cup. Try it now please",
            30,
            "characters",
            "Costs 3.5 dollars a cup.",
        ),
        ("onewordthatneverends", 5, "characters", "onewordthatneverends"),
        ("short words with no boundary", 12, "characters", "short words with no boundary"),
        ("他说“好。再来”，然后走了很远很远", 9, "characters", "他说“好。再来”"),
        ("", 3, "bytes", ""),
    ],
)
def test_fit_examples(text, limit, counting, expected):
    assert fields.fit(text, limit, counting) == expected


def _slot(field, **rest):
    return Slot(field, f"{field}:", **{"limit": 20, "counting": "characters", **rest})


def test_slots_become_fields_without_blanks_and_repeats():
    slots = [_slot("headline"), _slot("headline"), _slot("headline"), _slot("description")]
    found = fields.from_slots(slots, ["a", " a ", "", "b  c"])
    assert found == (("headline", "a"), ("description", "b c"))


def test_a_hashtag_line_becomes_one_value_a_tag():
    slot = _slot("hashtags", split=True, most=2)
    assert fields.from_slots([slot], ["#早餐 ＃谷物，#早餐 #第三个"]) == (
        ("hashtags", "#早餐"),
        ("hashtags", "#谷物"),
    )


def _judge(output):
    return fields.validate(output, make_request())


@pytest.mark.parametrize(
    ("output", "says"),
    [
        ("text", "is a str"),
        (None, "is a NoneType"),
        (Output("other", (("body", "x"),)), "answers the request 'other'"),
        (Output("r", (("body", 5),)), "has a int in field 'body'"),
        (Output("r", (("body", b"x"),)), "has a bytes"),
        (Output("r", ("body",)), "a (name, text) pair"),
        (Output("r", (("headline", "x"),)), "weibo_post has: body"),
        (Output("r", (("body", "x\x00y"),)), "NUL"),
        (Output("r", (("body", "x\ud800y"),)), "surrogate"),
        (Output("r", (("body", "x" * 100_001),)), "100001 characters"),
        (Output("r", "body"), "has fields of type str"),
    ],
    ids=lambda value: value if isinstance(value, str) else "output",
)
def test_a_wrong_output_is_refused_with_its_reason(output, says):
    with pytest.raises(GenerationError) as caught:
        _judge(output)
    assert (caught.value.code, caught.value.permanent) == ("bad_output", True)
    assert says in str(caught.value)


@pytest.mark.parametrize("values", [(), (("body", ""),), (("body", " \n\x07 "),)])
def test_an_empty_output_is_no_output(values):
    with pytest.raises(GenerationError) as caught:
        _judge(Output("r", values))
    assert caught.value.code == "no_output"


def test_stray_controls_are_stripped_and_line_ends_unified():
    (field,) = _judge(Output("r", (("body", "a\x07\r\nb\tc\r"),)))
    assert field.text == "a\nb\tc"


class _Says(Backend):
    """A backend that does whatever a test gives it."""

    def __init__(self, answer):
        self._answer = answer

    def generate(self, requests, *, cancelled=lambda: False):
        return self._answer(requests)


def _raise(error):
    raise error


@pytest.mark.parametrize(
    ("answer", "code", "permanent"),
    [
        (lambda rs: iter(()), "no_output", True),
        (lambda rs: None, "no_output", True),
        (lambda rs: iter([Output("r", (("body", "x"),))] * 2), "bad_output", True),
        (lambda rs: iter(["text"]), "bad_output", True),
        (lambda rs: iter([Output("else", (("body", "x"),))]), "bad_output", True),
        (lambda rs: iter([Output("r", (("body", "x"),), meta=[1])]), "bad_output", True),
        (lambda rs: 5, "crashed", False),
        (lambda rs: _raise(ZeroDivisionError("boom")), "crashed", False),
        (lambda rs: _raise(GenerationError("busy", permanent=False, code="busy")), "busy", False),
    ],
)
def test_a_misbehaving_generator_gets_a_named_error(answer, code, permanent):
    with pytest.raises(GenerationError) as caught:
        list(fields.collect(_Says(answer), [make_request()]))
    assert (caught.value.code, caught.value.permanent) == (code, permanent)


_CYCLE: dict = {}
_CYCLE["self"] = _CYCLE


def _collected(meta):
    output = Output("r", (("body", "x"),), meta)
    (answer,) = fields.collect(_Says(lambda rs: iter([output])), [make_request()])
    return answer.meta


@pytest.mark.parametrize(
    "meta",
    [
        {"seconds": float("nan")},
        {"seconds": float("inf")},
        {"model": object()},
        {"ids": {1, 2}},
        {("a", "b"): 1},
        {"weights": b"x"},
        {"deep": _CYCLE},
        {"model": "a\x00b"},
        {"a\x00b": 1},
        {"model": "\ud800"},
    ],
    ids=range(10),
)
def test_meta_that_no_record_can_keep_is_a_bad_output(meta):
    with pytest.raises(GenerationError, match="meta") as caught:
        _collected(meta)
    assert (caught.value.code, caught.value.permanent) == ("bad_output", True)


def test_meta_comes_out_as_it_will_be_read_again():
    meta = {"tokens": 3, "shape": (1, 2), 7: "键", "path": r"a\u0000b", "emoji": "👩‍👧"}
    assert _collected(meta) == {
        "tokens": 3, "shape": [1, 2], "7": "键", "path": r"a\u0000b", "emoji": "👩‍👧",
    }  # fmt: skip


class _Identified(_Says):
    def digest(self):
        return self._answer()


@pytest.mark.parametrize(
    ("answer", "code", "permanent"),
    [
        (lambda: _raise(ZeroDivisionError("boom")), "crashed", False),
        (
            lambda: _raise(GenerationError("gone", permanent=True, code="no_model")),
            "no_model",
            True,
        ),
        (lambda: None, "bad_output", True),
        (lambda: b"sha256:1", "bad_output", True),
        (lambda: "sha256:\x00", "bad_output", True),
        (lambda: "\ud800", "bad_output", True),
    ],
)
def test_a_digest_that_fails_gets_a_named_error(answer, code, permanent):
    with pytest.raises(GenerationError) as caught:
        fields.digest_of(_Identified(answer))
    assert (caught.value.code, caught.value.permanent) == (code, permanent)
    assert code == "no_model" or "_Identified" in str(caught.value)


def test_a_digest_is_given_back():
    assert fields.digest_of(_Identified(lambda: "sha256:1")) == "sha256:1"
    assert fields.digest_of(_Says(None)) == ""


def test_outputs_arrive_as_they_are_written_and_in_any_order():
    requests = [make_request(id="a"), make_request(id="b")]
    answer = _Says(lambda rs: (Output(r.id, (("body", r.id),)) for r in reversed(rs)))
    found = fields.collect(answer, requests)
    assert next(found).request.id == "b"
    assert next(found).request.id == "a"


def test_collecting_stops_when_cancelled():
    answer = _Says(lambda rs: (Output(r.id, (("body", "x"),)) for r in rs))
    with pytest.raises(Cancelled):
        list(fields.collect(answer, [make_request()], cancelled=lambda: True))
