"""The published vectors of RFC 8785: same input, same bytes."""

from __future__ import annotations

import json
import math
import struct

import pytest

from tests.outside import shared_path
from warrant.kernel.canon import canonical, fast_canonical, parse, parse_canonical, write_float

FOLDER = shared_path("vectors/rfc8785")
NAMES = sorted(path.stem for path in (FOLDER / "input").glob("*.json"))

# RFC 8785, appendix B: the bits of a float, and how it is written.
NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}


@pytest.mark.parametrize("name", NAMES)
def test_each_published_input_is_written_as_the_published_bytes(name: str) -> None:
    value = parse((FOLDER / "input" / f"{name}.json").read_bytes())
    expected = bytes.fromhex((FOLDER / "outhex" / f"{name}.txt").read_text())
    assert canonical(value) == fast_canonical(value) == expected
    assert expected == (FOLDER / "output" / f"{name}.json").read_bytes().rstrip(b"\n")


@pytest.mark.parametrize("name", NAMES)
def test_each_published_output_is_read_as_canonical(name: str) -> None:
    data = bytes.fromhex((FOLDER / "outhex" / f"{name}.txt").read_text())
    assert parse_canonical(data) == json.loads(data)


@pytest.mark.parametrize(("bits", "written"), NUMBERS.items())
def test_each_number_of_appendix_b_is_written_as_printed_there(bits: str, written: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert math.isfinite(number)
    assert write_float(number) == written
