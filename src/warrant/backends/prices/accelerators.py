"""Graphics processors: memory, power and arithmetic.

Source: the makers' data sheets, dense figures without sparsity. Where one name stands for cards of
several forms (PCIe and SXM), the slower figure and the larger power stand here.
"""

from __future__ import annotations

from typing import NamedTuple


class Accelerator(NamedTuple):
    """What a data sheet says of a graphics processor."""

    gib: int
    """Memory, in GiB."""
    watts: int
    """Greatest power of the board."""
    tflops: float
    """Dense products of matrices in 16 bits, 10^12 operations per second, at best."""


ACCELERATORS: dict[str, Accelerator] = {
    "T4": Accelerator(16, 70, 65),
    "V100": Accelerator(16, 300, 112),
    "V100-32GB": Accelerator(32, 300, 112),
    "A10": Accelerator(24, 150, 125),
    "A10G": Accelerator(24, 300, 70),
    "L4": Accelerator(24, 72, 121),
    "RTX3090": Accelerator(24, 350, 71),
    "RTX4090": Accelerator(24, 450, 165),
    "RTXA5000": Accelerator(24, 230, 111),
    "A6000": Accelerator(48, 300, 155),
    "RTXA6000": Accelerator(48, 300, 155),
    "A40": Accelerator(48, 300, 150),
    "L40S": Accelerator(48, 350, 362),
    "RTX-6000-Ada": Accelerator(48, 300, 182),
    "RTX-PRO-6000": Accelerator(96, 600, 503),
    "A100": Accelerator(40, 400, 312),
    "A100-80GB": Accelerator(80, 400, 312),
    "A100-80GB-SXM": Accelerator(80, 400, 312),
    "H100": Accelerator(80, 700, 756),
    "H100-SXM": Accelerator(80, 700, 989),
    "GH200": Accelerator(96, 900, 989),
    "H200": Accelerator(141, 700, 989),
    "H200-SXM": Accelerator(141, 700, 989),
    "B200": Accelerator(180, 1000, 2250),
    "B300": Accelerator(262, 1400, 2250),
}
"""By the name that SkyPilot's catalogue has for each."""
