"""The same training by the library TRL, behind the same interface: the peer of our own loop.

Rows are read into tokens by us, so that what is learnt from is the same. TRL's checkpoints are
pickles, which are never written here: a run that was stopped begins again. Rows are packed only
where flash attention keeps them apart, which TRL itself asks for.
"""

from __future__ import annotations

import shutil
import warnings
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar

from warrant.errors import InputError, MissingExtra
from warrant.stages.train.backend import Event
from warrant.stages.train.causal.checkpoint import Standing
from warrant.stages.train.causal.loop import mean_loss, most_memory
from warrant.stages.train.causal.run import finish, load_learner
from warrant.stages.train.causal.trainer import LIBRARIES, CausalTrainer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from warrant.errors import WarrantError
    from warrant.stages.train.backend import Resumes, Trained
    from warrant.stages.train.causal.learner import Learner
    from warrant.stages.train.causal.packing import Row
    from warrant.stages.train.causal.work import Work

ATTENTION = "sdpa"
FLASH = "flash_attn"
"""The package without which TRL's packed rows would see one another."""


class TrlTrainer(CausalTrainer):
    """TRL's trainer; see `Trainer` for the methods."""

    resumes: ClassVar[Resumes] = "from the start"
    """TRL's checkpoints are pickles: none is written."""

    libraries: ClassVar[tuple[str, ...]] = (*LIBRARIES, "accelerate", "datasets", "trl")

    def train(self, work: Work) -> Trained:
        """Train on prepared rows."""
        learner = load_learner(work, ATTENTION)
        before = mean_loss(learner, work.validation.rows, work.config)
        standing, packs = train_with_trl(work, learner)
        after = mean_loss(learner, work.validation.rows, work.config)
        measures = {
            "validation_loss": after,
            "validation_loss_of_base": before,
            "packed_by_trl": packs,
        }
        return finish(work, learner, standing, measures)


def train_with_trl(work: Work, learner: Learner) -> tuple[Standing, bool]:
    """Run TRL's loop.

    Args:
        work: what there is to do.
        learner: network with what is learnt; it is changed.

    Returns:
        How it stands at the end, and whether rows were packed.

    Raises:
        InputError: when the loss is no number.
        MissingExtra: when TRL or a library of its is not installed.
        WarrantError: what `stop` gave; nothing is kept.
    """
    try:
        from datasets import Dataset, disable_progress_bars
        from transformers import PrinterCallback
        from trl import SFTTrainer
    except ImportError:
        raise MissingExtra.named("llm", "Training with TRL") from None
    disable_progress_bars()
    rows = work.rows.rows
    place = work.job.folder.parent / "trl"
    packs = work.config.packing and _has_flash()
    watch = _watch(work, rows)
    try:
        with warnings.catch_warnings():  # of libraries among themselves
            warnings.simplefilter("ignore")
            trainer = SFTTrainer(
                model=learner.wrapped or learner.network,
                args=trl_settings(work, place, packs=packs),
                train_dataset=Dataset.from_list([as_trl(row) for row in rows]),
                processing_class=_tokenizer(work),
                callbacks=[watch],
            )
            trainer.remove_callback(PrinterCallback)  # it writes to the terminal
            found = trainer.train()
    finally:
        shutil.rmtree(place, ignore_errors=True)
    if watch.error is not None:
        raise watch.error
    if not found.training_loss < float("inf"):
        raise InputError(
            "The loss is no number in TRL's training.",
            do=f"Write under train: learning_rate: {work.config.learning_rate / 4:g}, "
            "and run again.",
        )
    learner.network.eval()
    epochs = work.config.epochs
    return Standing(
        int(trainer.state.global_step),
        epochs * sum(row.learnt for row in rows),
        epochs * sum(len(row.ids) for row in rows),
        float(found.training_loss),
    ), packs


def trl_settings(work: Work, place: Path, *, packs: bool) -> Any:  # noqa: ANN401
    """Give the settings as TRL names them.

    Args:
        work: what there is to do.
        place: a folder that goes afterwards.
        packs: whether rows are packed.

    Returns:
        An `SFTConfig`.
    """
    import torch
    from trl import SFTConfig

    config = work.config
    micro = config.micro_batch or 1
    steps = config.epochs * -(-len(work.rows.rows) // config.batch)
    return SFTConfig(
        output_dir=str(place),
        per_device_train_batch_size=micro,
        gradient_accumulation_steps=max(1, config.batch // micro),
        num_train_epochs=config.epochs,
        learning_rate=config.learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=max(1, round(config.warmup * steps)),
        weight_decay=0.0,
        adam_beta2=0.99,
        max_grad_norm=config.clip,
        seed=work.job.config.seed,
        packing=packs,
        max_length=config.length,
        bf16=config.precision == "bfloat16",
        gradient_checkpointing=config.recompute == "always",
        use_cpu=not torch.cuda.is_available(),
        dataloader_pin_memory=False,
        save_strategy="no",
        logging_steps=1,
        report_to="none",
        disable_tqdm=True,
    )


def as_trl(row: Row) -> dict[str, list[int]]:
    """Give a row as TRL takes tokens: what is not learnt from is -100.

    Args:
        row: in tokens.

    Returns:
        `input_ids` and `labels`.
    """
    pairs = zip(row.ids, row.mask, strict=True)
    return {"input_ids": list(row.ids), "labels": [one if said else -100 for one, said in pairs]}


def _tokenizer(work: Work) -> Any:  # noqa: ANN401
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerFast

    named = {name: text for name, text in work.words.named.items() if text}
    end = work.words.show(work.words.stops[:1])
    return PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(work.words.data.decode()),
        **{"eos_token": end, "pad_token": end, **named},
    )


def _watch(work: Work, rows: Sequence[Row]) -> Any:  # noqa: ANN401
    """Make what TRL calls after each step."""
    from transformers import TrainerCallback

    learnt = sum(row.learnt for row in rows)
    tokens = sum(len(row.ids) for row in rows)
    job, started = work.job, monotonic()

    class Watch(TrainerCallback):  # type: ignore[misc]
        """Tells how far it is, and stops where that is asked."""

        error: WarrantError | None = None

        def on_log(self, args: Any, state: Any, control: Any, **more: Any) -> None:  # noqa: ANN401
            loss = (more.get("logs") or {}).get("loss")
            if loss is None:
                return
            job.progress(state.global_step, state.max_steps, "updates")
            part = state.global_step / max(1, state.max_steps) * work.config.epochs
            job.event(
                Event(
                    state.global_step,
                    state.max_steps,
                    float(loss),
                    int(learnt * part),
                    int(tokens * part),
                    monotonic() - started,
                    most_memory(),
                )
            )
            del args, control

        def on_step_end(self, args: Any, state: Any, control: Any, **more: Any) -> None:  # noqa: ANN401
            del args, state, more
            self.error = self.error or job.stop()
            if self.error is not None:
                control.should_training_stop = True

    return Watch()


def _has_flash() -> bool:
    from importlib.util import find_spec

    return find_spec(FLASH) is not None
