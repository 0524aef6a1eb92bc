"""The whole of training in one place: order, loss, update, checkpoint, stop.

An update is divided by the supervised tokens of all its rows, however they are shared out, so that
eight rows at once and two times four make the same update. The order of an epoch depends on the
seed and the epoch alone, and there is no dropout: nothing random is left to remember, and a run
that goes on after a kill gives the same bytes as one that was never stopped.

Law: eight rows at once and two times four give the same update.
Law: a run that was stopped after any update and goes on learns the same, bit by bit.

Source: Loshchilov and Hutter, "Decoupled weight decay regularization" (2019), for AdamW.
"""

from __future__ import annotations

import math
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from warrant.errors import InputError, OutsideError
from warrant.stages.train.backend import Event
from warrant.stages.train.causal.checkpoint import Checkpoint, Standing, write_checkpoint
from warrant.stages.train.causal.packing import Row, flatten, pack
from warrant.stages.train.causal.together import fill, whole
from warrant.stages.train.group import ALONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from warrant.stages.train.backend import Job
    from warrant.stages.train.causal.config import CausalConfig
    from warrant.stages.train.causal.learner import Learner
    from warrant.stages.train.group import Group


REHEARSED = 20
"""Of so many updates the longest is tried first."""


@dataclass(frozen=True)
class Course:
    """The order in which sequences are learnt from."""

    sequences: Sequence[Sequence[Row]]
    """Rows that stand in one sequence."""

    batch: int
    """Sequences of an update."""

    epochs: int
    """Passes."""

    seed: int
    """Of the order."""

    @property
    def per_epoch(self) -> int:
        """Count the updates of a pass."""
        return math.ceil(len(self.sequences) / self.batch)

    @property
    def steps(self) -> int:
        """Count all updates."""
        return self.per_epoch * self.epochs

    def update(self, step: int) -> list[Sequence[Row]]:
        """Give the sequences of an update.

        Args:
            step: from 0.

        Returns:
            At most `batch` of them.
        """
        epoch, place = divmod(step, self.per_epoch)
        order = np.random.default_rng((self.seed, epoch)).permutation(len(self.sequences))
        chosen = order[place * self.batch : (place + 1) * self.batch]
        return [self.sequences[at] for at in chosen.tolist()]


def plan_course(rows: Sequence[Row], config: CausalConfig, seed: int) -> Course:
    """Set rows into sequences, and these into an order.

    Args:
        rows: none of them over the length.
        config: of the tier.
        seed: of the order.

    Returns:
        The course.
    """
    if config.packing:
        places = pack([len(row.ids) for row in rows], config.length)
        sequences = [[rows[at] for at in one] for one in places]
    else:
        sequences = [[row] for row in rows]
    return Course(sequences, config.batch, config.epochs, seed)


def train(  # noqa: PLR0913, PLR0917, RUF100 - a run, and what its checkpoints are known by
    learner: Learner,
    course: Course,
    config: CausalConfig,
    job: Job,
    begun: Checkpoint | None,
    key: str = "",
) -> Standing:
    """Train to the end, from the beginning or from where a checkpoint stands.

    Args:
        learner: network with what is learnt; it is changed.
        course: what is learnt from, in order.
        config: of the tier.
        job: whom to tell, when to stop, where to keep checkpoints.
        begun: a checkpoint of this very run; None: from the beginning.
        key: of rows and settings, for checkpoints.

    Returns:
        How it stands at the end.

    Raises:
        WarrantError: what `job.stop` gave; a checkpoint was written before.
        InputError: when the loss is no number.
        OutsideError: when memory or disk do not suffice; earlier checkpoints are kept.
    """
    import torch

    group, learnt = job.group, learner.learnt()
    optimizer = torch.optim.AdamW(
        list(learnt.values()), lr=config.learning_rate, weight_decay=0.0, betas=(0.9, 0.99)
    )
    standing = Standing()
    if begun is not None:
        standing = begun.standing
        _restore(learnt, optimizer, begun)
    started = monotonic()
    learner.network.train()
    keeps = group.share(job.checkpoints is not None)
    if course.steps >= REHEARSED:
        _rehearse(learner, course, config, standing, group)
    while standing.step < course.steps:
        for some in optimizer.param_groups:
            some["lr"] = rate(standing.step, course.steps, config)
        sequences = course.update(standing.step)
        standing = _update(learner, optimizer, sequences, config, standing, group)
        job.progress(standing.step, course.steps, "updates")
        job.event(_event(standing, course, monotonic() - started))
        stop = group.asked(job.stop)
        due = standing.step % config.keep_every == 0 and standing.step < course.steps
        if keeps and (stop is not None or due):
            stand = _stand(learnt, optimizer, standing)
            if job.checkpoints is not None:
                write_checkpoint(job.checkpoints, stand._replace(key=key))
        if stop is not None:
            raise stop
    learner.network.eval()
    return standing


def _rehearse(
    learner: Learner, course: Course, config: CausalConfig, standing: Standing, group: Group
) -> None:
    """Compute the longest sequences once and forget it: what does not fit fails now, not late."""
    count = config.micro_batch or 1
    longest = sorted(course.sequences, key=lambda rows: -sum(len(row.ids) for row in rows))
    rows = [row for sequence in longest[:count] for row in sequence]
    try:
        with group.unsent(learner.shared, sends=False):
            with _arithmetic(learner, config):
                loss = learner.loss(flatten(rows))
            loss.backward()
    except (RuntimeError, MemoryError) as error:
        _out_of_memory(error, standing)
    learner.network.zero_grad(set_to_none=True)


def rate(step: int, steps: int, config: CausalConfig) -> float:
    """Give the learning rate of an update: it rises in a line and falls as a cosine.

    Args:
        step: from 0.
        steps: in all.
        config: of the tier.

    Returns:
        Above 0, at most `config.learning_rate`.
    """
    rising = max(1, round(config.warmup * steps))
    if step < rising:
        return config.learning_rate * (step + 1) / rising
    through = (step - rising) / max(1, steps - rising)
    return config.learning_rate * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * through)))


def mean_loss(
    learner: Learner, rows: Sequence[Row], config: CausalConfig, group: Group = ALONE
) -> float | None:
    """Measure the loss on rows kept apart, each alone: never packed.

    Args:
        learner: any.
        rows: of validation.
        config: of the tier.
        group: the processes that share the rows out.

    Returns:
        Nats per supervised token; None where there is none.
    """
    import torch

    tokens = sum(row.learnt for row in rows)
    if not tokens:
        return None
    total = 0.0
    quiet = torch.inference_mode if group.is_alone else torch.no_grad  # shards take no inference
    with quiet(), _arithmetic(learner, config):
        for row, weight, _ in group.deal([row for row in rows if row.learnt]):
            total += weight * float(learner.loss(flatten([row])))
    return group.add(total) / tokens


def _update(  # noqa: PLR0913, PLR0917, RUF100 - one update, and who shares it
    learner: Learner,
    optimizer: Any,  # noqa: ANN401 - of torch
    sequences: Sequence[Sequence[Row]],
    config: CausalConfig,
    standing: Standing,
    group: Group,
) -> Standing:
    """Learn from some sequences once.

    Several processes average their gradients, so each multiplies its share by their number.
    """
    import torch

    optimizer.zero_grad(set_to_none=True)
    supervised = sum(row.learnt for rows in sequences for row in rows)
    total = 0.0
    try:
        parts = list(_at_once(sequences, config.micro_batch or 1))
        for rows, weight, is_last in group.deal(parts):
            with group.unsent(learner.shared, sends=is_last):
                with _arithmetic(learner, config):
                    loss = learner.loss(flatten(rows)) * weight / max(1, supervised)
                (loss * group.size).backward()
            total += float(loss.detach())
    except (RuntimeError, MemoryError) as error:
        _out_of_memory(error, standing)
    total = group.add(total)
    norm = whole(torch.nn.utils.clip_grad_norm_(learner.learnt().values(), config.clip))
    # At the first update nothing was learnt yet that could have done it.
    if not standing.step and not math.isfinite(total):
        raise InputError(
            "The loss is no number before anything was learnt: the base model's weights hold what "
            "is no number, or what is too large for the arithmetic.",
            do="Write under train: causal: {precision: float32}; where that is so already, name "
            "another base model.",
        )
    if not (math.isfinite(total) and math.isfinite(float(norm))):
        raise InputError(
            f"The loss is no number at update {standing.step + 1}.",
            do=f"Write under train: learning_rate: {config.learning_rate / 4:g}, and run again.",
        )
    optimizer.step()
    return Standing(
        standing.step + 1,
        standing.learnt_tokens + supervised,
        standing.seen_tokens + sum(len(row.ids) for rows in sequences for row in rows),
        total,
    )


def _at_once(sequences: Sequence[Sequence[Row]], count: int) -> Iterator[list[Row]]:
    for begin in range(0, len(sequences), count):
        yield [row for rows in sequences[begin : begin + count] for row in rows]


def _arithmetic(learner: Learner, config: CausalConfig) -> AbstractContextManager[Any]:
    import torch

    if config.precision == "float32":
        return nullcontext()
    device = learner.network.get_input_embeddings().weight.device.type
    found: AbstractContextManager[Any] = torch.autocast(device, dtype=torch.bfloat16)
    return found


def _stand(learnt: Mapping[str, Any], optimizer: Any, standing: Standing) -> Checkpoint:  # noqa: ANN401
    tensors = {name: whole(one).cpu().contiguous() for name, one in learnt.items()}
    moments = {
        f"{place}.{name}": whole(one).cpu().contiguous()
        for place, state in optimizer.state_dict()["state"].items()
        for name, one in state.items()
    }
    return Checkpoint(standing, tensors, moments)


def _restore(learnt: Mapping[str, Any], optimizer: Any, begun: Checkpoint) -> None:  # noqa: ANN401
    import torch

    with torch.no_grad():
        for name, one in learnt.items():
            one.copy_(fill(begun.learnt[name], one))
    state: dict[int, dict[str, Any]] = {}
    places = list(learnt.values())
    for name, one in begun.moments.items():
        place, _, key = name.partition(".")
        state.setdefault(int(place), {})[key] = fill(one, places[int(place)])
    optimizer.load_state_dict(
        {"state": state, "param_groups": optimizer.state_dict()["param_groups"]}
    )


def _event(standing: Standing, course: Course, seconds: float) -> Event:
    return Event(
        standing.step,
        course.steps,
        standing.last_loss,
        standing.learnt_tokens,
        standing.seen_tokens,  # nothing is padded
        seconds,
        most_memory(),
    )


def most_memory() -> int | None:
    """Give the most memory so far, of the card where there is one, in bytes."""
    import torch

    if torch.cuda.is_available():
        return int(torch.cuda.max_memory_allocated())
    try:
        from resource import RUSAGE_SELF, getrusage
    except ImportError:  # not on Windows
        return None
    return getrusage(RUSAGE_SELF).ru_maxrss * 1024


def _out_of_memory(error: Exception, standing: Standing) -> NoReturn:
    import torch

    oom = isinstance(error, (MemoryError, torch.OutOfMemoryError)) or "allocate" in str(error)
    if not oom:
        raise error
    raise OutsideError(
        f"Memory did not suffice for update {standing.step + 1}.",
        do="Write under train: causal: {recompute: always}, or a smaller length, and run "
        "again; or use a machine with more memory.",
    ) from error
