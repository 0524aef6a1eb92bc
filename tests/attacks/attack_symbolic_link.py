"""Mark a member as a symbolic link to a file of the reader."""

from __future__ import annotations

import struct
from pathlib import Path

from tests.attacks.build import Lie, honest_members, lie_in_bundle, packed


def tell(place: Path) -> list[Lie]:
    data = bytearray(packed(honest_members()))
    start = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, start + 38, 0o120777 << 16)
    return [lie_in_bundle(place, bytes(data), "the ZIP says external attributes")]
