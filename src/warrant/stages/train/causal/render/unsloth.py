"""A script for Unsloth. Its core is Apache-2.0; its Studio and command line are AGPL-3.0."""

from __future__ import annotations

from warrant.stages.train.causal.render.plan import TRAIN, VALIDATION, RenderPlan

SCRIPT = '''\
"""Fine-tune {name} with Unsloth: python unsloth_train.py

In an environment of its own: its versions exclude those of Warrant. This script uses the core
(package `unsloth`, Apache-2.0). Unsloth's Studio and command line (package `unsloth_cli`, folder
`studio/`) are AGPL-3.0: whoever offers them over a network must offer their source.
"""

from unsloth import FastLanguageModel  # first: it changes what is imported after it
from unsloth.chat_templates import train_on_responses_only  # noqa: F401 - see below

from datasets import load_dataset
from trl import SFTConfig, SFTTrainer

model, tokenizer = FastLanguageModel.from_pretrained(
    model_name={base!r},
    revision={revision!r},
    max_seq_length={length},
    load_in_4bit={four_bits},
    full_finetuning={full},
    trust_remote_code=False,
)
{adapter}
rows = load_dataset("json", data_files={{"train": {train!r}, "validation": {validation!r}}})
trainer = SFTTrainer(
    model=model,
    processing_class=tokenizer,
    train_dataset=rows["train"],
    eval_dataset=rows["validation"],
    args=SFTConfig(
        max_length={length},
        packing={packing},
        eval_packing=False,
        # Needs {{% generation %}} in the model's template; where it has none, take the line out and
        # wrap the trainer in train_on_responses_only(trainer, instruction_part=…, response_part=…).
        assistant_only_loss=True,
        per_device_train_batch_size={micro},
        gradient_accumulation_steps={accumulation},
        num_train_epochs={epochs},
        learning_rate={rate!r},
        lr_scheduler_type="cosine",
        warmup_steps={warmup!r},  # below 1: a share of all updates
        weight_decay=0.0,
        max_grad_norm={clip!r},
        optim="adamw_torch",
        seed={seed},
        report_to="none",
        output_dir={name!r},
    ),
)
trainer.train()
{save}
'''
ADAPTER = """\
model = FastLanguageModel.get_peft_model(
    model,
    r={rank},
    lora_alpha={alpha},
    lora_dropout=0,
    bias="none",
    target_modules={targets!r},
    use_gradient_checkpointing={recompute},
    random_state={seed},
)
"""
LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def unsloth_files(plan: RenderPlan) -> dict[str, str]:
    """Write the script.

    Args:
        plan: of the run.

    Returns:
        `unsloth_train.py`.
    """
    causal = plan.causal
    full = causal.method == "full"
    targets = LINEAR + (["embed_tokens", "lm_head"] if causal.train_embeddings else [])
    adapter = ADAPTER.format(
        rank=causal.rank,
        alpha=causal.alpha,
        targets=targets,
        recompute={"always": "True", "never": "False"}.get(causal.recompute, '"unsloth"'),
        seed=plan.seed,
    )
    merged = f'model.save_pretrained_merged({plan.name!r}, tokenizer, save_method="merged_16bit")'
    whole = f"model.save_pretrained({plan.name!r})"
    text = SCRIPT.format(
        name=plan.name,
        base=plan.base,
        revision=plan.revision,
        length=causal.length,
        four_bits=causal.method == "qlora",
        full=full,
        adapter="" if full else adapter,
        train=TRAIN,
        validation=VALIDATION,
        packing=causal.packing,
        micro=plan.micro,
        accumulation=plan.accumulation,
        epochs=causal.epochs,
        rate=causal.learning_rate,
        warmup=causal.warmup,
        clip=causal.clip,
        seed=plan.seed,
        save=whole if full or causal.save == "adapter" else merged,
    )
    return {"unsloth_train.py": text}
