"""LightGBM's text of trees, read with suspicion: its own parser may die of a bad one.

Everything LightGBM will trust is checked first: sizes, counts, lengths, ranges, shape. Then the
text must equal what `write_trees` makes of it, so that no other parser can read it otherwise.

Law: `read_trees(write_trees(trees, shape), shape)` gives equal trees.
Law: any bytes give trees, or a TreesError; nothing else.

Source: LightGBM 4, src/boosting/gbdt_model_text.cpp and src/io/tree.cpp.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from warrant.models.trees.check import MOST_LEAVES, check_tree
from warrant.models.trees.forest import END, Shape, Tree, TreesError, write_trees

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_BYTES = 128 * 2**20
"""A larger text is refused before it is read."""

MOST_TREES = 100_000
"""More are refused before one is read."""

MOST_SCORE = 1e300
"""All trees together add less than this to a score."""

_LONGEST_NUMBER = 32
_SHOWN = 40
_SIZES = "tree_sizes"
_START = "tree\n"
_GAP = "\n\n\n"
_KEYS = (
    "num_leaves", "num_cat", "split_feature", "split_gain", "threshold", "decision_type",
    "left_child", "right_child", "leaf_value", "leaf_count", "internal_count",
)  # fmt: skip
_CATEGORY_KEYS = ("cat_boundaries", "cat_threshold")
_LEFT_OUT = ("leaf_weight", "internal_value", "internal_weight")
_FIXED = {"is_linear": "0", "shrinkage": "1"}


def read_trees(data: bytes, shape: Shape) -> tuple[Tree, ...]:
    """Read and check a text.

    Args:
        data: the whole file.
        shape: what it must hold.

    Returns:
        The trees, whole rounds of them.

    Raises:
        TreesError: when anything is amiss; one message per fault.
    """
    trees = parse_trees(data, shape)
    if write_trees(trees, shape) != data:
        raise TreesError("its trees are not in the one form that training writes")
    return trees


def parse_trees(data: bytes, shape: Shape) -> tuple[Tree, ...]:
    """Read and check a text whose numbers may be spelt in any way.

    Args:
        data: the whole file.
        shape: what it must hold.

    Returns:
        The trees, whole rounds of them.

    Raises:
        TreesError: as `read_trees` does.
    """
    if len(data) > MOST_BYTES:
        raise TreesError(f"its text of trees is larger than {MOST_BYTES} bytes")
    if not data.isascii():
        raise TreesError("its text of trees is not ASCII text")
    text = data.decode("ascii")
    if not text.startswith(_START):
        raise TreesError("its text of trees does not start with 'tree'")
    head, blank, body = text[len(_START) :].partition("\n\n")
    if not blank:
        raise TreesError("its text of trees ends inside its header")
    sizes = _check_header(_fields(head), shape)
    if not body.endswith(_GAP + END):
        raise TreesError(f"its text of trees does not end with {END.strip()!r}")
    trees = tuple(
        _read_tree(place, block, shape)
        for place, block in enumerate(_blocks(body.removesuffix(END), sizes))
    )
    if sum(max(map(abs, tree.leaf_value)) for tree in trees) > MOST_SCORE:
        raise TreesError(f"the leaf values of its trees add up to more than {MOST_SCORE}")
    return trees


def read_lightgbm(text: str, shape: Shape) -> tuple[Tree, ...]:
    """Read what LightGBM wrote in this process, leaving out what a model does not keep.

    Args:
        text: of `Booster.model_to_string`.
        shape: what it must hold; the header is not looked at.

    Returns:
        The trees, in their order.

    Raises:
        TreesError: when LightGBM writes otherwise than it did.
    """
    body = text.partition("\n\n")[2].partition(END)[0].removesuffix(_GAP)
    trees = []
    for block in body.split(_GAP):
        fields = _fields(block.partition("\n")[2])
        kept = {key: value for key, value in fields.items() if key not in _LEFT_OUT}
        tree = _tree_of({**kept, "shrinkage": "1"})  # a leaf's value is shrunk already
        # A split of empty cells from all numbers: every finite number is up to the largest.
        threshold = tuple(min(number, sys.float_info.max) for number in tree.threshold)
        tree = replace(tree, threshold=threshold)
        check_tree(tree, shape)
        trees.append(tree)
    return tuple(trees)


def _fields(block: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for line in block.split("\n"):
        key, equals, value = line.partition("=")
        if not equals:
            raise TreesError(f"the line {_shown(line)} is not `key=value`")
        if key in fields:
            raise TreesError(f"the key {_shown(key)} stands twice")
        fields[key] = value
    return fields


def _check_keys(fields: dict[str, str], expected: Iterable[str]) -> None:
    expected = tuple(expected)
    for key in expected:
        if key not in fields:
            raise TreesError(f"{key!r} is missing")
    for key in fields:
        if key not in expected:
            raise TreesError(f"it has the unknown key {_shown(key)}")


def _check_fixed(fields: dict[str, str], fixed: dict[str, str]) -> None:
    for key, expected in fixed.items():
        if fields[key] != expected:
            raise TreesError(f"{key!r} is {_shown(fields[key])}, expected {_shown(expected)}")


def _check_header(fields: dict[str, str], shape: Shape) -> tuple[int, ...]:
    """Compare the header with what it must be, and give the sizes of the trees, bytes."""
    header = shape.header
    _check_keys(fields, (*header, _SIZES))
    _check_fixed(fields, header)
    if not fields[_SIZES]:
        raise TreesError("it holds no tree")
    count = fields[_SIZES].count(" ") + 1
    if count > MOST_TREES:
        raise TreesError(f"it holds {count} trees, more than {MOST_TREES}")
    if count % shape.trees_a_round:
        raise TreesError(f"it holds {count} trees, not whole rounds of {shape.trees_a_round}")
    sizes = _integers(fields, _SIZES, count)
    for place, size in enumerate(sizes):
        if size < 1:
            raise TreesError(f"the size of tree {place + 1} is {size}")
    return sizes


def _blocks(body: str, sizes: tuple[int, ...]) -> Iterator[str]:
    if sum(sizes) != len(body):
        raise TreesError(f"its sizes add up to {sum(sizes)} bytes, its trees have {len(body)}")
    start = 0
    for place, size in enumerate(sizes):
        block = body[start : start + size]
        name = f"Tree={place}\n"
        if not (block.startswith(name) and block.endswith(_GAP)):
            raise TreesError(
                f"tree {place + 1} does not start with {name.strip()!r} and fill its size"
            )
        yield block.removeprefix(name).removesuffix(_GAP)
        start += size


def _read_tree(place: int, block: str, shape: Shape) -> Tree:
    try:
        tree = _tree_of(_fields(block))
        check_tree(tree, shape)
    except TreesError as fault:
        raise TreesError(f"tree {place + 1}: {fault}") from None
    return tree


def _tree_of(fields: dict[str, str]) -> Tree:
    _check_keys({key: fields[key] for key in fields if key in _KEYS}, _KEYS)
    leaves = _count(fields, "num_leaves", 1, MOST_LEAVES)
    splits = leaves - 1
    sets = _count(fields, "num_cat", 0, splits)
    _check_keys(fields, (*_KEYS, *(_CATEGORY_KEYS if sets else ()), *_FIXED))
    _check_fixed(fields, _FIXED)
    boundaries = _integers(fields, "cat_boundaries", sets + 1) if sets else ()
    if list(boundaries) != sorted(set(boundaries)) or (sets and boundaries[0]):
        raise TreesError("its 'cat_boundaries' do not rise from 0")
    return Tree(
        split_feature=_integers(fields, "split_feature", splits),
        split_gain=_numbers(fields, "split_gain", splits),
        threshold=_numbers(fields, "threshold", splits),
        decision_type=_integers(fields, "decision_type", splits),
        left_child=_integers(fields, "left_child", splits),
        right_child=_integers(fields, "right_child", splits),
        leaf_value=_numbers(fields, "leaf_value", leaves),
        leaf_count=_integers(fields, "leaf_count", leaves),
        internal_count=_integers(fields, "internal_count", splits),
        cat_boundaries=boundaries,
        cat_threshold=_integers(fields, "cat_threshold", boundaries[-1]) if sets else (),
    )


def _count(fields: dict[str, str], key: str, least: int, most: int) -> int:
    (count,) = _integers(fields, key, 1)
    if not least <= count <= most:
        raise TreesError(f"{key!r} is {count}, expected {least} to {most}")
    return count


def _integers(fields: dict[str, str], key: str, count: int) -> tuple[int, ...]:
    try:
        return tuple(map(int, _parts(fields[key], key, count)))
    except ValueError:
        raise TreesError(f"{key!r} holds something that is not a whole number") from None


def _numbers(fields: dict[str, str], key: str, count: int) -> tuple[float, ...]:
    try:
        return tuple(map(float, _parts(fields[key], key, count)))
    except ValueError:
        raise TreesError(f"{key!r} holds something that is not a number") from None


def _parts(value: str, key: str, count: int) -> list[str]:
    parts = value.split(" ") if value else []
    if len(parts) != count:
        raise TreesError(f"{key!r} holds {len(parts)}, expected {count}")
    if any(len(part) > _LONGEST_NUMBER for part in parts):
        raise TreesError(f"{key!r} holds something that is not a number")
    return parts


def _shown(value: str) -> str:
    return repr(value if len(value) <= _SHOWN else value[:_SHOWN] + "…")
