"""The packs that come with Warrant. Each is a folder of YAML; only their places stand here."""

from pathlib import Path

CORE = Path(__file__).parent / "core"
"""What must hold in every domain."""
