from __future__ import annotations

import json

import pytest

from warrant.errors import IntegrityError
from warrant.kernel.digest import Digest
from warrant.kernel.layout import Layout, Shard, decode_layout, encode_layout

LAYOUT = Layout(Digest.of(b"d"), Digest.of(b"c"), (Shard(3, Digest.of(b"s"), 40),))


def test_a_layout_is_written_as_the_format_says() -> None:
    assert json.loads(encode_layout(LAYOUT)) == {
        "commitments": Digest.of(b"c").hex,
        "dataset": Digest.of(b"d").hex,
        "format": "warrant/layout/1",
        "shards": [{"rows": 3, "sha256": Digest.of(b"s").hex, "size": 40}],
    }
    assert decode_layout(encode_layout(LAYOUT)) == LAYOUT
    assert LAYOUT.rows == 3


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "warrant/layout/2"}, "its format is not 'warrant/layout/1'"),
        ({"extra": 1}, "it holds a field that layouts do not have"),
        ({"shards": {}}, "a field is missing or of the wrong type"),
        ({"shards": [{"rows": 1}]}, "a field is missing or of the wrong type"),
        ({"shards": [3]}, "a field is missing or of the wrong type"),
        ({"shards": [{"rows": True, "sha256": "", "size": 0}]}, "of the wrong type"),
        ({"shards": [{"rows": -1, "sha256": "", "size": 0}]}, "of the wrong type"),
        ({"commitments": 3}, "a field is missing or of the wrong type"),
        ({"commitments": "AB"}, "is not a SHA-256 digest"),
    ],
)
def test_each_fault_of_a_layout_has_its_message(changes: dict[str, object], message: str) -> None:
    value = json.loads(encode_layout(LAYOUT)) | changes
    data = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
    with pytest.raises(IntegrityError, match=message):
        decode_layout(data)


@pytest.mark.parametrize("data", [b"", b"[]", b"{ }", b'{"a":1}', encode_layout(LAYOUT) + b"\n"])
def test_what_is_no_layout_is_refused(data: bytes) -> None:
    with pytest.raises(IntegrityError, match=r"Layout cannot be read: .*Restore the file"):
        decode_layout(data)
