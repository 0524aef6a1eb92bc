"""Forty cases that must not be stopped: sound, but each near to something that is not."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from tests.stages.train.corpus.base import CHATML, Base, make_base
from tests.stages.train.corpus.case import (
    Case,
    Maker,
    causal,
    chat_rows,
    encoder,
    labelled_rows,
    linear,
    pair_rows,
    paired,
    some,
    turns,
)
from tests.stages.train.corpus.words import clause, long_clause

GOOD: dict[str, Maker] = {}


def good(make: Maker) -> Maker:
    """Enter a case."""
    GOOD[make.__name__.replace("_", "-")] = make
    return make


def _based(case: Case, change: Callable[[Base], Base]) -> Case:
    assert case.base is not None
    return replace(case, base=change(case.base))


def _template(case: Case, text: str) -> Case:
    return _based(case, lambda base: base.with_json("tokenizer_config.json", chat_template=text))


for _name in ("chatml", "marked", "headers", "brackets"):
    GOOD[f"conversations-in-{_name}"] = lambda rng, name=_name: causal(rng, name)  # type: ignore[misc]
    GOOD[f"pairs-in-{_name}"] = lambda rng, name=_name: paired(rng, name)  # type: ignore[misc]


@good
def system_turns_that_the_template_knows(rng: random.Random) -> Case:
    return replace(causal(rng, "marked"), train=chat_rows(rng, 12, system=True))


@good
def pairs_with_a_base_that_has_no_template(rng: random.Random) -> Case:
    """Prompt and completion need none: the end of text stops the answer."""
    return _based(
        paired(rng, "brackets"),
        lambda base: base.with_json("tokenizer_config.json", chat_template=None),
    )


@good
def template_in_a_file_of_its_own(rng: random.Random) -> Case:
    def change(base: Base) -> Base:
        text = base.json("tokenizer_config.json")["chat_template"]
        bare = base.with_json("tokenizer_config.json", chat_template=None)
        return bare.put("chat_template.jinja", text)

    return _based(causal(rng), change)


@good
def template_with_macros_and_namespaces(rng: random.Random) -> Case:
    macro = "{%- macro bar(x) -%}{{ x }}{%- endmacro -%}{%- set ns = namespace(n=0) -%}"
    return _template(causal(rng), macro + CHATML)


@good
def template_with_a_short_loop(rng: random.Random) -> Case:
    return _template(causal(rng), "{%- for i in range(3) -%}{%- endfor -%}" + CHATML)


@good
def template_that_speaks_of_classes(rng: random.Random) -> Case:
    return _template(causal(rng), "{# __class__ is not reached #}" + CHATML)


@good
def rows_that_speak_of_code(rng: random.Random) -> Case:
    odd = rng.choice(("{{ ''.__class__ }}", "{% raw %}", "import os; os.system('id')"))
    return replace(
        paired(rng),
        train=tuple({**row, "prompt": f"{row['prompt']} {odd}"} for row in pair_rows(rng, 12)),
    )


@good
def answers_of_one_character(rng: random.Random) -> Case:
    case = paired(rng)
    return replace(
        case, train=tuple({**row, "completion": rng.choice("AB7")} for row in case.train)
    )


@good
def answers_that_begin_with_a_space(rng: random.Random) -> Case:
    case = paired(rng)
    return replace(
        case, train=tuple({**row, "completion": f"  {row['completion']}"} for row in case.train)
    )


@good
def answers_in_other_scripts(rng: random.Random) -> Case:
    case = causal(rng)
    said = rng.choice(("§ 433 BGB: Käufer zahlt.", "賃貸人は修理する。", "Да ⚖️", "é e\u0301"))

    def change(row: object) -> dict[str, object]:
        assert isinstance(row, dict)
        return {"messages": [*row["messages"][:-1], {"role": "assistant", "content": said}]}

    return replace(case, train=some(rng, case.train, change))  # type: ignore[arg-type]


@good
def answer_with_white_space_around(rng: random.Random) -> Case:
    """The template trims it: the text is still there."""
    case = causal(rng, "headers")
    row = {"messages": [turns(rng)[0], {"role": "assistant", "content": f" {clause(rng)}\n"}]}
    return replace(case, train=(*case.train, row))


@good
def the_same_question_twice(rng: random.Random) -> Case:
    case = paired(rng)
    return replace(case, train=(*case.train, case.train[0]))


@good
def long_rows_that_fit(rng: random.Random) -> Case:
    case = paired(rng, length=512)
    return replace(case, train=tuple({**row, "prompt": long_clause(rng, 2)} for row in case.train))


@good
def long_rows_that_shall_be_left_out(rng: random.Random) -> Case:
    case = paired(rng, length=200, overlong="drop")
    long = long_clause(rng, 30)
    return replace(case, train=some(rng, case.train, lambda row: {**row, "prompt": long}))


@good
def length_of_exactly_the_context(rng: random.Random) -> Case:
    return causal(rng, length=512)


@good
def padding_is_the_end_of_turn(rng: random.Random) -> Case:
    """Padding is masked by place, not by token: the end of turn stays supervised."""
    return _based(
        causal(rng), lambda base: base.with_json("tokenizer_config.json", pad_token="<|im_end|>")
    )


@good
def no_padding_token(rng: random.Random) -> Case:
    return _based(causal(rng), lambda base: base.with_json("tokenizer_config.json", pad_token=None))


@good
def two_tokens_stop_the_model(rng: random.Random) -> Case:
    return _based(
        causal(rng), lambda base: base.with_json("generation_config.json", eos_token_id=[2, 5])
    )


@good
def embeddings_padded_beyond_the_tokenizer(rng: random.Random) -> Case:
    """A model may have more rows than its tokenizer has tokens, for speed."""

    def change(base: Base) -> Base:
        import numpy as np
        from safetensors.numpy import load, save

        arrays = load(base.files["model.safetensors"])
        for name in ("model.embed_tokens.weight", "lm_head.weight"):
            arrays[name] = np.concatenate([arrays[name], arrays[name][:48]])
        wide = base.put("model.safetensors", save(arrays))
        return wide.with_json("config.json", vocab_size=448)

    return _based(causal(rng), change)


@good
def one_beginning(rng: random.Random) -> Case:
    return _template(causal(rng), "{{- bos_token -}}" + CHATML)


@good
def training_arguments_beside_safetensors(rng: random.Random) -> Case:
    """A pickle that is never read is no weight."""
    return _based(causal(rng), lambda base: base.put("training_args.bin", b"\x80\x04N."))


@good
def qwen_with_packing(rng: random.Random) -> Case:
    case = causal(rng, packing=True)
    return replace(case, base=make_base(rng, "chatml", family="qwen2"))


@good
def packing_and_accumulation(rng: random.Random) -> Case:
    return causal(rng, packing=True, batch=8, micro_batch=rng.choice((1, 2, 4, 8)))


@good
def fewer_rows_than_a_batch(rng: random.Random) -> Case:
    return causal(rng, batch=64)


@good
def embeddings_trained_and_merged(rng: random.Random) -> Case:
    return causal(rng, method="lora", train_embeddings=True, export="merged")


@good
def full_training_with_room(rng: random.Random) -> Case:
    return causal(rng, method="full", memory_bytes=2 * 10**9)


@good
def a_small_budget(rng: random.Random) -> Case:
    return causal(rng, budget_usd=round(rng.uniform(0.5, 3.0), 2))


@good
def encoder_rows(rng: random.Random) -> Case:
    return encoder(rng)


@good
def encoder_rows_longer_than_its_length(rng: random.Random) -> Case:
    """A classifier reads the beginning: that is told, not refused."""
    case = encoder(rng, length=32)
    long = long_clause(rng, 6)
    return replace(case, train=some(rng, case.train, lambda row: {**row, "text": long}))


@good
def label_missing_in_the_test(rng: random.Random) -> Case:
    case = linear(rng)
    return replace(case, test=labelled_rows(rng, 8, ("Governing Law",)))


@good
def some_rows_without_label(rng: random.Random) -> Case:
    case = linear(rng)
    bare = {"text": clause(rng), "label": None}
    return replace(case, train=(*case.train, bare))


@good
def labels_that_differ_in_case(rng: random.Random) -> Case:
    case = linear(rng)
    names = ("insurance", "Insurance", "INSURANCE CAP")
    return replace(
        case,
        train=labelled_rows(rng, 18, names),
        validation=labelled_rows(rng, 9, names),
        test=labelled_rows(rng, 9, names),
    )
