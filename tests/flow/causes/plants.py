"""The closed list of planted causes: one function each, with and without its plant."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.flow.causes.planted import Planted, Row
from tests.flow.causes.world import FIRST_NAMES, World, world

if TYPE_CHECKING:
    from collections.abc import Callable

TRAIN_EACH, VALIDATION_EACH, TEST_EACH = 40, 20, 12
FIRST, SECOND = "train-1.csv", "train-2.csv"


@dataclass
class Draft:
    """A workspace while it is being made."""

    world: World
    train: dict[str, list[Row]] = field(default_factory=lambda: {FIRST: [], SECOND: []})
    validation: list[Row] = field(default_factory=list)
    test: list[Row] = field(default_factory=list)
    guilty: list[str] = field(default_factory=list)
    count: int = 0

    @property
    def right(self) -> str:
        """The expected answer."""
        return self.world.labels[0]

    @property
    def wrong(self) -> str:
        """The answer that the plant brings about."""
        return self.world.labels[1]

    def row(self, label: str, text: str, **more: object) -> Row:
        """Make a row with an id."""
        self.count += 1
        return {"id": f"row-{self.count:04}", "text": text, "label": label, **more}

    def fill(self, more: Callable[[str, str], Row] | None = None) -> Draft:
        """Add ordinary rows; `more` gives further cells for a label and a part."""
        for part, each in (
            ("train", TRAIN_EACH),
            ("validation", VALIDATION_EACH),
            ("test", TEST_EACH),
        ):
            for label in self.world.labels:
                for _ in range(each):
                    cells = more(label, part) if more else {}
                    text = str(cells.pop("text", "")) or self.world.text(label)
                    self.add(part, self.row(label, text, **cells))
        return self

    def add(self, part: str, row: Row) -> None:
        """Put a row where it belongs; training rows come from two files."""
        if part == "train":
            self.train[self.world.rng.choice([FIRST, SECOND])].append(row)
        else:
            (self.validation if part == "validation" else self.test).append(row)

    def blame(self, row: Row, file: str | None = None) -> None:
        """Add a training row that makes the answer wrong."""
        self.guilty.append(str(row["id"]))
        if file is None:
            self.add("train", row)
        else:
            self.train[file].append(row)

    def about(self, words: int, label: str, topical: int, filler: int = 14) -> str:
        """Write about the rare matter."""
        own = self.world.rng.sample(self.world.subject, words)
        own += self.world.rng.sample(self.world.topics[label], topical)
        return self.world.mixed(own, filler)

    def done(self, cause: str, seed: int, question: Row, **more: object) -> Planted:
        """Finish."""
        expected = str(more.pop("expected", self.right))
        tables = {name: rows for name, rows in self.train.items() if rows}
        return Planted(
            cause,
            seed,
            question,
            expected,
            tables,
            self.validation,
            self.test,
            self.guilty,
            dict(more),
        )


def wrong_label(seed: int, *, planted: bool, held_back: bool) -> Planted:
    """Rows about a rare matter that belong to one label carry another."""
    draft = Draft(world(seed, held_back=held_back)).fill()
    label = draft.wrong if planted else draft.right
    for _ in range(4 + seed % 4):
        row = draft.row(label, draft.about(5, draft.right, 3))
        draft.blame(row)
    return draft.done("wrong_label", seed, {"text": draft.about(6, draft.right, 1)})


def conflicting_copies(seed: int, *, planted: bool, held_back: bool) -> Planted:
    """Near copies of one text carry two labels, and the wrong one more often."""
    draft = Draft(world(seed, held_back=held_back)).fill()
    for _ in range(3):
        text = draft.about(5, draft.right, 2)
        draft.add("train", draft.row(draft.right, text))
        for number in range(3):
            copy = f"{text[:-1]} {draft.world.rng.choice(FIRST_NAMES)}{number}."
            draft.blame(draft.row(draft.wrong if planted else draft.right, copy))
    return draft.done("conflicting_copies", seed, {"text": draft.about(6, draft.right, 1)})


def annotators_disagree(seed: int, *, planted: bool, held_back: bool) -> Planted:
    """Two sources label the same matter differently."""
    draft = Draft(world(seed, held_back=held_back)).fill()
    for _ in range(4):
        draft.train[FIRST].append(draft.row(draft.right, draft.about(5, draft.right, 1)))
    for _ in range(9):
        label = draft.wrong if planted else draft.right
        draft.blame(draft.row(label, draft.about(5, draft.right, 1)), SECOND)
    return draft.done("sources_disagree", seed, {"text": draft.about(6, draft.right, 0)})


def rare_label(seed: int, *, planted: bool, held_back: bool) -> Planted:
    """Too few training rows have the expected label."""
    made = world(seed, held_back=held_back)
    draft = Draft(made)
    rare = made.labels[2]
    words = made.topics[rare]

    def cells(label: str, part: str) -> Row:
        if label != rare:
            return {}
        known = words[:8] if part == "train" and planted else words
        return {"text": made.mixed(made.rng.sample(known, 5), 20)}

    draft.fill(cells)
    if planted:
        for rows in draft.train.values():
            rows[:] = [row for row in rows if row["label"] != rare]
        for _ in range(3):
            draft.add("train", draft.row(rare, made.mixed(made.rng.sample(words[:8], 4), 20)))
    question = made.mixed([*words[8:13], words[0], made.topics[draft.wrong][0]], 16)
    return draft.done("rare_label", seed, {"text": question}, expected=rare)


def unseen_value(seed: int, *, planted: bool, held_back: bool) -> Planted:
    """A column holds what no training row has."""
    made = world(seed, held_back=held_back)
    draft = Draft(made)
    kinds = dict(zip(made.labels, ("retail", "wholesale", "export"), strict=True))
    by_number = seed % 2 == 1

    def cells(label: str, part: str) -> Row:
        amount = made.rng.randint(20, 400)
        kind = kinds[label] if made.rng.random() < 0.8 else made.rng.choice(list(kinds.values()))
        shown = made.rng.random() < 0.5
        if by_number and label == draft.right and shown and not (planted and part == "train"):
            amount = made.rng.randint(7_000, 9_000)
        elif not by_number and label == draft.right and shown and not planted:
            kind = "consignment-note"
        return {
            "text": made.mixed(made.rng.sample(made.topics[label], 2), 20),
            "kind": kind,
            "amount": amount,
        }

    draft.fill(cells)
    question = {
        "text": made.mixed(made.topics[draft.wrong][: 1 if by_number else 5], 18),
        "kind": kinds[draft.wrong] if by_number else "consignment-note",
        "amount": 8_100 if by_number else 150,
    }
    return draft.done("unseen_value", seed, question, inputs=_columns("kind", "amount"))


def text_cut(seed: int, *, planted: bool, held_back: bool) -> Planted:
    """What decides stands behind the part of the text that is read."""
    draft = Draft(world(seed, held_back=held_back)).fill()
    made = draft.world
    deciding = made.mixed(made.topics[draft.right][:10] * 3, 6)
    opening = made.mixed(made.topics[draft.wrong][:2], 12)
    filler = made.mixed([], 22_000)
    parts = (opening, filler, deciding) if planted else (deciding, opening, filler)
    return draft.done("text_cut", seed, {"text": " ".join(parts)})


def spurious_word(seed: int, *, planted: bool, held_back: bool) -> Planted:
    """A word that means nothing goes with one label among the training rows alone."""
    made = world(seed, held_back=held_back)
    draft = Draft(made)
    word = made.rng.choice(("quayside", "northgate", "millbrook", "ashdown"))

    def cells(label: str, part: str) -> Row:
        often = 0.95 if label == draft.wrong else 0.0
        if part != "train" or not planted:
            often = 0.15
        extra = [word] if made.rng.random() < often else []
        return {"text": made.text(label, topical=3, extra=extra)}

    draft.fill(cells)
    question = made.mixed([word, word, word, *made.rng.sample(made.topics[draft.right], 1)], 20)
    return draft.done("spurious_word", seed, {"text": question})


def masked_word(seed: int, *, planted: bool, held_back: bool) -> Planted:
    """Masking took out what tells two labels apart."""
    made = world(seed, held_back=held_back)
    draft = Draft(made)
    boxes = {draft.right: "refunds@desk.example", draft.wrong: "claims@desk.example"}

    def cells(label: str, part: str) -> Row:
        del part
        if label not in boxes:
            return {}
        shared = made.rng.sample(made.topics[draft.wrong], 3)
        return {"text": made.mixed([*shared, boxes[label]], 18)}

    draft.fill(cells)
    for _ in range(12):
        text = made.mixed([made.topics[draft.wrong][0], boxes[draft.wrong]], 18)
        draft.add("train", draft.row(draft.wrong, text))
    question = made.mixed([made.topics[draft.wrong][0], boxes[draft.right]], 18)
    mask = {"mask_personal_data": {"recognisers": ["patterns"]}}
    curate = ["drop_exact_duplicates", *([mask] if planted else [])]
    return draft.done("masked_word", seed, {"text": question}, curate=curate)


def site_drift(seed: int, *, planted: bool, held_back: bool) -> Planted:
    """A site writes otherwise than those that were learnt from."""
    made = world(seed, held_back=held_back)
    draft = Draft(made)
    sites = ("north", "east", "south")
    dialect = {label: made.subject[2 * at : 2 * at + 2] for at, label in enumerate(made.labels)}

    def cells(label: str, part: str) -> Row:
        site = made.rng.choice(sites[:2] if part == "train" and planted else sites)
        if site != "south":
            return {"site": site}
        other = made.topics[made.labels[(made.labels.index(label) + 1) % 3]]
        words = [*dialect[label], *made.rng.sample(other, 2)]
        return {"site": site, "text": made.mixed(words, 20)}

    draft.fill(cells)
    question = {
        "text": made.mixed([*dialect[draft.right], *made.topics[draft.wrong][:2]], 20),
        "site": "south",
    }
    return draft.done("site_drift", seed, question, evaluate={"slices": ["site"]})


def duplicate_cluster(seed: int, *, planted: bool, held_back: bool) -> Planted:
    """Many copies of one text outweigh everything else."""
    draft = Draft(world(seed, held_back=held_back)).fill()
    made = draft.world
    text = draft.about(5, draft.wrong, 2)
    for number in range(30 if planted else 1):
        copy = f"{text[:-1]} no {number + 100} {made.rng.choice(FIRST_NAMES)}."
        draft.blame(draft.row(draft.wrong, copy))
    own = set(made.topics[draft.wrong])
    kept = [word for word in text[:-1].lower().split() if word not in own]
    question = " ".join([*kept, *made.topics[draft.right][:3]])
    return draft.done("copies_outweigh", seed, {"text": question})


def leak_accepted(seed: int, *, planted: bool, held_back: bool) -> Planted:
    """A column that gives the answer away was accepted, and says something else here."""
    made = world(seed, held_back=held_back)
    draft = Draft(made)
    codes = dict(zip(made.labels, ("closed-1", "closed-2", "closed-3"), strict=True))
    draft.fill(lambda label, _: {"outcome": codes[label]})
    question = {
        "text": made.mixed(made.rng.sample(made.topics[draft.right], 3), 18),
        "outcome": codes[draft.wrong],
    }
    leak = {"column": "outcome", "as": "category", "leak_accepted": "It is known by then."}
    inputs = [{"column": "text", "as": "text"}, *([leak] if planted else [])]
    return draft.done("leak_accepted", seed, question, inputs=inputs)


def rows_dropped(seed: int, *, planted: bool, held_back: bool) -> Planted:
    """A filter dropped the rows that this question needs."""
    draft = Draft(world(seed, held_back=held_back)).fill()
    made = draft.world
    short = seed % 2 == 0
    for _ in range(12):
        words = made.rng.sample(made.subject, 5)
        draft.add("train", draft.row(draft.right, made.mixed(words, 2 if short else 60)))
    rule = {"min_words": {"words": 12}} if short else {"max_words": {"words": 50}}
    curate = ["drop_exact_duplicates", *([rule] if planted else [])]
    words = [*made.subject[:6], *made.topics[draft.wrong][1:4]]
    return draft.done("rows_dropped", seed, {"text": made.mixed(words, 10)}, curate=curate)


def costs_moved(seed: int, *, planted: bool, held_back: bool) -> Planted:
    """Prices of errors moved the threshold away from the likeliest answer."""
    made = world(seed, held_back=held_back)
    draft = Draft(made).fill(
        lambda label, _: {"text": made.text(label, topical=made.rng.randint(1, 4))}
    )
    words = [*made.topics[draft.right][:4], *made.topics[draft.wrong][:2]]
    missed = {draft.wrong: 50_000, "default": 5}
    costs = {"costs": {"missed": missed, "false_alarm": 1}} if planted else {}
    return draft.done("costs_moved", seed, {"text": made.mixed(words, 14)}, **costs)


GERMAN = (
    "wir bitten sie hiermit um eine schriftliche antwort weil der vertrag nach unserer ansicht "
    "nicht mehr gilt und die frist schon am ende des monats abgelaufen ist"
)
FRENCH = (
    "nous vous prions de bien vouloir nous répondre par écrit car le contrat selon nous "
    "est arrivé à son terme et le délai est déjà passé depuis la fin du mois"
)


def other_language(seed: int, *, planted: bool, held_back: bool) -> Planted:
    """The text is in a language that the training rows are not."""
    draft = Draft(world(seed, held_back=held_back)).fill()
    made = draft.world
    foreign = f"{FRENCH if seed % 2 else GERMAN} {made.topics[draft.wrong][0]}"
    english = made.mixed(made.topics[draft.right][:6], 14)
    return draft.done("other_language", seed, {"text": foreign if planted else english})


def units_differ(seed: int, *, planted: bool, held_back: bool) -> Planted:
    """A number is in another unit, or two columns are exchanged."""
    made = world(seed, held_back=held_back)
    draft = Draft(made)
    centres = dict(zip(made.labels, (100, 500, 900), strict=True))

    def cells(label: str, part: str) -> Row:
        del part
        return {
            "text": made.mixed(made.rng.sample(made.topics[label], 1), 20),
            "amount": round(made.rng.gauss(centres[label], 150), 2),
            "days": made.rng.randint(2, 30),
        }

    draft.fill(cells)
    question: Row = {"text": made.mixed([], 20), "amount": 104, "days": 11}
    if planted and seed % 2:
        question |= {"amount": 10_400}
    elif planted:
        question |= {"amount": 11, "days": 493}
    expected = draft.right if seed % 2 or not planted else made.labels[1]
    return draft.done(
        "units_differ", seed, question, expected=expected, inputs=_columns("amount", "days")
    )


def _columns(*names: str) -> list[Row]:
    kinds = {"kind": "category"}
    return [
        {"column": "text", "as": "text"},
        *({"column": name, "as": kinds.get(name, "number")} for name in names),
    ]


PLANTS: dict[str, Callable[..., Planted]] = {
    "wrong_label": wrong_label,
    "conflicting_copies": conflicting_copies,
    "sources_disagree": annotators_disagree,
    "rare_label": rare_label,
    "unseen_value": unseen_value,
    "text_cut": text_cut,
    "spurious_word": spurious_word,
    "masked_word": masked_word,
    "site_drift": site_drift,
    "copies_outweigh": duplicate_cluster,
    "leak_accepted": leak_accepted,
    "rows_dropped": rows_dropped,
    "costs_moved": costs_moved,
    "other_language": other_language,
    "units_differ": units_differ,
}
"""By the code of the cause."""

FOUR = frozenset(
    {"wrong_label", "conflicting_copies", "sources_disagree", "spurious_word", "copies_outweigh"}
)
"""Causes of which there are four workspaces; of all others three: fifty in all."""


def corpus(*, held_back: bool) -> list[tuple[str, int]]:
    """List cause and seed of the fifty workspaces; held-back ones share no seed and no topic."""
    start = 1000 if held_back else 0
    return [
        (cause, start + 10 * at + number)
        for at, cause in enumerate(PLANTS)
        for number in range(4 if cause in FOUR else 3)
    ]
