"""A job for Fireworks' fine-tuning service: data sets, uploads, a request. Rows leave the house."""

from __future__ import annotations

from typing import Any

from warrant.stages.train.causal.render.plan import (
    TRAIN,
    VALIDATION,
    RenderPlan,
    as_json,
    plain_name,
)

ACCOUNT = "/v1/accounts/ACCOUNT_ID"


def fireworks_files(plan: RenderPlan) -> dict[str, str]:
    """Write the requests.

    Args:
        plan: of the run.

    Returns:
        `fireworks.json`: requests in order, with a place for the account.
    """
    causal = plan.causal
    name = plain_name(plan.name)
    requests: list[dict[str, Any]] = []
    for part, path in (("train", TRAIN), ("validation", VALIDATION)):
        dataset = f"{name}-{part}"
        requests += [
            {
                "method": "POST",
                "path": f"{ACCOUNT}/datasets",
                "body": {"datasetId": dataset, "dataset": {"userUploaded": {}}},
            },
            {"method": "POST", "path": f"{ACCOUNT}/datasets/{dataset}:upload", "file": path},
        ]
    requests.append(
        {
            "method": "POST",
            "path": f"{ACCOUNT}/supervisedFineTuningJobs",
            "body": {
                "displayName": plan.name,
                "baseModel": plan.base,
                "dataset": f"accounts/ACCOUNT_ID/datasets/{name}-train",
                "evaluationDataset": f"accounts/ACCOUNT_ID/datasets/{name}-validation",
                "outputModel": f"accounts/ACCOUNT_ID/models/{name}",
                "epochs": causal.epochs,
                "learningRate": causal.learning_rate,
                "loraRank": causal.rank,
                "maxContextLength": causal.length,
            },
        }
    )
    return {"fireworks.json": as_json({"requests": requests})}
