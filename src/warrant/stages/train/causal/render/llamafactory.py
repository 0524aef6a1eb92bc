"""Settings for LLaMA-Factory: one YAML file and the list of its data sets."""

from __future__ import annotations

from typing import Any

from warrant.stages.train.causal.render.plan import (
    TRAIN,
    VALIDATION,
    RenderPlan,
    as_json,
    as_yaml,
)

HEAD = """\
llamafactory-cli train llamafactory.yaml
In an environment of its own: its versions exclude ours. No `template` is named, so that the
model's own is used; name one where the loader asks for it."""


def llamafactory_files(plan: RenderPlan) -> dict[str, str]:
    """Write the files.

    Args:
        plan: of the run.

    Returns:
        `llamafactory.yaml` and `dataset_info.json`.
    """
    causal = plan.causal
    said: dict[str, Any] = {
        "model_name_or_path": plan.base,
        **({"model_revision": plan.revision} if plan.revision else {}),
        "trust_remote_code": False,
        "stage": "sft",
        "do_train": True,
        "finetuning_type": "full" if causal.method == "full" else "lora",
    }
    if causal.method != "full":
        said |= {
            "lora_rank": causal.rank,
            "lora_alpha": causal.alpha,
            "lora_dropout": 0.0,
            "lora_target": "all",
        }
    if causal.method == "qlora":
        said |= {"quantization_bit": 4, "quantization_method": "bnb"}
    if causal.train_embeddings and causal.method != "full":
        said["additional_target"] = "embed_tokens,lm_head"
    said |= {
        "dataset_dir": ".",
        "dataset": "train",
        "eval_dataset": "validation",
        "cutoff_len": causal.length,
        "packing": causal.packing,
        "neat_packing": causal.packing,
        "train_on_prompt": False,
        "per_device_train_batch_size": plan.micro,
        "gradient_accumulation_steps": plan.accumulation,
        "learning_rate": causal.learning_rate,
        "num_train_epochs": float(causal.epochs),
        "lr_scheduler_type": "cosine",
        "warmup_ratio": causal.warmup,
        "weight_decay": 0.0,
        "max_grad_norm": causal.clip,
        "optim": "adamw_torch",
        "bf16": True,
        "seed": plan.seed,
        "report_to": "none",
        "output_dir": plan.name,
    }
    files = {"train": _rows(TRAIN), "validation": _rows(VALIDATION)}
    return {"dataset_info.json": as_json(files), "llamafactory.yaml": as_yaml(said, HEAD)}


def _rows(path: str) -> dict[str, Any]:
    return {
        "file_name": path,
        "formatting": "sharegpt",
        "columns": {"messages": "messages"},
        "tags": {
            "role_tag": "role",
            "content_tag": "content",
            "user_tag": "user",
            "assistant_tag": "assistant",
            "system_tag": "system",
        },
    }
