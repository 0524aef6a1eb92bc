"""Laws of what a bundle stands on: rights, plans, contents, and what people did afterwards."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.attacks.build import NOW, World
from tests.laws.reading import read_lineage, reading
from warrant.kernel.bundle import Listed
from warrant.kernel.chain import Chain
from warrant.kernel.content import check_deploy
from warrant.kernel.digest import Digest
from warrant.kernel.lineage import read_makers
from warrant.kernel.plans import check_plans, check_tests, fingerprint_of, read_histories
from warrant.kernel.rights import check_rights
from warrant.kernel.verdict import Report

MANY = settings(max_examples=min(150, 2 * settings.default.max_examples))
"""For a law whose cases are many."""


def new_world() -> World:
    """Give a world with nothing but its keys."""
    world = World()
    world.keys([(world.author, "Ann Alvarez", ("author", "operator"))])
    return world


# --- rights ------------------------------------------------------------------

DAYS = st.sampled_from([9, 10, 11, 20, 21])
RIGHTS = st.sampled_from(
    [{}, {"train": False}, {"expires": "2026-03-10"}, {"expires": "2026-03-20", "train": True}]
)
SOURCES = st.lists(RIGHTS, max_size=1) | RIGHTS.map(lambda second: [{}, second])
READ = st.sets(st.integers(0, 2), min_size=1)
GIVEN = st.tuples(st.just("ingest"), st.integers(0, 2), SOURCES)
USED = st.tuples(st.sampled_from(["train", "deploy", "curate"]), READ, st.none())


def _sources(rights: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"name": f"source {at}", "rights": one} for at, one in enumerate(rights)]


def _is_allowed(rights: list[dict[str, Any]], day: int) -> bool:
    ends = [one.get("expires", "never") for one in rights]
    return all(one.get("train", True) for one in rights) and all(
        end == "never" or f"2026-03-{day:02}" <= end for end in ends
    )


def _refused_uses(chain: Chain) -> set[int]:
    """List the steps that use documents beyond their rights, each judged alone."""
    return {entry.index for entry in chain.steps if not check_rights(chain, [entry], NOW, Report())}


@MANY
@given(st.lists(st.tuples(DAYS, GIVEN | USED), min_size=2, max_size=8))
def test_a_right_is_what_the_last_ingest_before_a_use_signed(
    events: list[tuple[int, tuple[str, Any, Any]]],
) -> None:
    """Law of `kernel.rights`: a step is never judged by an earlier day than what stands before ...

    Days go up and down: a clock may be set back.
    """
    world, latest = new_world(), 1
    documents = [Digest.of(b"documents %d" % number) for number in range(3)]
    signed: dict[int, list[dict[str, Any]]] = {}
    refused = set()
    for day, (stage, what, rights) in [*((1, ("ingest", n, [])) for n in range(3)), *events]:
        at, latest = f"2026-03-{day:02}T09:00:00Z", max(latest, day)
        if stage == "ingest":
            signed[what] = rights
            made = {f"documents{what}": documents[what]}
            world.step("ingest", [], made, sources=_sources(rights), at=at)
            continue
        if stage != "curate" and not all(_is_allowed(signed[one], latest) for one in what):
            refused.add(len(world.leaves))
        inputs = [f"documents{one}" for one in sorted(what)]
        world.step(stage, inputs, {"made": Digest.of(b"made")}, at=at)
    with reading(world) as found:
        read_lineage(found)
        assert _refused_uses(found.chain) == refused


@MANY
@given(
    sources=st.lists(SOURCES, min_size=3, max_size=3),
    more=st.lists(SOURCES, min_size=3, max_size=3),
    read=READ,
    also=READ,
    day=DAYS,
)
def test_more_sources_on_the_way_never_make_a_step_pass(
    sources: list[list[Any]], more: list[list[Any]], read: set[int], also: set[int], day: int
) -> None:
    """Law of `kernel.rights`: more sources on the way to a step never make it pass.

    More sources stand in a claim, or come with other documents.
    """

    def is_refused(listed: list[list[Any]], used: set[int]) -> bool:
        world = new_world()
        for at, rights in enumerate(listed):
            made = {f"documents{at}": Digest.of(b"%d" % at)}
            world.step("ingest", [], made, sources=_sources(rights), at="2026-03-01T08:00:00Z")
        inputs = [f"documents{one}" for one in sorted(used)]
        world.step("curate", inputs, {"rows": Digest.of(b"rows")}, at="2026-03-01T09:00:00Z")
        at = f"2026-03-{day:02}T09:00:00Z"
        world.step("train", ["rows"], {"model": Digest.of(b"model")}, at=at)
        with reading(world) as found:
            read_lineage(found)
            return bool(_refused_uses(found.chain))

    if is_refused(sources, read):
        longer = [[*one, *other] for one, other in zip(sources, more, strict=True)]
        assert is_refused(longer, read)
        assert is_refused(sources, read | also)


# --- plans -------------------------------------------------------------------

OPENED = st.tuples(st.just("evaluate"), st.sets(st.integers(0, 3), min_size=1, max_size=2))
PLANNED = st.tuples(st.just("plan"), st.integers(0, 3))


@MANY
@given(st.lists(OPENED | PLANNED, max_size=7))
def test_a_plan_after_the_first_opening_never_counts_and_is_refused(
    events: list[tuple[str, Any]],
) -> None:
    """Law of `kernel.plans`: a plan signed after the first opening of its test set never ...

    Test sets 0 and 2 have the same rows under two manifests, and so have 1 and 3.
    """
    world = new_world()
    texts = [["one", "two"], ["three", "four"]]
    for number in range(4):
        world.dataset(f"test{number}", texts[number % 2])
    tests = [world.digests[f"test{number}"] for number in range(4)]
    assert len(set(tests)) == 4
    world.step("ingest", [], {f"test{number}": tests[number] for number in range(4)})
    plans: dict[int, list[int]] = {0: [], 1: []}
    openings: dict[int, list[int]] = {0: [], 1: []}
    for event, what in events:
        index = len(world.leaves)
        if event == "plan":
            world.digests["test"] = tests[what]
            world.plan()
            plans[what % 2].append(index)
        else:
            inputs = [f"test{number}" for number in sorted(what)]
            world.step("evaluate", inputs, {"evaluation": Digest.of(b"%d" % index)})
            for one in {number % 2 for number in what}:
                openings[one].append(index)
    late = {
        (openings[one][0], plan)
        for one in (0, 1)
        for plan in plans[one]
        if openings[one] and plan > openings[one][0]
    }
    with reading(world) as found:
        read_lineage(found)
        report = Report()
        assert check_plans(found.chain, found.chain.entries, report) is not bool(late)
        told = {tuple(map(int, re.findall(r"ntry (\d+)", fault))) for fault in report.faults}
        assert {tuple(sorted(one)) for one in told} == late
        histories = read_histories(found.chain)
        for one in (0, 1):
            history = histories.get(fingerprint_of(found.chain, tests[one]))
            if history is None:
                assert not plans[one] + openings[one]
                continue
            first = min(openings[one], default=len(world.leaves))
            assert history.opened == (openings[one] or [None])[0]
            counting = history.counting
            before = [plan for plan in plans[one] if plan < first]
            assert (counting and counting.index) == (before[-1] if before else None)


@MANY
@given(learned=st.sets(st.integers(0, 5)), tests=st.lists(st.integers(0, 5), max_size=3))
def test_rows_that_a_model_learned_from_are_never_its_test_set(
    learned: set[int], tests: list[int]
) -> None:
    """Law of `kernel.plans`: rows that a model learned from never are its test set.

    Datasets 0 and 3 have the same rows under two manifests, and so have 1 and 4. Of 2 and 5 no
    statement signs a fingerprint.
    """
    world = new_world()
    texts = [["one", "two"], ["three", "four"], ["five"]]
    for number in range(6):
        world.dataset(f"set{number}", texts[number % 3])
    for number in (2, 5):
        del world.fingerprints[world.digests[f"set{number}"]]
    sets = [world.digests[f"set{number}"] for number in range(6)]
    world.step("ingest", [], {f"set{number}": sets[number] for number in range(6)})
    inputs = [f"set{number}" for number in sorted(learned | {0})]
    world.step("train", inputs, {"model": Digest.of(b"model")})
    refused = set()
    for number in tests:
        if number % 3 == 2 or number % 3 in {one % 3 for one in learned | {0}}:
            refused.add(len(world.leaves))
        world.digests["test"] = sets[number]
        made = {"evaluation": Digest.of(b"%d" % len(world.leaves))}
        world.step("evaluate", ["model", "test"], made)
    world.digests["test"] = sets[0]  # of no model: nothing has learned from them
    world.step("evaluate", ["test"], {"evaluation": Digest.of(b"alone")})
    with reading(world) as found:
        read_lineage(found)
        steps = found.chain.steps
        assert {one.index for one in steps if [*check_tests(found.chain, [one])]} == refused


# --- contents ----------------------------------------------------------------


class Made(NamedTuple):
    """A step that made a card, an evaluation or a model: one of two of each."""

    what: str
    number: int
    stage: str
    model: int
    evaluation: int


STAGE_OF = {"model": "train", "evaluation": "evaluate", "card": "report"}
FILE_OF = {"model": "model.json", "evaluation": "evaluation.json", "card": "card.md"}
INPUTS_OF = {"model": [], "evaluation": ["model"], "card": ["evaluation", "model"]}


class Bundled(NamedTuple):
    """What was made, what the deploy step read of it, and what the content lists."""

    made: list[Made]
    read: dict[str, int]
    listed: dict[str, int]


@st.composite
def bundled(draw: st.DrawFn) -> Bundled:
    """Give a bundle that is as it should be, but for a few numbers and stages."""
    made = [
        Made(what, number, stage, 0, 0) for number in (0, 1) for what, stage in STAGE_OF.items()
    ]
    read = dict.fromkeys(STAGE_OF, 0)
    listed = dict.fromkeys(STAGE_OF, 0)
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, 5))
        change = draw(
            st.sampled_from(
                [{"stage": "curate"}, {"number": 1}, {"model": 1}, {"evaluation": 1}, {"number": 0}]
            )
        )
        made[at] = made[at]._replace(**change)
    what = draw(st.sampled_from([*STAGE_OF]))
    kind = draw(st.sampled_from(["as made", "as made", "other read", "unread", "other listed"]))
    if kind == "other read":
        read[what] = listed[what] = 1
    elif kind == "other listed":
        listed[what] = 1
    elif kind == "unread":
        del read[what]
    return Bundled(made, read, listed)


def _blob(what: str, number: int) -> Digest:
    return Digest.of(f"{what} {number}".encode())


@MANY
@given(bundled())
def test_a_bundle_holds_only_what_its_steps_made_of_one_another(case: Bundled) -> None:
    """Law of `kernel.content`: a card, an evaluation and a model stand in one bundle only if ..."""
    world = new_world()
    world.step("ingest", [], {"rows": Digest.of(b"rows")})
    makers: dict[tuple[str, int], Made] = {}
    for one in case.made:
        world.digests |= {
            "model": _blob("model", one.model),
            "evaluation": _blob("evaluation", one.evaluation),
        }
        outputs = {one.what: _blob(one.what, one.number)}
        world.step(one.stage, ["rows", *INPUTS_OF[one.what]], outputs)
        makers.setdefault((one.what, one.number), one)
    for what in STAGE_OF:  # what no step made comes from outside
        for number in (0, 1):
            if (what, number) not in makers:
                world.step("ingest", [], {what: _blob(what, number)})
                makers[what, number] = Made(what, number, "ingest", 0, 0)
    world.digests |= {what: _blob(what, number) for what, number in case.read.items()}
    world.step("deploy", ["rows", *case.read], {"bundle": Digest.of(b"bundle")})
    is_sound = case.listed == case.read and all(
        makers[what, case.read[what]].stage == stage for what, stage in STAGE_OF.items()
    )
    if is_sound:
        evaluation, card = (makers[what, case.read[what]] for what in ("evaluation", "card"))
        is_sound = evaluation.model == card.model == case.read["model"]
        is_sound &= card.evaluation == case.read["evaluation"]
    members = {FILE_OF[what]: Listed(1, _blob(what, case.listed[what])) for what in STAGE_OF}
    with reading(world) as found:
        read_makers(found.chain)
        faults = list(check_deploy(found.chain.entries[-1], found.chain, members))
        assert (faults == []) is is_sound
