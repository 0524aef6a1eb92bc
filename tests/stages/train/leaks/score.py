"""Tell how many planted leaks are found, by seed: `python -m tests.stages.train.leaks.score`.

Arguments are seeds; without any, those kept for scoring.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from tests.stages.train.leaks.case import Table
from tests.stages.train.leaks.clean import CLEAN
from tests.stages.train.leaks.planted import PLANTED
from tests.stages.train.leaks.seeds import SCORING
from warrant.stages.train.leaks import check_leaks


def named(table: Table) -> set[str]:
    looked = check_leaks(table.examples(), table.read, table.task, table.label_at)
    return {one.column for one in looked.columns if one.verdict == "leak"}


def score(seed: int) -> str:
    """Say in a line what was found in forty tables of one seed."""
    began, found, alarms, wrong = time.process_time(), 0, 0, []
    for place, (name, make) in enumerate(PLANTED.items()):
        table = make(np.random.default_rng([seed, place]))
        columns = named(table)
        found += table.leaks <= columns
        if not table.leaks <= columns <= table.leaks | table.partners:
            wrong.append(name)
    for place, (name, make) in enumerate(CLEAN.items()):
        if named(make(np.random.default_rng([seed, place]))):
            alarms += 1
            wrong.append(name)
    took = time.process_time() - began
    return f"seed {seed}: {found} of 20 found, {alarms} of 20 false; {took:.1f} CPU s {wrong or ''}"


def main() -> int:
    """Score the seeds asked for; 0 whatever comes out."""
    for seed in map(int, sys.argv[1:] or map(str, SCORING)):
        print(score(seed), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
