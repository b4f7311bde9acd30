"""Field values: fitting them to their limits, and judging what a generator handed back."""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from compliance.base import Field
from compliance.counting import length
from generators.base import Backend, Cancelled, GenerationError, Manifest, Output, Request, Slot

#: More than this is no copy for any placement but a generator run wild, in code points a value.
MAX_VALUE = 100_000

_SENTENCE_END = re.compile(r"[。！？!?…]+[”’」』）)\"']*|\.+[”’)\"']*(?=\s|$)")
_PHRASE_END = re.compile(r"(?=[，,；;、：]|\s[—–-]{1,2}\s|——|:\s)")
_PAIRS = {
    "“": "”",
    "‘": "’",
    "「": "」",
    "『": "』",
    "《": "》",
    "（": "）",
    "(": ")",
    "【": "】",
}
_HASHTAG = re.compile(r"[#＃]([^\s#＃，,、。；;]+)")
_SPACES = re.compile(r"\s+")
#: An escaped NUL: an odd number of backslashes before it, since two are one written out.
_NUL_IN_JSON = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_EXTENDS = {0x200D, *range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400)}


@dataclass(frozen=True, slots=True)
class Answer:
    """A validated output: the request it answers, its fields, and the backend's provenance."""

    request: Request
    fields: tuple[Field, ...]
    meta: Mapping[str, Any]


def fit(text: str, limit: int, counting: str) -> str:
    """Return `text` cut to `limit` units of `counting` at its last sentence or phrase boundary.

    A sentence end is preferred unless it throws more than half of the room away. Never cuts inside
    a word, a grapheme or an open bracket; where no boundary fits, the text comes back unchanged,
    so that the length gate says so instead of a mutilated line passing.
    """
    if length(text, counting) <= limit:
        return text
    sentence = _last_cut(text, limit, counting, (m.end() for m in _SENTENCE_END.finditer(text)))
    phrase = _last_cut(text, limit, counting, (m.start() for m in _PHRASE_END.finditer(text)))
    if length(sentence, counting) * 2 >= limit:
        return sentence
    return phrase or sentence or text


def from_slots(slots: Sequence[Slot], values: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return the named fields of a candidate from one written value a slot, each fitted.

    Empty values and repeats of an earlier value of the same field are left out (an ad with two
    equal headlines has one); a line of hashtags becomes one value a tag where its slot says so.
    """
    fields: list[tuple[str, str]] = []
    for slot, value in zip(slots, values, strict=True):
        line = _SPACES.sub(" ", value).strip()
        for part in hashtags(line)[: slot.most] if slot.split else [fit_slot(line, slot)]:
            if part and (slot.field, part) not in fields:
                fields.append((slot.field, part))
    return tuple(fields)


def fit_slot(text: str, slot: Slot) -> str:
    """Return `text` fitted to the limit of `slot`."""
    return fit(text, slot.limit, slot.counting)


def hashtags(line: str) -> list[str]:
    """Return the tags of `line`, each with its "#", without repeats, in order."""
    return list(dict.fromkeys(f"#{tag}" for tag in _HASHTAG.findall(line)))


def validate(output: object, request: Request) -> tuple[Field, ...]:
    """Return the fields of `output` as an answer to `request`, line ends normalised to "\\n".

    Raises `GenerationError` (permanent): "bad_output" for what is no text by the placement's
    schema, "no_output" when every value is empty. Limits and words are for the gates to judge.
    """
    if not isinstance(output, Output):
        raise _bad(request, f"is a {type(output).__name__}, not a generators.base.Output")
    if output.request_id != request.id:
        raise _bad(request, f"answers the request {output.request_id!r}")
    if not isinstance(output.fields, (tuple, list)):
        raise _bad(request, f"has fields of type {type(output.fields).__name__}, not a tuple")
    fields = tuple(_field(item, request) for item in output.fields)
    if not any(field.text for field in fields):
        raise _nothing(request)
    return tuple(field for field in fields if field.text)


def collect(
    backend: Backend,
    requests: Sequence[Request],
    *,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Answer]:
    """Yield a validated answer for each of `requests`, as early as the backend writes it.

    Raises `Cancelled`, and `GenerationError`: what the backend raised itself, "crashed" (not
    permanent) for any other exception of it, "bad_output" for an output that is wrong, answers
    nothing that was asked, or answers twice, "no_output" at the end for a request left out.
    """
    waiting = {request.id: request for request in requests}
    outputs = _guarded(backend, requests, cancelled)
    for output in outputs:
        if cancelled():
            raise Cancelled
        asked = getattr(output, "request_id", None)
        request = waiting.pop(asked, None) if isinstance(asked, str) else None
        if request is None:
            raise GenerationError(
                f"{_who(backend)} returned {_shown(output)}, which answers none of the requests "
                f"still open ({', '.join(waiting) or 'none'}); this is a fault of the plugin",
                permanent=True,
                code="bad_output",
            )
        yield Answer(request, validate(output, request), _meta(output.meta, request))
    if waiting:
        raise _nothing(next(iter(waiting.values())))


def digest_of(backend: Backend) -> str:
    """Return what identifies the weights of `backend`, empty when there are none.

    Raises `GenerationError`: what the backend raised itself, "crashed" (not permanent) for any
    other exception of it, "bad_output" (permanent) for an answer that is no text.
    """
    with plugin_code(_who(backend)):
        found: object = backend.digest()
    if not isinstance(found, str) or _unkept(found):
        raise GenerationError(
            f"{_who(backend)} gave {_shown(found)} where the digest of its model should be a text; "
            "this is a fault of the plugin",
            permanent=True,
            code="bad_output",
        )
    return found


@contextmanager
def plugin_code(who: str) -> Iterator[None]:
    """Turn any exception of a plugin that is not part of the contract into a named one."""
    try:
        yield
    except (GenerationError, Cancelled):
        raise
    except Exception as error:
        raise GenerationError(
            f"{who} raised {type(error).__name__}: {error}", permanent=False, code="crashed"
        ) from error


def _guarded(
    backend: Backend, requests: Sequence[Request], cancelled: Callable[[], bool]
) -> Iterator[Any]:
    with plugin_code(_who(backend)):
        yield from backend.generate(requests, cancelled=cancelled) or ()


def _field(item: object, request: Request) -> Field:
    if not (isinstance(item, (tuple, list)) and len(item) == 2):
        raise _bad(request, f"has {_shown(item)} where a (name, text) pair should be")
    name, text = item
    if not isinstance(name, str) or request.placement.spec(name) is None:
        valid = ", ".join(spec.name for spec in request.placement.fields)
        raise _bad(
            request,
            f"has a field {_shown(name)}; {request.placement.slug} has: {valid}",
        )
    if not isinstance(text, str):
        raise _bad(request, f"has a {type(text).__name__} in field {name!r}, not text")
    if len(text) > MAX_VALUE:
        raise _bad(request, f"has {len(text)} characters in field {name!r}; most: {MAX_VALUE}")
    return Field(name, _clean(text, name, request))


def _clean(text: str, name: str, request: Request) -> str:
    """Strip stray control characters; refuse NUL and lone surrogates, which no store keeps."""
    if _unkept(text):
        raise _bad(request, f"has a NUL or a lone surrogate in field {name!r}")
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in "\n\t" or unicodedata.category(c) != "Cc").strip()


def _unkept(text: str) -> bool:
    """Whether `text` holds what no store keeps: a NUL or a lone surrogate."""
    return "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text)


def _meta(meta: object, request: Request) -> Mapping[str, Any]:
    """Return `meta` as it will be read again; refuse what JSON, or a store of it, does not take."""
    if not isinstance(meta, Mapping):
        raise _bad(request, f"has meta of type {type(meta).__name__}, not a mapping")
    try:
        text = json.dumps(dict(meta), ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise _bad(request, f"has meta that is not JSON: {error}") from error
    if _unkept(text) or _NUL_IN_JSON.search(text):
        raise _bad(request, "has a NUL or a lone surrogate in its meta")
    read: dict[str, Any] = json.loads(text)
    return read


def _last_cut(text: str, limit: int, counting: str, cuts: Iterator[int]) -> str:
    best = ""
    for cut in cuts:
        head = text[:cut].rstrip()
        if length(head, counting) > limit:
            break
        if head and _whole(text, cut) and _closed(head):
            best = head
    return best


def _whole(text: str, cut: int) -> bool:
    """Whether a cut at `cut` leaves the grapheme before it whole."""
    return cut >= len(text) or not (
        unicodedata.combining(text[cut]) or ord(text[cut]) in _EXTENDS or text[cut - 1] == "\u200d"
    )


def _closed(head: str) -> bool:
    return all(head.count(opens) == head.count(closes) for opens, closes in _PAIRS.items())


def _who(backend: Backend) -> str:
    manifest = getattr(backend, "manifest", None)
    if isinstance(manifest, Manifest):
        return f"generator {manifest.id!r}"
    return f"generator {type(backend).__name__}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 120 else text[:117] + "..."


def _bad(request: Request, what: str) -> GenerationError:
    return GenerationError(
        f"the output for request {request.id!r} {what}; this is a fault of the plugin",
        permanent=True,
        code="bad_output",
    )


def _nothing(request: Request) -> GenerationError:
    return GenerationError(
        f"the generator returned nothing for request {request.id!r} "
        f"({request.placement.slug}, seed {request.seed})",
        permanent=True,
        code="no_output",
    )
