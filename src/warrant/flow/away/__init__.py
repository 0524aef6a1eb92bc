"""Training on another machine: packed, sent, watched, taken back, and committed here."""

from warrant.flow.away.carrier import Carrier, Collect, Pack, PackedAway
from warrant.flow.away.render import Render, RenderedAway, renderer
from warrant.flow.away.sky import Sky, render_task
from warrant.flow.away.ssh import Ssh
from warrant.flow.away.train import TrainReport, carrier_for, train_only

__all__ = [
    "Carrier",
    "Collect",
    "Pack",
    "PackedAway",
    "Render",
    "RenderedAway",
    "Sky",
    "Ssh",
    "TrainReport",
    "carrier_for",
    "render_task",
    "renderer",
    "train_only",
]
