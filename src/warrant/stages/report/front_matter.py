"""The YAML head of a card, as the Hugging Face Hub reads it.

Source: Hugging Face Hub, "Model Cards"; the rules of `huggingface_hub.ModelCard` and `EvalResult`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from warrant.records.metric import METRICS

if TYPE_CHECKING:
    from warrant.records.evaluation import Score
    from warrant.records.model import Model
    from warrant.stages.report.config import ReportConfig
    from warrant.stages.report.evidence import Records

HUB_LICENCES = frozenset({
    "afl-3.0", "agpl-3.0", "apache-2.0", "artistic-2.0", "bsd-2-clause", "bsd-3-clause",
    "bsd-3-clause-clear", "bsl-1.0", "cc", "cc-by-2.0", "cc-by-2.5", "cc-by-3.0", "cc-by-4.0",
    "cc-by-nc-2.0", "cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nc-nd-3.0", "cc-by-nc-nd-4.0",
    "cc-by-nc-sa-2.0", "cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0", "cc-by-nd-4.0", "cc-by-sa-3.0",
    "cc-by-sa-4.0", "cc0-1.0", "ecl-2.0", "epl-1.0", "epl-2.0", "eupl-1.1", "eupl-1.2", "gfdl",
    "gpl", "gpl-2.0", "gpl-3.0", "isc", "lgpl", "lgpl-2.1", "lgpl-3.0", "lppl-1.3c", "mit",
    "mpl-2.0", "ms-pl", "ncsa", "odbl", "odc-by", "ofl-1.1", "osl-3.0", "pddl", "postgresql",
    "unlicense", "wtfpl", "zlib",
})  # fmt: skip
"""Identifiers the Hub knows; SPDX ids in small letters."""

_TYPES = {
    "micro_f1": "f1",
    "macro_f1": "f1",
    "pr_auc": "average_precision",
    "brier": "brier_score",
    "r2": "r_squared",
}
"""What the Hub calls our metrics, where it calls them otherwise."""


_HUB_TASKS = {
    "regression": "tabular-regression",
    "spans": "token-classification",
    "choice": "multiple-choice",
    "generation": "text-generation",
    "pairs": "text-classification",
}
"""What the Hub calls our kinds of tasks, where what is read does not decide."""


def front_matter(records: Records, config: ReportConfig) -> str:
    """Write the head of a card.

    Args:
        records: model and evaluation.
        config: name, licence, stage of use.

    Returns:
        YAML between two lines of `---`.
    """
    model, evaluation = records.model.record, records.evaluation.record
    head: dict[str, Any] = {
        **_licence(config.licence),
        "library_name": "warrant",
        "pipeline_tag": _task_of(model),
        "tags": ["warrant", _task_of(model), model.kind, config.stage_of_use],
        "model-index": [
            {
                "name": config.name,
                "results": [
                    {
                        "task": {"type": _task_of(model), "name": model.task},
                        "dataset": {
                            "type": "warrant-dataset",
                            "name": "test rows",
                            "split": "test",
                            "args": {"manifest": f"sha256:{evaluation.test}"},
                        },
                        "metrics": [
                            _metric(score, records.evaluation.digest) for score in evaluation.scores
                        ],
                    }
                ],
            }
        ],
    }
    text = yaml.safe_dump(head, sort_keys=False, allow_unicode=True, width=1000)
    return f"---\n{text}---\n"


def _task_of(model: Model) -> str:
    """Name the task as the Hub does; what reads any text is one on text."""
    if model.task in _HUB_TASKS:
        return _HUB_TASKS[model.task]
    reads_columns = "terms_columns" in model.settings
    reads_text = any(name in model.settings for name in ("terms_word", "terms_characters"))
    return "tabular-classification" if reads_columns and not reads_text else "text-classification"


def _licence(licence: str | None) -> dict[str, str]:
    if licence is None:
        return {"license": "unknown"}
    if licence.lower() in HUB_LICENCES:
        return {"license": licence.lower()}
    return {"license": "other", "license_name": licence}


def _metric(score: Score, evaluation: str) -> dict[str, Any]:
    return {
        "type": _TYPES.get(score.metric, score.metric),
        "name": METRICS[score.metric].words if score.metric in METRICS else score.metric,
        "value": score.value,
        "args": {"interval": [score.low, score.high], "evaluation": f"sha256:{evaluation}"},
    }
