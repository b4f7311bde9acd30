"""The model of a `textcat` that reads clauses: one linear layer over signs and places.

A registered architecture, so that the pipeline goes to disk and back by its config. Signs that were
not seen in training have no weight at all: a table of buckets, as in spaCy's bag of words, would give
them the weights of others.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from compliance.nlp import spacy  # first: it keeps torch out
from compliance.trained.reading import Reading, read, width

from thinc.api import Model  # isort: skip

Doc = Any  # spacy.tokens.Doc
_Model = Any  # Model[list[Doc], NDArray]: thinc's own array types know no numpy
ARCHITECTURE = "copydesk.ClauseReader.v1"
_Scores = NDArray[np.float32]


def config(language: str) -> dict[str, Any]:
    """Return the config of the model of `language` in a pipeline."""
    return {"@architectures": ARCHITECTURE, "language": language}


@spacy.registry.architectures(ARCHITECTURE)  # type: ignore[untyped-decorator]
def clause_reader(language: str, nO: int | None = None) -> Model[list[Doc], Any]:
    """Return an untrained model of `language`; set `attrs["known"]` before it is initialised.

    In: one Doc a clause. Out: (clauses, labels) probabilities. The gradient taken back is that of the
    cross-entropy by the scores before the softmax, as in `thinc.api.Softmax`.
    """
    return Model(
        "clause_reader",
        _forward,
        init=_init,
        params={"signs": None, "place": None, "bias": None},
        dims={"nO": nO, "nV": None, "nI": width(language)},
        attrs={"language": language, "known": np.zeros(0, dtype=np.uint32)},
    )


def signs_of(
    readings: Sequence[Reading], groups: Sequence[str], least: int = 3
) -> NDArray[np.uint32]:
    """Return the signs that stand in rows of `least` groups or more: those of few tell only these."""
    seen: dict[int, set[str]] = {}
    for (signs, _), group in zip(readings, groups, strict=True):
        for sign in signs.tolist():
            seen.setdefault(sign, set()).add(group)
    return np.array(sorted(s for s, of in seen.items() if len(of) >= least), dtype=np.uint32)


def _init(model: _Model, X: Any = None, Y: Any = None) -> None:
    if Y is not None:
        model.set_dim("nO", Y.shape[1])
    model.set_dim("nV", len(model.attrs["known"]))
    for name, rows in (("signs", "nV"), ("place", "nI")):
        shape = (model.get_dim(rows), model.get_dim("nO"))
        model.set_param(name, model.ops.alloc2f(*shape))
    model.set_param("bias", model.ops.alloc1f(model.get_dim("nO")))


def shares(model: _Model, seen: Sequence[tuple[Any, Any]]) -> _Scores:
    """Return what share of each clause the model gives to each label (clauses, labels).

    `seen` is of each clause the rows of its signs, in any order, and its place.
    """
    signs, place = model.get_param("signs"), model.get_param("place")
    scores = np.stack([signs[rows].sum(axis=0) + where @ place for rows, where in seen])
    scores += model.get_param("bias")
    scores -= scores.max(axis=1, keepdims=True)
    result: _Scores = np.exp(scores)
    result /= result.sum(axis=1, keepdims=True)
    return result


def _forward(
    model: _Model, docs: list[Doc], is_train: bool
) -> tuple[_Scores, Callable[[_Scores], list[Doc]]]:
    seen = [_seen(model, doc) for doc in docs]

    def backprop(wrong: _Scores) -> list[Doc]:
        by_sign = np.zeros_like(model.get_param("signs"))
        for (rows, _), error in zip(seen, wrong, strict=True):
            by_sign[rows] += error
        model.inc_grad("signs", by_sign)
        model.inc_grad("place", np.stack([where for _, where in seen]).T @ wrong)
        model.inc_grad("bias", wrong.sum(axis=0))
        return []

    return shares(model, seen), backprop


def _seen(model: _Model, doc: Doc) -> Reading:
    """Return the rows of the signs in `doc` that have a weight, and its place."""
    if "reading" not in doc.user_data:  # training asks again each epoch
        doc.user_data["reading"] = read(model.attrs["language"], doc.text)
    signs, place = doc.user_data["reading"]
    known = model.attrs["known"]
    if not len(known):
        return signs[:0], place
    rows = np.minimum(np.searchsorted(known, signs), len(known) - 1)
    return rows[known[rows] == signs], place
