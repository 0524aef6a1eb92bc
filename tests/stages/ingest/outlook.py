"""Outlook messages made on the spot: a compound file of a few streams, by hand.

Source: [MS-CFB] (version 3, sectors of 512 bytes), [MS-OXMSG].
"""

from __future__ import annotations

import struct

SECTOR, MINI, CUTOFF = 512, 64, 4096
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SUBJECT, BODY, HTML = 0x0037, 0x1000, 0x1013
DATA, NAME = 0x3701, 0x3707
TEXT, BINARY = 0x001F, 0x0102

Tree = dict[str, "bytes | Tree"]


def msg(
    subject: str,
    body: str | None = None,
    attachments: dict[str, bytes | None] | None = None,
    html: bytes | None = None,
) -> bytes:
    """Make a message; an attachment of None is one that holds a message, not bytes."""
    given = attachments or {}
    values: dict[tuple[int, int], bytes] = {(SUBJECT, TEXT): subject.encode("utf-16-le")}
    if body is not None:
        values[BODY, TEXT] = body.encode("utf-16-le")
    if html is not None:
        values[HTML, BINARY] = html
    many = len(given)
    tree = _properties(values, struct.pack("<8x4I8x", 0, many, 0, many))
    for number, (name, data) in enumerate(given.items()):
        parts = {(NAME, TEXT): name.encode("utf-16-le")}
        if data is not None:
            parts[DATA, BINARY] = data
        tree[f"__attach_version1.0_#{number:08X}"] = _properties(parts, bytes(8))
    return compound(tree)


def _properties(values: dict[tuple[int, int], bytes], head: bytes) -> Tree:
    table = head + b"".join(
        struct.pack("<HHIII", kind, name, 6, len(data) + 2 * (kind == TEXT), 0)
        for (name, kind), data in values.items()
    )
    streams: Tree = {f"__substg1.0_{n:04X}{kind:04X}": data for (n, kind), data in values.items()}
    return {"__properties_version1.0": table, **streams}


def compound(tree: Tree) -> bytes:
    """Make a compound file of streams and storages."""
    entries: list[bytearray] = [_entry("Root Entry", 5)]
    large, small = bytearray(), bytearray()
    fat: list[int] = []
    mini_fat: list[int] = []

    def chain(into: bytearray, table: list[int], data: bytes, unit: int) -> int:
        first, count = len(table), -(-len(data) // unit)
        into.extend(data.ljust(count * unit, b"\0"))
        table.extend([*range(first + 1, first + count), END] if count else [])
        return first if count else END

    def add(children: Tree, parent: int) -> None:
        last = None
        for name, value in children.items():
            number = len(entries)
            entries.append(_entry(name, 1 if isinstance(value, dict) else 2))
            if last is None:
                struct.pack_into("<I", entries[parent], 76, number)
            else:
                struct.pack_into("<I", entries[last], 72, number)
            last = number
            if isinstance(value, dict):
                add(value, number)
            else:
                is_small = len(value) < CUTOFF
                place = (small, mini_fat, value, MINI) if is_small else (large, fat, value, SECTOR)
                struct.pack_into("<IQ", entries[number], 116, chain(*place), len(value))

    add(tree, 0)
    struct.pack_into("<IQ", entries[0], 116, chain(large, fat, bytes(small), SECTOR), len(small))
    mini = chain(large, fat, b"".join(struct.pack("<I", one) for one in mini_fat), SECTOR)
    folder = chain(large, fat, b"".join(entries).ljust(-(-len(entries) // 4) * SECTOR, b"\0"), 512)
    sectors = next(n for n in range(1, 110) if n * 128 >= len(fat) + n)
    first = len(fat)
    fat += [FAT] * sectors
    fat += [FREE] * (sectors * 128 - len(fat))
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    head += struct.pack("<5H6xIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, sectors, folder, 0)
    head += struct.pack("<IIIII", CUTOFF, mini, -(-len(mini_fat) // 128), END, 0)
    head += struct.pack("<109I", *range(first, first + sectors), *[FREE] * (109 - sectors))
    return head + bytes(large) + struct.pack(f"<{len(fat)}I", *fat)


def _entry(name: str, kind: int) -> bytearray:
    raw = (name + "\0").encode("utf-16-le")
    entry = bytearray(128)
    entry[: len(raw)] = raw
    struct.pack_into("<HBBIII", entry, 64, len(raw), kind, 1, FREE, FREE, FREE)
    return entry
