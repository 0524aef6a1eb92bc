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

COVERAGE = ("covered", "partly", "not covered")
"""How much of a kind is looked for by construction, from most to least; no measured recall."""
