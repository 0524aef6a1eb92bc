"""A planted workspace taught as far as a model: the stages alone, nothing signed."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from warrant.flow.masking import masking_of
from warrant.flow.plan import STEPS, Addition, configuration_of
from warrant.flow.recipe import parse_recipe
from warrant.kernel.store import LocalStore
from warrant.kernel.vault import Vault
from warrant.models.files import open_model
from warrant.records.interfaces import Desk
from warrant.records.model import Model

if TYPE_CHECKING:
    from pathlib import Path

    from tests.flow.causes.planted import Planted
    from warrant.kernel.digest import Digest


def answer_of(planted: Planted, root: Path) -> str:
    """Teach a model in a folder and ask the question.

    Args:
        planted: the workspace.
        root: is made.

    Returns:
        The label that is answered.
    """
    recipe = parse_recipe(planted.write(root))
    work = root / "work"
    Vault.create(work / "vault").close()
    store = LocalStore(work / "store")
    known: dict[str, Digest] = {}
    with closing(Vault(work / "vault")) as vault:
        for planned in STEPS[:4]:
            module = planned.load()
            scratch = work / planned.stage
            scratch.mkdir()
            config = planned.configure(recipe, Addition(root, today="2026-05-04"))
            if planned.stage == "curate":
                curation = configuration_of(config)
            inputs = {name: known[place] for name, place in planned.inputs.items()}
            result = module.run(inputs, config, Desk(store, vault, scratch, _silent))
            known |= {f"{planned.stage}/{name}": one for name, one in result.outputs.items()}
    record = Model.from_bytes(store.get(known["train/model"]))
    model = open_model(record, store, work / "model")
    asked = {name: [planted.question.get(name)] for name in model.inputs}
    change = masking_of(curation, recipe.texts)
    found = model.predict({**asked, **change(asked)} if change else asked)
    return found.labels[int(found.chosen[0].argmax())]


def _silent(done: int, total: int | None, unit: str) -> None:
    del done, total, unit
