"""The loop: passes over rows of similar length, one update after the other, the best pass kept.

A run that was stopped or killed at any update and goes on makes the same bytes: the order of rows
follows from seed and pass, and a checkpoint holds all else, random numbers among it.

Source: Loshchilov and Hutter, "Decoupled weight decay regularization" (2019).
"""

from __future__ import annotations

import contextlib
import math
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np

from warrant.errors import InputError, OutsideError
from warrant.models.base import one_thread
from warrant.stages.train.backend import Event
from warrant.stages.train.encoder.batches import plan_pass, rate_at, share_step
from warrant.stages.train.encoder.checkpoint import (
    Stand,
    clear_checkpoints,
    read_checkpoint,
    write_checkpoint,
)
from warrant.stages.train.encoder.network import UNDECAYED, scorer_of, seeded
from warrant.stages.train.encoder.packed import LONGEST_PLAIN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from warrant.models.base import Precision
    from warrant.stages.train.backend import Job
    from warrant.stages.train.encoder.config import EncoderConfig
    from warrant.stages.train.encoder.lesson import Lesson

CHECKPOINT_EVERY_S = 120.0
"""Between two checkpoints, at most: so much work a kill may cost."""

LARGEST_GRADIENT = 1.0
"""Longer ones are cut to this length."""


@dataclass
class Loop:
    """One run of training."""

    lesson: Lesson
    """The rows, and what is learnt of them."""
    job: Job
    config: EncoderConfig
    precision: Precision
    stand: Stand
    best: dict[str, Any] = field(default_factory=dict)
    """Weights after the best pass, by name."""
    began: float = field(default_factory=monotonic)
    saved: float = field(default_factory=monotonic)

    def run(self, *, resume: bool) -> Stand:
        """Train to the end; the network then has the weights of the best pass.

        Args:
            resume: whether a checkpoint is looked for.

        Returns:
            How it went.

        Raises:
            InputError: when the loss is no number.
            OutsideError: when memory or disk do not suffice.
            WarrantError: when somebody asked to stop.
        """
        import torch

        resume = self.job.group.share(resume)  # the first alone sees checkpoints
        with seeded(self.job.config.seed), _repeatable(), _memory_explained(self):
            self.parameters = self.lesson.tuned.trainable()
            self.scorer = self.job.group.replicate(scorer_of(self.lesson))
            self.optimizer = torch.optim.AdamW(self._groups(), lr=0.0, fused=True)
            if not (resume and self._take_up()) and self.job.checkpoints is not None:
                clear_checkpoints(self.job.checkpoints)  # others would be taken for newer ones
            self._all_passes()
            if self.best:
                self._set(self.best)
        self.lesson.tuned.switch(training=False)
        return self.stand

    def _all_passes(self) -> None:
        passes = self.config.most_epochs
        while self.stand.number < passes and self.stand.waited < self.config.waits:
            self._one_pass(passes)
            self.stand.number, self.stand.within = self.stand.number + 1, 0
            self._look()
            self._save()

    def _one_pass(self, passes: int) -> None:
        lesson, config = self.lesson, self.config
        plan = plan_pass(
            lesson.lengths, config.batch, config.tokens_at_once, self.job.config.seed,
            self.stand.number,
        )  # fmt: skip
        steps = passes * len(plan)
        lesson.tuned.switch(training=True)
        for parts in plan[self.stand.within :]:
            rate = rate_at(self.stand.step, steps, config.warm_up, config.largest_rate)
            loss = self._update(parts, rate)
            self.stand.step, self.stand.within = self.stand.step + 1, self.stand.within + 1
            self._tell(loss, steps)
            error = self.job.group.asked(self.job.stop)
            if error is not None:
                self._save()
                raise error
            if monotonic() - self.saved >= CHECKPOINT_EVERY_S:
                self._save()

    def _update(self, parts: list[list[int]], rate: float) -> float:
        """Make one update from the rows of all parts together."""
        import torch

        whole = self.lesson.weight([row for part in parts for row in part])
        total = 0.0
        self.optimizer.zero_grad(set_to_none=True)
        group = self.job.group
        for part, weight, is_last in self._turns(parts):
            with group.unsent(self.scorer, sends=is_last):
                with self._arithmetic():
                    scores = self.scorer(part)
                loss = self.lesson.loss(scores.float(), part) * weight / whole
                (loss * group.size).backward()  # gradients are averaged
            total += float(loss.detach())
        total = group.add(total)
        changed = [one for _, one in self.parameters if one.grad is not None]
        norm = torch.nn.utils.get_total_norm([one.grad for one in changed])
        if not (math.isfinite(total) and math.isfinite(float(norm))):
            raise InputError(
                f"The loss is no number after {self.stand.step} updates: training has gone astray.",
                do="Write a smaller learning_rate under train:, for example a tenth of "
                f"{self.config.largest_rate:g}.",
            )
        if float(norm) >= LARGEST_GRADIENT * (1 - 1e-5):  # else they would be multiplied by 1
            torch.nn.utils.clip_grads_with_norm_(changed, LARGEST_GRADIENT, norm)
        for some in self.optimizer.param_groups:
            some["lr"] = rate
        self.optimizer.step()
        return total

    def _turns(self, parts: list[list[int]]) -> Iterator[tuple[list[int], float, bool]]:
        """Give the parts of an update that this process learns from; weight, and if it is last."""
        import torch

        group, stand, shares = self.job.group, self.stand, [parts]
        if not group.is_alone:
            shares = share_step(parts, self.lesson.lengths, self.config.tokens_at_once, group.size)
        for part in (part for share in shares for part in share):
            tokens, padded = self.lesson.size(part)
            stand.tokens, stand.padded = stand.tokens + tokens, stand.padded + padded
        mine = shares[group.rank]
        weight = float(bool(mine))
        for at, part in enumerate(mine or [parts[0][:1]], 1):
            if not group.is_alone:  # what is left out at random follows from the place alone
                drawn = (self.job.config.seed, stand.step, group.rank, at)
                torch.manual_seed(int(np.random.SeedSequence(drawn).generate_state(1)[0]))
            yield part, weight, at >= len(mine)

    def _look(self) -> None:
        """Judge the pass on validation rows, and keep it when it is the best so far."""
        stand = self.stand
        if not self.lesson.has_validation:
            return
        group = self.job.group
        verdict = self.lesson.judge(
            group.share(self._validation_scores() if group.is_first else np.zeros(0))
        )
        value = None if math.isnan(verdict.value) else verdict.value
        stand.history.append(value)
        if value is not None and (stand.best is None or value > stand.best):
            stand.best, stand.best_pass, stand.waited = value, stand.number, 0
            stand.threshold = verdict.threshold
            self.best = {name: one.detach().clone() for name, one in self.parameters}
        elif stand.best != 0.0:  # where nothing is found yet, there is nothing to do worse than
            stand.waited += 1

    def _validation_scores(self) -> NDArray[np.float64]:
        """Score the validation rows as they will be answered."""
        import torch

        self.lesson.tuned.switch(training=False)
        with torch.inference_mode(), one_thread(), self._arithmetic():
            return self.lesson.validation_scores()

    @contextlib.contextmanager
    def _arithmetic(self) -> Iterator[None]:
        """Compute in the chosen precision.

        torch's own fast attention is slow backwards in bf16 on a processor, a third of an update;
        plain products are not.
        """
        import torch
        from torch.nn.attention import SDPBackend, sdpa_kernel

        if self.precision == "float32":
            yield
            return
        plain = self.lesson.longest <= LONGEST_PLAIN
        with torch.autocast("cpu", dtype=torch.bfloat16):
            if plain:
                with sdpa_kernel(SDPBackend.MATH):
                    yield
            else:
                yield

    def _groups(self) -> list[dict[str, Any]]:
        plain = [one for name, one in self.parameters if name.lower().endswith(UNDECAYED)]
        drawn = [one for name, one in self.parameters if not name.lower().endswith(UNDECAYED)]
        return [
            {"params": drawn, "weight_decay": self.config.weight_decay},
            {"params": plain, "weight_decay": 0.0},
        ]

    def _tell(self, loss: float, steps: int) -> None:
        stand = self.stand
        self.job.progress(stand.step, steps, "updates")
        self.job.event(
            Event(stand.step, steps, loss, stand.tokens, stand.padded, monotonic() - self.began)
        )

    def _save(self) -> None:
        """Write a checkpoint where there is a place for it."""
        import torch

        self.saved = monotonic()
        if self.job.checkpoints is None:
            return
        tensors = {f"now/{name}": one.detach() for name, one in self.parameters}
        tensors |= {f"best/{name}": one for name, one in self.best.items()}
        for name, one in self.parameters:
            for moment in ("exp_avg", "exp_avg_sq"):
                if one in self.optimizer.state:
                    tensors[f"{moment}/{name}"] = self.optimizer.state[one][moment]
        tensors["random"] = torch.get_rng_state()
        write_checkpoint(self.job.checkpoints, self.stand, tensors)

    def _take_up(self) -> bool:
        """Go on from the newest checkpoint, where there is one, and say whether there was."""
        import torch

        group, kept = self.job.group, self.job.checkpoints
        found = read_checkpoint(kept, self.stand.key) if kept is not None else None
        stand = group.share(None if found is None else found[0])
        if stand is None:
            return False
        self.stand, tensors = stand, group.share_tensors({} if found is None else found[1])
        self._set({name: tensors[f"now/{name}"] for name, _ in self.parameters})
        for name, one in self.parameters:
            if f"exp_avg/{name}" in tensors:
                self.optimizer.state[one] = {
                    "step": torch.tensor(float(self.stand.step)),
                    "exp_avg": tensors[f"exp_avg/{name}"],
                    "exp_avg_sq": tensors[f"exp_avg_sq/{name}"],
                }
        prefix = "best/"
        self.best = {
            name.removeprefix(prefix): one
            for name, one in tensors.items()
            if name.startswith(prefix)
        }
        torch.set_rng_state(tensors["random"])
        return True

    def _set(self, values: dict[str, Any]) -> None:
        import torch

        with torch.no_grad():
            for name, one in self.parameters:
                one.copy_(values[name])


@contextlib.contextmanager
def _repeatable() -> Iterator[None]:
    """Ask for arithmetic that gives the same bits each time."""
    import torch

    fill = torch.utils.deterministic
    before = torch.are_deterministic_algorithms_enabled(), fill.fill_uninitialized_memory
    torch.use_deterministic_algorithms(True)  # noqa: FBT003 - torch's own
    fill.fill_uninitialized_memory = False  # a tenth of the time, for memory that nothing reads
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before[0])
        fill.fill_uninitialized_memory = before[1]


@contextlib.contextmanager
def _memory_explained(loop: Loop) -> Iterator[None]:
    """Say what to do when memory runs out."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        words = str(error).lower()
        if isinstance(error, RuntimeError) and "memory" not in words:
            raise
        raise OutsideError(
            f"Memory ran out after {loop.stand.step} updates of training.",
            do="Write a smaller batch or length under train:, or use a machine with more memory; "
            "the last checkpoint is kept, and the same settings go on from it.",
        ) from error
