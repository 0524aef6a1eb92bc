"""Laws of files in files: bytes and names of the outer files decide, and nothing before them."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stages.ingest.awkward import package
from tests.stages.ingest.test_ingest import put
from warrant.stages.ingest import FoundFile
from warrant.stages.ingest.opening import Budget, Opener
from warrant.stages.ingest.unpack import unpack

FEW = settings(max_examples=max(6, settings.default.max_examples // 3))
NAMES = st.sampled_from(["a.txt", "../b.txt", "c/d.txt", "c\\d.txt", "e.zip", "f.eml", ""])
BYTES = st.binary(max_size=30)
ARCHIVE = st.dictionaries(NAMES, BYTES, max_size=4).map(package) | BYTES


def seen(files: tuple[FoundFile, ...]) -> list[tuple[object, ...]]:
    return [(one.name, one.digest, one.size, one.refused, one.notes) for one in files]


@pytest.mark.slow
@FEW
@given(archives=st.lists(ARCHIVE, min_size=1, max_size=3))
def test_bytes_and_names_decide(archives: list[bytes]) -> None:
    """Law of `stages.ingest.unpack`: files and decisions depend on the bytes of the outer ..."""
    given = {f"{number}.zip": data for number, data in enumerate(archives)}
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        found = []
        for folder in (one, other):
            put(Path(folder), dict(given))
            files = [FoundFile(n, f"{folder}/{n}", len(data)) for n, data in given.items()]
            found.append(seen(unpack(files)))
        last = next(reversed(given))
        alone = seen(unpack([FoundFile(last, f"{one}/{last}", len(given[last]))]))
    assert found[0] == found[1]
    assert found[0][-len(alone) :] == alone
    assert [name for name, *_ in found[0]] == sorted({str(name) for name, *_ in found[0]})


@pytest.mark.slow
@FEW
@given(before=st.lists(ARCHIVE, max_size=2), data=ARCHIVE)
def test_what_was_opened_before_changes_nothing(before: list[bytes], data: bytes) -> None:
    """Law of `stages.ingest.opener`: what is given for a file does not depend on the files ..."""
    with TemporaryDirectory() as folder, Opener() as used:
        for one in before:
            used.open("zip", one, folder, Budget(1 << 20, 9))
        first = used.open("zip", data, folder, Budget(1 << 20, 9))
    with TemporaryDirectory() as folder, Opener() as new:
        second = new.open("zip", data, folder, Budget(1 << 20, 9))
    assert [(one.name, one.digest, one.refused) for one in first.members] == [
        (one.name, one.digest, one.refused) for one in second.members
    ]
    assert first.refused == second.refused
