"""What an encoder's training will take, and what is looked at before it begins."""

from __future__ import annotations

from dataclasses import replace
from importlib import metadata
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from warrant.errors import MissingExtra
from warrant.models.base import load_tokenizer, measure_bf16_gain, read_config, read_longest
from warrant.models.encoder.asking import count_asked
from warrant.models.encoder.settings import has_head
from warrant.models.encoder.windows import count_windows
from warrant.records.claim import Plugin
from warrant.stages.train.backend import Finding
from warrant.stages.train.base import base_findings, open_base
from warrant.stages.train.builtin.tagging import tag_findings
from warrant.stages.train.encoder.batches import plan_pass
from warrant.stages.train.encoder.choice_lesson import questions_of
from warrant.stages.train.encoder.config import RATES, EncoderConfig
from warrant.stages.train.encoder.packed import LONGEST_PLAIN, may_pack
from warrant.stages.train.encoder.rows import texts_of
from warrant.stages.train.estimates import Estimate, Machine, Range, Stats, probe_machine
from warrant.stages.train.weighing import weighing_findings

if TYPE_CHECKING:
    from warrant.models.examples import Examples
    from warrant.stages.train.config import TrainConfig

_WORK = {"frozen": 2.0, "lora": 4.5, "full": 6.0}
"""Multiplications and additions per token and weight of the network, counted each."""

_AT_ONCE = 1000
"""Texts that are cut into tokens together."""

_SHARE = 0.45
"""Of the speed of a large product of matrices that a whole update reaches; measured."""

_PROGRAM_BYTES = 0.8e9
"""Of torch and what else is loaded."""

_EACH_PASS = 1300.0
"""Multiplications and additions per weight that a pass takes as long as beside its updates: the
best weights are kept, and products of other shapes than before begin; measured."""


HIGHEST_RATE = 0.05
"""A higher rate of learning destroys what a network knows."""

FEWEST_UPDATES = 60
"""Below this a network that is trained on gets a warning."""

_BASIS = (
    "tokens counted as the base cuts them, and the multiplications of its layers at half the speed "
    "measured for products of matrices"
)


def libraries() -> tuple[Plugin, ...]:
    """Name the libraries of this tier that no base brings."""
    try:
        names = ("numpy", "peft", "safetensors", "scikit-learn", "scipy")
        return tuple(Plugin(name=name, version=metadata.version(name)) for name in names)
    except metadata.PackageNotFoundError:
        raise MissingExtra.named("encoder", "The tier 'encoder'") from None


def probe() -> Machine:
    """Look at the processor, and measure what bf16 gains."""
    return replace(probe_machine(), bf16_gain=measure_bf16_gain())


def measure(train: Examples, config: TrainConfig) -> Stats:
    """Count tokens as the base cuts them.

    Args:
        train: rows to learn from.
        config: names the base.

    Returns:
        Rows, tokens and characters; longer texts are counted as they are cut.
    """
    read = _lengths(train, config)
    labels = {label for row in train.labels for label in row}
    return Stats(
        rows=len(train),
        tokens=sum(one.tokens for one in read),
        longest=max((one.longest for one in read), default=0),
        characters=_characters(train, config),
        labels=0 if config.task == "regression" else len(labels),
        parts=sum(one.parts for one in read),
        padded=_padded(read, config),
    )


def _padded(read: list[_Length], config: TrainConfig) -> int:
    """Count the tokens that the first pass computes: padded, a batch is as long as its longest."""
    if _network(config).packs:
        return sum(one.tokens for one in read)
    own = config.encoder or EncoderConfig()
    parts = [one.parts for one in read]
    lengths = np.repeat(np.array([one.longest for one in read], np.int64), parts)
    each = [one.tokens / max(one.longest * one.parts, 1) for one in read]
    times = np.repeat(np.array(each, np.float64), parts)  # options of a question, else about 1
    plan = plan_pass(lengths, own.batch, own.tokens_at_once, config.seed, 0)
    return round(
        sum(
            float(lengths[together].max() * times[together].sum())
            for step in plan
            for together in step
        )
    )


def estimate(config: TrainConfig, own: EncoderConfig, stats: Stats, machine: Machine) -> Estimate:
    """Count multiplications, at the speed of the machine.

    Args:
        config: names the base.
        own: method, passes, batch.
        stats: of the training rows.
        machine: that would run it.

    Returns:
        Figures; the least is a run that stops early, the largest one of all passes.
    """
    network = _network(config)
    words, weights = network.words, network.weights
    passes = own.most_epochs if own.method != "frozen" else 1
    speed = machine.flops * _SHARE
    if own.method != "frozen" and machine.bf16_gain and machine.bf16_gain > 1.3:
        speed *= min(machine.bf16_gain, 2.0)
    one = stats.tokens * weights * _WORK[own.method] / max(speed, 1.0)
    rehearsed = stats.pace if stats.pace and stats.pace.fits(machine) else None
    if rehearsed is not None:
        computed = stats.padded or stats.tokens
        one = computed * rehearsed.seconds_per_token * rehearsed.flops / machine.flops
    updates = passes * -(-(stats.parts or stats.rows) // own.batch)
    least = min(passes, own.waits + 1)
    bytes_of = (words + weights) * 4 * {"frozen": 1, "lora": 1.2, "full": 4}[own.method]
    longest = max(stats.longest, stats.tokens / max(stats.rows, 1))  # options count together
    together = min(own.tokens_at_once, own.batch * longest)
    kept = together * network.bytes_per_token(min(longest, LONGEST_PLAIN))
    peak = config.processes * (_PROGRAM_BYTES + bytes_of + kept)
    seconds, basis = _arithmetic(least, passes, one), _BASIS
    if rehearsed is not None:
        beside = _EACH_PASS * (words + weights) / machine.flops
        seconds = _rehearsed((least, passes), one, beside, rehearsed.seconds_before)
        basis = f"{rehearsed.updates} real updates of the base on this machine, on rows of these "
        basis += "texts, and tokens counted as the base cuts them"
    return Estimate(
        tokens=Range(least * stats.tokens, passes * stats.tokens, passes * stats.tokens),
        steps=Range(updates * least / passes, updates, updates),
        peak_bytes=Range(0.5 * peak, peak, 1.6 * peak),
        seconds=seconds,
        basis=basis,
    )


def _arithmetic(least: int, passes: int, one: float) -> Range:
    seconds = 8 + passes * one
    return Range(min(6 + 0.7 * least * one, seconds), seconds, 12 + 1.7 * passes * one)


def _rehearsed(passes: tuple[int, int], one: float, beside: float, before: float) -> Range:
    """Give the time around updates that were timed.

    After each pass validation rows, about a tenth as many, are judged without gradients; at the
    end answers are calibrated.
    """
    least, most = passes
    expected = before + 0.1 + 0.5 * beside + 0.04 * one + most * (beside + 1.04 * one)
    low = 0.65 * before + 0.1 + least * (0.3 * beside + 0.85 * one)
    high = 1.6 * before + 0.5 + 2 * beside + 0.06 * one + most * (2 * beside + 1.35 * one)
    return Range(min(low, expected), expected, high)


def preflight(train: Examples, config: TrainConfig) -> list[Finding]:
    """Look at base, texts and lengths.

    Args:
        train: rows to learn from.
        config: the settings of the run.

    Returns:
        Errors and warnings; no text is quoted.
    """
    found = base_findings(config, "The tier 'encoder'")
    found += weighing_findings(config, is_able=True)
    found += _rate_findings(config.encoder or EncoderConfig())
    if not has_head(config.task):
        found.append(
            Finding(
                "error",
                f"The tier 'encoder' has no head for the task {config.task!r}.",
                do="Write another tier under train:, for example causal.",
                code="task-without-head",
            )
        )
    wanted = 2 if config.task == "pairs" else 1
    if len(config.texts) < wanted or (config.task == "pairs" and len(config.texts) > 2):
        found.append(
            Finding(
                "error",
                f"The tier 'encoder' reads {'two texts' if wanted == 2 else 'a text'} for the task "
                f"{config.task!r}, and the recipe has {len(config.texts)}.",
                do="Name them under inputs: with as: text, or write tier: trees under train: for "
                "a table without text.",
                code="text-missing",
            )
        )
    if any(one.severity == "error" for one in found) or not len(train):
        return found
    read = _lengths(train, config)
    found += _few_updates(sum(one.parts for one in read), config.encoder or EncoderConfig())
    if config.task == "spans":
        return found + tag_findings(train, config)
    return found + _cut_findings(read, config)


def _rate_findings(own: EncoderConfig) -> list[Finding]:
    """Refuse a rate at which a network forgets what it knows; a head alone may learn so fast."""
    if own.method == "frozen" or own.largest_rate <= HIGHEST_RATE:
        return []
    what = f"A learning rate of {own.largest_rate:g} destroys what the base knows."
    do = f"Write under train: learning_rate: {RATES[own.method]:g}"
    return [Finding("error", what, do=do, code="learning-rate")]


def _cut_findings(read: list[_Length], config: TrainConfig) -> list[Finding]:
    """Warn where something of a row is not read."""
    cut = sum(one.is_cut for one in read)
    if not cut:
        return []
    longest = _longest(config)
    length = min(config.length, longest)
    more = "Name a base that reads more" if length == longest else "Write a larger length"
    if config.task == "choice":
        what = (
            f"In {cut} of {len(read)} training rows the question and an option are longer than "
            f"{length} tokens: the end of the question is not read, in such a row beside none of "
            "its options."
        )
        do = f"{more} under train:, or shorten the questions."
    else:
        what = (
            f"{cut} of {len(read)} training rows are longer than {length} tokens: what stands "
            "after them is not read."
        )
        do = f"{more} under train:, or cut the documents into parts: rows: {{segment: clauses}}."
    return [Finding("warning", what, do=do, code="text-cut")]


def _longest(config: TrainConfig) -> int:
    """Give the most tokens of a text that the base can read."""
    if config.base is None:
        return config.length
    return read_longest(read_config(open_base(config.base).folder))


def _few_updates(rows: int, own: EncoderConfig) -> list[Finding]:
    """Warn where the network hardly moves before training ends."""
    a_pass = -(-rows // own.batch)
    updates = own.most_epochs * a_pass
    if own.method == "frozen" or updates >= FEWEST_UPDATES:
        return []
    passes = "pass" if own.most_epochs == 1 else "passes"
    named = "update" if updates == 1 else "updates"
    return [
        Finding(
            "warning",
            f"{rows} training rows in {own.most_epochs} {passes} are {updates} {named} at most: "
            "the network may hardly have learnt, and its probabilities lie close together.",
            do=f"Write epochs: {-(-FEWEST_UPDATES // a_pass)} under train:, or take tier: linear "
            "with features: [words, characters, embeddings].",
            code="few-updates",
        )
    ]


class _Length(NamedTuple):
    """How a row is read."""

    tokens: int
    """Of all its parts, as they are computed."""
    longest: int
    """Of one text that is computed."""
    parts: int = 1
    """That an update counts."""
    is_cut: bool = False
    """Whether something is not read."""


def _lengths(train: Examples, config: TrainConfig) -> list[_Length]:
    """Count tokens of each row."""
    said = config.base
    if said is None or not len(train):
        return []
    tokenizer = load_tokenizer(open_base(said).folder)
    tokenizer.no_truncation()
    length = min(config.length, _longest(config))
    if config.task == "choice":
        rows = zip(*questions_of(train, config), strict=True)
        return [_asked(count_asked(tokenizer, *row), length) for row in rows]
    texts = list(texts_of(train, config))
    counts = [
        len(one.ids)
        for start in range(0, len(texts), _AT_ONCE)
        for one in tokenizer.encode_batch(texts[start : start + _AT_ONCE])
    ]
    if config.task != "spans":
        return [_Length(min(one, length), min(one, length), 1, one > length) for one in counts]
    marks = tokenizer.num_special_tokens_to_add(is_pair=False)
    return [_windows(one - marks, length, marks) for one in counts]


def _windows(tokens: int, longest: int, marks: int) -> _Length:
    parts, computed = count_windows(tokens, longest, marks)
    return _Length(computed, min(tokens + marks, longest), parts)


def _asked(counts: list[int], longest: int) -> _Length:
    cut = [min(one, longest) for one in counts]
    most = max(counts, default=0)
    return _Length(sum(cut), max(cut, default=0), 1, most > longest)


def _characters(train: Examples, config: TrainConfig) -> int:
    """Count the characters that are read."""
    if config.task != "choice":
        return sum(map(len, ("".join(one) for one in texts_of(train, config))))
    return sum(
        len(question) * len(some) + sum(map(len, some))
        for question, some in zip(*questions_of(train, config), strict=True)
    )


class _Network(NamedTuple):
    """How large the network of a base is; all 0 without one."""

    words: float = 0.0
    """Weights of its table of words."""
    layers: float = 0.0
    width: float = 0.0
    inner: float = 0.0
    heads: float = 0.0
    packs: bool = False
    """Whether nothing is computed for what fills up."""

    @property
    def weights(self) -> float:
        """All others than those of words."""
        return self.layers * (4 * self.width * self.width + 2 * self.width * self.inner)

    def bytes_per_token(self, length: float) -> float:
        """Give the memory that one token of an update takes until gradients are known.

        Args:
            length: tokens of its text: attention keeps how much each looks at each other.

        Returns:
            Bytes, fitted to five runs of the small encoder, over 59 to 512 tokens.
        """
        return self.layers * (32 * self.width + 9 * self.heads * length)


def _network(config: TrainConfig) -> _Network:
    """Read how large a base is."""
    said = config.base
    if said is None:
        return _Network()
    settings = read_config(open_base(said).folder)
    width = float(settings.get("hidden_size") or settings.get("dim") or 768)
    return _Network(
        words=float(settings.get("vocab_size") or 30_000) * width,
        layers=float(settings.get("num_hidden_layers") or settings.get("n_layers") or 12),
        width=width,
        inner=float(settings.get("intermediate_size") or settings.get("hidden_dim") or 4 * width),
        heads=float(settings.get("num_attention_heads") or settings.get("n_heads") or width / 64),
        packs=may_pack(str(settings.get("model_type"))),
    )
