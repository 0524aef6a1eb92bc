"""Compress a member, lie about sizes, or let members overlap."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO
from pathlib import Path

from tests.attacks.build import Lie, honest_members, lie_in_bundle, packed


def tell(place: Path) -> list[Lie]:
    squeezed = BytesIO()
    with zipfile.ZipFile(squeezed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in honest_members().items():
            archive.writestr(name, data)
        archive.writestr("zeros", bytes(10_000_000))
    lies = [lie_in_bundle(place, squeezed.getvalue(), "(1) Member 'content.json': the directory")]
    data = packed(honest_members())
    start = data.index(b"PK\x01\x02")
    for fields, sentence in (
        ([20], "the ZIP says compressed size 4294967040, expected"),
        ([24], "the ZIP says compressed size 639, expected 4294967040"),
        ([20, 24], "the ZIP says offset "),
    ):
        forged = bytearray(data)
        for field in fields:
            struct.pack_into("<I", forged, start + field, 0xFFFFFF00)
        lies.append(lie_in_bundle(place, bytes(forged), sentence))
    forged = bytearray(data)
    second = data.index(b"PK\x01\x02", start + 1)
    struct.pack_into("<I", forged, second + 42, 0)
    lies.append(lie_in_bundle(place, bytes(forged), "the ZIP says offset 0, expected"))
    return lies
