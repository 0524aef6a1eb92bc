"""What is sent to an engine is claimed, whatever comes of the step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.flow.bench import Bench, Recorder, make_bench, recipe_text
from warrant.errors import OutsideError
from warrant.flow.plan import steps_of
from warrant.flow.recipe import parse_recipe
from warrant.flow.run import Run
from warrant.flow.started import started
from warrant.flow.workers import Sent
from warrant.records.claim import Claim, Egress

PURPOSE = "rows, to be judged on Ray"


class Cluster:
    """Stands for Ray at an address: counts what is sent, and loses the first of it."""

    lost = 0
    closed = 0

    def __init__(self, _address: str | None, _cpus: int, carry: Callable[[str, int], None]) -> None:
        self._carry = carry

    def stream(self, work: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            self._carry("10.0.0.5", 7)
            if not Cluster.lost:
                Cluster.lost += 1
                raise OutsideError("Ray lost the work on some rows.", do="Run it again.")
            yield work(item)

    def close(self) -> None:
        Cluster.closed += 1


def ingest_and_curate(bench: Bench, text: str) -> tuple[Recorder, Claim | None]:
    recipe, recorder = parse_recipe(text), Recorder()
    with started("test", bench.root, bench.desk, None, recorder) as pen:
        run = Run(pen, recipe, recorder)
        try:
            for planned in steps_of(recipe)[:2]:
                run.step(planned)
        except OutsideError:
            return recorder, None
        finally:
            run.close()
        store = pen.workspace.store
        return recorder, Claim.from_bytes(store.get(run.known.claims["curate"]))


def test_what_a_failed_curation_sent_is_told_and_claimed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warrant.engine.on_ray.RayEngine", Cluster)
    monkeypatch.setattr(Cluster, "lost", 0)
    monkeypatch.setattr(Cluster, "closed", 0)
    bench = make_bench(tmp_path)
    filters = "min_words: {words: 4}}, {keep_languages: [en, de, fr, es]"
    text = recipe_text().replace("min_words: {words: 4}", filters)
    text += "engine: {kind: ray, address: 'ray://10.0.0.5:10001'}\n"
    failed, nothing = ingest_and_curate(bench, text)
    assert nothing is None
    assert failed.notes[-1] == (
        "Left this machine, though the step was not done: 7 bytes to 10.0.0.5 "
        "(rows, to be judged on Ray). Its next claim says so too."
    )
    assert Cluster.closed == 1
    recorder, claim = ingest_and_curate(bench, text)
    assert claim is not None
    assert claim.left_this_machine == (Egress(host="10.0.0.5", size=14, purpose=PURPOSE),)
    assert not any("Left this machine" in note for note in recorder.notes)
    assert not list((tmp_path / ".warrant" / "runs" / "sent").iterdir())
    assert ("curate", "kept") in ingest_and_curate(bench, text)[0].steps
    assert Cluster.closed == 2  # nothing to do: nobody was reached


def test_a_kill_forgets_nothing_that_was_sent(tmp_path: Path) -> None:
    place = tmp_path / "sent" / "ingest.json"
    first = Sent(place, PURPOSE)
    assert (first.left, first.told()) == ((), "")
    first.carry("b.example", 5)
    first.carry("a.example", 1)
    first.carry("b.example", 5)
    again = Sent(place, PURPOSE)
    assert again.left == (
        Egress(host="a.example", size=1, purpose=PURPOSE),
        Egress(host="b.example", size=10, purpose=PURPOSE),
    )
    again.drop()
    assert Sent(place, PURPOSE).left == ()
