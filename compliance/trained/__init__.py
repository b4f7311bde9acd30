"""The small trained models that read claims no rule has words for, one a language.

A model is a spaCy `textcat` that reads one clause (`reading.py`, `model.py`) and tells plain ones from
six classes of claims. Files: `<language>.vectors.npz`, words and their meanings; `<language>.model`,
the weights; `<language>.json`, the card: version, digests, thresholds, what held-out lines measured;
and `<language>.cues.txt`, the words without which a clause is not scored at all, so that ordinary copy
costs no Doc. Model and card are written by `manage.py train_claims`, see `compliance/training.py`.
"""

import hashlib
import json
import re
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from daachorse import CharwiseDoubleArrayAhoCorasick

from compliance.base import PackRef

ROOT = Path(__file__).parent

#: The class of a clause that claims nothing.
PLAIN = "plain"

#: The kinds of the corpus, and the class under which the model learns each: classes of few kinds
#: hold their precision better than sixteen kinds alone.
KINDS = {
    PLAIN: PLAIN,
    "disease": "health", "efficacy": "health", "beauty": "health", "weight": "health",
    "minors": "health", "vice": "health",
    "absolute": "standing", "comparison": "standing", "endorsement": "standing",
    "state": "standing", "guarantee": "standing", "statistic": "standing",
    "finance": "finance", "education": "education", "property": "property",
    "price": "offer", "green": "offer",
}  # fmt: skip


class ModelError(RuntimeError):
    """A model that cannot be used; the message names the file, the reason and the remedy."""


def labels() -> list[str]:
    """Return the classes in the order of the model's output."""
    return sorted(set(KINDS.values()))


class Cues:
    """The cue words of a language, in one automaton; an English one stands for a word's beginning."""

    def __init__(self, words: list[str]) -> None:
        self._finder = CharwiseDoubleArrayAhoCorasick(words)

    def at(self, text: str) -> list[int]:
        """Return where in the folded `text` cues begin, in order."""
        return sorted(
            {
                start
                for start, _, _ in self._finder.find_overlapping(text)
                if not (start and text[start].isascii() and text[start].isalpha()
                        and text[start - 1].isascii() and text[start - 1].isalpha())
            }
        )  # fmt: skip


#: What denies a claim, warns, or sets terms: n-grams see the claim's words and not the "not".
_DENIED = {
    "zh": re.compile(
        "不(?:保证|承诺|作|做|能代替|提供|构成|代表|适用|适宜)|禁用|禁止|慎用|慎拍|请(?:遵|勿|咨询)|谨慎|有风险"
        "|恢复(?:原价|日常)|说明书|以.{1,12}为准|仅供参考"
        "|宣称|骗局|诈骗|谣言|轻信|谨防"
    ),
    "en": re.compile(
        r"\b(?:do not|does not|don't|did not|is not|are not|not an?|not intended|not suitable|no guarantee"
        r"|no (?:health )?claims|get back less|at risk|results vary|results may vary|keep (?:away|out)"
        r"|would like to|subject to|terms apply|go down as well|fall as well|representative"
        r"|involves? risk|carr(?:y|ies) risk|may lose)\b"
    ),
}

#: The disclaimers that deny a list, whose later parts are clauses without the "not". Nothing wider: a
#: "not" before a comma ("no surgery, cured in three days") says nothing of what follows it.
_DENIES_A_LIST = {
    "zh": re.compile("不(?:用于|能代替|能替代|得替代)(?:疾病|药|预防|诊断|治疗)"),
    "en": re.compile(
        r"\bnot (?:intended|meant) to (?:be used to )?(?:diagnose|treat|cure|prevent)\b"
    ),
}


def worth_asking(language: str, clause: str) -> bool:
    """Tell whether the model of `language` is asked about the folded `clause`."""
    return bool(cues_of(language).at(clause)) and not denied(language, clause)


def denied(language: str, clause: str, before: str = "") -> bool:
    """Tell whether the folded `clause` denies a claim, warns, or sets terms.

    `before` is what stands before it in its sentence.
    """
    return bool(
        _DENIED[language].search(clause) or _DENIES_A_LIST[language].search(before + clause)
    )


@lru_cache(maxsize=4)
def cues_of(language: str) -> Cues:
    """Return the cues of `language`. Raises `ModelError`."""
    path = ROOT / f"{language}.cues.txt"
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"trained/{path.name}: {error}; reinstall Copydesk") from error
    words = {word for line in lines if not line.startswith("#") for word in line.split()}
    return Cues(sorted(words))


@dataclass(frozen=True, slots=True)
class Card:
    """What a model is and from which scores it may speak.

    The digest of `ref` is over card, cues and, by the card's own digest of them, `weights`.
    """

    ref: PackRef
    weights: str
    vectors: str
    evidence: float
    warn: float


@lru_cache(maxsize=4)
def card(language: str) -> Card:
    """Return the card of the model of `language`, without loading it. Raises `ModelError`."""
    path = ROOT / f"{language}.json"
    try:
        raw = path.read_bytes()
        data = json.loads(raw)
        whole = hashlib.sha256(raw + (ROOT / f"{language}.cues.txt").read_bytes()).hexdigest()
        return Card(
            PackRef(f"trained_{language}", data["version"], f"sha256:{whole}"),
            data["digest"],
            data["vectors"],
            float(data["thresholds"]["evidence"]),
            float(data["thresholds"]["warn"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"trained/{path.name}: {error!r}; run manage.py train_claims or reinstall Copydesk"
        ) from error


@lru_cache(maxsize=4)
def _pipeline(language: str) -> Any:
    """Load the model, once a process, after comparing its digest with its card."""
    from compliance import nlp as pipelines

    path = ROOT / f"{language}.model"
    try:
        weights = path.read_bytes()
    except OSError as error:
        raise ModelError(f"trained/{path.name}: {error}; reinstall Copydesk") from error
    digest = "sha256:" + hashlib.sha256(weights).hexdigest()
    if digest != card(language).weights:
        raise ModelError(
            f"trained/{path.name}: digest {digest} is not that of {language}.json; "
            "run manage.py train_claims or reinstall Copydesk"
        )
    from compliance.trained import model  # registers the architecture
    from compliance.trained.vectors import vectors

    if vectors(language).digest != card(language).vectors:
        raise ModelError(
            f"trained/{language}.vectors.npz: not the one that {language}.json was trained with; "
            "run manage.py train_claims or reinstall Copydesk"
        )
    nlp = pipelines.tokenizing(language)
    pipe: Any = nlp.add_pipe("textcat", config={"model": model.config(language)})
    pipe.from_bytes(zlib.decompress(weights), exclude=["vocab"])
    return nlp


def judge(language: str, clauses: list[str]) -> list[tuple[float, str]]:
    """Return for each clause the probability that it claims something, and the class of claim."""
    _pipeline(language)  # a model that cannot be trusted is one also for what it said before
    return [_judged(language, clause) for clause in clauses]


@lru_cache(maxsize=4096)  # copy is judged when it is written, approved and published
def _judged(language: str, clause: str) -> tuple[float, str]:
    # What `nlp(clause).cats` says, without the Doc, which takes longer to make than to judge; of a
    # clause that cannot be read, nothing.
    from compliance.trained.model import shares
    from compliance.trained.reading import legible, seen

    model, labels, known = _weights(_pipeline(language))
    if not legible(language, clause):
        return 0.0, next(label for label in labels if label != PLAIN)
    signs, place = seen(language, clause)
    (row,) = shares(model, [([known[sign] for sign in signs if sign in known], place)])
    cats = dict(zip(labels, row.tolist(), strict=True))
    plain = cats.pop(PLAIN)
    return 1 - plain, max(cats, key=cats.__getitem__)


@lru_cache(maxsize=4)
def _weights(nlp: Any) -> tuple[Any, tuple[str, ...], dict[int, int]]:
    """Return the model in a pipeline, its labels, and the row of each sign that it knows."""
    textcat = nlp.get_pipe("textcat")
    known = textcat.model.attrs["known"].tolist()
    return textcat.model, tuple(textcat.labels), {sign: row for row, sign in enumerate(known)}
