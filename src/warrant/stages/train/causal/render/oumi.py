"""Settings for Oumi: one YAML file, run by `oumi train -c oumi.yaml`."""

from __future__ import annotations

from typing import Any

from warrant.stages.train.causal.render.plan import TRAIN, VALIDATION, RenderPlan, as_yaml

HEAD = """\
oumi train -c oumi.yaml
In an environment of its own: its versions exclude ours."""


def oumi_files(plan: RenderPlan) -> dict[str, str]:
    """Write the file.

    Args:
        plan: of the run.

    Returns:
        `oumi.yaml`.
    """
    causal = plan.causal
    said: dict[str, Any] = {
        "model": {
            "model_name": plan.base,
            **({"model_revision": plan.revision} if plan.revision else {}),
            "model_max_length": causal.length,
            "torch_dtype_str": "bfloat16",
            "attn_implementation": "sdpa",
            "load_pretrained_weights": True,
            "trust_remote_code": False,
        },
        "data": {
            "train": {
                "datasets": [_rows(TRAIN)],
                "collator_name": "text_completions_only_with_padding",
            },
            "validation": {"datasets": [_rows(VALIDATION)]},
        },
        "training": {
            "trainer_type": "TRL_SFT",
            "use_peft": causal.method != "full",
            "num_train_epochs": causal.epochs,
            "per_device_train_batch_size": plan.micro,
            "gradient_accumulation_steps": plan.accumulation,
            "enable_gradient_checkpointing": causal.recompute != "never",
            "gradient_checkpointing_kwargs": {"use_reentrant": False},
            "optimizer": "adamw_torch",
            "learning_rate": causal.learning_rate,
            "lr_scheduler_type": "cosine",
            "warmup_ratio": causal.warmup,
            "weight_decay": 0.0,
            "max_grad_norm": causal.clip,
            "seed": plan.seed,
            "enable_wandb": False,
            "enable_tensorboard": False,
            "output_dir": plan.name,
        },
    }
    if causal.method != "full":
        said["peft"] = {
            "q_lora": causal.method == "qlora",
            "lora_r": causal.rank,
            "lora_alpha": causal.alpha,
            "lora_dropout": 0.0,
            "lora_target_modules": ["all-linear"],
        }
    return {"oumi.yaml": as_yaml(said, HEAD)}


def _rows(path: str) -> dict[str, Any]:
    return {"dataset_name": "text_sft_jsonl", "dataset_path": path}
