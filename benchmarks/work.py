"""The pieces of our own work that are raced, each run as `python -m benchmarks.work NAME …`.

A piece prints JSON, or nothing. Imports stand inside the functions, so that each pays for what
it needs and for nothing else.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from warrant.flow.recipe import Recipe
    from warrant.flow.session import Desk
    from warrant.kernel.keys import P256Signer

TASK = "task: {kind: multiclass, label: contract_type}\nevaluate: {resamples: 200}\n"
MODEL_PARTS = 4
CHUNK = 1 << 20


def prose(folder: str, files: str, size: str) -> None:
    """Write generated prose, last touched an hour ago."""
    from benchmarks.prose import make_prose

    make_prose(Path(folder), int(files), int(size))
    _age(Path(folder))


def stream(folder: str, files: str, size: str) -> None:
    """Write many large texts quickly: pieces of generated prose, drawn again and again."""
    import random
    import shutil

    from benchmarks.prose import make_prose

    place = Path(folder)
    make_prose(place / "stock", 300, 10_240)
    text = "".join(path.read_text("ascii") for path in sorted((place / "stock").rglob("*.txt")))
    shutil.rmtree(place / "stock")
    stock = [text[at : at + 500] + "\n" for at in range(0, len(text), 500)]
    source = random.Random(5)
    for number in range(int(files)):
        below = place / f"{number // 1000:03d}"
        below.mkdir(exist_ok=True)
        text = f"Document {number}\n" + "".join(source.choices(stock, k=int(size) // 500))
        (below / f"{number:06d}.txt").write_text(text[: int(size)], "ascii")
    _age(place)


def library(folder: str, size: str) -> None:
    """Write a large library of documents and their sheet."""
    from benchmarks.library import make_library

    _tell(make_library(Path(folder), int(size))._asdict())


def table(path: str, size: str) -> None:
    """Write a csv of so many bytes: numbers, days, and a text of about 2,000 characters a row."""
    import csv
    import random

    from benchmarks.prose import make_texts

    source, text = random.Random(5), "".join(make_texts(100))
    kinds = ("lease", "licence", "loan")
    with Path(path).open("w", encoding="ascii", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["number", "contract_type", "amount", "signed_on", "text"])
        number = 0
        while file.tell() < int(size):
            start = source.randrange(len(text) - 2000)
            day = f"2024-{1 + number % 12:02d}-{1 + number % 28:02d}"
            amount = f"{source.randrange(10**6)}.50"
            rows.writerow([number, source.choice(kinds), amount, day, text[start : start + 2000]])
            number += 1


def contracts(root: str) -> None:
    """Make a small workspace: contracts, recipe, one run, and its bundle."""
    from warrant.flow.demo_data import make_contracts
    from warrant.flow.job import run_recipe

    place = Path(root)
    make_contracts(place / "contracts")
    text = f"{_recipe('contracts', 'contracts/index.csv')}{TASK}"
    (place / "recipe.yaml").write_text(text, "utf-8")
    run_recipe(place, _read(place), _desk(place))


def ingest(root: str, texts: str, codec: str = "plain") -> None:
    """Do the first step of `warrant run`, as it does it: plan, policy, ingest, commit."""
    from dataclasses import replace

    from warrant.flow.plan import STEPS
    from warrant.flow.run import Run
    from warrant.flow.session import load_person, open_pen
    from warrant.flow.workspace import Workspace
    from warrant.kernel.store import LocalStore

    place = Path(root)
    place.mkdir(exist_ok=True)
    desk = _desk(place)
    (place / "recipe.yaml").write_text(f"{_recipe(texts)}{TASK}", "utf-8")
    workspace = Workspace.open(place, create=True)
    if codec == "compressed":
        store = LocalStore(workspace.state / "store", compress=True)
        workspace = replace(workspace, store=store)
    try:
        with workspace.writing("bench"):
            run = Run(open_pen(workspace, desk, load_person(desk, None)), _read(place))
            run.step(STEPS[0])
    finally:
        workspace.close()
    _tell({"computed": run.computed, "entries": workspace.log.head().size})


def bare(verb: str, *paths: str) -> None:
    """Let the peer of `warrant predict` and `warrant run` fit or answer."""
    from benchmarks.bare import answer, fit, fit_whole

    {"answer": answer, "fit": fit, "fit_whole": fit_whole}[verb](*paths)


def labelled(folder: str, files: str, size: str) -> None:
    """Write generated prose with a sheet that names the type of each text."""
    from benchmarks.prose import label_prose, make_prose

    make_prose(Path(folder), int(files), int(size))
    label_prose(Path(folder))
    _age(Path(folder))


def whole(root: str, texts: str) -> None:
    """Do all of `warrant run`, as it does it."""
    from warrant.flow.job import run_recipe

    place = Path(root)
    place.mkdir()
    text = f"{_recipe(texts, f'{texts}/index.csv')}task: {{kind: multiclass, label: kind}}\n"
    (place / "recipe.yaml").write_text(text, "utf-8")
    report = run_recipe(place, _read(place), _desk(place))
    _tell({one.metric: one.value for one in report.evaluation.scores[:3]})


def questions(folder: str, count: str) -> None:
    """Write contracts to be answered, other ones than were trained on."""
    from warrant.flow.demo_data import make_contracts

    make_contracts(Path(folder), int(count), seed=11)
    (Path(folder) / "index.csv").unlink()


def kernel(work: str, texts: str, question: str) -> None:
    """Store texts with the kernel alone, or look at them again."""
    from benchmarks.kernel_store import look_again, store_all

    Path(work).mkdir(exist_ok=True)
    if question == "again":
        look_again(Path(texts), Path(work))
    else:
        store_all(Path(texts), Path(work), compress=question == "compressed")


def model(folder: str, size: str) -> None:
    """Write a model of random weights, and a key to sign it with."""
    import random

    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    from warrant.kernel.keys import P256Signer

    place = Path(folder)
    (place / "model").mkdir(parents=True)
    source = random.Random(3)
    for part in range(MODEL_PARTS):
        with (place / "model" / f"model-{part}.safetensors").open("wb") as weights:
            for _ in range(int(size) // MODEL_PARTS // CHUNK):
                weights.write(source.randbytes(CHUNK))
    for name in ("config.json", "tokenizer.json"):
        (place / "model" / name).write_text('{"kind": "toy"}\n', "utf-8")
    (place / "model" / "README.md").write_text("# A model\n", "utf-8")
    signer = P256Signer.generate()
    secret = signer.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (place / "private.pem").write_bytes(secret)
    (place / "public.pem").write_text(signer.public_key.pem, "ascii")
    _age(place)


def sign(folder: str) -> None:
    """Sign a model."""
    from warrant.kernel.model_signature import sign_model

    place = Path(folder)
    (place / "ours.sig").write_bytes(sign_model(place / "model", _model_key(place)).data)


def verify(folder: str) -> None:
    """Check a model against its signature."""
    from warrant.kernel.model_signature import verify_model

    place = Path(folder)
    pem = (place / "public.pem").read_text("ascii")
    verify_model(place / "model", (place / "ours.sig").read_bytes(), pem)


def edit(folder: str, number: str) -> None:
    """Sign a model again after its README was edited, trusting the stat cache for the rest."""
    from warrant.kernel.filetree import RACY_NS, StatCache
    from warrant.kernel.model_signature import sign_model

    place = Path(folder)
    cache = StatCache(place / f"cache-{number}.db")
    signer = _model_key(place)
    time.sleep(RACY_NS / 1e9 + 0.1)  # what changed a moment ago is never remembered
    sign_model(place / "model", signer, cache)
    with (place / "model" / "README.md").open("a", encoding="utf-8") as readme:
        readme.write("Edited.\n")
    time.sleep(RACY_NS / 1e9 + 0.1)
    start = time.process_time()
    signed = sign_model(place / "model", signer, cache)
    cpu_s = time.process_time() - start
    assert signed.files.hashed == ("README.md",), signed.files.hashed
    cache.close()
    _tell({"cpu_s": cpu_s})


def figure(module: str, name: str, *sizes: str) -> None:
    """Take one figure of `kernel_rows` or the like."""
    from importlib import import_module

    _tell(getattr(import_module(f"benchmarks.{module}"), name)(*map(int, sizes)))


def append(folder: str) -> None:
    """Append to a log."""
    from benchmarks.kernel_log import append as append_leaves

    Path(folder).mkdir(parents=True)
    _tell(append_leaves(Path(folder)))


def proof_sizes(root: str, rows: str) -> None:
    """Say how long a row proof is: by itself, and as the file of `warrant prove`."""
    from base64 import b64encode

    from warrant.flow.prove import prove_row
    from warrant.flow.workspace import Workspace
    from warrant.kernel.canon import canonical
    from warrant.kernel.tree import RowTree

    tree = RowTree.over([one.to_bytes(32, "big") for one in range(int(rows))])
    path = [b64encode(one).decode() for one in tree.prove(int(rows) // 3)]
    salt = b64encode(bytes(32)).decode()
    alone = len(canonical({"index": int(rows) // 3, "path": path, "salt": salt}))
    workspace = Workspace.open(Path(root))
    try:
        name = sorted(Path(root, "contracts").glob("*.txt"))[40].name
        whole = len(prove_row(workspace, name))
    finally:
        workspace.close()
    _tell({"alone": alone, "file": whole})


def _tell(answer: object) -> None:
    import json

    print(json.dumps(answer))


def _recipe(texts: str, sheet: str | None = None) -> str:
    import json

    source = {
        "path": texts,
        "licence": "CC0-1.0",
        "origin": "Generated for a benchmark",
        "rights": {"train": True, "commercial": True, "expires": "never"},
        **({"metadata": sheet} if sheet else {}),
    }
    return f"warrant: 1\nname: bench\nsources: [{json.dumps(source)}]\n"


def _read(place: Path) -> Recipe:
    from warrant.flow.recipe import read_recipe

    return read_recipe(place / "recipe.yaml")


def _desk(place: Path) -> Desk:
    from warrant.flow.session import Desk, new_person

    desk = Desk(place / "reader", unprotected=True)
    if not desk.folder.exists():
        new_person(desk, "bench", "Bench")
    return desk


def _model_key(place: Path) -> P256Signer:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    from warrant.kernel.keys import P256Signer

    key = load_pem_private_key((place / "private.pem").read_bytes(), None)
    assert isinstance(key, EllipticCurvePrivateKey)
    return P256Signer(key)


def _age(folder: Path) -> None:
    an_hour_ago = time.time() - 3_600
    for path in folder.rglob("*"):
        os.utime(path, (an_hour_ago, an_hour_ago))


WORK: dict[str, Callable[..., None]] = {
    one.__name__: one
    for one in (
        append,
        bare,
        contracts,
        edit,
        figure,
        ingest,
        kernel,
        labelled,
        library,
        model,
        proof_sizes,
        prose,
        questions,
        sign,
        stream,
        table,
        verify,
        whole,
    )
}

if __name__ == "__main__":
    WORK[sys.argv[1]](*sys.argv[2:])
