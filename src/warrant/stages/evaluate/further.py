"""What the record says beside scores: slice tests, weak parts, promises, scorers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warrant.models.reliance import ReliedModel
from warrant.stages.evaluate.faithful import faithfulness
from warrant.stages.evaluate.measured import gauge_of
from warrant.stages.evaluate.promises import covered, own_scores, risk_area, selective
from warrant.stages.evaluate.subject import Labels, Numbers
from warrant.stages.evaluate.weakness import losses_of, slice_tests, weak_search

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.models import Predictions, TrainedModel
    from warrant.models.examples import Examples
    from warrant.records.evaluation import Slice
    from warrant.stages.evaluate.config import EvaluateConfig


def further(
    config: EvaluateConfig,
    test: Examples,
    model: TrainedModel,
    answered: Predictions,
    subject: Labels | Numbers,
    slices: Sequence[Slice],
) -> dict[str, Any]:
    """Measure what stands beside the scores.

    Args:
        config: the settings of the evaluation.
        test: rows with a label.
        model: that answered, with what it promises.
        answered: its answers.
        subject: the same answers beside what is true.
        slices: as the record shows them.

    Returns:
        Fields of the record, by name.

    Raises:
        InputError: when a scorer is not there or gives no number.
    """
    gauge = gauge_of(model.task, config, test)
    losses, _ = losses_of(subject)
    reliance = model.reliance if isinstance(model, ReliedModel) else None
    coverage, risk = (reliance.coverage, reliance.risk) if reliance else (None, None)
    return {
        "slice_tests": slice_tests(losses, slices, test.columns),
        "weak": weak_search(subject, test, model.reads, config),
        "risk_area": risk_area(subject),
        "covered": covered(coverage, answered, subject, gauge) if coverage else None,
        "selective": selective(risk, subject, gauge)
        if risk and isinstance(subject, Labels)
        else None,
        "scorers": own_scores(config.scorers, subject, gauge),
        "faithful": faithfulness(model, test, answered, config.seed),
    }
