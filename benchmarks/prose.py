"""Generated prose: files of words from a fixed vocabulary, the same for the same seed.

Words follow Zipf's law and stand in sentences and paragraphs, almost half of them stock ones as
contracts repeat them: zstd shrinks it to 0.28 of its size, as it does the contracts of CUAD.
No two files are equal.

Run: python -m benchmarks.prose FOLDER [FILES]
"""

from __future__ import annotations

import random
import re
import sys
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SYLLABLES = tuple(
    re.findall(
        "[a-z]+",
        "al an ar be co de di en er es ex fi for ge in is it la le li ma men mi ne no on or "
        "par per pre pro ra re ri ro se si sta te ter ti to tra un ver vi",
    )
)
WORDS = 3000
STOCK = 400
STOCK_SHARE = 0.45
FOLDER_FILES = 1000


def make_vocabulary() -> list[str]:
    """Give the fixed vocabulary, most frequent word first."""
    source = random.Random(20_240_101)
    words: dict[str, None] = {}
    while len(words) < WORDS:
        length = 1 + len(words) // 400 + source.randrange(2)
        words["".join(source.choices(SYLLABLES, k=min(length, 5)))] = None
    return list(words)


def make_sentence(source: random.Random, vocabulary: list[str], weights: list[float]) -> str:
    """Give one sentence of 6 to 21 words, with white space behind it."""
    words = source.choices(vocabulary, cum_weights=weights, k=source.randrange(6, 22))
    return " ".join(words).capitalize() + (".\n\n" if source.random() < 0.1 else ". ")


def make_text(source: random.Random, size: int, stock: list[str], new: Callable[[], str]) -> str:
    """Give a text of exactly so many ASCII characters, almost half of it stock sentences."""
    parts: list[str] = []
    length = 0
    while length < size:
        sentence = source.choice(stock) if source.random() < STOCK_SHARE else new()
        parts.append(sentence)
        length += len(sentence)
    return "".join(parts)[:size]


def make_prose(folder: Path, files: int = 20_000, size: int = 10_240, seed: int = 7) -> None:
    """Write files of generated prose, a thousand to a folder.

    Args:
        folder: made if absent; folders and files below it are named by number.
        files: how many.
        size: bytes of each.
        seed: another seed, other texts.
    """
    for number, text in enumerate(make_texts(files, size, seed)):
        below = folder / f"{number // FOLDER_FILES:03d}"
        if number % FOLDER_FILES == 0:
            below.mkdir(parents=True, exist_ok=True)
        (below / f"{number:06d}.txt").write_text(text, encoding="ascii")


def make_texts(count: int, size: int = 10_240, seed: int = 7) -> Iterator[str]:
    """Make texts of generated prose.

    Args:
        count: how many.
        size: bytes of each.
        seed: another seed, other texts.

    Yields:
        One text after another.
    """
    vocabulary = make_vocabulary()
    weights = list(accumulate(1 / (rank + 3) for rank in range(WORDS)))
    source = random.Random(seed)
    new = partial(make_sentence, source, vocabulary, weights)
    stock = [new() for _ in range(STOCK)]
    for _ in range(count):
        yield make_text(source, size, stock, new)


KINDS = ("lease", "licence", "loan", "sale", "supply")


def label_prose(folder: Path, seed: int = 7) -> None:
    """Give each text a type that its words tell, mostly, and write the sheet of them.

    Args:
        folder: that `make_prose` wrote; gets `index.csv` with `file` and `kind`.
        seed: another seed, other types.
    """
    vocabulary, source = make_vocabulary(), random.Random(seed)
    telling = {kind: source.sample(vocabulary[300:], 40) for kind in KINDS}
    lines = ["file,kind"]
    for path in sorted(folder.rglob("*.txt")):
        kind = source.choice(KINDS)
        words = source.choices(telling[kind if source.random() < 0.9 else KINDS[0]], k=30)
        path.write_text(f"{' '.join(words)}.\n{path.read_text('ascii')}", "ascii")
        lines.append(f"{path.relative_to(folder).as_posix()},{kind}")
    (folder / "index.csv").write_text("\n".join(lines) + "\n", "ascii")


if __name__ == "__main__":
    make_prose(Path(sys.argv[1]), *map(int, sys.argv[2:]))
