"""The tier `encoder`: a head on a frozen encoder, LoRA, or all of it trained on."""
