"""The same run as other programs are told it: files for axolotl and its like, none imported.

Pure functions from settings to text. Rows are not among the files: `train.jsonl` and
`validation.jsonl` beside them hold one conversation a line, `{"messages": [{"role", "content"}]}`.
Files of services are written where a guardrail allows that rows leave the house.

Law: the same settings give the same files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from warrant.errors import InputError
from warrant.stages.train.causal.render.accelerate import accelerate_files
from warrant.stages.train.causal.render.axolotl import axolotl_files
from warrant.stages.train.causal.render.fireworks import fireworks_files
from warrant.stages.train.causal.render.llamafactory import llamafactory_files
from warrant.stages.train.causal.render.oumi import oumi_files
from warrant.stages.train.causal.render.plan import TRAIN, VALIDATION, RenderPlan, plan_of
from warrant.stages.train.causal.render.together import together_files
from warrant.stages.train.causal.render.unsloth import unsloth_files

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from warrant.stages.train.config import TrainConfig

PROGRAMS: Final[Mapping[str, Callable[[RenderPlan], dict[str, str]]]] = {
    "accelerate": accelerate_files,
    "axolotl": axolotl_files,
    "fireworks": fireworks_files,
    "llamafactory": llamafactory_files,
    "oumi": oumi_files,
    "together": together_files,
    "unsloth": unsloth_files,
}
"""By name, what writes the files of a program or a service."""

SERVICES: Final = frozenset({"fireworks", "together"})
"""Those that run elsewhere: rows leave this machine."""

LORA_ALONE: Final = frozenset({"fireworks"})
"""Those that do not train all weights."""


WITHOUT_QLORA: Final = frozenset({"accelerate"})
"""Those whose processes do not share out weights of 4 bits."""


def render(config: TrainConfig, program: str) -> dict[str, str]:
    """Write the files of one program.

    Args:
        config: of the run.
        program: one of `PROGRAMS`.

    Returns:
        Text by file name.

    Raises:
        InputError: for another program, or where no base model is named.
    """
    if program not in PROGRAMS:
        raise InputError(
            f"No settings can be written for {program!r}.",
            do=f"Choose one of: {', '.join(PROGRAMS)}.",
        )
    plan = plan_of(config)
    if program in LORA_ALONE and plan.causal.method == "full":
        raise InputError(
            f"A job of {program!r} trains LoRA, not all weights.",
            do="Write under train: method: lora, or choose another program.",
        )
    if program in WITHOUT_QLORA and plan.causal.method == "qlora":
        raise InputError(
            f"A job of {program!r} shares out whole weights, not those of QLoRA.",
            do="Write under train: method: lora, or choose another program.",
        )
    return PROGRAMS[program](plan)


def render_all(config: TrainConfig) -> dict[str, str]:
    """Write the files of every program, each in a folder of its name.

    Args:
        config: of the run.

    Returns:
        Text by path: `axolotl/axolotl.yaml`.
    """
    plan = plan_of(config)
    return {
        f"{program}/{name}": text
        for program, write in PROGRAMS.items()
        if not (program in LORA_ALONE and plan.causal.method == "full")
        and not (program in WITHOUT_QLORA and plan.causal.method == "qlora")
        for name, text in write(plan).items()
    }


__all__ = ["PROGRAMS", "SERVICES", "TRAIN", "VALIDATION", "RenderPlan", "render", "render_all"]
