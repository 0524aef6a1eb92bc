"""LoRA on a card, all legs in one command: `python -m benchmarks.gpu_lora`.

A model of the shape of Mistral 7B with random weights learns from rows of random tokens, packed
into sequences of the same number of tokens for every contender: our loop, TRL with packing and
gradient checkpointing (its default), TRL with Liger and without checkpointing. Beside them stand
the card's own speed at large products of matrices, the share of it that our loop reaches (counted
at 4 operations per weight and token: forward, and gradient of the input; a frozen base needs no
more), the peak memory, and how far our loss and gradients lie from plain float32 on rows alone.

Each leg runs in a process of its own. A leg whose library or card is missing says so. Lengths of
rows are log-normal, mean of the logarithm 6.6, deviation 0.7 (a median of 735 tokens), from a fixed
seed. Goals: 1.5 times TRL, 1.15 times TRL with Liger, 55 % of the card, 0.8 of the memory.

`--size tiny --length 256` runs on a processor, to test the program; its figures mean nothing.
"""

# ruff: noqa: ANN401 - torch and its like come with an extra

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SIZES = {
    "7b": {"hidden": 4096, "inner": 14336, "layers": 32, "heads": 32, "keys": 8, "words": 32000},
    "1b": {"hidden": 2048, "inner": 5632, "layers": 22, "heads": 32, "keys": 4, "words": 32000},
    "tiny": {"hidden": 64, "inner": 128, "layers": 2, "heads": 4, "keys": 2, "words": 256},
}
WARM = 2
"""Steps at the beginning that are not counted."""


@dataclass(frozen=True)
class Asked:
    """What is measured."""

    size: str = "7b"
    """Of the model, a key of `SIZES`."""
    length: int = 16_384
    """Tokens of a packed sequence, and of a step."""
    steps: int = 10
    """Counted ones."""
    rank: int = 16
    """Of LoRA."""


@dataclass(frozen=True)
class Measured:
    """What a leg found."""

    leg: str
    tokens_per_s: float | None = None
    peak_bytes: float | None = None
    missing: str = ""
    """Why nothing was measured."""
    facts: str = ""


def device() -> str:
    """Name what computes."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def make_network(asked: Asked, attention: str) -> Any:
    """Make the model, with random weights, where it computes."""
    import torch
    import transformers

    shape = SIZES[asked.size]
    config = transformers.MistralConfig(
        hidden_size=shape["hidden"],
        intermediate_size=shape["inner"],
        num_hidden_layers=shape["layers"],
        num_attention_heads=shape["heads"],
        num_key_value_heads=shape["keys"],
        vocab_size=shape["words"],
        max_position_embeddings=32_768,
        sliding_window=None,
        attn_implementation=attention,
    )
    torch.manual_seed(0)
    kind = torch.bfloat16 if device() == "cuda" else torch.float32
    with torch.device(device()):
        network = transformers.AutoModelForCausalLM.from_config(config, dtype=kind)
    return network.requires_grad_(requires_grad=False)


def rows(asked: Asked, sequences: int) -> list[list[int]]:
    """Draw rows for at least so many sequences."""
    rng = np.random.default_rng(11)
    found: list[list[int]] = []
    tokens = 0
    while tokens < sequences * asked.length:
        count = int(min(asked.length, max(16, rng.lognormal(6.6, 0.7))))
        found.append(rng.integers(8, SIZES[asked.size]["words"], count).tolist())
        tokens += count
    return found


def own(asked: Asked) -> Measured:
    """Our loop: packed, activations kept as far as memory allows."""
    import torch

    from warrant.models.causal.network import PACKED, load_libraries, packed_attention
    from warrant.models.examples import Examples
    from warrant.stages.train import Job, TrainConfig
    from warrant.stages.train.causal.config import CausalConfig
    from warrant.stages.train.causal.learner import make_learner, recompute_layers
    from warrant.stages.train.causal.loop import plan_course, train
    from warrant.stages.train.causal.memory import Shape, layers_to_recompute
    from warrant.stages.train.causal.packing import Row
    from warrant.stages.train.causal.run import free_memory

    _, transformers = load_libraries()
    transformers.AttentionInterface.register(PACKED, packed_attention)
    config = CausalConfig(
        length=asked.length,
        batch=1,
        rank=asked.rank,
        precision="bfloat16" if device() == "cuda" else "float32",
        keep_every=10**9,
    )
    free = free_memory()
    network = make_network(asked, PACKED)
    learner = make_learner(network, config, 7)
    shape = Shape.of(network.config.to_dict(), network.num_parameters())
    twice = layers_to_recompute(shape, config, asked.length, free)
    recompute_layers(network, twice)
    found = [
        Row(tuple(one), (False,) + (True,) * (len(one) - 1)) for one in rows(asked, _all(asked))
    ]
    course = plan_course(found, config, 7)
    clock: list[tuple[float, int]] = []

    def event(told: Any) -> None:
        clock.append((perf_counter(), told.padded_tokens))

    def stop() -> Any:
        return _Enough("Enough.", "Look at the table.") if len(clock) >= _all(asked) else None

    nobody = TrainConfig("bench", "answer")
    job = Job(Examples(), Examples(), nobody, Path(), lambda *_: None, None, stop, event)
    with contextlib.suppress(_Enough):
        train(learner, course, config, job, None)
    facts = f"{twice} of {shape.layers} layers computed twice, torch {torch.__version__}"
    return Measured("own", _rate(clock), _peak(), facts=facts)


def trl(asked: Asked, *, liger: bool) -> Measured:
    """TRL: packed; with Liger and without checkpointing, or the other way round."""
    name = "trl-liger" if liger else "trl"
    for package in ("trl", "datasets", *(("liger_kernel",) if liger else ())):
        if find_spec(package) is None:
            return Measured(name, missing=f"the package {package} is not installed")
    if liger and device() == "cpu":
        return Measured(name, missing="there is no card")
    import warnings

    import trl as library
    from datasets import Dataset, disable_progress_bars
    from peft import LoraConfig
    from transformers import PrinterCallback, TrainerCallback

    disable_progress_bars()
    flash = find_spec("flash_attn") is not None and device() == "cuda"
    clock: list[tuple[float, int]] = []

    class Clock(TrainerCallback):  # type: ignore[misc]
        def on_step_end(self, args: Any, state: Any, control: Any, **_more: Any) -> None:
            if device() == "cuda":
                import torch

                torch.cuda.synchronize()
            clock.append((perf_counter(), int(state.num_input_tokens_seen)))
            control.should_training_stop = len(clock) >= _all(asked)
            del args

    with tempfile.TemporaryDirectory() as home, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        trainer = library.SFTTrainer(
            model=make_network(asked, "flash_attention_2" if flash else "sdpa"),
            args=library.SFTConfig(
                output_dir=home,
                packing=True,
                max_length=asked.length,
                per_device_train_batch_size=1,
                max_steps=_all(asked),
                bf16=device() == "cuda",
                use_cpu=device() == "cpu",
                gradient_checkpointing=not liger,
                use_liger_kernel=liger,
                include_num_input_tokens_seen="all",
                learning_rate=2e-4,
                save_strategy="no",
                logging_steps=10**6,
                report_to="none",
                disable_tqdm=True,
                dataloader_pin_memory=False,
            ),
            train_dataset=Dataset.from_list(
                [{"input_ids": one} for one in rows(asked, 2 * _all(asked))]
            ),
            processing_class=_tokenizer(),
            peft_config=LoraConfig(r=asked.rank, lora_alpha=2 * asked.rank, target_modules=LINEAR),
            callbacks=[Clock()],
        )
        trainer.remove_callback(PrinterCallback)
        trainer.train()
    facts = f"TRL {library.__version__}, attention {'flash' if flash else 'sdpa'}"
    return Measured(name, _rate(clock), _peak(), facts=facts)


LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def matmul(asked: Asked) -> Measured:
    """The card's own speed at large products of matrices, operations per second."""
    import torch

    side = 8192 if device() == "cuda" else 512
    kind = torch.bfloat16 if device() == "cuda" else torch.float32
    left, right = (torch.randn(side, side, dtype=kind, device=device()) for _ in range(2))
    best = 0.0
    for _ in range(8):
        started = perf_counter()
        for _ in range(asked.steps):
            left @ right
        if device() == "cuda":
            torch.cuda.synchronize()
        best = max(best, asked.steps * 2 * float(side) ** 3 / (perf_counter() - started))
    return Measured("matmul", best, facts=f"{side} x {side}, {kind}".replace("torch.", ""))


def correctness(asked: Asked) -> Measured:
    """Loss and gradients of our packed step beside plain float32, each row alone."""
    import torch

    from warrant.models.causal.network import PACKED, load_libraries, packed_attention
    from warrant.stages.train.causal.config import CausalConfig
    from warrant.stages.train.causal.learner import make_learner
    from warrant.stages.train.causal.loss import summed_loss
    from warrant.stages.train.causal.packing import Row, flatten

    _, transformers = load_libraries()
    transformers.AttentionInterface.register(PACKED, packed_attention)
    small = Asked("tiny", min(asked.length, 512), rank=asked.rank)
    drawn = [one[:200] for one in rows(small, 2)][:6]
    found = []
    for attention in (PACKED, "sdpa"):
        network = make_network(small, attention)
        network = network if attention == PACKED else network.float()
        learner = make_learner(network, CausalConfig(rank=asked.rank), 7)
        for name, one in learner.learnt().items():
            torch.manual_seed(len(name))
            one.data.normal_(std=0.05)
        if attention == PACKED:
            flat = flatten([Row(tuple(one), (True,) * len(one)) for one in drawn])
            with torch.autocast(device(), torch.bfloat16, enabled=device() == "cuda"):
                loss = summed_loss(network, flat)
        else:
            parts = [torch.tensor([one], device=device()) for one in drawn]
            loss = sum(
                torch.nn.functional.cross_entropy(
                    network(input_ids=one).logits[0, :-1].float(), one[0, 1:], reduction="sum"
                )
                for one in parts
            )
        loss.backward()
        slopes = torch.cat([one.grad.float().flatten() for one in learner.learnt().values()])
        found.append((float(loss.detach()), slopes))
    (ours, mine), (theirs, other) = found
    cosine = float(torch.nn.functional.cosine_similarity(mine, other, dim=0))
    apart = abs(ours - theirs) / abs(theirs)
    return Measured("correctness", facts=f"loss {apart:.1e} apart, gradients' cosine {cosine:.6f}")


LEGS: dict[str, Callable[[Asked], Measured]] = {
    "matmul": matmul,
    "own": own,
    "trl": lambda asked: trl(asked, liger=False),
    "trl-liger": lambda asked: trl(asked, liger=True),
    "correctness": correctness,
}
TITLES = {
    "matmul": "products of matrices",
    "own": "own loop, packed",
    "trl": "TRL, packed, checkpointing",
    "trl-liger": "TRL with Liger, packed",
    "correctness": "own step beside float32",
}


def weights(asked: Asked) -> int:
    """Count the weights that a token is multiplied with: all but the table of tokens."""
    one = SIZES[asked.size]
    keys = one["keys"] * one["hidden"] // one["heads"]
    layer = 2 * one["hidden"] ** 2 + 2 * one["hidden"] * keys + 3 * one["hidden"] * one["inner"]
    return one["layers"] * layer + one["words"] * one["hidden"]


def table(asked: Asked, legs: Sequence[Measured], where: str) -> str:
    """Write what was measured as one table."""
    by = {one.leg: one for one in legs}
    ours = by["own"].tokens_per_s if "own" in by else None
    ceiling = by["matmul"].tokens_per_s if "matmul" in by else None
    lines = [
        f"LoRA, {asked.size}, random weights, sequences of {asked.length} tokens, on {where}",
        "",
        "| leg | real tokens/s | own loop is | peak memory | remarks |",
        "| --- | --- | --- | --- | --- |",
    ]
    for one in legs:
        title = TITLES[one.leg]
        if one.missing:
            lines.append(f"| {title} | not measured | | | {one.missing} |")
            continue
        speed, ratio = "", ""
        if one.leg == "matmul" and one.tokens_per_s:
            speed = f"{one.tokens_per_s / 1e12:.1f} TFLOP/s"
        elif one.tokens_per_s:
            speed = f"{one.tokens_per_s:,.0f}"
            ratio = f"{ours / one.tokens_per_s:.2f} times" if ours and one.leg != "own" else ""
        peak = f"{one.peak_bytes / 1e9:.2f} GB" if one.peak_bytes else ""
        lines.append(f"| {title} | {speed} | {ratio} | {peak} | {one.facts} |")
    if ours and ceiling:
        share = ours * 4 * weights(asked) / ceiling
        lines += ["", f"Share of the measured products at 4N operations a token: {share:.1%}"]
    peers = [by[name].peak_bytes for name in ("trl-liger", "trl") if name in by]
    peer = next((one for one in peers if one), None)
    mine = by["own"].peak_bytes if "own" in by else None
    if mine and peer:
        name = "TRL with Liger" if by.get("trl-liger", Measured("")).peak_bytes else "TRL"
        lines.append(f"Peak memory: {mine / peer:.2f} of {name}")
    return "\n".join(lines) + "\n"


def main(words: Sequence[str] | None = None) -> int:
    """Measure every leg in a process of its own, and print the table."""
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    reader.add_argument("--size", choices=sorted(SIZES), default="7b")
    reader.add_argument("--length", type=int, default=16_384)
    reader.add_argument("--steps", type=int, default=10)
    reader.add_argument("--legs", default=",".join(LEGS))
    reader.add_argument("--leg", help="only this one, here; prints JSON")
    said = reader.parse_args(words)
    asked = Asked(said.size, said.length, said.steps)
    if said.leg:
        print(json.dumps(asdict(measure(said.leg, asked))))
        return 0
    found = [_apart(leg, asked) for leg in said.legs.split(",")]
    print(table(asked, found, _where()))
    return 0


def measure(leg: str, asked: Asked) -> Measured:
    """Measure one leg in this process; on a processor with one thread, as others work there too."""
    import torch

    if device() == "cpu":
        torch.set_num_threads(1)
    return LEGS[leg](asked)


def _apart(leg: str, asked: Asked) -> Measured:
    """Run one leg in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.gpu_lora", "--leg", leg, "--size", asked.size]
    command += ["--length", str(asked.length), "--steps", str(asked.steps)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no word"])[-1]
        return Measured(leg, missing=f"it failed: {last[:120]}")
    return Measured(**json.loads(done.stdout.strip().splitlines()[-1]))


def _where() -> str:
    code = (
        "import torch; print(torch.cuda.get_device_name() if torch.cuda.is_available() "
        "else 'a processor: these figures only test the program')"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return found.stdout.strip()


def _all(asked: Asked) -> int:
    return asked.steps + WARM


def _rate(clock: Sequence[tuple[float, int]]) -> float:
    """Give tokens per second after the steps that warm up."""
    (begun, before), (ended, after) = clock[WARM - 1], clock[-1]
    return (after - before) / (ended - begun)


def _peak() -> float:
    import torch

    if torch.cuda.is_available():
        return float(torch.cuda.max_memory_allocated())
    from resource import RUSAGE_SELF, getrusage

    return float(getrusage(RUSAGE_SELF).ru_maxrss * 1024)


def _tokenizer() -> Any:
    from tokenizers import Tokenizer, models
    from transformers import PreTrainedTokenizerFast

    words = {"<unk>": 0, "<s>": 1, "</s>": 2}
    made = Tokenizer(models.WordLevel(words, unk_token="<unk>"))  # noqa: S106
    named = {"eos_token": "</s>", "bos_token": "<s>", "pad_token": "</s>", "unk_token": "<unk>"}
    return PreTrainedTokenizerFast(tokenizer_object=made, **named)


class _Enough(Exception):  # noqa: N818 - it is no error
    """So many steps were measured."""


if __name__ == "__main__":
    raise SystemExit(main())
