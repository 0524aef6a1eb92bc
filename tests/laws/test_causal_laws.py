"""What holds for every row, template, batch and stop of the tier `causal`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("torch")
pytest.importorskip("peft")

import torch

from tests.stages.train import tiny
from tests.stages.train.corpus.base import TEMPLATES
from warrant.errors import CeilingReached
from warrant.models.causal import ChatTemplate
from warrant.models.causal.network import load_network, positions_of
from warrant.models.chat import Message
from warrant.stages.train.causal.checkpoint import (
    Checkpoint,
    Standing,
    newest_checkpoint,
    write_checkpoint,
)
from warrant.stages.train.causal.config import CausalConfig
from warrant.stages.train.causal.learner import make_learner
from warrant.stages.train.causal.loop import plan_course, train
from warrant.stages.train.causal.loss import head_loss
from warrant.stages.train.causal.packing import Row, flatten, pack
from warrant.stages.train.causal.render import render_all

pytestmark = pytest.mark.torch
FEW = settings(max_examples=5)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    return tiny.write_base(tmp_path_factory.mktemp("laws") / "base")


ROWS = st.lists(
    st.lists(st.integers(0, 399), min_size=2, max_size=20).map(
        lambda ids: Row(tuple(ids), (False,) + (True,) * (len(ids) - 1))
    ),
    min_size=2,
    max_size=8,
)


@FEW
@given(rows=ROWS)
def test_packed_rows_keep_their_scores(base: Path, rows: list[Row]) -> None:
    """Law of `models.causal.network`: a row has the same scores packed among others and alone."""
    network, flat = load_network(base), flatten(rows)
    with torch.inference_mode():
        packed = network(
            input_ids=torch.tensor([flat.ids]),
            position_ids=torch.tensor([positions_of(flat.bounds)]),
            use_cache=False,
            bounds=flat.bounds,
        ).logits[0]
        alone = [network(input_ids=torch.tensor([row.ids])).logits[0] for row in rows]
    assert float((packed - torch.cat(alone)).abs().max()) < 1e-5


@given(
    source=st.sampled_from(sorted(TEMPLATES.values())),
    said=st.lists(st.text(max_size=20), min_size=1, max_size=4),
)
def test_a_template_has_no_chance(source: str, said: list[str]) -> None:
    """Law of `models.causal.template`: rendering the same messages gives the same text..."""
    roles = ("user", "assistant")
    messages = [Message(roles[at % 2], text) for at, text in enumerate(said)]
    words = {"bos_token": "<s>", "eos_token": "</s>"}
    first, again = (ChatTemplate(source, words).render(messages) for _ in range(2))
    assert first == again


@given(lengths=st.lists(st.integers(1, 30), max_size=40), most=st.integers(1, 40))
def test_packing_loses_no_row(lengths: list[int], most: int) -> None:
    """Law of `stages.train.causal.packing`: each row stands in exactly one sequence..."""
    packed = pack(lengths, most)
    assert sorted(row for one in packed for row in one) == list(range(len(lengths)))
    assert all(len(one) == 1 or sum(lengths[row] for row in one) <= most for one in packed)


@given(count=st.integers(0, 12), piece=st.integers(1, 13), frozen=st.booleans())
def test_pieces_of_the_loss_add_up(count: int, piece: int, frozen: bool) -> None:
    """Law of `stages.train.causal.loss`: the pieces do not change the sum."""
    torch.manual_seed(count)
    head = torch.nn.Linear(6, 17, bias=False).requires_grad_(not frozen)
    states = [torch.randn(count, 6).requires_grad_() for _ in range(2)]
    states[1].data.copy_(states[0].data)
    targets = torch.randint(0, 17, (count,))
    found = head_loss(head, states[0], targets, piece)
    whole = torch.nn.functional.cross_entropy(head(states[1]), targets, reduction="sum")
    assert torch.allclose(found, whole if count else torch.zeros(()), atol=1e-5)
    if count:
        found.backward()
        whole.backward()
        assert torch.allclose(states[0].grad, states[1].grad, atol=1e-5)


def learnt(base: Path, rows: list[Row], causal: CausalConfig, stop: int | None = None) -> object:
    """Train, and stop and go on after so many updates where that is asked."""
    with TemporaryDirectory() as home:
        job = tiny.job(tiny.config(base, causal), Path(home) / "model")
        if stop is not None:
            asks: list[int] = []

            def ask() -> CeilingReached | None:
                asks.append(1)
                return CeilingReached("Enough.", "Go on.") if len(asks) == stop else None

            learner = make_learner(load_network(base), causal, 7)
            with pytest.raises(CeilingReached):
                train(learner, plan_course(rows, causal, 7), causal, replace(job, stop=ask), None)
        learner = make_learner(load_network(base), causal, 7)
        begun = newest_checkpoint(job.checkpoints)
        assert (begun is None) == (stop is None)
        train(learner, plan_course(rows, causal, 7), causal, job, begun)
        return {name: one.detach().clone() for name, one in learner.learnt().items()}


@FEW
@given(rows=ROWS, packing=st.booleans())
def test_sharing_out_a_batch_changes_no_update(base: Path, rows: list[Row], packing: bool) -> None:
    """Law of `stages.train.causal.loop`: eight rows at once and two times four give..."""
    causal = replace(tiny.SETTINGS, batch=8, epochs=1, packing=packing, length=24)
    found = [learnt(base, rows, replace(causal, micro_batch=micro)) for micro in (8, 4)]
    for name, one in found[0].items():  # type: ignore[attr-defined]
        assert torch.allclose(one, found[1][name], atol=2e-5)  # type: ignore[index]


@FEW
@given(rows=ROWS, stop=st.integers(1, 100))
def test_a_stop_changes_no_bit(base: Path, rows: list[Row], stop: int) -> None:
    """Law of `stages.train.causal.loop`: a run that was stopped after any update..."""
    causal = replace(tiny.SETTINGS, batch=2, epochs=2, packing=False)
    steps = plan_course(rows, causal, 7).steps
    whole = learnt(base, rows, causal)
    again = learnt(base, rows, causal, 1 + stop % steps)
    assert all(torch.equal(one, again[name]) for name, one in whole.items())  # type: ignore[attr-defined, index]


@given(
    values=st.lists(st.floats(width=32, allow_nan=False), min_size=1, max_size=9),
    step=st.integers(1, 10**6),
    loss=st.floats(allow_nan=False, allow_infinity=False),
)
def test_a_checkpoint_is_read_as_it_was_written(
    values: list[float], step: int, loss: float
) -> None:
    """Law of `stages.train.causal.checkpoint`: what is read is what was written, bit by bit."""
    tensors = {"a": torch.tensor(values)}
    with TemporaryDirectory() as home:
        write_checkpoint(Path(home), Checkpoint(Standing(step, 3, 4, loss), tensors, tensors))
        found = newest_checkpoint(Path(home))
    assert found is not None
    assert found.standing == Standing(step, 3, 4, loss)
    assert torch.equal(found.learnt["a"], tensors["a"])


@given(
    rank=st.integers(1, 64),
    epochs=st.integers(1, 5),
    method=st.sampled_from(["lora", "qlora", "full"]),
    seed=st.integers(0, 9),
)
def test_the_same_settings_give_the_same_files(
    rank: int, epochs: int, method: str, seed: int
) -> None:
    """Law of `stages.train.causal.render`: the same settings give the same files."""
    causal = CausalConfig(rank=rank, epochs=epochs, method=method)  # type: ignore[arg-type]
    asked = tiny.config(Path("base"), causal, seed=seed)
    assert render_all(asked) == render_all(asked)
