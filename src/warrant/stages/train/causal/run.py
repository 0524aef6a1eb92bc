"""One run of the tier `causal`, after its rows are tokens: load, learn, measure, write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warrant.models.causal.network import PACKED, load_network
from warrant.stages.train.backend import Trained
from warrant.stages.train.causal.learner import make_learner, recompute_layers
from warrant.stages.train.causal.loop import mean_loss, plan_course, train
from warrant.stages.train.causal.memory import Shape, layers_to_recompute, must_shard
from warrant.stages.train.causal.save import keeps_adapter, save_model
from warrant.stages.train.causal.together import join_learner, leave_group, share_checkpoint
from warrant.stages.train.causal.work import Work, labels_of
from warrant.stages.train.estimates import memory_bytes

if TYPE_CHECKING:
    from warrant.stages.train.causal.checkpoint import Checkpoint, Standing
    from warrant.stages.train.causal.learner import Learner


def train_and_save(work: Work, begun: Checkpoint | None) -> Trained:
    """Train with our own loop, and write the model.

    Args:
        work: what there is to do.
        begun: the checkpoint to go on from; None: from the beginning.

    Returns:
        What was made.
    """
    config, job, group = work.config, work.job, work.job.group
    begun = share_checkpoint(begun, group)
    learner = load_learner(work)
    shape = Shape.of(learner.network.config.to_dict(), learner.network.num_parameters())
    shards = group.share(must_shard(shape, config, group.size, memory_each(group.size)))
    free = free_memory()
    if free is not None and not on_card():
        free //= group.size  # the processes of one machine have it together
    twice = group.share(
        layers_to_recompute(shape, config, config.length * (config.micro_batch or 1), free)
    )
    recompute_layers(learner.network, twice)
    learner = join_learner(learner, group, shards=shards)
    course = plan_course(work.rows.rows, config, job.config.seed)
    before = mean_loss(learner, work.validation.rows, config, group)  # nothing is restored yet
    standing = train(learner, course, config, job, begun, work.key)
    after = mean_loss(learner, work.validation.rows, config, group)
    learner = leave_group(learner, group, lambda: load_learner(work, device="cpu"))
    measures: dict[str, Any] = {
        "validation_loss": after,
        "validation_loss_of_base": before,
        "layers_computed_twice": twice,
        "sequences": len(course.sequences),
        **({} if group.is_alone else {"weights_shared_out": shards}),
    }
    return finish(work, learner, standing, measures)


def load_learner(work: Work, attention: str = PACKED, device: str | None = None) -> Learner:
    """Load the base model and put into it what is learnt.

    Args:
        work: what there is to do.
        attention: ours, or another name of the transformers library's.
        device: where to; None: the card where there is one.

    Returns:
        The learner.
    """
    config = work.config
    device = device or ("cuda" if on_card() else "cpu")
    stored = "float32" if config.method == "full" else config.precision
    quantised = four_bits() if config.method == "qlora" else None
    network = load_network(work.base.folder, stored, device, quantised, attention)
    return make_learner(network, config, work.job.config.seed)


def finish(work: Work, learner: Learner, standing: Standing, measures: dict[str, Any]) -> Trained:
    """Write the model, and say what was done.

    Args:
        work: what there was to do.
        learner: after training; it is used up.
        standing: of the end.
        measures: what was measured on the way.

    Returns:
        What was made.
    """
    import torch

    config, job = work.config, work.job
    count = learner.count()
    parity = save_model(work, learner, count) if job.group.is_first else {}
    return Trained(
        kind="causal",
        labels=labels_of(job),
        parameters=count,
        deterministic=not on_card() and config.backend == "own",
        settings={
            **work.base.facts,
            **job.group.facts,
            "method": config.method,
            "backend": config.backend,
            "resumes": "bit-equal" if config.backend == "own" else "from the start",
            "template_sha256": work.template.digest,
            "class_weights": "none",  # every answer weighs alike
            "length": config.length,
            "epochs": config.epochs,
            "batch": config.batch,
            "learning_rate": config.learning_rate,
            "rank": None if config.method == "full" else config.rank,
            "packing": config.packing,
            "precision": config.precision,
            "saved": "adapter" if keeps_adapter(config) else "merged",
            "device": str(torch.cuda.get_device_name()) if on_card() else "cpu",
            "threads": torch.get_num_threads(),
            "order": "permutation by seed and epoch"
            if config.backend == "own"
            else "of TRL, by seed",
        },
        measures={
            **measures,
            **parity,
            "updates": standing.step,
            "training_loss": standing.last_loss,
            "supervised_tokens": standing.learnt_tokens,
            "tokens": standing.seen_tokens,
        },
        counts={
            "rows_too_long": work.rows.left_out,
            "validation_rows_too_long": work.validation.left_out,
        },
    )


def on_card() -> bool:
    """Say whether a card computes."""
    import torch

    return bool(torch.cuda.is_available())


def memory_each(processes: int) -> int | None:
    """Give the memory that each process has, free or not.

    Args:
        processes: on this machine, where no card computes.

    Returns:
        Bytes of a card, or of the machine over the processes; None: not known.
    """
    import torch

    if torch.cuda.is_available():
        return int(torch.cuda.get_device_properties(0).total_memory)
    found = memory_bytes()
    return None if found is None else found // processes


def free_memory() -> int | None:
    """Give the memory that is free for training, in bytes; None: not known."""
    import torch

    if torch.cuda.is_available():
        return int(torch.cuda.mem_get_info()[0])
    try:
        with open("/proc/meminfo") as file:  # noqa: PTH123 - a pseudo-file of Linux
            for line in file:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        return None
    return None


def four_bits() -> Any:  # noqa: ANN401
    """Give the quantisation of QLoRA: NF4 with double quantisation, computed in bfloat16."""
    import torch
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
    )
