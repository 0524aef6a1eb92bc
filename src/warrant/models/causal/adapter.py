"""A model saved as an adapter: what was learnt, on a base that lies elsewhere on this machine."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warrant.errors import InputError
from warrant.kernel.canon import canonical
from warrant.kernel.digest import Digest, hash_file
from warrant.models.base.check import read_json
from warrant.models.causal.network import load_network
from warrant.models.causal.settings import ADAPTER_CONFIG

if TYPE_CHECKING:
    from warrant.models.causal.settings import CausalSettings

BASES = "WARRANT_BASES"
"""Environment variable: a folder in which bases of adapters are looked for, by name."""

PINNED = (
    "chat_template.jinja",
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
)
"""Beside the weights, what makes two bases the same: template and stops decide what is learnt."""


def digest_of(folder: Path) -> Digest:
    """Give one digest over the weights, settings and tokenizer of a base model.

    Args:
        folder: its files.

    Returns:
        The digest.
    """
    names = sorted({*(path.name for path in folder.glob("*.safetensors")), *PINNED})
    pairs = [[name, hash_file(folder / name).hex] for name in names if (folder / name).is_file()]
    return Digest.of(b"warrant/causal-base/1\0" + canonical(pairs))


def load_on_base(folder: Path, settings: CausalSettings) -> Any:  # noqa: ANN401 - a torch module
    """Load a base from this machine, and add the adapter to it.

    Args:
        folder: of the model.
        settings: of the model.

    Returns:
        The network.

    Raises:
        InputError: when the base is not here, or is another.
    """
    from peft import PeftModel

    _check_adapter(folder)
    places = [Path(settings.base), Path(os.environ.get(BASES, ".")) / Path(settings.base).name]
    base = next((one for one in places if one.is_dir()), None)
    if base is None:
        raise InputError(
            f"The model is an adapter of {settings.base!r}, which is not on this machine.",
            do=f"Put the base model's folder into one that the variable {BASES} names.",
        )
    if digest_of(base).hex != settings.base_digest:
        raise InputError(
            f"The folder {base.name!r} is another model than the base of this adapter.",
            do="Take the revision of the base that the card names.",
        )
    network = load_network(base, settings.precision)
    with warnings.catch_warnings():  # peft asks transformers by a name that it gives up
        warnings.simplefilter("ignore", FutureWarning)
        return PeftModel.from_pretrained(network, str(folder)).merge_and_unload()


def _check_adapter(folder: Path) -> None:
    """Refuse an adapter that is no plain LoRA: some settings name modules that are imported."""
    said = read_json(folder / ADAPTER_CONFIG, folder.name)
    imports = [name for name in ("auto_mapping", "megatron_config") if said.get(name)]
    if said.get("peft_type") != "LORA" or imports:
        raise InputError(
            f"The file {ADAPTER_CONFIG!r} of this model describes no plain LoRA adapter.",
            do="Use the model's folder as training wrote it.",
        )
