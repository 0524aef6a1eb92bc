"""A job for Together's fine-tuning service: two uploads and one request. Rows leave the house."""

from __future__ import annotations

from typing import Any

from warrant.stages.train.causal.render.plan import (
    TRAIN,
    VALIDATION,
    RenderPlan,
    as_json,
    plain_name,
)


def together_files(plan: RenderPlan) -> dict[str, str]:
    """Write the request.

    Args:
        plan: of the run.

    Returns:
        `together.json`: the uploads, and the request's body with places for their ids.
    """
    causal = plan.causal
    kind: dict[str, Any] = {"type": "Full"}
    if causal.method != "full":
        kind = {
            "type": "Lora",
            "lora_r": causal.rank,
            "lora_alpha": causal.alpha,
            "lora_dropout": 0.0,
            "lora_trainable_modules": "all-linear",
        }
    uploads = [
        {
            "method": "POST",
            "path": "/v1/files/upload",
            "form": {"purpose": "fine-tune", "file_name": name, "file_type": "jsonl"},
            "file": name,
            "gives": place,
        }
        for name, place in ((TRAIN, "TRAIN_FILE_ID"), (VALIDATION, "VALIDATION_FILE_ID"))
    ]
    request = {
        "method": "POST",
        "path": "/v1/fine-tunes",
        "body": {
            "model": plan.base,
            "training_file": "TRAIN_FILE_ID",
            "validation_file": "VALIDATION_FILE_ID",
            "n_epochs": causal.epochs,
            "n_evals": 1,
            "n_checkpoints": 1,
            "batch_size": causal.batch,
            "learning_rate": causal.learning_rate,
            "lr_scheduler": {
                "lr_scheduler_type": "cosine",
                "lr_scheduler_args": {"min_lr_ratio": 0.05, "num_cycles": 0.5},
            },
            "warmup_ratio": causal.warmup,
            "max_grad_norm": causal.clip,
            "weight_decay": 0.0,
            "training_type": kind,
            "training_method": {"method": "sft", "train_on_inputs": False},
            "suffix": plain_name(plan.name),
        },
    }
    return {"together.json": as_json({"uploads": uploads, "request": request})}
