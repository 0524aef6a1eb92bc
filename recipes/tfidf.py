"""A plain peer on the rows of a recipe: TF-IDF of words and pairs, a linear SVM, nothing chosen.

`TfidfVectorizer(ngram_range=(1, 2))` and `LinearSVC()` of scikit-learn as they come, on rows of
training and validation together; of several labels a row, one SVM a label.
"""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from warrant.flow.recipe import Recipe

METRICS = ("accuracy", "macro_f1", "micro_f1")
"""Figures that it is measured by."""


def measure_tfidf(recipe: Recipe, rows: Path, cpu_s: Callable[[], float]) -> dict[str, Any]:
    """Fit and measure the peer.

    Args:
        recipe: what is read and answered.
        rows: folder with `train`, `validation` and `test` as Parquet.
        cpu_s: gives CPU seconds.

    Returns:
        Scores by metric, CPU seconds of fitting, milliseconds of one row; nothing where the recipe
        reads something else than texts, or answers something else than labels.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    from warrant.metrics import Judged, counted, judge, score

    if recipe.task.kind not in ("multiclass", "multilabel") or len(recipe.texts) != len(
        recipe.reads
    ):
        return {}
    several = recipe.task.kind == "multilabel"
    texts, answers = _read(recipe, [rows / "train.parquet", rows / "validation.parquet"])
    asked, true = _read(recipe, [rows / "test.parquet"])
    labels = sorted({label for row in (*answers, *true) for label in row})
    learnt = judge(answers, labels)
    svm = OneVsRestClassifier(LinearSVC()) if several else LinearSVC()
    model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), svm)
    began = cpu_s()
    present = learnt.any(axis=0)
    model.fit(texts, learnt[:, present] if several else [row[0] for row in answers])
    spent = cpu_s() - began
    told = model.predict(asked)
    predicted = judge([() if several else (str(one),) for one in told], labels)
    if several:
        predicted[:, present] = told
    judged = counted(Judged(tuple(labels), judge(true, labels), predicted, not several),
                     recipe.evaluate.convention)  # fmt: skip
    took = []
    for text in asked[:100]:
        start = time.perf_counter()
        model.predict([text])
        took.append(1000 * (time.perf_counter() - start))
    return {
        "scores": {name: score(name, judged) for name in METRICS},
        "train_cpu_s": spent,
        "row_ms": median(took),
    }


def _read(recipe: Recipe, paths: Sequence[Path]) -> tuple[list[str], list[tuple[str, ...]]]:
    import pyarrow.parquet as pq

    from warrant.models.examples import LabelColumn

    label = LabelColumn(recipe.task.answer, recipe.task.kind, recipe.task.separator)
    texts, answers = [], []
    for path in paths:
        for row in pq.read_table(path).to_pylist():
            found = label.read(row[label.name])
            if found is not None:
                texts.append("\n".join(str(row[name] or "") for name in recipe.texts))
                answers.append(found)
    return texts, answers
