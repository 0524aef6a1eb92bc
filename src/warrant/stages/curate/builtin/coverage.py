"""What recognisers look for by their construction, against the lists that rules name.

It says where somebody has looked, never how much was found: that is measured on labelled rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.records.identifiers import COVERAGE, GDPR, SAFE_HARBOR

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from warrant.stages.curate.recogniser import Kind


def by_name(offered: Iterable[Kind]) -> dict[str, Kind]:
    """Give each kind once, with the best coverage that any of the recognisers has.

    Args:
        offered: kinds of all recognisers, in the order of the recipe.

    Returns:
        Kinds by name.
    """
    kinds: dict[str, Kind] = {}
    for kind in offered:
        known = kinds.get(kind.name)
        if known is None or COVERAGE.index(kind.coverage) < COVERAGE.index(known.coverage):
            kinds[kind.name] = kind
    return kinds


def coverage_of(kinds: Iterable[Kind]) -> dict[str, str]:
    """Say of each kind, and of each identifier of the rules, whether it is looked for.

    Args:
        kinds: each once.

    Returns:
        `covered`, `partly` or `not covered` by the names `personal_data_KIND`, `safe_harbor_LETTER`
        and `gdpr_KEY`. An identifier of which several kinds are known is covered when all are,
        and not covered when none is.
    """
    listed = list(kinds)
    told = {f"personal_data_{kind.name}": str(kind.coverage) for kind in listed}
    for letter in SAFE_HARBOR:
        told[f"safe_harbor_{letter}"] = _together([k for k in listed if letter in k.safe_harbor])
    for key in GDPR:
        told[f"gdpr_{key}"] = _together([kind for kind in listed if kind.gdpr == key])
    return told


def _together(kinds: Sequence[Kind]) -> str:
    found = {kind.coverage for kind in kinds}
    if not found or found == {"not covered"}:
        return "not covered"
    return "covered" if found == {"covered"} else "partly"
