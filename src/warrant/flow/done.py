"""Steps that were done before: their content key, and which of them still count.

Law: a content key changes exactly when stage, version, plug-ins, settings or inputs change.

Source: DESIGN, section 2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from warrant.errors import PolicyRefusal
from warrant.flow import people
from warrant.flow.clock import seconds_of
from warrant.flow.outputs import are_present
from warrant.kernel.canon import canonical
from warrant.kernel.digest import Digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from warrant.flow.plan import Stage
    from warrant.flow.workspace import Workspace
    from warrant.records.claim import Plugin


class Done(NamedTuple):
    """A step that was done before."""

    outputs: dict[str, Digest]
    """By subject name."""
    position: int
    """Of its entry in the log."""
    took_s: float
    """Seconds that the stage worked."""


def content_key(
    module: Stage,
    plugins: Iterable[Plugin],
    configuration: Mapping[str, Any],
    inputs: Mapping[str, str],
) -> Digest:
    """Compute the content key of a step.

    Args:
        module: the stage.
        plugins: what decides its result besides settings and inputs.
        configuration: its settings, without what belongs to this machine.
        inputs: of each input the fingerprint, or the digest where it is no dataset; in hex.

    Returns:
        The SHA-256 of all that in canonical JSON.
    """
    return Digest.of(
        canonical(
            {
                "configuration": configuration,
                "inputs": inputs,
                "plugins": [plugin.model_dump() for plugin in plugins],
                "stage": module.NAME,
                "version": module.VERSION,
            }
        )
    )


def find_done(workspace: Workspace, stage: str, key: Digest, model_key: str) -> Done | None:
    """Find a logged step of the same content key that still counts.

    Its signature holds and its outputs lie here. A revoked step is none, nor one with erased rows:
    what follows shall go on without them. Nor is a deployment from before the model key that will
    sign the bundle.

    Args:
        workspace: where to look.
        stage: of the step.
        key: its content key.
        model_key: PEM of the public key that will sign the bundle.

    Returns:
        The first such step in the order of the log; None when there is none.
    """
    roll = people.read_roll(workspace)
    revoked = people.revoked_digests(workspace, roll)
    erased = people.erased_positions(workspace)
    for entry in workspace.index.with_content_key(key.hex):
        if entry.key not in roll.at(entry.position) or entry.envelope in revoked:
            continue
        if stage == "deploy" and model_key not in roll.models_at(entry.position):
            continue
        statement = people.statement_of(workspace, entry, roll)
        outputs = {subject.name: subject.digest for subject in statement.subjects}
        if any(digest.hex in erased for digest in outputs.values()):
            continue
        if statement.content_key == key and are_present(workspace.store, outputs):
            return Done(outputs, entry.position, seconds_of(statement))
    return None


def require_not_withdrawn(workspace: Workspace, stage: str, outputs: Mapping[str, Digest]) -> None:
    """Refuse what a revocation took back: making the same bytes again does not bring it back.

    Args:
        workspace: whose log holds the revocations.
        stage: that gives the outputs.
        outputs: by subject name.

    Raises:
        PolicyRefusal: naming the output and the revoked statement.
    """
    withdrawn = people.withdrawn_outputs(workspace)
    for name, digest in outputs.items():
        if digest.hex in withdrawn:
            position = withdrawn[digest.hex]
            raise PolicyRefusal(
                f"The step {stage!r} gives {name!r} of log entry {position} again, "
                "which was revoked.",
                do="A revocation stands for ever. Change rows or settings in the recipe, for "
                "example the seed under split, and run: warrant run",
            )
