"""A large library of generated documents with a sheet, made quickly.

Documents have 10 to 500 KB and are made of paragraphs drawn from a large stock of English prose
(the words are those of Python's own help topics, in runs of a few, with coined words between
them). Copies, near copies, texts in another language, lists of symbols and personal data (all
invented) are planted, each with its share.
"""

from __future__ import annotations

import csv
import random
import re
from math import exp, log
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.prose import KINDS, SYLLABLES

if TYPE_CHECKING:
    from pathlib import Path

LEAST_BYTES, MOST_BYTES = 10_000, 500_000
PARAGRAPH = 500
STOCK_BYTES = 40_000_000
COPIES, NEAR_COPIES, FOREIGN, POOR, PERSONAL = 0.01, 0.02, 0.02, 0.01, 0.2
FOLDER_FILES = 1000

_REMEMBERED = 200  # earlier documents that may be copied
_FOREIGN = re.findall(
    r"\w+",
    "der die das und ist nicht mit auf dem eine einen wird von dass werden auch nach bei oder "
    "durch Vertrag Mieter Vermieter Zahlung Frist zwischen sowie haben muss Kosten schriftlich",
)


class Planted(NamedTuple):
    """What a library holds."""

    documents: int
    size_bytes: int
    copies: int
    near_copies: int
    foreign: int
    poor: int
    personal: int


def make_library(folder: Path, size_bytes: int, seed: int = 7) -> Planted:
    """Write documents until they have so many bytes, and their sheet.

    Args:
        folder: made if absent; gets `index.csv` beside folders of a thousand files.
        size_bytes: of all documents together.
        seed: another seed, other texts.

    Returns:
        What was planted.
    """
    source = random.Random(seed)
    writer = _Writer(source)
    counts = dict.fromkeys(Planted._fields, 0)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "index.csv").open("w", encoding="ascii", newline="") as sheet:
        lines = csv.writer(sheet)
        lines.writerow(["file", "kind", "amount", "signed_on", "client"])
        while counts["size_bytes"] < size_bytes:
            number = counts["documents"]
            text, kind, planted = writer.document()
            name = f"{number // FOLDER_FILES:03d}/{number:06d}.txt"
            if number % FOLDER_FILES == 0:
                (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text, "ascii")
            day = f"20{source.randrange(10, 25)}-{source.randrange(1, 13):02d}-11"
            lines.writerow([name, kind, source.randrange(1000, 10**6), day, f"C-{number % 997}"])
            counts["documents"] += 1
            counts["size_bytes"] += len(text)
            for one in planted:
                counts[one] += 1
    return Planted(**counts)


class _Writer:
    def __init__(self, source: random.Random) -> None:
        self._source = source
        self._stock = _make_stock(source)
        words = re.findall("[a-z]{6,}", " ".join(self._stock[:2000]))
        common = sorted(set(words))
        self._telling = {kind: source.sample(common, 40) for kind in KINDS}
        self._earlier: list[tuple[list[str], str]] = []

    def document(self) -> tuple[str, str, tuple[str, ...]]:
        """Give text, kind, and what is planted."""
        source, draw = self._source, self._source.random()
        if draw < COPIES + NEAR_COPIES and self._earlier:
            paragraphs, kind = source.choice(self._earlier)
            if draw < COPIES:
                return "".join(paragraphs), kind, ("copies",)
            changed = [*paragraphs]
            changed[source.randrange(1, len(changed))] = source.choice(self._stock)
            return "".join(changed), kind, ("near_copies",)
        kind = source.choice(KINDS)
        size = LEAST_BYTES * exp(source.random() * log(MOST_BYTES / LEAST_BYTES))
        if draw < COPIES + NEAR_COPIES + FOREIGN:
            words = source.choices(_FOREIGN, k=int(size / 6))
            return _sentences(words), kind, ("foreign",)
        if draw < COPIES + NEAR_COPIES + FOREIGN + POOR:
            return "# ... 1 2 3 --- #\n" * int(size / 18), kind, ("poor",)
        told = self._telling[kind if source.random() < 0.9 else KINDS[0]]
        paragraphs = [_sentences(source.choices(told, k=40))]
        paragraphs += source.choices(self._stock, k=int(size / PARAGRAPH))
        planted: tuple[str, ...] = ()
        if source.random() < PERSONAL:
            planted = ("personal",)
            for _ in range(source.randrange(1, 6)):
                paragraphs.insert(source.randrange(1, len(paragraphs)), _personal(source))
        self._earlier = [*self._earlier[-_REMEMBERED:], (paragraphs, kind)]
        return "".join(paragraphs), kind, planted


def _make_stock(source: random.Random) -> list[str]:
    """Make paragraphs: runs of real prose, coined words between them."""
    from pydoc_data.topics import topics

    prose = " ".join(topics.values())
    words = re.findall(r"(?<![\w.`\"'])[A-Za-z]+[,;]?(?=\s)", prose)
    coined = ["".join(source.choices(SYLLABLES, k=source.randrange(2, 5))) for _ in range(40_000)]
    stock = []
    for _ in range(STOCK_BYTES // PARAGRAPH):
        sentences: list[str] = []
        length = 0
        while length < PARAGRAPH - 60:
            run: list[str] = []
            for _ in range(source.randrange(2, 5)):
                at = source.randrange(len(words) - 6)
                run += words[at : at + source.randrange(3, 7)]
                if source.random() < 0.5:
                    run.append(source.choice(coined))
            sentence = " ".join(run).rstrip(",;").capitalize() + ". "
            sentences.append(sentence)
            length += len(sentence)
        stock.append("".join(sentences).rstrip() + "\n\n")
    return stock


def _sentences(words: list[str]) -> str:
    lines = (" ".join(words[at : at + 12]) + ".\n" for at in range(0, len(words), 12))
    return "".join(lines) + "\n"


def _personal(source: random.Random) -> str:
    """Give a sentence with personal data of one kind, invented."""
    name = "".join(source.choices(SYLLABLES, k=3))
    digits = "".join(source.choices("0123456789", k=18))
    return source.choice(
        (
            f"Write to {name}.{name[::-1]}@example.org about it.\n\n",
            f"Call +49 30 {digits[:7]} in office hours.\n\n",
            f"Pay with the card {_card(digits[:15])} only.\n\n",
            f"Pay to the account {_iban(digits)} within 30 days.\n\n",
            f"Sent from 10.{int(digits[:2])}.{int(digits[2:4])}.7 over the network.\n\n",
            f"See https://www.example.org/{name} for more.\n\n",
        )
    )


def _card(digits: str) -> str:
    """Add the check digit of Luhn (ISO/IEC 7812-1, annex B)."""
    doubled = [int(one) * (2 - at % 2) for at, one in enumerate("4" + digits[1:])]
    total = sum(one // 10 + one % 10 for one in doubled)
    return f"4{digits[1:]}{-total % 10}"


def _iban(digits: str) -> str:
    """Add country and check digits (ISO 13616-1)."""
    check = 98 - int(f"{digits}131400") % 97
    return f"DE{check:02d}{digits}"
