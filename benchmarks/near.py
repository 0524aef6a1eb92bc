"""Near duplicates beside other MinHashes: contracts of 10 KB, each twentieth a copy with one edit.

Ours cuts, signs, finds candidates, counts each of them exactly and ties what is similar. The peers'
share is the signatures alone, of as many hashes over five words in a row: no candidates, no count.
All get the texts in memory; CPU seconds are those of all threads. Nobody's loading counts: neither
the import of a library nor that of our compiled loops.
"""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path
from typing import Any

TEXT_BYTES = 10_240
EACH = 20
"""One in so many texts is a copy with one edit."""
HASHES = 128
TROVE_BANDS, TROVE_ROWS = 32, 4


def near_numpy(count: int) -> dict[str, Any]:
    """Tie near duplicates without the extra `fast`."""
    from warrant.stages.curate.similar import sketch

    sketch.PAYS_BYTES = 1 << 62
    return _tied(count)


def near_ours(count: int) -> dict[str, Any]:
    """Tie near duplicates with the filter of `curate`, its loops compiled and loaded."""
    import pyarrow as pa

    from warrant.stages.curate.similar import load_loops, sign

    assert load_loops(), "Run: pip install '.[fast]'"
    sign(pa.array(["Once, so that the code is there."]))
    return _tied(count)


def _tied(count: int) -> dict[str, Any]:
    import pyarrow as pa

    from warrant.stages.curate.builtin.near_duplicates import NearDuplicates

    texts = pa.array(_texts(count))
    portion = 1024
    start = time.process_time()
    judge = NearDuplicates(0.8)
    for at in range(0, count, portion):
        some = texts.slice(at, portion)
        judge.look(some, range(at, at + len(some)))
    with tempfile.TemporaryDirectory() as scratch:
        judge.settle(lambda numbers: texts.take(pa.array(numbers)), Path(scratch))
    return _answer(start, texts.nbytes, int(judge.measures["near_duplicate_pairs"]))


def near_daft(count: int) -> dict[str, Any]:
    """Sign the same texts with Daft."""
    import daft

    frame = daft.from_pydict({"text": _texts(count)}).collect()
    signed = daft.col("text").minhash(num_hashes=HASHES, ngram_size=5, hash_function="xxhash3_64")
    size = count * TEXT_BYTES
    start = time.process_time()
    found = len(frame.select(signed.alias("signature")).to_arrow())
    return _answer(start, size, found)


def near_datatrove(count: int) -> dict[str, Any]:
    """Sign some of the same texts with datatrove."""
    from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupSignature
    from datatrove.utils.hashing import HashConfig

    config = MinhashConfig(
        n_grams=5,
        num_buckets=TROVE_BANDS,
        hashes_per_bucket=TROVE_ROWS,
        hash_config=HashConfig(precision=64),
    )
    texts = _texts(count)
    with tempfile.TemporaryDirectory() as folder:
        signer = MinhashDedupSignature(folder, config=config)
        signer.get_shingles("Once, so that its cutter of words is loaded.")
        start = time.process_time()
        for text in texts:
            signer.get_signature(signer.get_shingles(text))
    return _answer(start, count * TEXT_BYTES, count)


def _answer(start: float, size: int, found: int) -> dict[str, Any]:
    return {"cpu_s": time.process_time() - start, "n": size, "found": found}


def _texts(count: int) -> list[str]:
    from benchmarks.prose import make_prose

    with tempfile.TemporaryDirectory() as folder:
        make_prose(Path(folder), count, TEXT_BYTES)
        texts = [path.read_text("ascii") for path in sorted(Path(folder).rglob("*.txt"))]
    draw = random.Random(9)
    for at in range(EACH, count, EACH):
        words = texts[at - 1 - draw.randrange(EACH - 1)].split(" ")
        words[draw.randrange(len(words))] = "edited"
        texts[at] = " ".join(words)
    return texts
