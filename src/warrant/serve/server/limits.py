"""How much one request may ask for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds of one request, and of all that wait."""

    body_bytes: int = 8 << 20
    """Longest body, in bytes."""

    rows: int = 1000
    """Most rows in one request."""

    time_s: float = 30.0
    """Longest a body may take to arrive, and its rows to be answered, in seconds each."""

    waiting: int = 16
    """Most requests that are answered or wait at a time."""
