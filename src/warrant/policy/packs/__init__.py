"""The packs that come with Warrant. Each is a folder of YAML; only their places stand here."""

from pathlib import Path

_HERE = Path(__file__).parent

CORE = _HERE / "core"
"""What must hold in every domain."""

LEGAL = _HERE / "legal"
"""What must hold besides for contracts, terms and decisions."""

FINANCE = _HERE / "finance"
"""What must hold besides for statements, filings and transactions."""

HEALTHCARE = _HERE / "healthcare"
"""What must hold besides for clinical text."""

HEALTHCARE_OPERATIONS = _HERE / "healthcare-operations"
"""What must hold besides for claims, authorisation and billing."""
