"""Sign a bundle whose card, evaluation or model is not what its steps made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.attacks.build import Lie, World, lie_in_bundle, train, until_train
from warrant.kernel.canon import canonical, parse_canonical
from warrant.kernel.digest import Digest


def _until_deploy() -> World:
    """Give the world with everything made and deployed; a second deploy step may follow."""
    world = until_train()
    world.plan()
    return train(world)


def _other_card(world: World) -> None:
    world.content["card.md"] = b"# Card\n\nMacro-F1 0.99\n"


def _no_card(world: World) -> None:
    del world.content["card.md"]


def _more_files(world: World) -> None:
    world.content["model/extra.bin"] = b"x"


def _other_files(world: World) -> None:
    world.content["model/weights.json"] = b"{}"


def _no_inputs(world: World) -> None:
    outputs = {"bundle": Digest.of(world.content_member())}
    world.step("deploy", ["documents"], outputs)


def _made_elsewhere(world: World) -> None:
    """Let an ingest step bring a card."""
    world.content["card.md"] = b"# Card\n\nMacro-F1 0.99\n"
    world.step("ingest", [], {"card": world.put(world.content["card.md"])})


def _other_model(world: World) -> None:
    """Deploy a second model with the card and the evaluation of the first."""
    record = parse_canonical(world.content["model.json"])
    assert isinstance(record, dict)
    world.content["model.json"] = canonical({**record, "seed": 2})
    world.step("train", ["train"], {"model": world.put(world.content["model.json"])})


def _evaluation_of(world: World, **changes: str) -> None:
    """Write another name of model or test set into the record."""
    record = parse_canonical(world.evaluation())
    assert isinstance(record, dict)
    _evaluate(world, canonical({**record, **changes}))


def _evaluate(world: World, record: bytes) -> None:
    world.content["evaluation.json"] = record
    world.step("evaluate", ["model", "test"], {"evaluation": world.put(record)})
    world.step("report", ["evaluation", "model"], {"card": world.put(b"# Second card\n")})
    world.content["card.md"] = b"# Second card\n"


def _bad_model(world: World) -> None:
    _other_model(world)
    world.content["model.json"] = b"{}"
    world.step("train", ["train"], {"model": world.put(b"{}")})
    _evaluate(world, world.evaluation())


def _page_unread(world: World) -> None:
    world.content["card.html"] = b"<p>Macro-F1 0.99"


def _report_page(world: World) -> None:
    world.content["card.html"] = b"<p>Macro-F1 0.63"
    world.step("report", ["evaluation", "model"], {"page": world.put(world.content["card.html"])})


def _other_page(world: World) -> None:
    _report_page(world)
    world.content["card.html"] = b"<p>Macro-F1 0.99"


def _no_page(world: World) -> None:
    _report_page(world)
    del world.content["card.html"]


def _page_made_elsewhere(world: World) -> None:
    """Let an ingest step bring a page."""
    world.content["card.html"] = b"<p>Macro-F1 0.99"
    world.step("ingest", [], {"page": world.put(world.content["card.html"])})


def _page_of_the_model_before(world: World) -> None:
    """Deploy a second model, with its own card, and the page of the first."""
    _report_page(world)
    _other_model(world)
    _evaluate(world, world.evaluation())


CASES: list[tuple[Callable[[World], None], str]] = [
    (_other_card, "(9) 'card.md' is not the card that entry 9 (deploy) read."),
    (_no_card, "(9) 'card.md' is not the card that entry 9 (deploy) read."),
    (_more_files, "(9) The files under model/ are not those that 'model.json' lists."),
    (_other_files, "(9) The files under model/ are not those that 'model.json' lists."),
    (_no_inputs, "(9) Entry 9 (deploy) names no card among what it read."),
    (_made_elsewhere, "(9) The card that entry 10 (deploy) read was not made by a step of report."),
    (_other_model, "(9) Entry 6 (evaluate) read another model than entry 10 (deploy)."),
    (
        lambda world: _evaluation_of(world, model="0" * 64),
        "(9) The evaluation of entry 9 (evaluate) is of another model than it read.",
    ),
    (
        lambda world: _evaluation_of(world, test="0" * 64),
        "(9) The evaluation of entry 9 (evaluate) is of another test than it read.",
    ),
    (lambda world: _evaluate(world, b"{}"), "(9) 'evaluation.json' is not of its form."),
    (_bad_model, "(9) 'model.json' is not of its form."),
    (_page_unread, "(9) Entry 9 (deploy) names no page among what it read."),
    (_other_page, "(9) 'card.html' is not the page that entry 10 (deploy) read."),
    (_no_page, "(9) 'card.html' is not the page that entry 10 (deploy) read."),
    (
        _page_made_elsewhere,
        "(9) The page that entry 10 (deploy) read was not made by a step of report.",
    ),
    (
        _page_of_the_model_before,
        "(9) Entry 9 (report) read another model than entry 13 (deploy).",
    ),
]


def tell(place: Path) -> list[Lie]:
    lies = []
    for change, sentence in CASES:
        world = _until_deploy()
        change(world)
        if change is not _no_inputs:
            world.deploy()
        lies.append(lie_in_bundle(place, world.members(), sentence))
    return lies
