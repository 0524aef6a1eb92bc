"""A peer by hand: find the phrases that training rows mark, as a dictionary would.

`python dictionary.py ROWS` reads train.parquet and test.parquet and prints micro-F1, counted as
strictly as the recipe's. A phrase enters when training rows mark it more often than not.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq

WORD = re.compile(r"[^\W_]+|[^\w\s]|_")
LONGEST = 10
"""Words of a phrase."""

Rows = list[tuple[str, set[tuple[int, int, str]]]]


def read(path: Path) -> Rows:
    """Give texts with their places."""
    return [
        (row["text"], {(one["start"], one["end"], one["label"]) for one in json.loads(row["tags"])})
        for row in pq.read_table(path, columns=["text", "tags"]).to_pylist()
    ]


def learn(rows: Rows) -> dict[str, str]:
    """Give phrases in small letters, each with its label."""
    marked: Counter[tuple[str, str]] = Counter()
    for text, places in rows:
        marked.update((text[start:end].lower(), label) for start, end, label in places)
    phrases = {phrase: label for (phrase, label), _ in marked.most_common()[::-1]}
    seen: Counter[str] = Counter()
    for text, _ in rows:
        words = [word.span() for word in WORD.finditer(text)]
        for at in range(len(words)):
            for after in range(at, min(at + LONGEST, len(words))):
                phrase = text[words[at][0] : words[after][1]].lower()
                seen[phrase] += phrase in phrases
    return {
        phrase: label
        for phrase, label in phrases.items()
        if 2 * marked[phrase, label] > seen[phrase]
    }


def find(text: str, phrases: dict[str, str]) -> set[tuple[int, int, str]]:
    """Find phrases, the longest first."""
    words = [word.span() for word in WORD.finditer(text)]
    found, at = set(), 0
    while at < len(words):
        for after in range(min(at + LONGEST, len(words)) - 1, at - 1, -1):
            start, end = words[at][0], words[after][1]
            if (phrase := text[start:end].lower()) in phrases:
                found.add((start, end, phrases[phrase]))
                at = after
                break
        at += 1
    return found


def main() -> None:
    """Print micro-F1 on the test rows."""
    folder = Path(sys.argv[1])
    phrases = learn(read(folder / "train.parquet"))
    right = said = true = 0
    for text, places in read(folder / "test.parquet"):
        found = find(text, phrases)
        right, said, true = right + len(found & places), said + len(found), true + len(places)
    print(2 * right / (said + true))


if __name__ == "__main__":
    main()
