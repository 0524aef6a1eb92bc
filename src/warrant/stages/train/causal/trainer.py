"""The training backend `causal`; see `Trainer` for the methods."""

from __future__ import annotations

from dataclasses import replace
from importlib import metadata
from typing import TYPE_CHECKING, ClassVar

from warrant.errors import InputError, MissingExtra
from warrant.models.causal.base import find_causal_base
from warrant.records.claim import Plugin
from warrant.stages.train.backend import Finding, Job, Trained
from warrant.stages.train.base import require_pinned
from warrant.stages.train.causal.base import base_findings, read_folder
from warrant.stages.train.causal.checkpoint import clear_checkpoints, newest_checkpoint
from warrant.stages.train.causal.config import CausalConfig
from warrant.stages.train.causal.cost import estimate_run, probe_device
from warrant.stages.train.causal.memory import Shape, fixed_bytes
from warrant.stages.train.causal.prepare import (
    SPANS,
    conversations_of,
    plain_template,
    prepare,
    require_rows,
    template_of,
    write_spans,
)
from warrant.stages.train.causal.render import render_all
from warrant.stages.train.causal.rows import row_findings
from warrant.stages.train.causal.run import train_and_save
from warrant.stages.train.causal.save import export_model
from warrant.stages.train.causal.settings import room_findings, settings_findings
from warrant.stages.train.causal.work import Work
from warrant.stages.train.estimates import Stats
from warrant.stages.train.weighing import weighing_findings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from warrant.models.causal import Words
    from warrant.models.causal.base import CausalBase
    from warrant.models.examples import Examples
    from warrant.stages.train.backend import Resumes
    from warrant.stages.train.config import TrainConfig
    from warrant.stages.train.estimates import Estimate, Machine

LIBRARIES = ("peft", "tokenizers", "torch", "transformers")
TASKS = {"generation", "binary", "multiclass"}


class CausalTrainer:
    """Our own loop: packed rows, supervised tokens, checkpoints that go on bit by bit."""

    resumes: ClassVar[Resumes] = "bit-equal"
    """On the same machine, after a stop or a kill at any update."""

    libraries: ClassVar[tuple[str, ...]] = LIBRARIES
    """What decides the bytes."""

    def describe(self) -> tuple[Plugin, ...]:
        """Name the libraries that decide the bytes."""
        try:
            return tuple(Plugin(name=one, version=metadata.version(one)) for one in self.libraries)
        except metadata.PackageNotFoundError:
            raise MissingExtra.named("llm", "The tier 'causal'") from None

    def probe(self) -> Machine:
        """Look at processor and card."""
        return probe_device()

    def measure(self, train: Examples, config: TrainConfig) -> Stats:
        """Count tokens as training reads them."""
        base = base_of(config)
        words = words_of(base)
        conversations = conversations_of(train, config)
        template = template_of(words, causal_of(config)) or plain_template(words)
        rows = [len(words.encode(template.render(one).text).ids) for one in conversations]
        return Stats(
            rows=len(rows),
            tokens=sum(rows),
            longest=max(rows, default=0),
            characters=sum(len(one.content) for row in conversations for one in row),
        )

    def estimate(self, config: TrainConfig, stats: Stats, machine: Machine) -> Estimate:
        """Count the arithmetic of the base model, and divide by the machine's speed."""
        folder, _ = read_folder(base_of(config).folder)
        shape = Shape.of(folder.config, folder.parameters) if folder else Shape.of({}, 0)
        return estimate_run(causal_of(config), shape, stats, machine, config.processes)

    def preflight(self, train: Examples, config: TrainConfig) -> list[Finding]:
        """Look at base model, template, rows, settings and memory."""
        causal = causal_of(config)
        if config.task not in TASKS:
            what = f"The tier 'causal' has no model for the task {config.task!r}."
            do = "Write under train: tier: encoder, or tier: linear"
            return [Finding("error", what, do, "task-not-offered")]
        base = base_of(config)
        folder, found = read_folder(base.folder)
        found += weighing_findings(config, is_able=False)
        found += settings_findings(causal) + self.offered(causal)
        if folder is None:
            return found
        found += base_findings(
            folder, length=causal.length, licence=base.licence, packing=causal.packing
        )
        machine = self.probe()
        shape = Shape.of(folder.config, folder.parameters)
        room = machine.device_memory_bytes or machine.memory_bytes
        found += room_findings(fixed_bytes(shape, causal), room)
        if folder.words is None or not len(train):
            return found
        more, _ = row_findings(
            conversations_of(train, config),
            replace(folder.words, template=template_of(folder.words, causal)),
            length=causal.length,
            context=folder.context,
            drops=causal.overlong == "drop",
        )
        return found + more

    def offered(self, config: CausalConfig) -> list[Finding]:
        """Look whether this machine can do what is asked of it.

        Args:
            config: of the tier.

        Returns:
            Errors.
        """
        return qlora_findings(config)

    def render(self, config: TrainConfig) -> Mapping[str, str]:
        """Write the settings as other programs read them."""
        return render_all(config)

    def run(self, job: Job) -> Trained:
        """Train from the beginning."""
        clear_checkpoints(job.checkpoints)
        return self._work(job)

    def resume(self, job: Job) -> Trained:
        """Go on from the newest checkpoint."""
        return self._work(job)

    def export(self, folder: Path, target: Path, form: str) -> Mapping[str, float]:
        """Write the model merged, or as an adapter."""
        return export_model(folder, target, form)

    def _work(self, job: Job) -> Trained:
        config, causal = job.config, causal_of(job.config)
        base = base_of(config)
        words = words_of(base)
        template = template_of(words, causal) or plain_template(words)
        conversations = conversations_of(job.train, config)
        found = prepare(conversations, words, template, causal)
        require_rows(found, causal)
        kept = prepare(conversations_of(job.validation, config), words, template, causal)
        if job.checkpoints is not None:
            write_spans(job.checkpoints / SPANS, conversations, words, template)
        work = Work(job, causal, base, words, template, found, kept)
        return self.train(work)

    def train(self, work: Work) -> Trained:
        """Train on prepared rows.

        Args:
            work: what there is to do.

        Returns:
            What was made.
        """
        home = work.job.checkpoints
        begun = newest_checkpoint(home, work.key)
        if begun is None:
            clear_checkpoints(home)  # those of others would be taken for newer ones
        return train_and_save(work, begun)


def causal_of(config: TrainConfig) -> CausalConfig:
    """Give the settings of the tier.

    Args:
        config: of the run.

    Returns:
        Its own, or the defaults.
    """
    return config.causal or CausalConfig()


def base_of(config: TrainConfig) -> CausalBase:
    """Find the base model of a run.

    Args:
        config: of the run.

    Returns:
        The base.

    Raises:
        InputError: when the recipe names none, or there is none.
    """
    said = config.base
    if said is None:
        raise InputError(
            "The tier 'causal' needs a base model, and the recipe names none.",
            do="Write under train: base: ./FOLDER, or base: org/name with its revision.",
        )
    found = find_causal_base(said.name, said.root, revision=said.revision, licence=said.licence)
    if said.digest is not None:
        require_pinned(said, found.digest)
    return found


def words_of(base: CausalBase) -> Words:
    """Read the tokenizer of a base model.

    Args:
        base: any.

    Returns:
        The tokenizer.
    """
    from warrant.models.causal.words import read_words

    return read_words(base.folder)


def qlora_findings(config: CausalConfig) -> list[Finding]:
    """Look whether QLoRA is possible here: it needs a card and bitsandbytes.

    Args:
        config: of the tier.

    Returns:
        An error where it is asked for and not possible.
    """
    if config.method != "qlora":
        return []
    missing = [] if _has_card() else ["a card of NVIDIA"]
    missing += [] if _is_installed("bitsandbytes") else ["the package bitsandbytes"]
    if not missing:
        return []
    what = f"QLoRA computes with 4 bits on a card, and here is missing: {' and '.join(missing)}."
    do = "Write under train: method: lora, or train on a machine with a card: warrant plan --cost"
    return [Finding("error", what, do, "qlora-not-here")]


def _has_card() -> bool:
    try:
        import torch
    except ImportError:
        return False
    return bool(torch.cuda.is_available())


def _is_installed(name: str) -> bool:
    from importlib.util import find_spec

    return find_spec(name) is not None
