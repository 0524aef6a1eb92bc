"""One of the processes that train together: joins the others, trains, says how it ended."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import traceback
from pathlib import Path

from warrant.errors import CeilingReached, WarrantError
from warrant.stages.train.backend import TRAINERS
from warrant.stages.train.several.folder import STOPPED, Folder, Stopped
from warrant.stages.train.several.join import join_group

LOOK_S = 0.5
"""So often it is looked whether the process that started this one is still there."""


def main(place: Path) -> int:
    """Train the job of a folder as one of several processes.

    Args:
        place: the folder.

    Returns:
        0, also after a stop that was asked for; else the exit code of the error, which is written
        into the folder.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this process ends it
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    folder, rank = Folder(place), int(os.environ["RANK"])
    with (place / f"printed-{rank}.txt").open("wb") as file:  # words of libraries may hold cells
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    try:
        _train(folder)
    except Stopped:
        (place / STOPPED).touch()
    except WarrantError as error:
        if isinstance(error, CeilingReached) and rank:
            return 0  # the first was asked to stop, and says so
        folder.write_error(rank, error)
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - told by its kind; its words may hold cells
        folder.write_error(rank, error)
        traceback.print_exc()
        return 1
    return 0


def _train(folder: Folder) -> None:
    told, config = folder.head(), folder.config()
    group = join_group(
        config.processes,
        on_cards=config.tier == "causal",
        store=folder.store,
        limit_s=told["limit_s"],
    )
    job = folder.read(group)
    trainer = TRAINERS.load(config.backend)()
    trained = trainer.resume(job) if told["resume"] else trainer.run(job)
    if group.is_first:
        folder.write_trained(trained)


def _end_with(parent: int) -> None:
    """End at once when the process that started this one is gone."""
    while os.getppid() == parent:
        time.sleep(LOOK_S)
    os._exit(1)


if __name__ == "__main__":
    # All is written. Threads of torch's collectives may abort a process that takes itself apart.
    os._exit(main(Path(sys.argv[1])))
