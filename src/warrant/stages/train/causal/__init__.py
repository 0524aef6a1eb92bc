"""The tier `causal`: LoRA, QLoRA or full training of models that write text."""
