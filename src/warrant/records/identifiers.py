"""Lists of personal identifiers that rules name, in the order of each rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SAFE_HARBOR: Mapping[str, str] = {
    "A": "Names",
    "B": "Places smaller than a state, with ZIP codes",
    "C": "Dates finer than a year, and ages over 89",
    "D": "Telephone numbers",
    "E": "Fax numbers",
    "F": "E-mail addresses",
    "G": "Social security numbers",
    "H": "Medical record numbers",
    "I": "Health plan beneficiary numbers",
    "J": "Account numbers",
    "K": "Certificate and licence numbers",
    "L": "Vehicle identifiers, serial numbers and plates",
    "M": "Device identifiers and serial numbers",
    "N": "Web addresses",
    "O": "IP addresses",
    "P": "Biometric identifiers",
    "Q": "Full-face photographs and the like",
    "R": "Any other unique number, characteristic or code",
}
"""The 18 identifiers of Safe Harbor by their letter. Source: 45 CFR 164.514(b)(2)(i)(A) to (R)."""

GDPR: Mapping[str, str] = {
    "name": "A name",
    "identification_number": "An identification number",
    "location": "Location data",
    "online_identifier": "An online identifier",
    "factor": "Factors of physical, economic, cultural or social identity",
    "special_category": "Special categories: health, belief, origin, union, sex life",
}
"""What identifies a person, and what is special. Source: GDPR, Art. 4(1) and Art. 9(1)."""


def legal_state(measures: Mapping[str, object]) -> list[tuple[str, str]]:
    """Say in the rules' own terms where rows stand that curation has treated.

    Args:
        measures: of curation's claim.

    Returns:
        Rule and state; none where nobody has looked. Nothing is called anonymous or de-identified.
    """
    if not any(name in measures for name in ("personal_data_recognisers", "table_k")):
        return []
    open_items = [one for one in SAFE_HARBOR if measures.get(f"safe_harbor_{one}") != "covered"]
    shifted = "; dates were shifted, not removed" if "dates_shifted_within_days" in measures else ""
    return [
        (
            "Safe Harbor, 45 CFR 164.514(b)(2)",
            f"not shown: items {', '.join(open_items)} are not fully looked for{shifted}",
        ),
        ("Expert determination, 45 CFR 164.514(b)(1)", "none is recorded here"),
        (
            "Limited data set, 45 CFR 164.514(e)",
            "would need a data use agreement; none is recorded here",
        ),
        (
            "GDPR, Art. 4(5) and recital 26",
            "personal data, at most pseudonymised: the vault has the originals",
        ),
    ]


COVERAGE = ("covered", "partly", "not covered")
"""How much of a kind is looked for by construction, from most to least; no measured recall."""
