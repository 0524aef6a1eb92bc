"""Settings for axolotl: one YAML file, run by `axolotl train axolotl.yaml`."""

from __future__ import annotations

from typing import Any

from warrant.stages.train.causal.render.plan import TRAIN, VALIDATION, RenderPlan, as_yaml

HEAD = """\
axolotl train axolotl.yaml
In an environment of its own: its versions exclude ours. It sends usage data unless told not to:
AXOLOTL_DO_NOT_TRACK=1"""


def axolotl_files(plan: RenderPlan) -> dict[str, str]:
    """Write the file.

    Args:
        plan: of the run.

    Returns:
        `axolotl.yaml`.
    """
    causal = plan.causal
    said: dict[str, Any] = {
        "base_model": plan.base,
        **({"revision_of_model": plan.revision} if plan.revision else {}),
        "trust_remote_code": False,
        "load_in_4bit": causal.method == "qlora",
        "datasets": [_rows(TRAIN)],
        "test_datasets": [_rows(VALIDATION) | {"split": "train"}],
        "chat_template": "tokenizer_default",
        "sequence_len": causal.length,
        "excess_length_strategy": "drop" if causal.overlong == "drop" else "raise",
        "sample_packing": causal.packing,
        "eval_sample_packing": False,
        "pad_to_sequence_len": False,
        "micro_batch_size": plan.micro,
        "gradient_accumulation_steps": plan.accumulation,
        "num_epochs": causal.epochs,
        "optimizer": "adamw_torch",
        "lr_scheduler": "cosine",
        "learning_rate": causal.learning_rate,
        "warmup_ratio": causal.warmup,
        "weight_decay": 0.0,
        "max_grad_norm": causal.clip,
        "bf16": "auto",
        "gradient_checkpointing": causal.recompute != "never",
        "seed": plan.seed,
        "output_dir": f"./{plan.name}",
    }
    if causal.method != "full":
        said |= {
            "adapter": causal.method,
            "lora_r": causal.rank,
            "lora_alpha": causal.alpha,
            "lora_dropout": 0.0,
            "lora_target_linear": True,
        }
    if causal.train_embeddings and causal.method != "full":
        said["lora_modules_to_save"] = ["embed_tokens", "lm_head"]
    return {"axolotl.yaml": as_yaml(said, HEAD)}


def _rows(path: str) -> dict[str, Any]:
    return {
        "path": path,
        "ds_type": "json",
        "type": "chat_template",
        "field_messages": "messages",
        "message_property_mappings": {"role": "role", "content": "content"},
        "roles_to_train": ["assistant"],
        "train_on_eos": "turn",
    }
