"""Writing what was trained, whole or as an adapter, with proof that both say the same."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any, cast

from warrant.errors import InputError
from warrant.models.causal.model import CausalModel, load_causal
from warrant.models.causal.settings import (
    ADAPTER,
    ADAPTER_CONFIG,
    SETTINGS,
    TEMPLATE,
    WEIGHTS,
    CausalSettings,
    ReadColumn,
    pin_files,
)
from warrant.models.causal.words import CONFIG, GENERATION, TOKENIZER
from warrant.models.causal.words import SETTINGS as TOKENIZER_SETTINGS
from warrant.stages.train.causal.learner import adapter_files, merge
from warrant.stages.train.causal.prepare import named_of
from warrant.stages.train.causal.work import labels_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from warrant.stages.train.causal.config import CausalConfig
    from warrant.stages.train.causal.learner import Learner
    from warrant.stages.train.causal.work import Work

FORMS = ("adapter", "merged")
PROBE = 64
"""Tokens of the text on which two forms are compared."""


def save_model(work: Work, learner: Learner, learnt: int) -> dict[str, float]:
    """Write the model's folder.

    Args:
        work: what was done.
        learner: after training; it is used up.
        learnt: numbers that were learnt.

    Returns:
        How far the merged weights answer from the adapter, by name of the figure.
    """
    from safetensors.torch import save_file

    folder, config = work.job.folder, work.config
    probe = [row.ids[:PROBE] for row in work.rows.rows[:1]]
    before = logits(learner.network, probe)
    parity: dict[str, float] = {}
    if keeps_adapter(config):
        tensors, said = adapter_files(learner)
        save_file({name: one.cpu() for name, one in tensors.items()}, folder / ADAPTER)
        (folder / ADAPTER_CONFIG).write_bytes(said)
    else:
        network = merge(learner)
        parity["merged_logit_difference"] = float((logits(network, probe) - before).abs().max())
        write_weights(network, folder)
    write_words(work, folder)
    settings = _settings(work, learnt, folder)
    (folder / SETTINGS).write_bytes(settings.to_bytes())
    return parity


def keeps_adapter(config: CausalConfig) -> bool:
    """Say whether a model is saved as an adapter.

    Args:
        config: of the tier.

    Returns:
        Of QLoRA always: what is in memory is the base in 4 bits, not the base.
    """
    return config.method == "qlora" or (config.method == "lora" and config.save == "adapter")


def write_weights(network: Any, folder: Path) -> None:  # noqa: ANN401
    """Write all weights in one safetensors file; a tied head is not written twice.

    Args:
        network: of the transformers library.
        folder: of the model.
    """
    from safetensors.torch import save_file

    seen: set[int] = set()
    tensors = {}
    for name, one in network.state_dict().items():
        if one.data_ptr() not in seen:
            seen.add(one.data_ptr())
            tensors[name] = one.detach().cpu().contiguous()
    save_file(tensors, folder / WEIGHTS, metadata={"format": "pt"})


def write_words(work: Work, folder: Path) -> None:
    """Write tokenizer, template and settings as other programs read them.

    Args:
        work: what was done.
        folder: of the model.
    """
    shutil.copyfile(work.base.folder / CONFIG, folder / CONFIG)
    (folder / TOKENIZER).write_bytes(work.words.data)
    (folder / TEMPLATE).write_text(work.template.source, "utf-8")
    named = {name: text for name, text in sorted(named_of(work.words).items()) if text}
    said = {"tokenizer_class": "PreTrainedTokenizerFast", **named}
    (folder / TOKENIZER_SETTINGS).write_text(json.dumps(said, indent=1, sort_keys=True))
    stops = {"eos_token_id": list(work.words.stops), "do_sample": False}
    (folder / GENERATION).write_text(json.dumps(stops, indent=1, sort_keys=True))


def logits(network: Any, rows: list[Any]) -> Any:  # noqa: ANN401
    """Give the scores of some rows.

    Args:
        network: any.
        rows: tokens.

    Returns:
        Shape (tokens, vocabulary) of the last row, float32.
    """
    import torch

    device = network.get_input_embeddings().weight.device
    network.eval()
    with torch.inference_mode():
        found = torch.zeros(1)
        for row in rows:
            ids = torch.tensor([list(row)], device=device)
            found = network(input_ids=ids, use_cache=False).logits[0].float()
    return found


def _settings(work: Work, learnt: int, folder: Path) -> CausalSettings:
    config, job = work.config, work.job
    reads = tuple(
        ReadColumn(column=one.column, read_as=cast("Any", one.read_as)) for one in job.config.inputs
    )
    return CausalSettings(
        task=job.config.task,
        labels=labels_of(job),
        reads=reads,
        saved="adapter" if (folder / ADAPTER).exists() else "merged",
        base=work.base.name,
        base_digest=work.base.digest,
        method=config.method,
        precision="float32" if config.method == "full" else config.precision,
        parameters=learnt,
        length=config.length,
        answer=config.answer,
        stops=work.words.stops,
        template=work.template.digest,
        special=named_of(work.words),
        files=pin_files(folder),
    )


def export_model(folder: Path, target: Path, form: str) -> Mapping[str, float]:
    """Write a trained model in another form.

    Args:
        folder: the model's files.
        target: an empty folder.
        form: `merged` or `adapter`.

    Returns:
        `logit_difference`: the greatest between the two forms' scores.

    Raises:
        InputError: for another form, or an adapter of a model that was saved merged.
    """
    if form not in FORMS:
        raise InputError(
            f"A model of the tier 'causal' has no form {form!r}.",
            do=f"Choose one of: {', '.join(FORMS)}.",
        )
    model = load_causal(folder)
    if model.settings.saved == form:
        for path in sorted(folder.iterdir()):
            shutil.copyfile(path, target / path.name)
        return _compare(model, load_causal(target))
    if form == "adapter":
        raise InputError(
            "The model was saved merged: what was learnt cannot be taken out again.",
            do="Write under train: causal: {save: adapter}, and train again.",
        )
    for path in sorted(folder.iterdir()):
        if path.name not in {ADAPTER, ADAPTER_CONFIG, SETTINGS}:
            shutil.copyfile(path, target / path.name)
    write_weights(model.network, target)
    settings = model.settings.model_copy(update={"saved": "merged", "files": pin_files(target)})
    (target / SETTINGS).write_bytes(settings.to_bytes())
    return _compare(model, load_causal(target))


def _compare(one: CausalModel, other: CausalModel) -> dict[str, float]:
    probe = [list(range(min(PROBE, one.words.size)))]
    difference = logits(one.network, probe) - logits(other.network, probe)
    return {"logit_difference": float(difference.abs().max())}
