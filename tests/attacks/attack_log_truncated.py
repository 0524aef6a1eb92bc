"""Cut the last leaves off and keep the checkpoint."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import (
    Lie,
    honest,
    honest_members,
    join,
    lie_in_bundle,
    lie_in_workspace,
    write,
)


def tell(place: Path) -> list[Lie]:
    world, members = honest(), dict(honest_members())
    members["evidence/leaves"] = join(world.leaves[:-1])
    lies = [lie_in_bundle(place, members, "(3) The log has 9 leaves, its checkpoint says 10.")]
    lie = lie_in_workspace(
        place, world, "(2) File 'log/tile/entries/000.p/10' of the log is absent."
    )
    entries = lie.path / ".warrant/log/tile/entries/000.p"
    (entries / "10").unlink()
    write(entries / "9", join(world.leaves[:-1]))
    return [*lies, lie]
