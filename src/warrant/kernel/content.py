"""What a bundle holds, compared with what its deploy steps stand on.

Law: a card, an evaluation and a model stand in one bundle only if report, evaluate and train
steps made them of one another.

Source: docs/reference/verification.md, step (9); formats.md, section 7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warrant.errors import InputError
from warrant.kernel import shape
from warrant.kernel.canon import parse_canonical
from warrant.kernel.plans import fingerprint_of, read_histories
from warrant.kernel.shape import having, list_of, nullable, one_of
from warrant.kernel.wording import fault, quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from warrant.errors import IntegrityError
    from warrant.kernel.bundle import Listed
    from warrant.kernel.chain import Chain, Entry
    from warrant.kernel.digest import Digest

MODEL = "model/"
"""What the names of the model's files start with."""

_MEMBERS = {"card": "card.md", "evaluation": "evaluation.json", "model": "model.json"}
_PAGE = {"page": "card.html"}
"""Bundles of release 0.1 have none."""
_STAGES = {"card": "report", "evaluation": "evaluate", "model": "train", "page": "report"}
_MADE_OF = (
    ("evaluation", "model"),
    ("card", "model"),
    ("card", "evaluation"),
    ("page", "model"),
    ("page", "evaluation"),
)
_EVALUATION = {
    "model": shape.hexdigest,
    "plan": nullable(shape.hexdigest),
    "test": shape.hexdigest,
}
_BOUND_1 = {"at_least": shape.number, "metric": shape.text}
_BOUND_2 = {
    "at_least": nullable(shape.number),
    "at_most": nullable(shape.number),
    "metric": shape.text,
}
_EVALUATIONS = tuple(
    having({**_EVALUATION, "bounds": list_of(having(bound)), "format": one_of(kind)})
    for kind, bound in (
        ("warrant/evaluation/1", _BOUND_1),
        ("warrant/evaluation/2", _BOUND_2),
        ("warrant/evaluation/3", _BOUND_2),
    )
)
"""The shapes of an evaluation, oldest first: what a release wrote stays readable."""
_FILE = {"name": shape.text, "sha256": shape.hexdigest, "size": shape.count}
_MODEL_RECORD = having(
    {
        "files": list_of(having(_FILE)),
        "format": one_of("warrant/model/1", "warrant/model/2"),
    }
)


def check_deploy(
    deploy: Entry, chain: Chain, members: Mapping[str, Listed]
) -> Iterator[IntegrityError]:
    """Check that a deploy step read the card, the evaluation and the model of the bundle.

    Args:
        deploy: signs the bundle.
        chain: the statements.
        members: what `content.json` lists.

    Yields:
        A fault for each that it did not read, that is another one, or that no step of the right
        stage made of the others.
    """
    read = _dependencies(deploy)
    is_sound = True
    has_page = "page" in read or _PAGE["page"] in members
    expected = {**_MEMBERS, **(_PAGE if has_page else {})}
    for name, member in expected.items():
        fields = {"name": name, "entry": deploy.name}
        if name not in read:
            yield fault("content-unread", **fields)
        elif member not in members or members[member].digest != read[name]:
            yield fault("content-differs", file=quote(member), **fields)
        elif _maker(chain, read[name], name) is None:
            yield fault("content-maker", stage=_STAGES[name], **fields)
        else:
            continue
        is_sound = False
    for made, name in _MADE_OF if is_sound else ():
        if made not in expected:
            continue
        maker = chain.lineage.makers[read[made]][0]
        if _dependencies(maker).get(name) != read[name]:
            yield fault("content-made", maker=maker.name, name=name, entry=deploy.name)


def check_records(
    chain: Chain, members: Mapping[str, Listed], read: Callable[[str], bytes]
) -> Iterator[IntegrityError]:
    """Check what the records of evaluation and model say.

    Args:
        chain: the statements; the evaluation's maker is an evaluate step.
        members: what `content.json` lists.
        read: gives a member's bytes.

    Yields:
        A fault for each record that is malformed, of other things than its step read, without the
        plan that counts, or of other files than those under `model/`.
    """
    member = _MEMBERS["evaluation"]
    evaluation = _parse(read(member), *_EVALUATIONS)
    evaluate = chain.lineage.makers[members[member].digest][0]
    if evaluation is None:
        yield fault("content-record", file=quote(member))
    else:
        yield from _check_evaluation(chain, evaluate, evaluation)
    member = _MEMBERS["model"]
    model = _parse(read(member), _MODEL_RECORD)
    if model is None:
        yield fault("content-record", file=quote(member))
        return
    listed = [(MODEL + one["name"], one["sha256"], one["size"]) for one in model["files"]]
    found = [
        (name, one.digest.hex, one.size) for name, one in members.items() if name.startswith(MODEL)
    ]
    if sorted(listed) != sorted(found):
        yield fault("content-files", file=quote(member))


def _check_evaluation(
    chain: Chain, evaluate: Entry, evaluation: Mapping[str, Any]
) -> Iterator[IntegrityError]:
    read = _dependencies(evaluate)
    wrong = [
        name for name in ("model", "test") if name not in read or read[name].hex != evaluation[name]
    ]
    for name in wrong:
        yield fault("evaluation-differs", entry=evaluate.name, name=name)
    if wrong:
        return
    for bound in evaluation["bounds"]:
        if bound.get("met") is True and not _is_met(bound):
            yield fault("bound-missed", entry=evaluate.name, metric=quote(bound["metric"]))
    plan = read_histories(chain)[fingerprint_of(chain, read["test"])].counting
    said = (evaluation["plan"], _bounds(evaluation))
    if plan is None:
        if said != (None, []):
            yield fault("plan-unlogged", entry=evaluate.name)
        return
    if said != (plan.leaf.envelope.hex, _bounds(plan.statement.predicate)):
        yield fault("plan-differs", entry=evaluate.name, plan=plan.name)


def _is_met(bound: Mapping[str, Any]) -> bool:
    """Say whether the figure beside a bound meets it."""
    value, least, most = (bound.get(name) for name in ("value", "at_least", "at_most"))
    given = [one for one in (least, most) if one is not None]
    if not all(type(one) in {int, float} for one in (value, *given)):
        return False
    return (least is None or value >= least) and (most is None or value <= most)


def _bounds(holder: Mapping[str, Any]) -> list[tuple[str, float | None, float | None]]:
    """Give metric, least and largest value of each bound of a plan or an evaluation."""
    return [(one["metric"], one.get("at_least"), one.get("at_most")) for one in holder["bounds"]]


def _maker(chain: Chain, digest: Digest, name: str) -> Entry | None:
    entry, called = chain.lineage.makers[digest]
    return entry if (entry.stage, called) == (_STAGES[name], name) else None


def _dependencies(entry: Entry) -> dict[str, Digest]:
    return {one.name: one.digest for one in entry.statement.dependencies}


def _parse(data: bytes, *checks: shape.Shape) -> dict[str, Any] | None:
    """Parse a record that fits one of some shapes; None when it fits none."""
    for check in checks:
        try:
            value: Any = parse_canonical(data)
            check(value, "record")
        except InputError:
            continue
        found: dict[str, Any] = value
        return found
    return None
