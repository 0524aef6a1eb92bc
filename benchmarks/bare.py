"""The peer of `warrant predict` and `run`: scikit-learn by hand, the same kinds of terms and fit.

It reads the files, answers, and writes a sheet. It verifies nothing, keeps no columns, and starts
anew when it is stopped.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any


def fit(contracts: str, model: str) -> None:
    """Fit a model on labelled contracts; what is no text is left out.

    Args:
        contracts: folder with `index.csv`.
        model: file to write.
    """
    import joblib
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    folder = Path(contracts)
    with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
        labels = {line["file"]: line["contract_type"] for line in csv.DictReader(file)}
    texts = {path.name: _text(path) for path in sorted(folder.glob("*.txt"))}
    names = [name for name, text in texts.items() if text and name in labels]
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=3)
    pieces = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=3, max_features=100_000
    )
    pipeline = make_pipeline(make_union(words, pieces), LogisticRegression(C=3, max_iter=1000))
    pipeline.fit([texts[name] for name in names], [labels[name] for name in names])
    joblib.dump(pipeline, model)


def answer(model: str, folder: str, output: str) -> None:
    """Answer every text of a folder.

    Args:
        model: that `fit` wrote.
        folder: texts.
        output: csv to write.
    """
    import joblib

    pipeline = joblib.load(model)
    texts = {path.name: _text(path) for path in sorted(Path(folder).glob("*.txt"))}
    found = pipeline.predict_proba(list(texts.values()))
    with Path(output).open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(["file", "answer", "probability"])
        for name, row in zip(texts, found, strict=True):
            sheet.writerow([name, pipeline.classes_[row.argmax()], round(float(row.max()), 6)])


def fit_whole(contracts: str) -> None:
    """Fit and measure a model on labelled texts, as the recipe's defaults would: by hand.

    Args:
        contracts: folder with `index.csv`.
    """
    import json

    from sklearn.metrics import accuracy_score, f1_score
    from sklearn.model_selection import train_test_split
    from threadpoolctl import threadpool_limits

    folder = Path(contracts)
    with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    texts, kinds = [_text(folder / line["file"]) for line in lines], [x["kind"] for x in lines]
    rest, test, known, true = train_test_split(
        texts, kinds, test_size=0.2, stratify=kinds, random_state=7
    )
    train, judges, learnt, judged = train_test_split(
        rest, known, test_size=1 / 8, stratify=known, random_state=7
    )
    with threadpool_limits(limits=1):
        reader, models = _fit_strengths(train, learnt, judges, judged)
        found = models[-1][1].predict(reader.transform(test))
    print(json.dumps([accuracy_score(true, found), f1_score(true, found, average="macro")]))


def _fit_strengths(
    train: list[str], learnt: list[str], judges: list[str], judged: list[str]
) -> tuple[Any, list[tuple[float, Any]]]:
    """Learn vocabularies, and fit stronger models until one does worse on the judges."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import f1_score
    from sklearn.pipeline import make_union

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=3, max_features=50_000)
    pieces = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=3, max_features=100_000
    )
    reader = make_union(words, pieces)
    numbers, unseen = reader.fit_transform(train), reader.transform(judges)
    models: list[tuple[float, Any]] = []
    for strength in (0.3, 3, 30):
        model = LogisticRegression(C=strength, class_weight="balanced", max_iter=1000)
        model.fit(numbers, learnt)
        models.append((f1_score(judged, model.predict(unseen), average="macro"), model))
        if len(models) > 1 and models[-1][0] < models[-2][0]:
            break
    return reader, sorted(models, key=lambda one: one[0])


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace").replace("\0", "")
