"""Name members so that unpacking would write elsewhere."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.build import Lie, honest_members, lie_in_bundle, packed


def tell(place: Path) -> list[Lie]:
    data = packed({**honest_members(), "~" * 12: b"x"})
    lies = []
    for name, reason in (
        (b"../../../etc", "a part of it is empty, '.' or '..'"),
        (b"/etc/crontab", "it is absolute"),
        (b"a/../../../b", "a part of it is empty, '.' or '..'"),
        (b"C:\\Windows\\x", "it is empty or holds more than printable ASCII"),
        (b"a//bbbbbbbbb", "a part of it is empty, '.' or '..'"),
        (b"C:/Windows/x", "it is empty or holds more than printable ASCII"),
        (b"card.md:evil", "it is empty or holds more than printable ASCII"),
        (b"model. /abcd", "a part of it ends in a dot or a space"),
        (b"model/abcde.", "a part of it ends in a dot or a space"),
        (b"a\x00bbbbbbbbbb", "it is empty or holds more than printable ASCII"),
    ):
        forged = data.replace(b"~" * 12, name)
        lies.append(lie_in_bundle(place, forged, "(1) Member ", f"has an unsafe name: {reason}"))
    return lies
