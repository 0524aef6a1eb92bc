"""Texts computed one behind the other, held against the same texts padded."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("torch")

from warrant.stages.train.encoder import packed as rooms
from warrant.stages.train.encoder.packed import Layout, may_pack, packed_states, switch_attention

pytestmark = pytest.mark.torch

FAMILIES = (
    "Albert",
    "Bert",
    "Camembert",
    "Data2VecText",
    "DistilBert",
    "Electra",
    "Ernie",
    "Roberta",
    "RobertaPreLayerNorm",
    "XLMRoberta",
)
WORDS, LONGEST = 30, 12


def network(family: str) -> Any:  # noqa: ANN401 - of torch
    import torch
    import transformers

    other = {"dim": 16, "n_layers": 2, "n_heads": 2, "hidden_dim": 32, "attention_dropout": 0.0}
    config = getattr(transformers, f"{family}Config")(
        **(other | {"dropout": 0.0} if family == "DistilBert" else {}),
        vocab_size=WORDS,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=32,
        initializer_range=0.3,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        embedding_size=16,
        pad_token_id=1,
        type_vocab_size=2,
    )
    torch.manual_seed(3)
    made = getattr(transformers, f"{family}Model")(config)
    made.pooler = None
    return made.train()


MADE: dict[str, Any] = {}


def batch_of(lengths: list[int], *, parts: bool) -> dict[str, Any]:
    import torch

    longest = max(lengths)
    draw = torch.Generator().manual_seed(sum(lengths))
    mask = torch.arange(longest)[None] < torch.tensor(lengths)[:, None]
    ids = torch.randint(2, WORDS, mask.shape, generator=draw)
    found = {"input_ids": torch.where(mask, ids, 1)}
    if parts:
        found["token_type_ids"] = (torch.arange(longest) > 2).long().expand(mask.shape)
    return found if mask.all() else found | {"attention_mask": mask.long()}


@pytest.mark.parametrize("family", FAMILIES)
@settings(max_examples=12, deadline=None)
@given(lengths=st.lists(st.integers(1, LONGEST), min_size=1, max_size=5), parts=st.booleans())
def test_packed_texts_have_the_vectors_of_padded_ones(
    family: str, lengths: list[int], *, parts: bool
) -> None:
    """Law of `stages.train.encoder.packed`: packed, a network gives every token ..."""
    import torch

    made = MADE.setdefault(family, network(family))
    batch = batch_of(lengths, parts=parts and family != "DistilBert")
    switch_attention(made, packed=False)
    wanted = made(**batch).last_hidden_state
    switch_attention(made, packed=True)
    found = packed_states(made, batch)
    for text, length in enumerate(lengths):
        torch.testing.assert_close(
            found[text, :length], wanted[text, :length], rtol=1e-4, atol=1e-5
        )


def test_gradients_are_those_of_padded_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    grads = []
    for most in (512, 2):  # by plain products, and by the library's own attention
        monkeypatch.setattr(rooms, "LONGEST_PLAIN", most)
        for packed in (False, True):
            made = network("Bert")
            batch = batch_of([3, 7, 5], parts=False)
            switch_attention(made, packed=packed)
            states = packed_states(made, batch) if packed else made(**batch).last_hidden_state
            (states * batch["attention_mask"][..., None]).pow(2).sum().backward()
            grads.append([one.grad for one in made.parameters()])
    for some in grads[1:]:
        torch.testing.assert_close(some, grads[0], rtol=1e-3, atol=1e-4)


def test_a_layout_gives_back_what_it_packed() -> None:
    import torch

    mask = torch.tensor([[1, 1, 0], [1, 1, 1]])
    values = torch.arange(12.0).view(2, 3, 2)
    layout = Layout.of(mask, 2, 3)
    assert layout.pack(values).shape == (1, 5, 2)
    assert (layout.pad(layout.pack(values))[mask.bool()] == values[mask.bool()]).all()
    assert (Layout.of(None, 2, 3).pad(Layout.of(None, 2, 3).pack(values)) == values).all()


def test_a_family_whose_attention_is_another_is_computed_padded() -> None:
    assert may_pack("bert")
    families = {network(family).config.model_type for family in FAMILIES}
    assert families == rooms._FAMILIES
    assert not any(map(may_pack, ("deberta-v2", "modernbert", "mpnet", "None")))
