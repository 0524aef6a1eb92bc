"""SkyPilot's optimizer on a catalogue that lies on disk; run by the Python of its own environment.

It is told which clouds are enabled: that is a question of accounts, not of prices. Nothing is
fetched: the catalogue's files are newer than their last pull, so SkyPilot takes them as they are.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from time import process_time
from typing import Any


def main() -> None:
    """Read cases from standard input, and print what SkyPilot chooses for each."""
    began = process_time()
    import sky
    from sky import check, clouds, optimizer

    imported = process_time() - began
    asked = json.load(sys.stdin)
    enabled = [sky.utils.registry.CLOUD_REGISTRY.from_str(name) for name in asked["clouds"]]
    check.get_cached_enabled_clouds_or_refresh = lambda *_a, **_k: enabled
    clouds.Cloud.check_credentials = classmethod(lambda *_: (True, None))
    chosen = []
    for case in asked["cases"]:
        began = process_time()
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            found = _choose(sky, optimizer, case)
        chosen.append({**found, "cpu_s": process_time() - began})
    print(json.dumps({"import_s": imported, "chosen": chosen}))


def _choose(sky: Any, optimizer: Any, case: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - SkyPilot has no stubs here
    task = sky.Task(run="true")
    task.set_resources(
        sky.Resources(
            accelerators=case["accelerators"],
            cpus=case["cpus"],
            memory=case["memory"],
            use_spot=case["spot"],
        )
        if not isinstance(case["accelerators"], list)
        else {
            sky.Resources(
                accelerators=one, cpus=case["cpus"], memory=case["memory"], use_spot=case["spot"]
            )
            for one in case["accelerators"]
        }
    )
    with sky.Dag() as dag:
        dag.add(task)
    try:
        optimizer.Optimizer.optimize(dag, quiet=True)
    except sky.exceptions.ResourcesUnavailableError:
        return {"cloud": None, "machine": None, "usd": None}
    best = task.best_resources
    return {
        "cloud": str(best.cloud).lower(),
        "machine": best.instance_type,
        "usd": best.get_cost(3600),
    }


if __name__ == "__main__":
    main()
