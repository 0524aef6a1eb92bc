"""Six filters with a ledger, against bare Daft and datatrove."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from benchmarks.measure import Contender, own
from benchmarks.results import Line, ratio_line

if TYPE_CHECKING:
    from benchmarks.measure import Series
    from benchmarks.track import Track

HEADING = "Six filters with a ledger"
REMARKS = """\
Texts of about a kilobyte, a quarter of them short, repeated, marked as drafts, or lists; six
filters, from Parquet to Parquet: two lengths in words, one in characters, an expression, Gopher's
rules, exact copies. Ours besides digests and commits every row, plants the tree, and writes down of
every row that goes why. Bare Daft says nothing of them; both must keep the same number. Gopher's
rules are the same Python in Daft; datatrove has its own, which cut words otherwise, and beside them
the race tells of datatrove with ours. It reads fewer texts, and writes what each filter drops,
which is how it tells why. The ledger's share: its lines added and stored once more by themselves,
of the whole.

The goal was met on an AMD processor, with 0.97 of bare Daft (2026-11-29, 13:28 UTC), and is missed
on an Intel one, by that day's first code and by its last alike.
"""


def race(track: Track) -> list[Line]:
    """Six filters with a ledger, against bare Daft and datatrove."""
    texts, fewer = (2_000, 500) if track.quick else (40_000, 2_000)
    peers = ["datatrove", "datatrove_same"] if find_spec("datatrove") else []
    found = track.run(
        *(_contender(name, texts) for name in ("daft", "ours")),
        *(_contender(name, fewer) for name in peers),
    )
    ours, bare = found["ours"], found["daft"]
    answer = ours.costs[0].answer
    same = answer["kept"] == bare.costs[0].answer["kept"]
    what = f"{answer['rows']:,} texts, {answer['n'] / 1e6:,.0f} MB, the same number kept: "
    share = sorted(one.answer["ledger_s"] / one.cpu_s for one in ours.costs)[len(ours.costs) // 2]
    return [
        ratio_line(f"{what}{'yes' if same else 'NO'}", ours, bare, 0.9),
        *(_against(ours, found[name], name) for name in peers),
        Line("the ledger's share of the time", "10 %", f"{share:.1%}", share <= 0.1),
    ]


def _contender(name: str, texts: int) -> Contender:
    return Contender(name, own("figure", "pipeline", name, str(texts)), inside=True)


def _against(ours: Series, peer: Series, name: str) -> Line:
    """Compare bytes per CPU second: datatrove reads fewer texts, or the race would never end."""
    ours_rate = ours.costs[0].answer["n"] / ours.cpu_s
    ratio = ours_rate / (peer.costs[0].answer["n"] / peer.cpu_s)
    if name == "datatrove_same":
        what = "bytes per CPU second, datatrove with our Gopher rules"
        return Line(what, "", f"{ratio:.1f} times", None, ours, peer)
    what = "bytes per CPU second, against datatrove's local executor"
    return Line(what, "10 times datatrove", f"{ratio:.1f} times", ratio >= 10, ours, peer)
