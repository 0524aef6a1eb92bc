"""Honest texts: what is written there is what the answer is given for."""

from __future__ import annotations

from tests.stages.train.leaks.case import Maker, Rng, Table

KINDS = {
    "lease": "tenant landlord rent premises keys deposit floor heating",
    "licence": "software copies source updates installation support territory fee",
    "supply": "goods delivery price stock pallets freight defect order",
    "employment": "employee salary hours leave notice duties probation bonus",
}
COMMON = [
    "party",
    "agreement",
    "shall",
    "day",
    "writing",
    "notice",
    "section",
    "signed",
    "date",
    "law",
    "address",
    "term",
]


def contracts_that_name_their_kind(rng: Rng) -> Table:
    """A title names the kind, as titles do; the rest of the text tells it too."""
    labels, texts = [], []
    for _ in range(400):
        kind = str(rng.choice(sorted(KINDS)))
        words = [*rng.choice(KINDS[kind].split(), 12), *rng.choice(COMMON, 25)]
        title = f"{kind.upper()} AGREEMENT\n\nThis {kind} agreement is made between the parties. "
        labels.append((kind,))
        texts.append(title + " ".join(rng.permutation(words)))
    return Table("multiclass", labels, {"text": "text"}, {"text": texts})


def complaints_with_strong_words(rng: Rng) -> Table:
    """Each of eight words stands in nine of ten complaints, and in one of ten others."""
    strong = ["angry", "refund", "wrong", "never", "waited", "manager", "unacceptable", "again"]
    labels, texts = [], []
    for _ in range(600):
        is_complaint = rng.random() < 0.3
        share = 0.9 if is_complaint else 0.1
        words = [word for word in strong if rng.random() < share]
        words += [str(one) for one in rng.choice(COMMON, int(rng.integers(10, 30)))]
        labels.append(("complaint",) if is_complaint else ("other",))
        texts.append(" ".join(rng.permutation(words)))
    return Table("binary", labels, {"text": "text"}, {"text": texts})


def clauses_that_use_their_names(rng: Rng) -> Table:
    """A clause is found by four words of its own, its name among them, each nine times of ten."""
    clauses = {
        "renewal": ["renewal", "extended", "expiry", "successive"],
        "audit": ["audit", "records", "inspect", "auditor"],
        "warranty": ["warranty", "defect", "repair", "merchantable"],
    }
    labels, texts = [], []
    for _ in range(500):
        names = [name for name in sorted(clauses) if rng.random() < 0.35]
        words = [str(one) for one in rng.choice(COMMON, int(rng.integers(10, 30)))]
        for name, own in clauses.items():
            share = 0.9 if name in names else 0.06
            words += [word for word in own if rng.random() < share]
        labels.append(tuple(names))
        texts.append(" ".join(rng.permutation(words)))
    return Table("multilabel", labels, {"text": "text"}, {"text": texts})


CLEAN_TEXTS: tuple[Maker, ...] = (
    contracts_that_name_their_kind,
    complaints_with_strong_words,
    clauses_that_use_their_names,
)
