"""The one place where spaCy pipelines are built: blank zh (one character a token) and blank en.

The string core stays the fast path; a `Doc` is built only for rules on tokens whose trigger fired.
The components `sensitive_words` and `exaggeration` put the same findings into
`doc.spans["findings"]` that the engine reports, for people who work in spaCy.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import lru_cache
from threading import Lock
from typing import Any, cast

from compliance.base import Copy
from compliance.checks.rules import PackCheck
from compliance.engine import check
from compliance.packs import Pack, installed
from compliance.packs.schema import Tokens
from compliance.words import DEFAULT_MARKET, LANGUAGES, known


def _import_spacy() -> Any:
    """Import spaCy without torch.

    thinc imports torch where it is installed: a second and 190 MB that no gate uses. A None in
    `sys.modules` makes that one import fail, and is taken back so that torch imports afterwards.
    """
    if "torch" in sys.modules:
        import spacy

        return spacy
    sys.modules["torch"] = None  # type: ignore[assignment]
    try:
        import spacy
    finally:
        del sys.modules["torch"]
    return spacy


spacy = _import_spacy()

from spacy.language import Language  # noqa: E402 - after the guarded import
from spacy.matcher import Matcher  # noqa: E402
from spacy.tokens import Doc, Span, SpanGroup  # noqa: E402

#: The key of the findings in `Doc.spans`.
KEY = "findings"

_ZH = {"nlp": {"tokenizer": {"segmenter": "char"}}}
_LOCK = Lock()


def build(language: str, *, market: str = "", category: str = "", channel: str = "") -> Language:
    """Return a new pipeline of "zh" or "en" with both components, for copy of that kind.

    `market` is by default that of the language. The pipeline goes to disk and back by its config.
    """
    nlp = _blank(language)
    scope = {
        "language": language,
        "market": market or DEFAULT_MARKET[language],
        "category": category,
        "channel": channel,
    }
    nlp.add_pipe("sensitive_words", config=scope)
    nlp.add_pipe("exaggeration", config=scope)
    return nlp


def _blank(language: str) -> Language:
    """Return the tokenizer-only pipeline: characters for "zh", words for "en"."""
    known("language", language, LANGUAGES)
    return cast(Language, spacy.blank(language, config=_ZH if language == "zh" else {}))


def tokenizing(language: str) -> Language:
    """Return a new pipeline of "zh" (characters) or "en" (words) with no component yet."""
    return _blank(language)


@lru_cache(maxsize=4)
def _tokenizer(language: str) -> Language:
    return _blank(language)


@lru_cache(maxsize=1024)
def _matcher(language: str, pattern: str) -> Matcher:
    matcher = Matcher(_tokenizer(language).vocab, validate=True)
    matcher.add("tokens", [json.loads(pattern)])
    return matcher


def token_spans(tokens: Sequence[Tokens], text: str) -> list[tuple[int, int, int]]:
    """Return (index into `tokens`, start, end) for each match of a token pattern in `text`.

    Offsets are code points. One Doc a language is made, in a memory zone, so that the vocabulary
    does not grow with every text; zones do not nest, hence the lock.
    """
    found: list[tuple[int, int, int]] = []
    for language in sorted({one.language for one in tokens}):
        with _LOCK, _tokenizer(language).memory_zone():
            doc = _tokenizer(language).make_doc(text)
            for index, one in enumerate(tokens):
                if one.language == language:
                    found.extend((index, *span) for span in _matches(one, doc))
    return found


def _matches(one: Tokens, doc: Doc) -> Iterator[tuple[int, int]]:
    matcher = _matcher(one.language, json.dumps(one.pattern, sort_keys=True))
    for _, start, end in matcher(doc):
        span = doc[start:end]
        yield span.start_char, span.end_char


class Findings:
    """A component that puts the findings of one kind of rule into `doc.spans["findings"]`.

    It asks the engine, so its answers are the engine's. A span is labelled with its rule id and
    covers whole tokens; the exact offsets of each finding are in the group's `attrs["hits"]`.
    """

    def __init__(
        self, kind: str, *, language: str, market: str, category: str, channel: str
    ) -> None:
        self.kind = kind
        self.scope = {
            "language": language,
            "market": market,
            "category": category,
            "channel": channel,
        }

    def __call__(self, doc: Doc) -> Doc:
        """Add this kind's findings to `doc`; a gate error is raised, not written as a span."""
        report = check(Copy.of(doc.text, **self.scope), checks=(PackCheck(),))
        broken = next((hit for hit in report.hits if hit.rule == "gate.error"), None)
        if broken is not None:
            raise RuntimeError(broken.reason["en"])
        spans: list[Span] = list(doc.spans[KEY]) if KEY in doc.spans else []
        hits: list[dict[str, Any]] = list(doc.spans[KEY].attrs["hits"]) if KEY in doc.spans else []
        for hit in report.hits:
            if _kinds().get(hit.rule) != self.kind or hit.start == hit.end:
                continue
            span = doc.char_span(hit.start, hit.end, label=hit.rule, alignment_mode="expand")
            if span is None:
                raise RuntimeError(f"{hit.rule}: {hit.start}..{hit.end} lies outside the Doc")
            spans.append(span)
            hits.append(asdict(hit))
        doc.spans[KEY] = SpanGroup(doc, name=KEY, spans=spans, attrs={"hits": hits})
        return doc


def _kinds() -> dict[str, str]:
    return _kinds_of(installed())


@lru_cache(maxsize=4)
def _kinds_of(packs: tuple[Pack, ...]) -> dict[str, str]:
    return {rule.id: rule.kind for pack in packs for rule in pack.rules}


_SCOPE = {"language": "zh", "market": "cn", "category": "", "channel": ""}


@Language.factory("sensitive_words", default_config=_SCOPE, assigns=["doc.spans"])
def sensitive_words(
    nlp: Language, name: str, language: str, market: str, category: str, channel: str
) -> Findings:
    """Make the component for forbidden words: state organs, decency, disease, sector bans."""
    return Findings(
        "sensitive_words", language=language, market=market, category=category, channel=channel
    )


@Language.factory("exaggeration", default_config=_SCOPE, assigns=["doc.spans"])
def exaggeration(
    nlp: Language, name: str, language: str, market: str, category: str, channel: str
) -> Findings:
    """Make the component for exaggeration: absolute terms, guarantees, unproven figures."""
    return Findings(
        "exaggeration", language=language, market=market, category=category, channel=channel
    )
