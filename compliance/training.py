"""Training of the small models that read claims: a corpus of our own in, one model a language out.

The corpus (`corpus/<language>.jsonl`) is written for this, by hand and by templates, not collected:
each row has a text of one clause, its kind, and the group of lines or the template that it comes
from. Measures are taken by cross-validation over groups, so that no model is measured on siblings of
what it was trained on, and on lines written by hand only, which templates would flatter.
"""

import hashlib
import json
import random
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compliance.trained import KINDS, PLAIN, ROOT, labels, worth_asking
from compliance.trained.model import config, signs_of
from compliance.trained.reading import features, read
from compliance.trained.vectors import vectors

CORPUS = Path(__file__).parent / "corpus"

_EPOCHS = 6
_BATCH = 32
_FOLDS = 5

#: The precision that a threshold must have held out: for `evidence`, and for `warn`. It is measured
#: on lines of which many were written because they look like claims and are none; on ordinary lawful
#: copy the same thresholds say far less (docs/check_copy.md).
PRECISION = {
    "zh": {"evidence": 0.95, "warn": 0.9},
    "en": {"evidence": 0.95, "warn": 0.9},
}

#: No threshold lies below these: where ordinary copy (tests/compliance/ordinary.*) is not flagged.
FLOOR = {
    "zh": {"evidence": 0.82, "warn": 0.7},
    "en": {"evidence": 0.8, "warn": 0.7},
}


class CorpusError(ValueError):
    """A corpus that cannot be trained on; the message names file, line and reason."""


@dataclass(frozen=True, slots=True)
class Row:
    """One clause of the corpus; `kind` is one of `KINDS`, `group` holds what is written alike."""

    text: str
    kind: str
    group: str

    @property
    def written(self) -> bool:
        """Tell whether a person wrote the line, rather than a template."""
        return "-template-" not in self.group


def corpus(language: str, folder: Path = CORPUS) -> list[Row]:
    """Read and check the corpus of `language`. Raises `CorpusError`."""
    path = folder / f"{language}.jsonl"
    rows: list[Row] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        where = f"{path.name}:{number}"
        try:
            row = Row(**json.loads(line))
        except (ValueError, TypeError) as error:
            raise CorpusError(f"{where}: {error}; needs text, kind and group") from error
        if row.kind not in KINDS:
            raise CorpusError(f"{where}: unknown kind {row.kind!r}; valid: {', '.join(KINDS)}")
        if (key := row.text.casefold()) in seen:
            raise CorpusError(f"{where}: the text stands in line {seen[key]} already")
        seen[key] = number
        rows.append(row)
    return rows


def train(language: str, rows: Sequence[Row], *, epochs: int = 0, seed: int = 0) -> Any:
    """Return a pipeline with one trained `textcat`; 0 epochs: as many as usual.

    The same rows and seed give the same weights.
    """
    from compliance import nlp as pipelines

    spacy: Any = pipelines.spacy
    from spacy.training import Example

    spacy.util.fix_random_seed(seed)
    nlp = pipelines.tokenizing(language)
    pipe: Any = nlp.add_pipe("textcat", config={"model": config(language)})
    for label in labels():
        pipe.add_label(label)
    pipe.model.attrs["known"] = signs_of(
        [read(language, row.text) for row in rows], [row.group for row in rows]
    )
    examples = [
        Example.from_dict(
            nlp.make_doc(features(row.text)),
            {"cats": {label: float(label == KINDS[row.kind]) for label in labels()}},
        )
        for row in rows
    ]
    optimizer = nlp.initialize(lambda: examples)
    shuffled = random.Random(seed)  # noqa: S311 - an order, not a secret
    for _ in range(epochs or _EPOCHS):
        shuffled.shuffle(examples)
        for batch in spacy.util.minibatch(examples, _BATCH):
            nlp.update(batch, sgd=optimizer)
    return nlp


@dataclass(frozen=True, slots=True)
class Measured:
    """What cross-validation found on lines written by hand that hold a cue.

    `thresholds` are the lowest scores at which the precision asked for holds from there on;
    `recall` is that over the claims with a cue, `cued` the share of written claims that have one.
    """

    thresholds: dict[str, float]
    precision: dict[str, float]
    recall: dict[str, float]
    claims: int
    plain: int
    cued: float


def measure(language: str, rows: Sequence[Row], *, epochs: int = 0) -> Measured:
    """Return thresholds and measures from models that did not see the groups they are asked of."""
    scored: list[tuple[float, bool]] = []
    asked = [row for row in rows if row.written and worth_asking(language, row.text.lower())]
    for fold in range(_FOLDS):
        nlp = train(language, [row for row in rows if _fold(row) != fold], epochs=epochs)
        held = [row for row in asked if _fold(row) == fold]
        docs = nlp.pipe([features(row.text) for row in held])
        scored += [
            (1 - doc.cats[PLAIN], row.kind != PLAIN) for doc, row in zip(docs, held, strict=True)
        ]
    written = sum(row.written and row.kind != PLAIN for row in rows)
    return _measured(scored, sum(claim for _, claim in scored) / max(1, written), language)


def _fold(row: Row) -> int:
    return int(hashlib.sha256(row.group.encode()).hexdigest(), 16) % _FOLDS


def _measured(scored: list[tuple[float, bool]], cued: float, language: str) -> Measured:
    claims = sum(claim for _, claim in scored)
    thresholds = {
        severity: max(FLOOR[language][severity], _lowest(scored, wanted))
        for severity, wanted in PRECISION[language].items()
    }
    precision: dict[str, float] = {}
    recall: dict[str, float] = {}
    for severity, threshold in thresholds.items():
        said = [claim for score, claim in scored if score >= threshold]
        precision[severity] = round(sum(said) / max(1, len(said)), 4)
        recall[severity] = round(sum(said) / max(1, claims), 4)
    return Measured(thresholds, precision, recall, claims, len(scored) - claims, round(cued, 4))


def _lowest(scored: list[tuple[float, bool]], wanted: float) -> float:
    """Return the lowest score from which on the precision holds; above 1, so never, if none does."""
    lowest, right = 1.01, 0
    for rank, (score, claim) in enumerate(sorted(scored, reverse=True), 1):
        right += claim
        if right / rank >= wanted:
            lowest = round(score - 0.00005, 4)
    return lowest


def _rounded(nlp: Any) -> Any:
    """Return the `textcat` with weights of half the precision, which are read no differently."""
    pipe = nlp.get_pipe("textcat")
    for name in pipe.model.param_names:
        weights = pipe.model.get_param(name)
        pipe.model.set_param(name, weights.astype("float16").astype("float32"))
    return pipe


def write(language: str, nlp: Any, measured: Measured, version: str, folder: Path = ROOT) -> Path:
    """Write model and card of `language` to `folder`; return the path of the card."""
    weights = zlib.compress(_rounded(nlp).to_bytes(exclude=["vocab"]), 9)
    (folder / f"{language}.model").write_bytes(weights)
    card = {
        "version": version,
        "digest": "sha256:" + hashlib.sha256(weights).hexdigest(),
        "architecture": config(language),
        "vectors": vectors(language).digest,
        "labels": labels(),
        "thresholds": measured.thresholds,
        "held_out": {
            "precision": measured.precision,
            "recall_of_cued_claims": measured.recall,
            "share_of_claims_with_a_cue": measured.cued,
            "claims": measured.claims,
            "plain": measured.plain,
        },
    }
    path = folder / f"{language}.json"
    path.write_text(json.dumps(card, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    return path
