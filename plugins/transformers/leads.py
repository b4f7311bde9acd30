"""Leads: how each value of a candidate opens, so that a small model writes about the brief.

Left alone, a base model of a few hundred million parameters drifts off the product in its first
sentence. So each sentence is opened for it with the product's name or a key message, word for
word as a person wrote it in the brief, and the model goes on from there. This is prompting, inside
the answer; nothing is pasted over what the model wrote, and every lead is checked like the rest.
"""

import re
from dataclasses import dataclass

from compliance.counting import length
from generators.base import Brief, Request, Slot
from generators.exemplars import exemplars
from generators.prompts import fact_line, flat

#: A headline's lead takes at most this part of its room, or else the lead is all of the headline.
_LEAD_SHARE = 0.6
#: More leads than this make a body a list.
_MOST_LEADS = 5
#: How a sentence may go on from a key message: without one of these a small model lists the other
#: key messages instead of saying what this one is good for.
_TURNS = {
    "zh": ("出门也", "每天都", "在家也", "忙的时候也", "适合", "周末也"),
    "en": ("so you can", "ready for", "even on", "and easy to", "for your"),
}
#: How a body opens with its reader, where the audience is words that copy can say; and without.
_READER = {
    "zh": ("给{}", "写给{}", "为{}准备"),
    "en": ("is for {}", "is made for {}", "is here for {}"),
}
_OPENING = {"zh": ("陪你", "就在你身边", "来了"), "en": ("is here to", "is ready for", "goes with")}
#: A longer audience is a target group's description, not a form of address.
_MOST_READER = {"zh": 14, "en": 48}
#: A longer fact does not fit a sentence of its own.
_MOST_FACT = 40
_STOPS = "。.！!？?；;，, "


@dataclass(frozen=True, slots=True)
class Lead:
    """The opening of one stretch of a value, and how many sentences follow from it.

    `point` is what it takes from the brief: the name or a key message.
    `sentences` 0 means that the stretch goes on to the end of the line; `whole` that nothing
    follows the lead; `stops` that something may.
    """

    text: str
    point: str = ""
    sentences: int = 1
    whole: bool = False
    stops: bool = False


Plan = tuple[tuple[Lead, ...], ...]


def plan(request: Request, seed: int) -> Plan:
    """Return the leads of each slot of `request`; `seed` turns the order of the key messages."""
    used: dict[str, int] = {}
    found = []
    for slot in request.slots:
        index = used.get(slot.kind, 0)
        used[slot.kind] = index + 1
        found.append(_leads(slot, index, request.brief, seed))
    return tuple(found)


def echoes(found: Plan, brief: Brief) -> frozenset[str]:
    """Return what the model shall not go on with, as case-folded scraps without spaces.

    Scraps of the leads, which say it anyway (three Chinese characters, or two words), and the
    exemplars' key messages: facts of another product would be lies about this one.
    """
    found_scraps: set[str] = set()
    for text in {lead.point for of_slot in found for lead in of_slot}:
        found_scraps |= scraps(text, characters=3, words=2)
    own = packed(" ".join([brief.product, *brief.key_messages, *map(fact_line, brief.facts)]))
    for exemplar in exemplars(brief.language):
        messages = {packed(message) for message in exemplar.messages}
        found_scraps.update(text for text in messages if len(text) > 2 and text not in own)
    return frozenset(found_scraps)


def scraps(text: str, *, characters: int, words: int) -> frozenset[str]:
    """Return the runs of so many Chinese characters, or so many words, of `text`, packed."""
    tokens = re.findall(r"[a-z0-9'-]+|[\u3400-\u9fff]+", text.casefold())
    runs = {packed("".join(tokens[i : i + words])) for i in range(len(tokens) - words + 1)}
    for token in tokens:
        if token[0] > "\u2e80":
            runs.update(token[i : i + characters] for i in range(len(token) - characters + 1))
    return frozenset(run for run in runs if run)


def packed(text: str) -> str:
    """Return the letters and digits of `text`, case-folded."""
    return "".join(char for char in text.casefold() if char.isalnum())


def name_of(brief: Brief) -> str:
    """Return what the copy calls the product, with the brand where that is a required word."""
    product = flat(brief.product)
    required = flat(brief.must_include[0]) if brief.must_include else ""
    if not required or len(required) > 20 or required.casefold() in product.casefold():
        return product
    if product.casefold() in required.casefold():
        return required
    return f"{required}{product}" if brief.language == "zh" else f"{required} {product}"


def _points(brief: Brief, seed: int) -> list[str]:
    """Return key messages and required words that nothing else says; facts if there are none."""
    points = [text for text in (flat(text).strip(_STOPS) for text in brief.key_messages) if text]
    said = " ".join([name_of(brief), *points]).casefold()
    required = [flat(word).strip(_STOPS) for word in brief.must_include]
    points += [word for word in required if word and word.casefold() not in said]
    points = points or _facts(brief)
    at = seed % len(points) if points else 0
    return points[at:] + points[:at]


def _facts(brief: Brief) -> list[str]:
    facts = (flat(fact_line(fact)).strip(_STOPS) for fact in brief.facts)
    return [fact for fact in facts if 0 < len(fact) <= _MOST_FACT]


def _leads(slot: Slot, index: int, brief: Brief, seed: int) -> tuple[Lead, ...]:
    name, points = name_of(brief), _points(brief, seed)
    if slot.kind == "tags":
        tag = "".join(char for char in name if char.isalnum())
        return (Lead(f"#{tag}", name, sentences=0, stops=True),)
    if slot.kind == "headlines":
        openings = [name, *points]
        text = openings[(index + seed) % len(openings)]
        return (_headline(text, slot, brief.language, seed + index),)
    if slot.kind == "descriptions" and points:
        return (_sentence(points[index % len(points)], brief.language, seed + index),)
    sentences = 2 if slot.kind == "article" else 1
    body = [
        _sentence(text, brief.language, seed + at, sentences)
        for at, text in enumerate(points[: _MOST_LEADS - 1])
    ]
    facts = [fact for fact in _facts(brief) if fact not in points]
    room = _MOST_LEADS - len(body)
    plain = [Lead(_first_upper(fact), fact, whole=True) for fact in facts[:room]]
    return (_opening(name, brief, seed), *body, *plain)


def _opening(name: str, brief: Brief, seed: int) -> Lead:
    language, reader = brief.language, flat(brief.audience).strip(_STOPS)
    usable = 0 < len(reader) <= _MOST_READER[language] and not re.search(
        r"[\d,，、；;:：/]", reader
    )
    ways = _READER[language] if usable else _OPENING[language]
    way = ways[seed % len(ways)].format(reader)
    text = f"{name}，{way}" if language == "zh" else f"{_first_upper(name)} {way}"
    return Lead(text, name, stops=usable)


def _sentence(text: str, language: str, turn: int, sentences: int = 1) -> Lead:
    turns = _TURNS[language]
    return Lead(_joined(text, turns[turn % len(turns)], language), text, sentences)


def _headline(text: str, slot: Slot, language: str, turn: int) -> Lead:
    """Return the lead of a headline: its opening, or all of it where it leaves little room."""
    turns = _TURNS[language]
    for step in range(len(turns)):
        opening = _joined(text, turns[(turn + step) % len(turns)], language)
        if length(opening, slot.counting) <= slot.limit * _LEAD_SHARE:
            return Lead(opening, text, sentences=0)
    fits = length(text, slot.counting) <= slot.limit
    return Lead(_first_upper(text), text, sentences=0, whole=fits)


def _joined(text: str, turn: str, language: str) -> str:
    return f"{text}，{turn}" if language == "zh" else f"{_first_upper(text)}, {turn}"


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]
