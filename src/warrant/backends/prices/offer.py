"""One machine that can be rented."""

from __future__ import annotations

from typing import NamedTuple


class Offer(NamedTuple):
    """One machine that can be rented, in one region."""

    cloud: str
    """Who rents it out, as SkyPilot names the cloud."""
    machine: str
    """The name that it has there."""
    gpu: str
    """Kind of graphics processor, as SkyPilot names it; empty when it has none."""
    gpus: int
    """How many of them."""
    gpu_gib: float
    """Memory of each, in GiB; 0 when it has none, or when nobody says."""
    vcpus: float
    """Virtual processors; 0 when nobody says."""
    memory_gib: float
    """Main memory, in GiB; 0 when nobody says."""
    usd_per_hour: float | None
    """Price on demand; None when it is not rented so."""
    spot_usd_per_hour: float | None
    """Price of a machine that may be taken away at any time; None when there is none."""
    region: str
    """Where it stands."""
    noted_on: str
    """Day on which the price was noted, YYYY-MM-DD."""
    source: str
    """Where the price is from."""

    def price(self, *, spot: bool = False) -> float | None:
        """Give the price of an hour.

        Args:
            spot: True for a machine that may be taken away.

        Returns:
            US dollars; None when it is not rented so.
        """
        return self.spot_usd_per_hour if spot else self.usd_per_hour
