"""Labelled rows from which curation learns, before it masks, what personal data looks like.

The tagger is fitted anew in each run and kept nowhere: its weights could tell names that it saw.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from warrant.errors import InputError
from warrant.metrics.recall import lower_bound

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from warrant.stages.curate.recogniser import Kind
    from warrant.stages.curate.tagging import Fit, Tagger

_KEYS = ("from", "labels", "recall", "digest")
_EXAMPLE = "Write for example: learn: {from: labelled.jsonl, labels: {PER: name}}"
WANTED_RECALL = 0.95


@dataclass(frozen=True)
class Lesson:
    """What a tagger learns from."""

    file: str
    """Of labelled rows; a relative path starts from the recipe's folder."""
    labels: Mapping[str, str]
    """Kinds by label, where they shall be named otherwise."""
    recall: float = WANTED_RECALL
    """So much of the labelled shall be found in documents that the tagger has not seen."""

    @classmethod
    def read(cls, settings: object) -> Lesson:
        """Read the setting `learn`.

        Args:
            settings: as in the recipe; `digest` of the file is added by the run.

        Returns:
            What it says.

        Raises:
            InputError: when it names no file or does not fit.
        """
        said: dict[str, Any] = settings if isinstance(settings, dict) else {}
        labels, recall = said.get("labels", {}), said.get("recall", WANTED_RECALL)
        sound = (
            set(said) <= set(_KEYS)
            and isinstance(said.get("from"), str)
            and isinstance(labels, dict)
            and all(isinstance(a, str) and isinstance(b, str) for a, b in labels.items())
            and isinstance(recall, float)
            and 0 < recall < 1
        )
        if not sound:
            raise InputError(
                "The setting 'learn' of 'mask_personal_data' names no labelled rows; it takes: "
                "from, labels, recall (above 0, below 1).",
                do=_EXAMPLE,
            )
        return cls(said["from"], labels, recall)

    def learn(self, folder: Path, known: Iterable[Kind] = ()) -> Tagger:
        """Fit a tagger.

        Args:
            folder: what the path starts from.
            known: kinds of other recognisers: one of the same name counts for the same identifiers.

        Returns:
            The tagger.

        Raises:
            InputError: when the file is missing or of another form, or has too few labels.
        """
        from warrant.stages.curate.tagging import fit, read_labelled

        tagger = fit(list(read_labelled(folder / self.file)), self.recall, self.labels)
        meant = {kind.name: kind for kind in known}
        kinds = tuple(
            replace(meant[kind.name], coverage="partly") if kind.name in meant else kind
            for kind in tagger.kinds
        )
        return replace(tagger, kinds=kinds)


def told_of(fit: Fit) -> dict[str, str | int | float]:
    """Say for the claim how well a tagger did on documents that it had not seen."""
    return {
        "tagger_labelled_texts": fit.texts,
        "tagger_labelled_places": fit.places,
        "tagger_places_found": fit.found,
        "tagger_recall_at_least": round(lower_bound(fit.found, fit.places), 4),
        "tagger_token_precision": round(fit.precision, 4),
    }
