"""Fits a tagger on labelled rows, and measures it on documents that it has not seen.

Two linear models: whether a token is personal data (logistic regression), and of which kind. The
threshold of the first is the one under which so much of the labelled was found as was wanted, by
models that had not seen the documents they were asked about.
"""

from __future__ import annotations

import re
import warnings
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from warrant.errors import InputError
from warrant.models.tagger.features import features_of, tokens_of
from warrant.stages.curate.recogniser import Kind
from warrant.stages.curate.tagging.tagger import Fit, Tagger

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from warrant.models.tagger.features import Tokens
    from warrant.stages.curate.tagging.labelled import LabelledRow

FOLDS = 3
"""So many parts of documents, each asked about with the others learnt."""

LEAST_DOCUMENTS = 3
"""Fewer tell nothing about a document that was not seen."""

LEAST_PLACES = 20
"""Fewer labelled places teach nothing."""

MOST_ODDS = 0.0
"""Of the threshold: a token that is more likely than not personal data always goes."""

LEAST_ODDS = -5.0
"""Of the threshold: below it, nearly every word would go."""

_ROUNDS = 60


class _Taught(NamedTuple):
    tokens: Tokens
    seen: Any
    """Features, shape (tokens, columns)."""
    columns: NDArray[np.int32]
    is_personal: NDArray[np.bool_]
    kind: NDArray[np.int64]
    """Of tokens that are personal data; -1 elsewhere."""
    places: list[NDArray[np.int64]]
    """Of each labelled place, its tokens that are words or numbers."""
    documents: NDArray[np.int64]
    """Number of the document of each token."""


def fit(
    rows: Sequence[LabelledRow], recall: float = 0.95, labels: Mapping[str, str] | None = None
) -> Tagger:
    """Fit a tagger.

    Args:
        rows: of at least three documents.
        recall: so much of the labelled shall be found in documents not seen, 0 to 1, outside.
        labels: kinds by label, where they shall be named otherwise; `other` labels keep theirs.

    Returns:
        The tagger, and how well it did on documents that it had not seen.

    Raises:
        InputError: when there are too few documents or labelled places.
    """
    taught, kinds = _taught(rows, labels or {})
    odds = _unseen_odds(taught)
    threshold = _threshold(odds, taught.places, recall)
    weights, bias = _logistic(taught.seen, taught.is_personal)
    return Tagger(
        kinds=kinds,
        columns=taught.columns,
        personal=weights,
        bias=bias,
        of_kind=_kind_weights(taught, len(kinds)),
        threshold=threshold,
        fit=_measured(len(rows), odds > threshold, taught),
    )


def kind_of(label: str) -> str:
    """Name the kind of a label: small letters, digits, underscores."""
    name = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")
    return name if name[:1].isalpha() else f"label_{name}"


def _taught(
    rows: Sequence[LabelledRow], labels: Mapping[str, str]
) -> tuple[_Taught, tuple[Kind, ...]]:
    names = sorted(
        {labels.get(one.label, kind_of(one.label)) for row in rows for one in row.places}
    )
    count = sum(len(row.places) for row in rows)
    numbers: dict[str, int] = {}
    of_row = [numbers.setdefault(row.document, len(numbers)) for row in rows]
    if len(numbers) < LEAST_DOCUMENTS or count < LEAST_PLACES:
        raise InputError(
            f"There are {count} labelled places in {len(numbers)} documents; a tagger needs "
            f"{LEAST_PLACES} in {LEAST_DOCUMENTS}.",
            do="Label more rows, or take `learn` out of 'mask_personal_data'.",
        )
    tokens = tokens_of([row.text for row in rows])
    seen = features_of(tokens)
    columns = np.unique(seen.indices).astype(np.int32)
    kind = np.full(len(tokens.words), -1, np.int64)
    places = []
    firsts = np.searchsorted(tokens.texts, np.arange(len(rows) + 1))
    for row, (first, after) in zip(rows, pairwise(firsts.tolist()), strict=True):
        for place in row.places:
            begin = first + int(np.searchsorted(tokens.ends[first:after], place.start, "right"))
            end = first + int(np.searchsorted(tokens.starts[first:after], place.end))
            kind[begin:end] = names.index(labels.get(place.label, kind_of(place.label)))
            words = [at for at in range(begin, end) if tokens.words[at].isalnum()]
            places.append(np.array(words, np.int64))
    documents = np.array(of_row, np.int64)[tokens.texts]
    described = tuple(Kind(name, f"What labelled rows call {name}", "partly") for name in names)
    taught = _Taught(tokens, seen[:, columns], columns, kind >= 0, kind, places, documents)
    return taught, described


def _unseen_odds(taught: _Taught) -> NDArray[np.float64]:
    """Judge each token by a model that has not seen its document."""
    odds = np.zeros(len(taught.is_personal))
    folds = taught.documents % min(FOLDS, int(taught.documents.max()) + 1)
    for fold in np.unique(folds):
        asked = folds == fold
        weights, bias = _logistic(taught.seen[~asked], taught.is_personal[~asked])
        odds[asked] = taught.seen[asked] @ weights + bias
    return odds


def _logistic(seen: Any, answers: NDArray[np.bool_]) -> tuple[NDArray[np.float32], float]:  # noqa: ANN401
    from sklearn.linear_model import LogisticRegression

    if answers.all() or not answers.any():
        return np.zeros(seen.shape[1], np.float32), 20.0 if answers.all() else -20.0
    model = LogisticRegression(C=1.0, max_iter=_ROUNDS, tol=1e-4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it stops after so many rounds, and that is enough
        model.fit(seen, answers)
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])


def _kind_weights(taught: _Taught, count: int) -> NDArray[np.float32]:
    """Fit one model a kind against the others, on tokens that are personal data."""
    from sklearn.linear_model import SGDClassifier

    weights = np.zeros((taught.seen.shape[1], count), np.float32)
    if count > 1:
        model = SGDClassifier(loss="log_loss", alpha=1e-5, max_iter=8, tol=None, random_state=7)
        model.fit(taught.seen[taught.is_personal], taught.kind[taught.is_personal])
        coefficients = model.coef_ if count > 2 else np.vstack([-model.coef_, model.coef_])
        weights[:, model.classes_] = coefficients.T
    return weights


def _threshold(
    odds: NDArray[np.float64], places: Sequence[NDArray[np.int64]], recall: float
) -> float:
    """Find the highest threshold under which so many places are found whole."""
    weakest = np.sort([odds[place].min() for place in places if len(place)])
    missed = int((1 - recall) * len(weakest))
    return float(np.clip(weakest[missed] - 1e-6, LEAST_ODDS, MOST_ODDS))


def _measured(texts: int, chosen: NDArray[np.bool_], taught: _Taught) -> Fit:
    found = sum(bool(chosen[place].all()) for place in taught.places)
    right = int((chosen & taught.is_personal).sum())
    return Fit(texts, len(taught.places), found, right / max(1, int(chosen.sum())))
