"""A script for several cards: TRL under `accelerate launch`, weights shared out by FSDP2."""

from __future__ import annotations

from warrant.stages.train.causal.render.plan import TRAIN, VALIDATION, RenderPlan, as_yaml

SCRIPT = '''\
"""Fine-tune {name} on several cards, with accelerate, TRL and, for LoRA, peft:

    accelerate launch --config_file accelerate.yaml --num_processes 2 accelerate_train.py

One process a card. On several nodes, once on each: --num_machines N --num_processes ALL
--machine_rank I --main_process_ip HOST --main_process_port 29500. An update learns from `BATCH`
sequences, however many processes share it.
"""

import os

from datasets import load_dataset
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import SFTConfig, SFTTrainer

BATCH = {batch}
PROCESSES = int(os.environ.get("WORLD_SIZE", "1"))
if BATCH % (PROCESSES * {micro}):
    raise SystemExit(f"{{PROCESSES}} processes of {micro} do not divide a batch of {{BATCH}}.")

tokenizer = AutoTokenizer.from_pretrained({base!r}, revision={revision!r})
model = AutoModelForCausalLM.from_pretrained(
    {base!r}, revision={revision!r}, dtype="float32", trust_remote_code=False
)
rows = load_dataset("json", data_files={{"train": {train!r}, "validation": {validation!r}}})
{adapter}trainer = SFTTrainer(
    model=model,
    processing_class=tokenizer,
    train_dataset=rows["train"],
    eval_dataset=rows["validation"],
    peft_config={peft},
    args=SFTConfig(
        max_length={length},
        packing={packing},
        eval_packing=False,
        # Needs {{% generation %}} in the model's chat template.
        assistant_only_loss=True,
        per_device_train_batch_size={micro},
        gradient_accumulation_steps=BATCH // (PROCESSES * {micro}),
        num_train_epochs={epochs},
        learning_rate={rate!r},
        lr_scheduler_type="cosine",
        warmup_steps={warmup!r},  # below 1: a share of all updates
        weight_decay=0.0,
        max_grad_norm={clip!r},
        optim="adamw_torch",
        gradient_checkpointing=False,  # as accelerate.yaml says
        seed={seed},
        report_to="none",
        output_dir={name!r},
    ),
)
trainer.train()
trainer.save_model({name!r})
'''
ADAPTER = """\
from peft import LoraConfig

adapter = LoraConfig(
    r={rank},
    lora_alpha={alpha},
    lora_dropout=0.0,
    target_modules="all-linear",
    task_type="CAUSAL_LM",{saved}
)
"""
WITH_WORDS = '\n    modules_to_save=["embed_tokens", "lm_head"],'


def accelerate_files(plan: RenderPlan) -> dict[str, str]:
    """Write the settings of FSDP2 and the script.

    Args:
        plan: of the run.

    Returns:
        `accelerate.yaml` and `accelerate_train.py`.
    """
    causal = plan.causal
    is_full = causal.method == "full"
    adapter = ADAPTER.format(
        rank=causal.rank,
        alpha=causal.alpha,
        saved=WITH_WORDS if causal.train_embeddings else "",
    )
    script = SCRIPT.format(
        name=plan.name,
        base=plan.base,
        revision=plan.revision,
        batch=causal.batch,
        micro=plan.micro,
        train=TRAIN,
        validation=VALIDATION,
        adapter="" if is_full else adapter,
        peft="None" if is_full else "adapter",
        length=causal.length,
        packing=causal.packing,
        epochs=causal.epochs,
        rate=causal.learning_rate,
        warmup=causal.warmup,
        clip=causal.clip,
        seed=plan.seed,
    )
    return {"accelerate.yaml": _settings(plan), "accelerate_train.py": script}


def _settings(plan: RenderPlan) -> str:
    said = {
        "compute_environment": "LOCAL_MACHINE",
        "distributed_type": "FSDP",
        "fsdp_config": {
            "fsdp_version": 2,
            "fsdp_auto_wrap_policy": "TRANSFORMER_BASED_WRAP",
            "fsdp_reshard_after_forward": True,
            "fsdp_state_dict_type": "FULL_STATE_DICT",
            "fsdp_cpu_ram_efficient_loading": True,
            "fsdp_offload_params": False,
            "fsdp_activation_checkpointing": plan.causal.recompute != "never",
        },
        "mixed_precision": "bf16",
        "main_training_function": "main",
        "num_machines": 1,
        "num_processes": 2,
        "machine_rank": 0,
        "rdzv_backend": "static",
        "same_network": True,
        "use_cpu": False,
    }
    return as_yaml(said, f"FSDP2 for {plan.name}; num_processes is the number of cards.")
