"""The folders of the whole demo: contracts in four formats, sheets, and what is planted.

Planted: exact copies, near copies, personal data (all of it invented), files that cannot be read, a
second source whose licence forbids training, and new contracts to be answered.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from warrant.flow.demo_data import HEADER, draw
from warrant.flow.demo_documents import as_docx, as_eml, as_pdf, as_xlsx

if TYPE_CHECKING:
    from pathlib import Path

CONTRACTS = 265
"""Contracts of their own in the first source."""
COPIES = 12
"""Files that repeat another one byte by byte."""
NEAR_COPIES = 10
"""Contracts that repeat another one but for a few words."""
PERSONAL = 15
"""Contracts that name an invented person's e-mail address, telephone and account."""
SCANS = 4
"""PDF files whose pages hold no text."""
DAMAGED = 2
"""Files that end in `.docx` and are none."""
LENT = 25
"""Contracts of the second source, which may not be trained on."""
NEW = 12
"""Contracts to be answered."""

_ENDINGS = (".txt", ".docx", ".txt", ".pdf", ".txt", ".docx", ".pdf", ".txt", ".docx", ".eml")
_PERSONS = ("ada.reed", "milo.tarn", "ines.quill", "otto.fenn", "lena.brook")
_ACCOUNT = "GB82 WEST 1234 5698 7654 32"
"""The example of the IBAN registry: nobody's."""


@dataclass(frozen=True)
class Folders:
    """What was written."""

    own: Path
    """The first source, with `index.xlsx`."""
    lent: Path
    """The second, whose licence forbids training, with `index.xlsx`."""
    new: Path
    """Contracts to be answered, with `questions.xlsx`."""
    formats: dict[str, int]
    """Files of both sources by ending."""

    @property
    def files(self) -> int:
        """Files of both sources, without the sheets."""
        return sum(self.formats.values())


class _File(NamedTuple):
    ending: str
    data: bytes
    line: tuple[str, str, str]


def make_folders(root: Path, seed: int = 7) -> Folders:
    """Write both sources and the new contracts.

    Args:
        root: gets `contracts`, `lent` and `new`.
        seed: the same seed gives the same bytes.

    Returns:
        Where everything lies.
    """
    rng = random.Random(seed)  # noqa: S311 - invented texts, no secret
    own = _planted([_drawn(rng, number) for number in range(CONTRACTS)], rng)
    lent = [_drawn(rng, number) for number in range(LENT)]
    rng.shuffle(own)
    _write(root / "contracts", "contract", own)
    _write(root / "lent", "lent", lent)
    _write_new(root / "new", rng)
    endings = [one.ending for one in (*own, *lent)]
    formats = {ending: endings.count(ending) for ending in dict.fromkeys(sorted(endings))}
    return Folders(root / "contracts", root / "lent", root / "new", formats)


def _drawn(rng: random.Random, number: int) -> _File:
    text, line = draw(rng)
    if number % (CONTRACTS // PERSONAL) == 0 and number < PERSONAL * (CONTRACTS // PERSONAL):
        text += _personal(rng)
    return _formatted(_ENDINGS[number % len(_ENDINGS)], text, line)


def _formatted(ending: str, text: str, line: tuple[str, str, str]) -> _File:
    match ending:
        case ".docx":
            return _File(ending, as_docx(text), line)
        case ".pdf":
            return _File(ending, as_pdf(text), line)
        case ".eml":
            return _File(ending, as_eml(text, "registry@example.com", f"Of {line[2]}"), line)
        case _:
            return _File(ending, text.encode(), line)


def _personal(rng: random.Random) -> str:
    """Write a line about an invented person; the number lies in a range kept for films."""
    return (
        f"\nNotices go to {rng.choice(_PERSONS)}@example.com, telephone +44 20 7946 0"
        f"{rng.randint(100, 999)}; payments to {_ACCOUNT}.\n"
    )


def _planted(files: list[_File], rng: random.Random) -> list[_File]:
    """Add copies, near copies and what cannot be read."""
    plain = [one for one in files if one.ending == ".txt"]
    planted = rng.sample(plain, COPIES)
    for one in rng.sample(plain, NEAR_COPIES):
        text = one.data.decode().rstrip("\n") + "\n\nExecution copy, kept in the archive.\n"
        planted.append(_formatted(".docx", text, one.line))
    planted += [_File(".pdf", as_pdf(""), draw(rng).line) for _ in range(SCANS)]
    planted += [_File(".docx", b"\xff\xfe\x00\xd8" * 50, draw(rng).line) for _ in range(DAMAGED)]
    return [*files, *planted]


def _write(folder: Path, stem: str, files: list[_File]) -> None:
    folder.mkdir(parents=True)
    rows: list[tuple[str, ...]] = [HEADER]
    for number, one in enumerate(files, start=1):
        name = f"{stem}-{number:04}{one.ending}"
        (folder / name).write_bytes(one.data)
        rows.append((name, f"{stem[0].upper()}-{number:04}", *one.line))
    (folder / "index.xlsx").write_bytes(as_xlsx(rows))


def _write_new(folder: Path, rng: random.Random) -> None:
    """Write contracts without their type; one cell of their sheet would run as a formula."""
    folder.mkdir(parents=True)
    rows = [("file", "client", "governing_law")]
    for number in range(1, NEW + 1):
        text, (_, law, _) = draw(rng)
        one = _formatted(_ENDINGS[number % len(_ENDINGS)], text, ("Contract", law, "2024-01-02"))
        name = f"new-{number:02}{one.ending}"
        (folder / name).write_bytes(one.data)
        rows.append((name, "=1+1" if number == 1 else f"Client {number:02}", law))
    (folder / "questions.xlsx").write_bytes(as_xlsx(rows))
