"""Texts of trees that are not sound, each with the fault that the checker must name.

Written before the checker. Every text starts from `SOUND`, two trees of three features of which
`f1` is a category, and breaks one thing. LightGBM's own parser dies of some of them.
"""

from __future__ import annotations

from typing import NamedTuple

Fields = dict[str, str]

HEADER: Fields = {
    "version": "v4",
    "num_class": "1",
    "num_tree_per_iteration": "1",
    "label_index": "0",
    "max_feature_idx": "2",
    "objective": "binary sigmoid:1",
    "feature_names": "f0 f1 f2",
    "feature_infos": "none none none",
}
FIRST: Fields = {
    "num_leaves": "5",
    "num_cat": "1",
    "split_feature": "0 1 0 2",
    "split_gain": "90.741 50.9048 0.275596 0.359089",
    "threshold": "0.25 0.0 -0.3449749825430852 0.9040460703678644",
    "decision_type": "10 9 8 2",
    "left_child": "1 -1 -3 -4",
    "right_child": "-2 2 3 -5",
    "leaf_value": "0.44401688 0.5334569 0.12006294 0.13431791 0.18896193",
    "leaf_count": "37 79 49 29 6",
    "internal_count": "200 121 84 35",
    "cat_boundaries": "0 2",
    "cat_threshold": "2420712578 36",
    "is_linear": "0",
    "shrinkage": "1",
}
SECOND: Fields = {
    "num_leaves": "2",
    "num_cat": "0",
    "split_feature": "2",
    "split_gain": "7.5",
    "threshold": "1.5",
    "decision_type": "2",
    "left_child": "-1",
    "right_child": "-2",
    "leaf_value": "-0.125 0.0625",
    "leaf_count": "120 80",
    "internal_count": "200",
    "is_linear": "0",
    "shrinkage": "1",
}
FEATURES = 3
CATEGORIES = {1: 70}
"""Feature 1 is a category of 70 values: three words of 32 bits."""
TREES_A_ROUND = 1


def render(header: Fields, trees: list[Fields], sizes: str | None = None) -> bytes:
    """Write a text; `sizes` stands in place of the real sizes."""
    blocks = [
        f"Tree={place}\n" + "".join(f"{key}={value}\n" for key, value in tree.items()) + "\n\n"
        for place, tree in enumerate(trees)
    ]
    real = " ".join(str(len(block.encode())) for block in blocks)
    lines = {**header, "tree_sizes": real if sizes is None else sizes}
    head = "tree\n" + "".join(f"{key}={value}\n" for key, value in lines.items()) + "\n"
    return (head + "".join(blocks) + "end of trees\n").encode()


SOUND = render(HEADER, [FIRST, SECOND])


class Malformed(NamedTuple):
    """A text that must be refused."""

    name: str
    data: bytes
    fault: str
    """Part of the message."""


def head(**changes: str) -> bytes:
    return render({**HEADER, **changes}, [FIRST, SECOND])


def first(**changes: str) -> bytes:
    return render(HEADER, [{**FIRST, **changes}, SECOND])


def second(**changes: str) -> bytes:
    return render(HEADER, [FIRST, {**SECOND, **changes}])


def without(fields: Fields, key: str) -> Fields:
    return {name: value for name, value in fields.items() if name != key}


def swapped(old: str, new: str) -> bytes:
    assert old.encode() in SOUND
    return SOUND.replace(old.encode(), new.encode(), 1)


def chain(leaves: int) -> Fields:
    """A tree that is as deep as it has splits."""
    splits = leaves - 1
    counts = [str(leaves - place) for place in range(splits)]
    return {
        "num_leaves": str(leaves),
        "num_cat": "0",
        "split_feature": " ".join(["0"] * splits),
        "split_gain": " ".join(["1.0"] * splits),
        "threshold": " ".join(f"{place}.5" for place in range(splits)),
        "decision_type": " ".join(["2"] * splits),
        "left_child": " ".join(str(-place) for place in range(1, splits + 1)),
        "right_child": " ".join([*(str(place) for place in range(1, splits)), str(-leaves)]),
        "leaf_value": " ".join(["0.5"] * leaves),
        "leaf_count": " ".join(["1"] * leaves),
        "internal_count": " ".join(counts),
        "is_linear": "0",
        "shrinkage": "1",
    }


_HUGE = str(2**31 - 1)

CORPUS: tuple[Malformed, ...] = (
    # The file as a whole.
    Malformed("empty", b"", "does not start with 'tree'"),
    Malformed("binary", bytes(range(256)) * 8, "is not ASCII text"),
    Malformed("a pickle", b"\x80\x04\x95tree\n.", "is not ASCII text"),
    Malformed("only its first line", b"tree\n", "ends inside its header"),
    Malformed("cut in the header", SOUND[:60], "ends inside its header"),
    Malformed("cut in a tree", SOUND[: len(SOUND) // 2], "does not end with"),
    Malformed("cut before its end", SOUND[: -len("end of trees\n")], "does not end with"),
    Malformed("followed by a byte", SOUND + b"\0", "does not end with"),
    Malformed("followed by another model", SOUND + SOUND, "sizes add up to"),
    Malformed("followed by parameters", SOUND + b"\nparameters:\n[x: 1]\n", "does not end with"),
    Malformed("lines of Windows", SOUND.replace(b"\n", b"\r\n"), "does not start with 'tree'"),
    Malformed("a zero byte in a name", swapped("f0 f1", "f\0 f1"), "'feature_names' is"),
    # The header.
    Malformed("another version", head(version="v3"), "'version' is 'v3', expected 'v4'"),
    Malformed("two versions", swapped("version=v4\n", "version=v4\nversion=v4\n"), "twice"),
    Malformed("an unknown key", head(average_output="1"), "unknown key 'average_output'"),
    Malformed(
        "no objective",
        render(without(HEADER, "objective"), [FIRST, SECOND]),
        "'objective' is missing",
    ),
    Malformed("a strange objective", head(objective="custom"), "'objective' is 'custom'"),
    Malformed("objective with a long tail", head(objective="binary " * 999), "objective"),
    Malformed("many classes", head(num_class=_HUGE), f"'num_class' is '{_HUGE}', expected '1'"),
    Malformed(
        "no tree a round", head(num_tree_per_iteration="0"), "'num_tree_per_iteration' is '0'"
    ),
    Malformed("half a round", head(num_class="3", num_tree_per_iteration="3"), "expected '1'"),
    Malformed("another label column", head(label_index="-1"), "'label_index' is '-1'"),
    Malformed("fewer features", head(max_feature_idx="1"), "'max_feature_idx' is '1'"),
    Malformed("huge count of features", head(max_feature_idx=_HUGE), "'max_feature_idx' is"),
    Malformed("a feature name too many", head(feature_names="f0 f1 f2 f3"), "'feature_names' is"),
    Malformed("values of training rows", head(feature_infos="[0:9] none none"), "feature_infos"),
    Malformed("no sizes", render(HEADER, [FIRST, SECOND], ""), "holds no tree"),
    Malformed("no trees", render(HEADER, []), "holds no tree"),
    Malformed(
        "a size too few", render(HEADER, [FIRST, SECOND], "500"), "sizes add up to 500 bytes"
    ),
    Malformed("a negative size", render(HEADER, [FIRST], "-1"), "size of tree 1 is -1"),
    Malformed("a huge size", render(HEADER, [FIRST], "9" * 30), "sizes add up to"),
    Malformed("a size of 5,000 digits", render(HEADER, [FIRST], "9" * 5000), "'tree_sizes' holds"),
    Malformed("sizes that are words", render(HEADER, [FIRST], "many"), "'tree_sizes' holds"),
    Malformed(
        "a million sizes", render(HEADER, [FIRST], " ".join(["0"] * 1_000_000)), "trees, more than"
    ),
    Malformed(
        "sizes moved by one byte",
        render(
            HEADER,
            [FIRST, SECOND],
            f"{len(render(HEADER, [FIRST])) - len(render(HEADER, []))} 1",
        ),
        "sizes add up to",
    ),
    # One tree.
    Malformed(
        "tree of another number", swapped("Tree=1\n", "Tree=7\n"), "does not start with 'Tree=1'"
    ),
    Malformed("a tree key twice", first(num_cat="1\nnum_cat=1"), "the key 'num_cat' stands twice"),
    Malformed(
        "a tree without children",
        render(HEADER, [without(FIRST, "left_child"), SECOND]),
        "tree 1: 'left_child' is missing",
    ),
    Malformed("an unknown tree key", first(leaf_const="0 0 0 0 0"), "unknown key 'leaf_const'"),
    Malformed("a line without a value", first(shrinkage="1\nnonsense"), "is not `key=value`"),
    Malformed("no leaf", first(num_leaves="0"), "'num_leaves' is 0"),
    Malformed("leaves below zero", first(num_leaves="-5"), "'num_leaves' is -5"),
    Malformed("giant count of leaves", first(num_leaves=_HUGE), f"'num_leaves' is {_HUGE}"),
    Malformed("overflowing count", first(num_leaves=str(2**64 + 5)), "'num_leaves' is"),
    Malformed("count that is no number", first(num_leaves="five"), "'num_leaves' holds"),
    Malformed("a leaf more than said", first(num_leaves="6"), "'split_feature' holds 4, expected"),
    Malformed("thresholds too few", first(threshold="0.25 0.0"), "'threshold' holds 2, expected"),
    Malformed(
        "leaf values too many", second(leaf_value="1.0 2.0 3.0"), "'leaf_value' holds 3, expected"
    ),
    Malformed("a linear tree", first(is_linear="1"), "'is_linear' is '1', expected '0'"),
    Malformed("another shrinkage", first(shrinkage="nan"), "'shrinkage' is 'nan', expected '1'"),
    # Numbers.
    Malformed(
        "feature out of range", first(split_feature="0 1 0 3"), "'split_feature' lies outside"
    ),
    Malformed("feature below zero", first(split_feature="0 1 0 -1"), "'split_feature' lies"),
    Malformed("feature far out", first(split_feature=f"0 1 0 {_HUGE}"), "'split_feature' lies"),
    Malformed("threshold nan", first(threshold="nan 0.0 0.5 0.9"), "'threshold' is not finite"),
    Malformed("threshold inf", first(threshold="0.1 0.0 -inf 0.9"), "'threshold' is not finite"),
    Malformed("threshold beyond double", second(threshold="1e999"), "'threshold' is not finite"),
    Malformed("threshold a word", second(threshold="low"), "'threshold' holds"),
    Malformed("threshold in hex", second(threshold="0x1p3"), "'threshold' holds"),
    Malformed("gain nan", second(split_gain="nan"), "'split_gain' is not finite"),
    Malformed("leaf value inf", second(leaf_value="inf 0.0"), "'leaf_value' is not finite"),
    Malformed(
        "leaf values that overflow together",
        render(HEADER, [{**SECOND, "leaf_value": "1e308 1e308"}] * 2),
        "add up to more than",
    ),
    Malformed("decision of unknown bits", second(decision_type="18"), "'decision_type' lies"),
    Malformed("decision below zero", second(decision_type="-1"), "'decision_type' lies"),
    Malformed("missing kind that is none", second(decision_type="12"), "'decision_type' lies"),
    Malformed("an empty leaf", second(leaf_count="200 0"), "'leaf_count' lies outside"),
    Malformed("a count below zero", second(leaf_count="201 -1"), "'leaf_count' lies outside"),
    Malformed("a count beyond 31 bits", second(leaf_count=f"{2**31} 1"), "'leaf_count' lies"),
    Malformed("counts that do not add up", second(internal_count="7"), "do not add up"),
    # Shape.
    Malformed("child out of range", first(left_child="1 -1 -3 4"), "'left_child' lies outside"),
    Malformed("leaf out of range", first(right_child="-2 2 3 -6"), "'right_child' lies outside"),
    Malformed("child far out", first(left_child=f"{_HUGE} -1 -3 -4"), "'left_child' lies"),
    Malformed("child far below", first(left_child=f"-{2**31} -1 -3 -4"), "'left_child' lies"),
    Malformed("a cycle", first(right_child="-2 2 0 -5"), "child of split 3 stands before it"),
    Malformed("its own child", first(right_child="-2 1 3 -5"), "child of split 2 stands before it"),
    Malformed("a leaf twice", first(left_child="1 -1 -3 -5"), "reached twice"),
    Malformed("a split twice", first(left_child="1 3 -3 -4"), "reached twice"),
    Malformed("too deep", render(HEADER, [chain(600), SECOND]), "deeper than"),
    # Categories.
    Malformed("num_cat below zero", first(num_cat="-1"), "'num_cat' is -1"),
    Malformed("num_cat without sets", second(num_cat="1"), "'cat_boundaries' is missing"),
    Malformed(
        "sets without num_cat",
        second(cat_boundaries="0 1", cat_threshold="1"),
        "unknown key 'cat_boundaries'",
    ),
    Malformed("huge num_cat", first(num_cat=_HUGE), f"'num_cat' is {_HUGE}"),
    Malformed("boundary too few", first(cat_boundaries="0"), "'cat_boundaries' holds 1, expected"),
    Malformed("boundary not from 0", first(cat_boundaries="1 2"), "'cat_boundaries' do not rise"),
    Malformed("boundaries that fall", first(cat_boundaries="0 -2"), "'cat_boundaries' do not rise"),
    Malformed("boundary past the end", first(cat_boundaries="0 9"), "'cat_threshold' holds 2"),
    Malformed("an empty set", first(cat_boundaries="0 0"), "'cat_boundaries' do not rise"),
    Malformed("set word too large", first(cat_threshold=f"{2**32} 36"), "'cat_threshold' lies"),
    Malformed("set word below zero", first(cat_threshold="-1 36"), "'cat_threshold' lies"),
    Malformed(
        "a set longer than the column's categories",
        first(cat_boundaries="0 4", cat_threshold="1 1 1 1"),
        "a set of categories is longer",
    ),
    Malformed(
        "set index out of range", first(threshold="0.25 1.0 0.5 0.9"), "names a set of categories"
    ),
    Malformed("set index that is no number", first(threshold="0.25 0.5 0.5 0.9"), "names a set of"),
    Malformed(
        "set index below zero", first(threshold="0.25 -1.0 0.5 0.9"), "names a set of categories"
    ),
    Malformed("a number split by a set", first(split_feature="0 2 0 2"), "splits feature 2 as"),
    Malformed("a category split by a number", first(split_feature="1 1 0 2"), "splits feature 1"),
    # The one form: what another parser might read otherwise.
    Malformed("a plus sign", second(leaf_count="+120 80"), "not in the one form"),
    Malformed("a zero in front", second(leaf_count="0120 80"), "not in the one form"),
    Malformed("a line under a number", second(leaf_count="1_20 80"), "not in the one form"),
    Malformed("a space more", second(leaf_count="120  80"), "'leaf_count' holds"),
    Malformed("a space behind", second(leaf_count="120 80 "), "'leaf_count' holds"),
    Malformed("a number written longer", second(threshold="1.50"), "not in the one form"),
    Malformed(
        "keys in another order",
        render(HEADER, [FIRST, dict(reversed(SECOND.items()))]),
        "not in the one form",
    ),
    Malformed("a third blank line", SOUND.replace(b"\n\nend", b"\n\n\nend"), "sizes add up to"),
)
