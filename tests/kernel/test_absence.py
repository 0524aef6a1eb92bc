from __future__ import annotations

from hashlib import sha256

import pytest

from warrant.errors import InputError
from warrant.kernel.absence import (
    EMPTY,
    Kind,
    Path,
    commit_key,
    follow,
    join,
    path_to,
    root_of,
    tokens_of,
)

KEY = bytes(range(32))


def leaf(token: bytes) -> bytes:
    return sha256(b"\0" + token).digest()


def test_a_token_hides_its_kind_key_and_digest() -> None:
    digest = sha256(b"a contract").digest()
    kinds: list[Kind] = ["document", "text", "row", "name"]
    tokens = [tokens_of(KEY, kind, [digest])[0] for kind in kinds]
    written = b"warrant/absence-token/1\0" + KEY + b"d" + digest
    assert tokens[0] == sha256(written).digest()[:16]
    assert len({*tokens, *tokens_of(bytes(32), "document", [digest])}) == 5
    assert commit_key(KEY) == sha256(b"warrant/absence-key/1\0" + KEY).digest()


def test_small_trees_are_what_the_page_says() -> None:
    low, high, other = b"\x00" * 16, b"\xc0" + b"\x00" * 15, b"\x80" + b"\x00" * 15
    assert root_of([]) == EMPTY
    assert root_of([low]) == leaf(low)
    assert root_of([low, high]) == join(leaf(low), leaf(high))
    assert root_of([other, high]) == join(EMPTY, join(leaf(other), leaf(high)))
    assert path_to([], low) == Path((), None)
    assert path_to([low, other, high], high) == Path((leaf(low), leaf(other)), high)
    assert path_to([other, high], low) == Path((join(leaf(other), leaf(high)),), None)


def test_a_path_that_is_too_long_or_ends_elsewhere_is_refused() -> None:
    token, elsewhere = b"\x00" * 16, b"\xff" * 16
    with pytest.raises(InputError, match=r"A path of 129 steps leads to no token\."):
        follow(token, Path((EMPTY,) * 129, None))
    with pytest.raises(InputError, match=r"A path of 0 steps leads to no token\."):
        follow(b"short", Path((), None))
    with pytest.raises(InputError, match=r"A path of 1 steps leads to no token\."):
        follow(token, Path((b"short",), None))
    for end in (elsewhere, b"short"):
        with pytest.raises(InputError, match=r"ends in a token that hangs elsewhere in the tree"):
            follow(token, Path((EMPTY,), end))
