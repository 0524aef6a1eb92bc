"""What a linear model learns to read: vocabularies, other columns, vectors of a frozen encoder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy import sparse

from warrant.errors import InputError
from warrant.models.base import (
    Embedder,
    choose_precision,
    copy_base,
    load_encoder,
    measure_bf16_gain,
)
from warrant.models.linear import Block, TextReader
from warrant.models.linear.embeddings import Embeddings, stored
from warrant.models.linear.text import join_texts, weigh_portions
from warrant.stages.train.base import open_base
from warrant.stages.train.builtin.vocabulary import (
    FEWEST_DOCUMENTS,
    Learnt,
    inverse_frequencies,
    learn_vocabulary,
)
from warrant.stages.train.columns import learn_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from warrant.models.columns import ColumnEncoder
    from warrant.stages.train.backend import Job

WORDS = Block("word", 1, 2, ())
CHARACTERS = Block("characters", 2, 5, ())

PAIRS = Block("pairs", 4, 4, ())
THREE_CHARACTERS = Block("characters", 3, 3, ())
"""With pairs of words, longer and shorter sequences add time and nothing else."""

SHORT_WORDS = 80
"""Where 19 of 20 texts have no more words they are sentences, and pairs of words are read: which
words stand together, not only beside each other, tells what a sentence wants."""


class Reading(NamedTuple):
    """How rows are read, and the training rows so read."""

    reader: TextReader
    encoder: ColumnEncoder
    embeddings: Embeddings | None
    train: Any
    """Sparse matrix, shape (rows, terms)."""


def learn_reading(job: Job) -> Reading:
    """Learn vocabularies and encoder, and lay the base model into the job's folder.

    Args:
        job: rows and settings.

    Returns:
        Both, and the training rows as numbers.

    Raises:
        InputError: when there is text alone, and no word in it is frequent enough; or when the
            base model is not sound.
        MissingExtra: when embeddings are asked for without the libraries they need.
    """
    config = job.config
    encoder = learn_columns(job.train, config.inputs, config.fewest_documents)
    if not config.texts:
        reader = TextReader((), np.zeros(0), config.first_characters)
        numbers = encoder.expand(encoder.encode(job.train.columns).numbers)
        return Reading(reader, encoder, None, numbers)
    embeddings = lay_embeddings(job) if "embeddings" in config.features else None
    reader, terms = _learn_reader(job, is_alone=not encoder.columns and not embeddings)
    parts = [terms]
    if encoder.columns:
        parts.append(encoder.expand(encoder.encode(job.train.columns).numbers))
    if embeddings:
        parts.append(_embed(job, embeddings))
    train = terms if len(parts) == 1 else sparse.csr_array(sparse.hstack(parts, format="csr"))
    return Reading(reader, encoder, embeddings, train)


def lay_embeddings(job: Job) -> Embeddings:
    """Find the base model, put its files into the job's folder, and load it.

    Args:
        job: its settings name the base.

    Returns:
        What turns texts into vectors, in the arithmetic that is fast on this machine.

    Raises:
        InputError: when there is no such base, or it is not sound.
        MissingExtra: when it needs libraries that are not installed.
    """
    said = job.config.base
    if said is None:
        raise InputError(
            "The recipe asks for embeddings and names no base model.",
            do="Write under train: base: minilm",
        )
    base = open_base(said)
    copy_base(base, job.folder)
    encoder = load_encoder(job.folder)
    precision = choose_precision(measure_bf16_gain())
    longest = min(job.config.length, encoder.longest)
    return Embeddings(base.record, Embedder(encoder, precision, base.record.pooling, longest))


def _embed(job: Job, embeddings: Embeddings) -> Any:  # noqa: ANN401 - a sparse matrix
    """Embed the training rows, many at a time."""
    texts = _texts(job)
    vectors = embeddings.embedder.embed(texts, job.tell)
    return stored(vectors * np.float32(embeddings.scale))


def _texts(job: Job) -> list[str]:
    most = job.config.first_characters
    return [text[:most] for text in join_texts(job.train.columns, job.config.texts)]


def _learn_reader(job: Job, *, is_alone: bool) -> tuple[TextReader, Any]:
    """Learn the vocabularies, and give the training rows as numbers."""
    config = job.config
    texts = _texts(job)
    numbers_of: dict[bytes, int] = {}
    documents = np.array(
        [numbers_of.setdefault(found, len(numbers_of)) for found in job.train.documents]
    )
    learnt = []
    words, characters = (PAIRS, THREE_CHARACTERS) if _are_short(texts) else (WORDS, CHARACTERS)
    asked = {
        "words": (words, config.word_terms),
        "characters": (characters, config.character_terms),
    }
    blanks = [blank for name, blank in asked.items() if name in config.features]
    for done, (blank, most) in enumerate(blanks):
        job.progress(done, len(blanks), "vocabularies")
        learnt.append(
            learn_vocabulary(blank, texts, documents, fewest=config.fewest_documents, most=most)
        )
    if is_alone and not any(found.block.terms for found in learnt):
        raise InputError(
            f"No word occurs in {max(config.fewest_documents, FEWEST_DOCUMENTS)} of the "
            f"{len(numbers_of)} training documents.",
            do="Add documents, or name the column that holds the text under `task: text:`.",
        )
    if not learnt:
        nothing = sparse.csr_array((len(texts), 0), dtype=np.float64)
        return TextReader((), np.zeros(0), config.first_characters), nothing
    idf = inverse_frequencies([found.portions for found in learnt])
    blocks = tuple(found.block for found in learnt if found.block.terms)
    entries = sum(one.nnz for found in learnt for one in found.portions)
    terms = weigh_portions(_taken(learnt), len(texts), entries, idf)
    return TextReader(blocks, idf, config.first_characters), terms


def _taken(learnt: Sequence[Learnt]) -> Iterator[list[Any]]:
    """Give the portions of all blocks side by side, and forget each."""
    for found in learnt:
        found.portions.reverse()
    while learnt[0].portions:
        yield [found.portions.pop() for found in learnt]


def _are_short(texts: Sequence[str]) -> bool:
    return bool(np.quantile([len(text.split()) for text in texts], 0.95) <= SHORT_WORDS)
