"""Filters give the same rows and decisions wherever they work."""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.flow.bench import make_bench, recipe_text
from tests.stages.bench import fresh
from tests.stages.curate.test_curate import run
from tests.stages.curate.test_language import ENGLISH, FRENCH, GERMAN
from warrant.errors import InputError, OutsideError
from warrant.flow.job import run_recipe
from warrant.flow.recipe import parse_recipe
from warrant.kernel.digest import Digest
from warrant.stages.curate import CurateConfig, FilterConfig
from warrant.stages.curate import run as curate

TEXTS = [
    f"{text}{number} " + ENGLISH * (number % 4)
    for number in range(30)
    for text in (ENGLISH, GERMAN, FRENCH)
] + [ENGLISH * 3, ENGLISH * 3 + "Soon.", "lorem ipsum {}", ENGLISH * 3]
CONFIG = CurateConfig(
    (
        FilterConfig("keep_languages", {"values": ["en", "de"]}),
        FilterConfig("quality", {"values": ["c4"]}),
        FilterConfig("drop_exact_duplicates", {}),
        FilterConfig("near_duplicates", {"similarity": 0.6}),
    )
)


class Elsewhere:
    """Works on copies, as another process would, and reads three items ahead."""

    def __init__(self) -> None:
        self.done = 0

    def stream(self, work: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        waiting: deque[bytes] = deque()
        for item in items:
            waiting.append(pickle.dumps((work, item)))
            if len(waiting) > 3:
                yield self._do(waiting.popleft())
        while waiting:
            yield self._do(waiting.popleft())

    def _do(self, sent: bytes) -> Any:  # noqa: ANN401 - whatever the work gives
        self.done += 1
        work, item = pickle.loads(sent)  # noqa: S301 - of our own a moment ago
        return work(item)


def test_filters_decide_elsewhere_as_they_do_here(tmp_path: Path) -> None:
    desk, here = run(tmp_path, TEXTS, CONFIG)
    engine = Elsewhere()
    source = {"documents": Digest.from_hex(here.claim.inputs[0].digest)}
    there = curate(source, CONFIG, replace(fresh(desk, "curate"), engine=engine))
    assert engine.done >= 3  # languages, quality, signatures; the rest is done here
    assert there.outputs == here.outputs
    assert there.claim.counts == here.claim.counts
    assert there.claim.measures == here.claim.measures
    assert here.claim.counts["near_duplicate"] > 0
    assert here.claim.measures["rows_in_language_de"] > 9


@pytest.mark.parametrize(
    ("written", "kind", "address"),
    [
        ("native", "native", None),
        ("processes", "processes", None),
        ("{kind: processes, cpus: 4}", "processes", None),
        ("ray", "ray", None),
        ("{kind: ray, address: 'ray://10.0.0.5:10001'}", "ray", "ray://10.0.0.5:10001"),
    ],
)
def test_a_recipe_names_its_engine(written: str, kind: str, address: str | None) -> None:
    told = parse_recipe(
        f"warrant: 1\nname: a\nsources: [{{path: a}}]\ntask: {{label: kind}}\nengine: {written}\n"
    ).engine
    assert (told.kind, told.address) == (kind, address)


def test_settings_of_other_engines_are_refused() -> None:
    recipe = "warrant: 1\nname: a\nsources: [{path: a}]\ntask: {label: kind}\nengine: "
    with pytest.raises(InputError, match=r"cpus is of processes and Ray.*kind: processes"):
        parse_recipe(recipe + "{cpus: 3}\n")
    with pytest.raises(InputError, match=r"address is of Ray.*kind: ray"):
        parse_recipe(recipe + "{kind: processes, address: 'ray://10.0.0.5:10001'}\n")


@pytest.mark.slow
def test_a_whole_run_on_processes_gives_the_same_rows(tmp_path: Path) -> None:
    filters = "keep_languages: [en]}, {near_duplicates: {similarity: 0.6}}, {min_words: {words: 4}"
    text = recipe_text().replace("min_words: {words: 4}", filters)
    native, shared = parse_recipe(text), parse_recipe(f"{text}engine: processes\n")
    one, other = make_bench(tmp_path / "one"), make_bench(tmp_path / "other")
    here = run_recipe(one.root, native, one.desk)
    there = run_recipe(other.root, shared, other.desk)
    assert "curate" in there.computed
    assert there.fingerprints == here.fingerprints
    assert there.left == ()


@pytest.mark.slow
def test_a_whole_run_on_ray_gives_the_same_rows(tmp_path: Path) -> None:
    pytest.importorskip("ray")
    filters = "keep_languages: [en]}, {near_duplicates: {similarity: 0.6}}, {min_words: {words: 4}"
    text = recipe_text().replace("min_words: {words: 4}", filters)
    native, on_ray = parse_recipe(text), parse_recipe(f"{text}engine: ray\n")
    one, other = make_bench(tmp_path / "one"), make_bench(tmp_path / "other")
    here = run_recipe(one.root, native, one.desk)
    assert run_recipe(one.root, on_ray, one.desk).computed == ()  # where is no part of what
    there = run_recipe(other.root, on_ray, other.desk)
    assert "curate" in there.computed
    assert there.fingerprints == here.fingerprints
    assert there.left == ()


def _fail(**_options: object) -> None:
    raise ConnectionError


def _slow_length(cells: pa.Array) -> int:
    from time import sleep

    sleep(0.05)
    return len(cells)


@pytest.mark.slow
def test_a_killed_worker_of_ray_costs_only_its_own_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ray = pytest.importorskip("ray")
    from warrant.engine.on_ray import RayEngine

    engine = RayEngine()
    mark = tmp_path / "killed"

    def work(cells: pa.Array) -> int:
        import os
        import signal

        if len(cells) == 7:
            try:
                mark.touch(exist_ok=False)
            except FileExistsError:
                pass
            else:
                os.kill(os.getpid(), signal.SIGKILL)
        return _slow_length(cells)

    try:
        items = (pa.array(range(number)) for number in range(20))
        assert list(engine.stream(work, items)) == list(range(20))
        assert mark.exists()

        def refuse(_item: int) -> int:
            raise InputError("No.", do="Stop.")

        with pytest.raises(InputError, match=r"No\. Stop\."):
            list(engine.stream(refuse, [1]))
        assert ray.is_initialized()

        def die(_item: int) -> int:
            import os
            import signal

            os.kill(os.getpid(), signal.SIGKILL)
            return 0

        with pytest.raises(OutsideError, match="Ray lost the work on some rows"):
            list(engine.stream(die, [1]))
    finally:
        engine.close()
    assert not ray.is_initialized()
    monkeypatch.setattr(ray, "init", _fail)
    with pytest.raises(OutsideError, match="Ray could not be"):
        RayEngine("ray://cluster.example:10001")
