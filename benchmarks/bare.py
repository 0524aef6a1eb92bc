"""The peer of `warrant predict`: scikit-learn by hand, with the same kinds of terms and fit.

It reads the files, answers, and writes a sheet. It verifies nothing, keeps no columns, and starts
anew when it is stopped.
"""

from __future__ import annotations

import csv
from pathlib import Path


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


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace").replace("\0", "")
