"""What licences ask of whoever uses what they cover, by SPDX identifier.

Only what a licence says in its own text is listed, in three words: whoever mixes data under several
licences owes what any of them asks. An identifier that is not here is not judged.

Source: SPDX License List 3.27 (identifiers); Creative Commons, licence elements BY, SA, NC, ND.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Obligation = Literal["name the source", "share alike", "no commercial use", "no changed copies"]

_ORDER: tuple[Obligation, ...] = (
    "name the source",
    "share alike",
    "no commercial use",
    "no changed copies",
)
_ELEMENTS: dict[str, Obligation] = dict(zip(("BY", "SA", "NC", "ND"), _ORDER, strict=True))
_CREATIVE = re.compile(r"CC-(BY(?:-NC)?(?:-SA|-ND)?)-[1-4]\.[05]", re.IGNORECASE)
_FREE = "CC0-1.0 PDDL-1.0 Unlicense 0BSD CDLA-Permissive-2.0"
_NAMING = "MIT ISC BSD-2-Clause BSD-3-Clause Apache-2.0 ODC-By-1.0 OGL-UK-3.0 CDLA-Permissive-1.0"
_SHARING = (
    "ODbL-1.0 CDLA-Sharing-1.0 MPL-2.0 GPL-2.0-only GPL-2.0-or-later GPL-3.0-only "
    "GPL-3.0-or-later LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0-only LGPL-3.0-or-later "
    "AGPL-3.0-only AGPL-3.0-or-later"
)
_LISTED: dict[str, frozenset[Obligation]] = {
    name.lower(): frozenset(_ORDER[:count])
    for count, names in enumerate((_FREE, _NAMING, _SHARING))
    for name in names.split()
}


def obligations_of(licence: str) -> frozenset[Obligation] | None:
    """Say what a licence asks.

    Args:
        licence: an SPDX identifier, in any case.

    Returns:
        Its obligations, none for the public domain; None when the identifier is not listed.
    """
    name = licence.strip()
    creative = _CREATIVE.fullmatch(name)
    if creative:
        return frozenset(_ELEMENTS[part] for part in creative[1].upper().split("-"))
    return _LISTED.get(name.lower())


def combined(licences: Iterable[str]) -> tuple[Obligation, ...]:
    """Say what is owed for data under several licences.

    Args:
        licences: SPDX identifiers; those that are not listed add nothing.

    Returns:
        Every obligation of any of them, in a fixed order.

    Law: one licence more never takes an obligation away.
    """
    owed = {one for licence in licences for one in obligations_of(licence) or ()}
    return tuple(one for one in _ORDER if one in owed)
