"""Twenty planted leaks are found, and twenty honest tables pass, on seeds kept for scoring."""

from __future__ import annotations

import numpy as np
import pytest

from tests.stages.train.leaks.case import Table
from tests.stages.train.leaks.clean import CLEAN
from tests.stages.train.leaks.planted import PLANTED
from tests.stages.train.leaks.seeds import SCORING
from warrant.stages.train.leaks import Looked, check_leaks, leak_findings

SEED = SCORING[0]


def look(table: Table) -> Looked:
    return check_leaks(table.examples(), table.read, table.task, table.label_at)


def named(looked: Looked) -> set[str]:
    return {one.column for one in looked.columns if one.verdict == "leak"}


def test_there_are_twenty_of_each() -> None:
    assert (len(PLANTED), len(CLEAN)) == (20, 20)


@pytest.mark.parametrize(("place", "name"), list(enumerate(PLANTED)), ids=list(PLANTED))
def test_a_planted_leak_is_found_and_named(place: int, name: str) -> None:
    table = PLANTED[name](np.random.default_rng([SEED, place]))
    looked = look(table)
    assert table.leaks <= named(looked) <= table.leaks | table.partners
    for finding in leak_findings(looked):
        assert finding.severity == "error"
        assert "Take '" in finding.do
        assert "leak_accepted: WHY" in finding.do


@pytest.mark.parametrize(("place", "name"), list(enumerate(CLEAN)), ids=list(CLEAN))
def test_an_honest_table_passes(place: int, name: str) -> None:
    assert named(look(CLEAN[name](np.random.default_rng([SEED, place])))) == set()
