"""Texts that are nearly the same: found by their words, proved by counting.

`shingles` cuts texts into words and gives the set of five words in a row as numbers, `minhash`
makes signatures of such sets, `sketch` does both by `compiled` loops where that pays, `pairs` finds
the texts whose signatures agree somewhere and counts exactly what they share, `forest` makes
clusters of similar pairs, `differences` says in which words two texts differ.
"""

from warrant.stages.curate.similar.differences import differing_words, may_change_meaning
from warrant.stages.curate.similar.forest import Forest, Tie, grow
from warrant.stages.curate.similar.minhash import BANDS, signatures
from warrant.stages.curate.similar.pairs import Pairs, candidates, measure
from warrant.stages.curate.similar.sets import SetFile
from warrant.stages.curate.similar.shingles import Shingles, shingle, words_of
from warrant.stages.curate.similar.sketch import load_loops, sets_of, sign

__all__ = [
    "BANDS",
    "Forest",
    "Pairs",
    "SetFile",
    "Shingles",
    "Tie",
    "candidates",
    "differing_words",
    "grow",
    "load_loops",
    "may_change_meaning",
    "measure",
    "sets_of",
    "shingle",
    "sign",
    "signatures",
    "words_of",
]
