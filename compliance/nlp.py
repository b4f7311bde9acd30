"""The one place where spaCy pipelines are built: blank zh (one character a token) and blank en.

The string core stays the fast path; a `Doc` is built only for rules on tokens whose trigger fired.
The components `sensitive_words` and `exaggeration` put the same findings into
`doc.spans["findings"]` that the engine reports, for people who work in spaCy.
"""

import sys
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, cast

from compliance.packs.schema import Tokens


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

from spacy.language import Language
from spacy.matcher import Matcher
from spacy.tokens import Doc


@lru_cache(maxsize=4)
def pipeline(language: str) -> Language:
    """Return the pipeline of "zh" or "en", built once a process, with both components in it."""
    nlp = blank(language)
    nlp.add_pipe("sensitive_words")
    nlp.add_pipe("exaggeration")
    return nlp


@lru_cache(maxsize=4)
def blank(language: str) -> Language:
    """Return the tokenizer-only pipeline: characters for "zh", words for "en"."""
    if language == "zh":
        config = {"nlp": {"tokenizer": {"segmenter": "char"}}}
        return cast(Language, spacy.blank("zh", config=config))
    return cast(Language, spacy.blank(language))


@lru_cache(maxsize=1024)
def _matcher(language: str, key: str) -> Matcher:
    matcher = Matcher(blank(language).vocab, validate=True)
    matcher.add("tokens", [_PATTERNS[key]])
    return matcher


_PATTERNS: dict[str, list[dict[str, Any]]] = {}


def token_spans(
    what: Tokens, text: str, docs: dict[str, Doc]
) -> Iterator[tuple[int, int]]:
    """Yield the spans of `text`, in code points, that the token pattern matches.

    `docs` holds the Docs already made of this text, by language; one is added where it is missing.
    """
    key = repr(what.pattern)
    _PATTERNS.setdefault(key, what.pattern)
    if what.language not in docs:
        docs[what.language] = blank(what.language).make_doc(text)
    doc = docs[what.language]
    for _, start, end in _matcher(what.language, key)(doc):
        span = doc[start:end]
        yield span.start_char, span.end_char
