"""What the store costs: 20,000 texts of 10 KB put under a signed log entry, and looked at again.

`dvc add` and `dvc status` do the like; they are raced against these functions elsewhere. Each
function returns `name`, `cpu_s` (of this process, system time included), `n` and `goal` (the
most CPU seconds that it may cost where `dvc add` takes 4.9 and `dvc status` 1.1). Who looks again
signs nothing and makes nothing up, and does not pay for importing what does.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from warrant.kernel.canon import fast_canonical
from warrant.kernel.digest import Digest
from warrant.kernel.filetree import RACY_NS, FoundFile, StatCache, scan_files
from warrant.kernel.merkle import leaf_hashes, tree_root
from warrant.kernel.store import LocalStore

FILES = 20_000
FILE_BYTES = 10_240
FOLDERS = 20
_WORDS = """agreement party shall notice term payment liability hereunder licence confidential
breach the of and to in any such other by or for with this that be not upon under section days
written prior consent material obligations termination services product fees exhibit"""


def make_prose(folder: Path, files: int = FILES) -> Path:
    """Write generated prose, the same every time, last touched an hour ago.

    Args:
        folder: where the folder `prose` is made.
        files: how many.

    Returns:
        The folder with the files.
    """
    from random import Random

    draw = Random(20_261_120)
    paragraphs = [" ".join(draw.choices(_WORDS.split(), k=90)) + ".\n" for _ in range(2_000)]
    an_hour_ago = time.time() - 3_600
    for number in range(files):
        text = f"Document {number}\n" + "".join(draw.choices(paragraphs, k=24))
        path = folder / "prose" / f"{number % FOLDERS:02}" / f"{number:05}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode()[:FILE_BYTES])
        os.utime(path, (an_hour_ago, an_hour_ago))
    return folder / "prose"


def store_all(prose: Path, work: Path, *, compress: bool = False) -> dict[str, object]:
    """Scan, put, write the manifest with its tree, sign and log one entry."""
    start = time.process_time()
    store = LocalStore(work / "store", compress=compress)
    cache = StatCache(work / "index.db")
    with store.writer() as batch:
        found = scan_files(prose, cache, read=batch.put_file, is_held=store.has)
        *_, manifest = map(batch.put, _manifest(found))
    _log(work, manifest)
    cpu_s = time.process_time() - start
    cache.close()
    name = f"store: scan, put, log{' (compressed)' if compress else ''}"
    return {"name": name, "cpu_s": cpu_s, "n": len(found), "goal": 4.9 / (3 if compress else 5)}


def look_again(prose: Path, work: Path) -> dict[str, object]:
    """Find that nothing has changed since `store_all`."""
    start = time.process_time()
    store = LocalStore(work / "store")
    cache = StatCache(work / "index.db")
    found = scan_files(prose, cache, is_held=store.has)
    assert all(store.has(Digest.of(data)) for data in _manifest(found))
    cpu_s = time.process_time() - start
    cache.close()
    return {"name": "store: unchanged re-check", "cpu_s": cpu_s, "n": len(found), "goal": 1.1 / 4}


def _manifest(found: list[FoundFile]) -> list[bytes]:
    digests = [one.digest.raw for one in found]
    named = {
        "paths": [one.path for one in found],
        "root": tree_root(leaf_hashes(digests)).hex(),
        "sizes": [one.size for one in found],
    }
    return [b"".join(digests), fast_canonical(named)]


def _log(work: Path, manifest: Digest) -> None:
    from warrant.kernel.keys import Ed25519Signer
    from warrant.kernel.log import Log

    leaf = fast_canonical({"envelope": manifest.hex, "format": "warrant/leaf/1"})
    Log(work / "log").append([leaf], Ed25519Signer.generate())


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        prose = make_prose(folder)
        # Renaming and touching set the change time to now: wait until it is settled.
        time.sleep(RACY_NS / 1e9 + 0.1)
        for work in ("plain", "compressed"):
            (folder / work).mkdir()
            print(store_all(prose, folder / work, compress=work == "compressed"))
        print(look_again(prose, folder / "plain"))
