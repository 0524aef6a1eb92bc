"""Forty cases that must be stopped, by the line of the table of failures that they stand for."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from tests.stages.train.corpus.base import CHATML, MARKED, Base
from tests.stages.train.corpus.case import (
    Case,
    Maker,
    causal,
    encoder,
    labelled_rows,
    linear,
    paired,
    some,
    turns,
    with_settings,
)
from tests.stages.train.corpus.words import clause, long_clause

BROKEN: dict[str, Maker] = {}


def broken(*codes: str) -> Callable[[Maker], Maker]:
    """Enter a case, and the findings of which one is expected."""

    def enter(make: Maker) -> Maker:
        name = make.__name__.replace("_", "-")
        BROKEN[name] = lambda rng: replace(make(rng), codes=frozenset(codes))
        return make

    return enter


def _based(case: Case, change: Callable[[Base], Base]) -> Case:
    assert case.base is not None
    return replace(case, base=change(case.base))


def _template(case: Case, text: str) -> Case:
    return _based(case, lambda base: base.with_json("tokenizer_config.json", chat_template=text))


# --- every label is masked, or some row has none -------------------------------------------


@broken("no-supervised-token")
def no_row_has_an_answer(rng: random.Random) -> Case:
    case = causal(rng)
    rows = tuple({"messages": [row["messages"][0]]} for row in case.train)
    return replace(case, train=rows)


@broken("no-supervised-token")
def one_row_has_no_answer(rng: random.Random) -> Case:
    case = causal(rng, rng.choice(("chatml", "headers", "brackets")))
    return replace(
        case, train=some(rng, case.train, lambda row: {"messages": [row["messages"][0]]})
    )


@broken("empty-answer")
def empty_completions(rng: random.Random) -> Case:
    case = paired(rng)
    empty = rng.choice(("", " ", "\n\n", "\u00a0"))
    return replace(case, train=some(rng, case.train, lambda row: {**row, "completion": empty}))


@broken("empty-answer")
def empty_answer_in_a_conversation(rng: random.Random) -> Case:
    case = causal(rng, "marked")
    return replace(
        case,
        train=some(
            rng,
            case.train,
            lambda row: {"messages": [*row["messages"][:-1], {"role": "assistant", "content": ""}]},
        ),
    )


@broken("empty-answer")
def completion_column_has_no_cell(rng: random.Random) -> Case:
    case = paired(rng)
    return replace(case, train=some(rng, case.train, lambda row: {**row, "completion": None}))


# --- the template -----------------------------------------------------------------------------


@broken("template-unmarked")
def template_without_generation_markers(rng: random.Random) -> Case:
    """Earlier answers are rendered otherwise than the last: no span can be told from outside."""
    text = CHATML.replace("m['content'] ", "(m['content'] if loop.last else m['content'][:9]) ", 1)
    case = _template(causal(rng), text)
    return replace(case, train=tuple({"messages": turns(rng, 3)} for _ in case.train))


@broken("template-unmarked", "no-supervised-token")
def markers_cover_nothing(rng: random.Random) -> Case:
    text = MARKED.replace("{% generation %}", "").replace(
        "{%- endfor -%}", "{% generation %}{% endgeneration %}{%- endfor -%}", 1
    )
    return _template(causal(rng), text.replace("{% endgeneration %}{%- else", "{%- else", 1))


@broken("template-unmarked", "question-supervised")
def markers_around_the_question(rng: random.Random) -> Case:
    return _template(causal(rng), MARKED.replace("== 'assistant'", "== 'user'"))


@broken("no-template")
def no_template(rng: random.Random) -> Case:
    return _based(
        causal(rng), lambda base: base.with_json("tokenizer_config.json", chat_template=None)
    )


@broken("template-runs-code")
def template_reaches_into_python(rng: random.Random) -> Case:
    reach = rng.choice(
        (
            "{{ ''.__class__.__mro__[1].__subclasses__() }}",
            "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
            "{{ messages.__class__.__base__ }}",
            "{{ self.__init__.__globals__ }}",
        )
    )
    return _template(causal(rng), reach + CHATML)


@broken("template-runs-code", "template-broken")
def template_never_ends(rng: random.Random) -> Case:
    loop = "{%- for i in range(N) -%}x{%- endfor -%}".replace("N", str(rng.randint(10**7, 10**12)))
    return _template(causal(rng), loop + CHATML)


@broken("template-runs-code", "template-broken")
def template_includes_a_file(rng: random.Random) -> Case:
    name = rng.choice(("/etc/passwd", "../config.json"))
    return _template(causal(rng), f"{{% include '{name}' %}}" + CHATML)


@broken("template-broken")
def template_with_a_syntax_error(rng: random.Random) -> Case:
    return _template(causal(rng), rng.choice(("{% if", "{{ m.", "{% endfor %}")) + CHATML)


@broken("template-refuses-rows")
def template_refuses_the_system_turn(rng: random.Random) -> Case:
    case = causal(rng, "brackets")
    said = {"role": "system", "content": "You answer about contracts."}
    return replace(
        case, train=some(rng, case.train, lambda row: {"messages": [said, *row["messages"]]})
    )


@broken("template-drops-text")
def template_drops_the_system_turn(rng: random.Random) -> Case:
    text = CHATML.replace("in messages", "in messages if m['role'] != 'system'", 1)
    said = {"role": "system", "content": clause(rng)}
    case = _template(causal(rng), text)
    return replace(case, train=tuple({"messages": [said, *row["messages"]]} for row in case.train))


# --- too long ---------------------------------------------------------------------------------


@broken("answer-cut-off")
def length_cuts_every_answer_off(rng: random.Random) -> Case:
    case = paired(rng, length=rng.randint(24, 32))
    return replace(case, train=tuple({**row, "prompt": long_clause(rng, 4)} for row in case.train))


@broken("answer-cut-off")
def length_cuts_some_answers_off(rng: random.Random) -> Case:
    case = paired(rng, length=200)
    long = long_clause(rng, rng.randint(20, 30))
    return replace(case, train=some(rng, case.train, lambda row: {**row, "prompt": long}))


@broken("answer-cut-off")
def length_cuts_the_stop_off(rng: random.Random) -> Case:
    case = paired(rng, length=200)
    long = long_clause(rng, rng.randint(20, 30))
    return replace(case, train=some(rng, case.train, lambda row: {**row, "completion": long}))


@broken("length-over-context")
def length_beyond_the_context(rng: random.Random) -> Case:
    return causal(rng, length=rng.choice((513, 1024, 4096)))


@broken("length-over-context")
def length_beyond_the_context_of_an_encoder(rng: random.Random) -> Case:
    return encoder(rng, length=rng.choice((600, 1024)))


# --- where the answer ends ----------------------------------------------------------------------


@broken("stop-token-masked")
def end_of_turn_outside_the_markers(rng: random.Random) -> Case:
    text = MARKED.replace(
        "{{ m['content'] + '<|im_end|>' }}{% endgeneration %}",
        "{{ m['content'] }}{% endgeneration %}{{ '<|im_end|>' }}",
        1,
    )
    return _template(causal(rng), text)


@broken("stop-token-masked", "no-stop-token")
def template_never_stops(rng: random.Random) -> Case:
    return _template(causal(rng), CHATML.replace("<|im_end|>", ""))


@broken("stop-token-differs")
def model_stops_at_another_token(rng: random.Random) -> Case:
    def change(base: Base) -> Base:
        other = base.with_json("generation_config.json", eos_token_id=2)
        return other.with_json("config.json", eos_token_id=2)

    return _based(causal(rng), change)


@broken("tokenizer-mismatch", "stop-token-differs", "stop-token-masked")
def end_of_turn_is_no_token(rng: random.Random) -> Case:
    return _template(causal(rng), CHATML.replace("<|im_end|>", "<|turn_end|>"))


# --- tokens ---------------------------------------------------------------------------------


@broken("duplicated-bos")
def template_says_the_beginning_twice(rng: random.Random) -> Case:
    return _template(causal(rng), rng.choice(("<s><s>", "{{ bos_token + bos_token }}")) + CHATML)


@broken("control-token-in-row", "duplicated-bos")
def rows_were_rendered_before(rng: random.Random) -> Case:
    case = paired(rng)
    return replace(
        case,
        train=tuple(
            {
                "prompt": f"<s><|im_start|>user\n{row['prompt']}<|im_end|>\n",
                "completion": f"{row['completion']}<|im_end|>",
            }
            for row in case.train
        ),
    )


@broken("tokenizer-mismatch")
def tokenizer_larger_than_the_model(rng: random.Random) -> Case:
    size = rng.randint(200, 380)

    def change(base: Base) -> Base:
        return base.with_json("config.json", vocab_size=size)

    return _based(causal(rng), change)


@broken("tokenizer-mismatch")
def end_of_text_outside_the_vocabulary(rng: random.Random) -> Case:
    number = rng.randint(30_000, 150_000)
    return _based(
        causal(rng),
        lambda base: base.with_json("config.json", eos_token_id=number).with_json(
            "generation_config.json", eos_token_id=number
        ),
    )


# --- the base model ---------------------------------------------------------------------------


@broken("base-without-licence")
def base_without_licence(rng: random.Random) -> Case:
    case = causal(rng) if rng.random() < 0.5 else encoder(rng)
    return with_settings(case, licence=None)


@broken("pickle-weights")
def pickle_weights(rng: random.Random) -> Case:
    name = rng.choice(("pytorch_model.bin", "model.pt", "model.pkl", "pytorch_model.pth"))
    case = causal(rng) if rng.random() < 0.5 else encoder(rng)
    return _based(case, lambda base: base.without("model.safetensors").put(name, b"\x80\x04N."))


@broken("weights-broken")
def weights_cut_short(rng: random.Random) -> Case:
    keep = rng.uniform(0.1, 0.9)

    def change(base: Base) -> Base:
        whole = base.files["model.safetensors"]
        return base.put("model.safetensors", whole[: int(len(whole) * keep)])

    return _based(causal(rng), change)


@broken("remote-code")
def base_brings_its_own_code(rng: random.Random) -> Case:
    places = {"AutoModelForCausalLM": "modeling_own.OwnForCausalLM"}
    return _based(
        causal(rng),
        lambda base: base.with_json("config.json", auto_map=places).put("modeling_own.py", b""),
    )


# --- settings -----------------------------------------------------------------------------------


@broken("packing-leaks")
def packing_where_rows_see_each_other(rng: random.Random) -> Case:
    """A recurrent model carries its state over from one packed row to the next."""
    family, name = rng.choice((("mamba", "MambaForCausalLM"), ("rwkv", "RwkvForCausalLM")))
    return _based(
        causal(rng, packing=True),
        lambda base: base.with_json("config.json", model_type=family, architectures=[name]),
    )


@broken("accumulation-uneven")
def accumulation_that_does_not_divide(rng: random.Random) -> Case:
    return causal(rng, batch=8, micro_batch=rng.choice((3, 5, 6, 7)))


@broken("embeddings-in-adapter")
def embeddings_trained_and_adapter_exported(rng: random.Random) -> Case:
    return causal(rng, method="lora", train_embeddings=True, export="gguf-adapter")


@broken("out-of-memory")
def model_larger_than_the_memory(rng: random.Random) -> Case:
    return causal(rng, memory_bytes=rng.randint(50_000, 100_000))


@broken("no-budget")
def budget_of_zero(rng: random.Random) -> Case:
    return with_settings(rng.choice((causal, encoder))(rng), budget_usd=0)


# --- labels ---------------------------------------------------------------------------------


@broken("no-label")
def no_row_has_a_label(rng: random.Random) -> Case:
    case = linear(rng) if rng.random() < 0.5 else encoder(rng)
    return replace(case, train=tuple({**row, "label": None} for row in case.train))


@broken("one-label")
def one_label(rng: random.Random) -> Case:
    case = linear(rng) if rng.random() < 0.5 else encoder(rng)
    return replace(case, train=labelled_rows(rng, 12, ("Governing Law",)))


@broken("unknown-label")
def test_has_a_label_that_nobody_learns(rng: random.Random) -> Case:
    case = linear(rng) if rng.random() < 0.5 else encoder(rng)
    strange = {"text": clause(rng), "label": rng.choice(("Audit Rights", "Insurance"))}
    return replace(case, test=(*case.test, strange))
